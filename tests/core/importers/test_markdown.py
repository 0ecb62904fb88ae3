from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from roadmap_tui.core.errors import BAD_DATA, InvalidRoadmap
from roadmap_tui.core.importers.base import SIZE_LIMIT
from roadmap_tui.core.importers.markdown import read_markdown
from roadmap_tui.core.importers.resource_kinds import guess, kind_of
from roadmap_tui.core.importers.slugs import Slugs, slug
from roadmap_tui.core.roadmap.format import encode
from roadmap_tui.core.roadmap.model import Item, Resource, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.validation import decode
from tests.cli.program_runs import ROOT
from tests.core.importers.pathological import INPUTS

if TYPE_CHECKING:
    from roadmap_tui.core.importers.base import Imported
    from roadmap_tui.core.roadmap.model import Node


def imported(text: str | bytes, **options: Any) -> Imported:
    return read_markdown(text.encode() if isinstance(text, str) else text, "README.md", **options)


def outline(text: str | bytes, **options: Any) -> list[Any]:
    """Sections and groups as ``[title, …]``, items as titles or ``(title, …)``."""
    return [shape(node) for node in imported(text, **options).roadmap.children]


def shape(node: Node) -> Any:
    below = [shape(child) for child in node.children]
    if isinstance(node, Section):
        return [node.title, *below]
    title = f"x {node.title}" if node.ticked else node.title
    return (title, *below) if below else title


def urls(node: Any) -> list[str]:
    return [resource.url for resource in node.resources]


def dropped(text: str, **options: Any) -> dict[str, tuple[int, int]]:
    return {one.kind: (one.number, one.line) for one in imported(text, **options).report.dropped}


def fault(text: str | bytes, **options: Any) -> str:
    with pytest.raises(InvalidRoadmap) as caught:
        imported(text, **options)
    assert caught.value.exit_code == BAD_DATA
    assert "\n" not in str(caught.value)
    return str(caught.value)


# What can be read


def test_a_small_roadmap() -> None:
    found = imported("# Plan\n\nWhy.\n\n## Maths\n\n- [x] Calculus\n- [ ] [Algebra](https://a.b/c)\n")
    roadmap = found.roadmap
    assert (roadmap.id, roadmap.title, roadmap.note) == ("plan", "Plan", "Why.")
    assert roadmap.source.kind == "markdown"
    assert roadmap.source.name == "README.md"
    assert len(roadmap.source.sha256) == 64
    assert roadmap.children == (
        Section(
            "maths",
            "Maths",
            children=(
                Item("calculus", "Calculus", ticked=True),
                Item("algebra", "Algebra", resources=(Resource("Algebra", "https://a.b/c"),)),
            ),
        ),
    )
    assert found.lines == {"calculus": 6, "algebra": 7}
    assert found.report[:6] == (1, 0, 2, 1, 1, 0)


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf# T\r\n\r\n- [x] a\r\n  - [ ] b\r\n",
        b"# T\r\r- [x] a\r  - [ ] b\r",
        b"# T\n\n- [x] a\n\t- [ ] b",
        b"---\ntitle: other\n---\n# T\n- [x] a\n  - [ ] b",
    ],
)
def test_byte_order_marks_line_ends_and_front_matter_change_nothing(data: bytes) -> None:
    assert outline(data) == [("x a", "b")]
    assert imported(data).roadmap.title == "T"


def test_front_matter_gives_a_title_where_no_heading_does() -> None:
    text = '---\ntitle: "My plan"\ntags: [a]\n...\n- [ ] a\n'
    assert imported(text).roadmap.title == "My plan"
    assert imported(text).lines == {"a": 4}
    assert dropped(text) == {"front matter": (1, 1)}


def test_a_rule_is_not_front_matter() -> None:
    assert outline("---\n- [ ] a\n---\n- [ ] b\n") == ["a", "b"]
    assert outline("---\nkey: never closed\n\n- [ ] a\n") == ["a"]


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("README.md", "Roadmap"),
        ("plans/ml/README.md", "ml"),
        ("deep-learning.markdown", "deep-learning"),
        ("", "Roadmap"),
    ],
)
def test_a_file_without_heading_is_named_after_its_file(name: str, title: str) -> None:
    assert read_markdown(b"- [ ] a", name).roadmap.title == title


def test_the_id_can_be_given() -> None:
    assert imported("- [ ] a", roadmap_id="mine").roadmap.id == "mine"


