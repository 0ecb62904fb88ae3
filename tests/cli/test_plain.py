"""Plain forms of the frequent commands: the same result as with click."""

from __future__ import annotations

import pytest

from tests.cli.program_runs import CliRunner

PLAIN = (
    ("status",),
    ("next",),
    ("today",),
    ("stats",),
    ("plan",),
    ("review",),
    ("path", "maps"),
    ("path", "nowhere"),
    ("mark", "done", "sets", "ReLU"),
    ("mark", "doing", "basics"),
)


@pytest.mark.parametrize("args", PLAIN, ids=" ".join)
def test_a_plain_form_does_what_click_would_do(
    tui: CliRunner, args: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tui("mark", "doing", "sets").code == 0
    plain = tui(*args)
    if args[0] == "mark" and not plain.code:
        assert tui("undo").code == 0
    monkeypatch.setattr("roadmap_tui.cli.plain.run_plain", lambda *_: None)
    assert tui(*args) == plain


@pytest.mark.parametrize(
    "args", [("status", "x"), ("path",), ("mark", "done"), ("mark", "lost", "sets"), ("mark", "-x", "y")]
)
def test_other_forms_have_clicks_errors(tui: CliRunner, args: tuple[str, ...]) -> None:
    run = tui(*args)
    assert run.code == 2
    assert f"see `roadmap-tui {args[0]} --help`" in run.err
