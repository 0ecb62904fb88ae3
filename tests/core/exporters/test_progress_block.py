"""The block between two markers."""

from __future__ import annotations

import pytest

from roadmap_tui.core.exporters.progress_block import END, START, MarkerError, update_block

BLOCK = "one\n\ntwo ░"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("before", ["", "\ufeff", "# Title\n", "no end of line\n\n"])
@pytest.mark.parametrize("old", ["", "old\n", "```\nold\n```\n"])
def test_only_the_block_changes_and_line_ends_stay(end: str, before: str, old: str) -> None:
    text = f"{before}{START}\n{old}{END}\nafter, with\ttabs  \n\nand no last line end"
    data = text.replace("\n", end).encode()
    changed = update_block(data, BLOCK, "x")
    expected = f"{before}{START}\n{BLOCK}\n{END}\nafter, with\ttabs  \n\nand no last line end"
    assert changed == expected.replace("\n", end).encode()
    assert update_block(changed, BLOCK, "x") == changed


def test_other_line_ends_stay_as_they_are_and_examples_are_no_markers() -> None:
    example = (
        f"```html\n{START}\n{END}\n```\r\n~~~~\n```\n{START}\n~~~~~\n\n    {START}\n\n- a\n\n      {END}\n"
    )
    text = f"{example}  {START} \r\nold\n{END}"
    changed = update_block(text.encode(), BLOCK, "x")
    assert changed == f"{example}  {START} \r\none\r\n\r\ntwo ░\r\n{END}".encode()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("nothing", "no marker in it; add the lines <!-- roadmap-tui --> and <!-- /roadmap-tui -->, where"),
        (f"text {START}\n text {END}\n", "no marker in it"),
        (f"{START}\n", f"{START} is in it once and {END} never; leave one of each"),
        (f"{END}\n{START}\n", f"{END} comes before {START}; exchange them"),
        (f"{START}\n{END}\n{START}\n", f"{START} is in it twice and {END} once; leave one of each"),
        (f"{START}\n" * 3 + f"{END}\n" * 2, f"{START} is in it 3 times and {END} twice"),
        ("\udcff", "it is not UTF-8"),
    ],
)
def test_other_markers_are_one_clear_line(text: str, why: str) -> None:
    with pytest.raises(MarkerError) as error:
        update_block(text.encode("utf-8", "surrogateescape"), BLOCK, "README.md")
    assert str(error.value).startswith(f"README.md: {why}")
    assert "\n" not in str(error.value)