# What can't


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "nothing in it"),
        (b"\xff\xfe-\0 \0a\0", "UTF-16"),
        (b"- a\0", "NUL"),
        (b"- a \xff", "byte 4"),
        (b"a" * (SIZE_LIMIT + 1), "2,097,153 bytes"),
        (b"\n" * 50_000, "50,000 lines"),
        (b"\x89PNG\r\n\x1a\n", "not UTF-8"),
    ],
)
def test_data_that_is_not_markdown_is_refused_in_one_line(data: bytes, why: str) -> None:
    assert why in fault(data)


def test_a_file_of_the_largest_size_is_read() -> None:
    start = b"- [ ] a\n\n```\n"
    assert outline(start + b"x" * (SIZE_LIMIT - len(start))) == ["a"]


def test_too_many_items_are_refused() -> None:
    assert "3 items" in fault("- a\n- b\n- c\n", item_limit=2)


def test_without_items_the_most_similar_line_is_named() -> None:
    assert "line 3 looks most like one: [x] - learn" in fault("Plan\n\n[x] - learn\n[ ] - more\n")
    assert "line 2 looks most like one: • a" in fault("Plan\n• a\n")
    assert "line 1 looks most like one: Plan" in fault("Plan\n")
    assert "--items all" in fault("- a\n", items="tasks")


# Sections


def test_headings_nest_by_level_and_jumps_collapse() -> None:
    text = "## A\n#### B\n- [ ] b\n### C\n- [ ] c\n# D\n- [ ] d\n"
    assert outline(text) == [["A", ["B", "b"], ["C", "c"]], ["D", "d"]]


def test_setext_headings_are_sections() -> None:
    assert outline("A\n---\n- [ ] a\n") == [["A", "a"]]


def test_several_first_headings_are_sections() -> None:
    found = imported("# A\n- [ ] a\n# B\n- [ ] b\n")
    assert found.roadmap.title == "A"
    assert found.report.sections == 2


def test_a_first_heading_that_does_not_lead_is_a_section() -> None:
    assert outline("- [ ] a\n\n# B\n- [ ] b\n") == ["a", ["B", "b"]]


def test_text_before_the_title_becomes_the_roadmaps_note() -> None:
    roadmap = imported("Hello [w](https://w.org)\n\n# T\n\nMore.\n\n- [ ] a\n").roadmap
    assert (roadmap.title, roadmap.note, urls(roadmap)) == ("T", "Hello w\nMore.", ["https://w.org"])


def test_headings_in_html() -> None:
    text = '<h1 align="center">Big &amp; <i>bold</i></h1>\n\n<h2>A</h2>\n\n- [ ] a\n'
    assert imported(text).roadmap.title == "Big & bold"
    assert outline(text) == [["A", "a"]]


def test_numbers_stay_in_titles() -> None:
    assert outline("## 1. Maths\n- [ ] 2) b\n") == [["1. Maths", "2) b"]]


def test_details_contain_headings_until_they_close() -> None:
    text = "## A\n<details>\n<summary><b>More</b></summary>\n\n### B\n- [ ] b\n\n</details>\n\n- [ ] a\n"
    assert outline(text) == [["A", ["More", ["B", "b"]], "a"]]


def test_details_that_never_close_end_at_a_heading() -> None:
    assert outline("## A\n<details><summary>S</summary>\n\n- [ ] s\n\n## B\n- [ ] b\n") == [
        ["A", ["S", "s"]],
        ["B", "b"],
    ]
    assert outline("</details>\n\n## A\n- [ ] a\n\n</details>\n") == [["A", "a"]]


def test_a_bold_paragraph_before_a_list_is_a_section() -> None:
    text = "## A\n**One:**\n- [ ] a\n\n**Two**:\n\n- [ ] b\n\n**not one**\n\ntext\n\n### C\n- [ ] c\n"
    assert imported(text).roadmap.title == "A"
    assert outline(text) == [["One", "a"], ["Two", "b"], ["C", "c"]]
    assert outline("**Phase 1** (two weeks)\n- [ ] a\n") == [["Phase 1", "a"]]
    assert outline("A **partly** bold sentence\n- [ ] a\n") == ["a"]


def test_a_heading_in_a_list_item_is_a_group() -> None:
    text = "- # G\n  - [ ] a\n- plain\n\n  ## H\n\n  - [ ] b\n"
    assert outline(text) == [["G", "a"], ["plain", ["H", "b"]]]
    report = imported(text).report
    assert (report.sections, report.groups) == (0, 3)


def test_a_group_in_an_item_becomes_a_note() -> None:
    found = imported("- [ ] a\n  - group\n    - [ ] b\n")
    assert outline("- [ ] a\n  - group\n    - [ ] b\n") == [("a", "b")]
    item = found.roadmap.children[0]
    assert item.note == "group"
    assert found.report.warnings


def test_an_untitled_group_is_dissolved() -> None:
    assert outline("- - [ ] a\n  - [ ] b\n") == ["a", "b"]


def test_items_below_the_depth_limit_become_siblings() -> None:
    text = "".join("  " * i + f"- [ ] {i}\n" for i in range(80))
    found = imported(text)
    assert found.report.items == 80
    assert max(FlatTree(found.roadmap).depths) == 49
    assert [item.title for item in FlatTree(found.roadmap).items()] == [str(i) for i in range(80)]
    assert "too deep" in found.report.warnings[0]


def test_blocks_below_the_parsers_depth_limit_are_counted() -> None:
    assert dropped("- [ ] a\n\n" + "> " * 300 + "b\n") == {"block nested more than 200 deep": (1, 3)}


def test_a_table_of_contents_is_dropped() -> None:
    text = "- [A](#a)\n- [B](#b)\n  - [C](#c)\n- [web](https://a.b)\n\n## A\n- [ ] a\n"
    assert "contents entry" not in dropped(text)
    text = text.replace("- [web](https://a.b)\n", "")
    assert dropped(text) == {"contents entry": (3, 1)}
    assert outline(text) == [["A", "a"]]


def test_tasks_that_link_to_headings_are_items() -> None:
    assert outline("- [ ] [A](#a)\n- [x] [B](#b)\n- [ ] [C](#c)\n") == ["A", "x B", "C"]


# Tasks


@pytest.mark.parametrize("bullet", ["-", "*", "+", "1.", "12)", "> -", "> > 1.", "- -"])
def test_any_bullet_carries_a_task(bullet: str) -> None:
    assert outline(f"{bullet} [ ] a\n") == ["a"]
    assert outline(f"{bullet} [X] a\n") == ["x a"]
    assert outline(f"{bullet} [x]\ta\n") == ["x a"]


@pytest.mark.parametrize(
    "text",
    [
        "`- [ ] a`",
        "```\n- [ ] a\n```",
        "    - [ ] a",
        "<!-- - [ ] a -->",
        "- \\[ ] a",
        "- `[ ]` a",
        "[ ] a",
        "- a [x] b",
    ],
)
def test_code_comments_and_escapes_are_not_tasks(text: str) -> None:
    assert imported(f"{text}\n\n- [x] t\n").report.items == 1


def test_a_setext_heading_can_be_a_task() -> None:
    assert outline("- [x] a\n  ---\n- # [x] b\n") == ["x a"]


def test_a_definition_named_x_does_not_hide_a_tick() -> None:
    assert outline("- [x] a\n\n[x]: https://a.b\n") == ["x a"]


@pytest.mark.parametrize(
    "text",
    ["- [] a", "- [ ]a", "- [ ][a](https://a.b)", "- [  ] a", "- [x]a", "- [✔] a", "- [✓]a", "- [✔️] a"],
)
def test_lenient_marks_are_counted_and_reported(text: str) -> None:
    found = imported(f"{text}\n- [ ] b\n")
    assert [item.title for item in FlatTree(found.roadmap).items()] == ["a", "b"]
    assert found.report.ticked == ("x" in text or "✔" in text or "✓" in text)
    assert found.report.lenient == 1
    assert "marks not written as GitHub reads them" in found.report.warnings[0]
    assert imported(f"{text}\n- [ ] b\n", strict=True).report.items == 1


@pytest.mark.parametrize(
    "text",
    ["- [](https://a.b)", "- [ ](https://a.b)", "- [x](https://a.b)", "- [x]: a", "- [][b]", "- []", "- [ ]"],
)
def test_links_and_empty_checkboxes_are_not_lenient_tasks(text: str) -> None:
    assert imported(f"{text}\n- [ ] t\n\n[b]: https://b.c\n").report.lenient == 0


def test_in_progress_and_skipped_checkboxes_are_reported_as_the_authors_marks() -> None:
    found = imported("- [/] a\n- [-] b\n- [x] c\n")
    assert found.report.marks == {"a": "doing", "b": "skipped"}
    assert found.report.ticked == 1
    assert set(found.lines) == {"a", "b", "c"}
    assert imported("- [/] a\n- [x] c\n", strict=True).report.items == 1


def test_plain_bullets_become_notes_and_resources_of_their_parent() -> None:
    text = (
        "## S\n- see [w](https://w.org) first\n- [v](https://v.org)\n"
        "- [ ] a\n  - [l](https://l.org)\n  - words\n"
    )
    section = imported(text).roadmap.children[0]
    assert isinstance(section, Section)
    assert (section.note, urls(section)) == ("see w first", ["https://w.org", "https://v.org"])
    item = section.children[0]
    assert (item.note, urls(item)) == ("words", ["https://l.org"])


def test_paragraphs_quotes_and_tables_of_an_item_are_its_note() -> None:
    text = (
        "- [ ] a\n\n  One [o](https://o.org).\n\n  > Two\n\n  |h|i|\n  |-|-|\n  |Three|[t](https://t.org)|\n"
    )
    item = imported(text).roadmap.children[0]
    assert item.note == "One o.\nTwo\nh – i\nThree – t"
    assert urls(item) == ["https://o.org", "https://t.org"]


def test_titles_are_plain_text() -> None:
    text = (
        "- [ ] **B** _e_ ~~s~~ `c_d` &amp; \\* [l](https://a.b) <b>h</b>![p](q)[^1] x\n\n"
        "[^1]: https://f.org said\n"
    )
    roadmap = imported(text).roadmap
    assert roadmap.children[0].title == "B e s c_d & * l h x"
    assert urls(roadmap) == ["https://f.org"]


def test_a_task_with_only_an_image_is_named_after_its_alternative_text() -> None:
    assert outline("- [ ] ![logo](a.png)\n- [ ] <!-- -->\n") == ["logo", "(no words)"]


def test_a_title_longer_than_a_line_is_kept_whole_in_the_note() -> None:
    long = "word " * 200
    found = imported(f"- [ ] {long}\n")
    assert len(found.roadmap.children[0].title) <= 500
    assert found.roadmap.children[0].note == long.strip()
    assert "long titles" in found.report.warnings[0]


def test_with_items_all_every_bullet_is_an_item() -> None:
    assert outline("- a\n  - [x] b\n- [ ] c\n", items="all") == [("a", "x b"), "c"]


# Lists without tasks


def test_without_tasks_bullets_are_items_and_links_below_linked_items_resources() -> None:
    text = "## S\n- a\n  - [l](https://l.org)\n  - words\n- [m](https://m.org)\n"
    assert outline(text) == [["S", ("a", "l", "words"), "m"]]
    linked = "## S\n- [a](https://a.org)\n  - [l](https://l.org)\n  - words\n- m\n"
    assert outline(linked) == [["S", ("a", "words"), "m"]]
    section = imported(linked).roadmap.children[0]
    assert urls(section.children[0]) == ["https://a.org", "https://l.org"]


def test_linked_rows_are_items() -> None:
    text = "## S\n|n|Course|About|\n|-|-|-|\n|1|[A](https://a.org)|maths|\n|2|[B](https://b.org)||\n"
    assert outline(text) == [["S", "A", "B"]]
    item = imported(text).roadmap.children[0].children[0]
    assert item.note == "1 · maths"


def test_linked_paragraphs_are_items_in_a_section_without_bullets() -> None:
    text = "## S\n[A](https://a.org) one\n\nwords\n\n[B](https://b.org)\n"
    assert outline(text) == [["S", "A one", "B"]]
    assert outline(text + "\n- c\n") == [["S", "c"]]


def test_headings_with_only_text_are_dropped_next_to_lists_but_linked_ones_are_items() -> None:
    assert outline("## S\n### A\n[l](https://l.org)\n### C\n- c\n") == ["A", ["C", "c"]]
    assert outline("## S\n### A\nwords\n### B\n### C\n- c\n") == [["C", "c"]]


def test_bullets_in_a_quote_are_notes() -> None:
    assert outline("## S\n> - not this [l](https://l.org)\n\n- a\n") == [["S", "a"]]


def test_lists_in_html_are_lists() -> None:
    text = "## S\n<ul>\n<li>A</li>\n<ul><li><a href='https://b.org'>B</a> b</li></ul>\n</ul>\n"
    assert outline(text) == [["S", ("A", "B b")]]


def test_a_page_of_linked_paragraphs() -> None:
    assert outline("# T\n[A](https://a.org)\n\n[B](https://b.org)\n") == ["A", "B"]


# Resources


def test_links_of_every_syntax_are_resources_once() -> None:
    text = (
        "- [ ] a\n  - [i](https://i.org/a_(b)) [r][R] [R] <https://auto.org>\n"
        "    https://bare.org/x, (www.bare.com)\n"
        '  - <a href="https://h.org?a=1&amp;b=2">h</a> [i](https://i.org/a_(b))\n\n[R]: https://r.org "R"\n'
    )
    assert urls(imported(text).roadmap.children[0]) == [
        "https://i.org/a_(b)",
        "https://r.org",
        "https://auto.org",
        "https://bare.org/x",
        "http://www.bare.com",
        "https://h.org?a=1&b=2",
    ]
    assert dropped(text) == {"repeated link": (2, 2)}


def test_skipped_links_are_counted_by_reason() -> None:
    text = (
        "[![b](https://b.org/i)](https://b.org)\n"
        "- [ ] a [f](#f) [r](r.md) [m](mailto:a@b.c) [u](https://u:p@h.org) ![p](https://p.org)\n"
        "  [](https://e.org)\n\n```\nhttps://c.org\n```\n<!-- https://d.org -->\n\n[n]: https://n.org\n"
    )
    assert dropped(text) == {
        "badge": (1, 1),
        "link to a heading": (1, 2),
        "relative link": (1, 2),
        "link that is not http": (1, 2),
        "unsafe address": (1, 2),
        "picture": (1, 2),
        "link without words": (1, 3),
        "code block": (1, 5),
        "address in a code block": (1, 5),
        "comment": (1, 8),
        "address in a comment": (1, 8),
        "definition without a link": (1, 10),
    }
    assert imported(text).report.resources == 0


def test_relative_links_against_a_base() -> None:
    text = "- [ ] [a](b/c.md) [d](/e) [f](javascript:alert(1)) [g](http://[)\n"
    item = imported(text, base_url="https://h.org/x/y.md").roadmap.children[0]
    assert urls(item) == ["https://h.org/x/b/c.md", "https://h.org/e"]


def test_the_text_of_a_skipped_link_is_kept() -> None:
    assert imported("- [ ] a\n  - [guide](guide.md)\n").roadmap.children[0].note == "guide (guide.md)"


def test_the_kind_of_a_resource_is_written_or_guessed() -> None:
    text = "- [ ] a\n  - [@course@C](https://c.org)\n  - [@opensource@O](https://o.org)\n  - [P](https://arxiv.org/abs/1)\n"
    resources = imported(text).roadmap.children[0].resources
    assert [(one.title, one.kind) for one in resources] == [
        ("C", "course"),
        ("O", "repository"),
        ("P", "paper"),
    ]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://www.youtube.com/watch?v=1", "video"),
        ("https://youtu.be/1", "video"),
        ("https://github.com/a/b", "repository"),
        ("https://en.wikipedia.org/wiki/A", "article"),
        ("https://www.kaggle.com/datasets/a", "dataset"),
        ("https://docs.example.org/", "docs"),
        ("https://notgithub.com/", "website"),
        ("https://github.com.example.org/", "website"),
        ("nothing", "website"),
    ],
)
def test_the_kind_is_guessed_from_the_host(url: str, kind: str) -> None:
    assert guess(url) == kind
    assert kind_of(url, "book") == "book"


def test_escaped_addresses_and_code_are_not_links() -> None:
    assert imported("- [ ] `https://a.b` https\\://c.d www\\.e.f\n").report.resources == 0


# Ids


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("1. Deep Learning (CNN, RNN)", "deep-learning"),
        ("3) Bücher & Straße", "bucher-and-strasse"),
        ("C++ and C#", "c-plus-plus-and-c-sharp"),
        ("2024 in review", "2024-in-review"),
        ("(all)", "all"),
        ("3.2", "3-2"),
        ("Don't", "dont"),
        ("w" * 200, "w" * 60),
    ],
)
def test_slugs_are_readable_ascii(title: str, expected: str) -> None:
    assert slug(title) == expected


def test_titles_in_other_scripts_have_stable_slugs() -> None:
    assert slug("машинное обучение") == slug("Машинное обучение")
    assert slug("машинное обучение") == "mashinnoe-obuchenie"
    assert slug("机器学习") != slug("深度学习")
    assert slug("机器学习") == "jiqixuexi"
    assert slug("🌳").startswith("n-")


def test_repeated_titles_get_their_parents_slug_or_a_number() -> None:
    text = "## A\n- [ ] Intro\n- [ ] Intro\n## B\n- [ ] Intro\n- [ ] Intro\n"
    assert [item.id for item in FlatTree(imported(text).roadmap).items()] == [
        "intro",
        "a-intro",
        "b-intro",
        "b-intro-2",
    ]


@given(st.lists(st.tuples(st.text(max_size=200), st.sampled_from(["", "a", "a-b", "x" * 80])), max_size=30))
def test_ids_are_valid_and_unique(titles: list[tuple[str, str]]) -> None:
    slugs = Slugs()
    ids = [slugs.new(title, parent) for title, parent in titles]
    assert len(set(ids)) == len(ids)
    decode(encode(imported("- a").roadmap._replace(children=tuple(Item(i, "t") for i in ids))), "x")


# Anything at all

PIECES = st.sampled_from(
    [
        "- ", "* ", "1. ", "> ", "# ", "### ", "[ ] ", "[x] ", "[/] ", "[] ", "\n", "\n\n", "  ", "    ",
        "\t", "word", "**b**", "**b**\n- ", "[a](https://a.b)", "[a](#a)", "![a](b)", "[@video@v](https://v.w)",
        "https://a.b/c_d", "www.a.b", "`", "```\n", "<details>\n", "<summary>s</summary>\n", "</details>\n\n",
        "<ul>", "<li>", "</ul>", "<a href='https://h.i'>", "</a>", "<h2>", "</h2>", "<!--", "-->",
        "|a|b|\n|-|-|\n", "|[c](https://c.d)|e|\n", "[^1]", "[^1]: f", "[r]: https://r.s", "[r]",
        "---\n", "===\n", "\\", "&amp;", "\u202e", "\x1b[31m", "\u0301" * 9, "中文", "\u2028", "_", "*",
        "~~", "]", "[", ")", "(", "<", '"',
    ]
)  # fmt: skip


def check(data: bytes, **options: Any) -> None:
    try:
        found = read_markdown(data, "x.md", **options)
    except InvalidRoadmap as error:
        assert "\n" not in str(error)  # noqa: PT017
        return
    assert decode(encode(found.roadmap), "x") == found.roadmap
    items = list(FlatTree(found.roadmap).items())
    assert found.report.items == len(items)
    assert found.report.ticked == sum(item.ticked for item in items)
    assert set(found.lines) <= {item.id for item in items}
    assert set(found.report.marks) <= {item.id for item in items}


@settings(max_examples=400, deadline=None)
@given(st.lists(PIECES, max_size=40), st.sampled_from(["auto", "tasks", "all"]), st.booleans())
@example(["<details>\n", "<summary>s</summary>\n", "</details>\n\n"], "auto", False)
def test_any_markdown_is_read_or_refused(pieces: list[str], items: str, strict: bool) -> None:
    check("".join(pieces).encode(), items=items, strict=strict, base_url="https://b.c/")


@settings(max_examples=200, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace"))
    )
)
@example(b"- [](//[)")
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    check(data)
    check(b"- [ ] a\n" + data)


def test_pathological_input_is_read_within_time_and_memory_limits() -> None:
    # From a process that is small itself: what a child has of its parent is counted as its own.
    words = [sys.executable, "-m", "tests.core.importers.pathological"]
    done = subprocess.run(words, capture_output=True, check=True, timeout=120, cwd=ROOT)
    found = json.loads(done.stdout)
    assert len(found) == len(INPUTS) >= 25
    assert [one for one in found if one[1] or one[2] >= 4 or one[3] >= 300] == []


@pytest.mark.parametrize("name", INPUTS)
def test_pathological_input_gives_a_valid_roadmap(name: str) -> None:
    # How long the whole of it takes is another test's: what comes out of a part is as odd.
    check(b"- something to learn\n\n" + INPUTS[name][:40_000].encode())
