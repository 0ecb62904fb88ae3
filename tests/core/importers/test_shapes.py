"""Habits of real READMEs: labels, tables, marks, titles and syntax of other programs."""

from __future__ import annotations

from typing import Any

import pytest

from roadmap_tui.core.errors import InvalidRoadmap
from roadmap_tui.core.exporters.markdown import to_markdown
from roadmap_tui.core.importers.base import Imported, ImportOptions, SourceData
from roadmap_tui.core.importers.markdown import read_markdown
from roadmap_tui.core.importers.registry import read_source
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.roadmap.tree import FlatTree
from tests.core.importers.test_markdown import dropped, imported, outline, urls

BASE = "https://github.com/o/r/blob/HEAD/"


def marks(text: str) -> list[str]:
    """Return the titles with the author's status before them."""
    found = imported(text)
    statuses = {"doing": "~ ", "skipped": "- "}
    return [
        ("x " if item.ticked else statuses.get(found.report.marks.get(item.id, ""), "")) + item.title
        for item in FlatTree(found.roadmap).items()
    ]


def notes(text: str, **options: Any) -> dict[str, str]:
    return {item.title: item.note for item in FlatTree(imported(text, **options).roadmap).items()}


# Titles


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("### [Sponsor](https://s.org)\n\n# Botany\n\n## One\n- a\n", "Botany"),
        ("## Botany\n### One\n- a\n### Two\n- b\n", "Botany"),
        ("# Botany\n\nWords.\n\n# One\n- a\n\n# Two\n- b\n", "Botany"),
        ("<div align='center'><h3>Botany</h3></div>\n\n## One\n- a\n", "Botany"),
        ("## Contents\n- [One](#one)\n- [Two](#two)\n- [Three](#three)\n\n# Botany\n## One\n- a\n", "Botany"),
        ("# <a href='https://b.org'>Botany</a>\n## One\n- a\n", "Botany"),
        ("# Botany 0123456789abcdef0123456789abcdef\n- [ ] a\n", "Botany"),
    ],
)
def test_the_title_is_the_heading_that_names_the_plan(text: str, title: str) -> None:
    assert imported(text).roadmap.title == title


def test_sections_before_the_title_are_dropped() -> None:
    assert outline("### [Sponsor](https://s.org)\n\n# Botany\n\n## One\n- a\n") == [["One", "a"]]


def test_a_hard_break_or_description_ends_the_title_of_a_named_bullet() -> None:
    text = (
        "- **[Roots](https://a.org/1)**<br>\n  How they grow.\n- **[Stems](https://a.org/2)**  \n  Why.\n"
        "- [Leaves](https://a.org/3) - what they do\n"
        "- **Buds**: when they open\n- [Bark](https://a.org/4) by B\n"
    )
    assert notes(text) == {
        "Roots": "How they grow.",
        "Stems": "Why.",
        "Leaves": "what they do",
        "Buds": "when they open",
        "Bark by B": "",
    }


def test_a_task_keeps_its_title_up_to_a_hard_break() -> None:
    assert notes("- [ ] **Roots** - all of them<br>and more\n") == {"Roots - all of them": "and more"}


def test_footnote_marks_are_dropped_and_exponents_kept() -> None:
    assert outline("- Part 1<sup>2</sup>\n- x<sup>2</sup>\n- H<sub>2</sub>O\n") == ["Part 1", "x²", "H2O"]


# Sections


def test_label_lines_open_sections_and_close_the_one_before() -> None:
    text = (
        "# P\n**Week 1: Roots** (2 hours)\n- [ ] a\n\n**Week 2: Stems:**\n- [ ] b\n\n"
        "Week 3: Buds\n- [ ] c\n\n"
        "__Week 4__\n\n- [ ] d\n\n<b>Week 5</b>\n\n- [ ] e\n"
    )
    assert outline(text) == [
        ["Week 1: Roots", "a"], ["Week 2: Stems", "b"], ["Week 3: Buds", "c"], ["Week 4", "d"],
        ["Week 5", "e"],
    ]  # fmt: skip


def test_a_plain_label_closes_a_bold_one() -> None:
    assert outline("# P\n**Read**\n- a\n\nDo every day:\n- b\n") == [["Read", "a"], ["Do every day", "b"]]


def test_a_sentence_before_a_list_is_no_label() -> None:
    assert outline("## S\nThese are worth reading:\n- a\n") == [["S", "a"]]


def test_details_that_close_within_a_paragraph_stand_side_by_side() -> None:
    text = (
        "# Q\n\n<details>\n<summary>One?</summary><br><b>\n\n- a\n\n</b></details>\n\n"
        "<details>\n<summary>Two?</summary>\n\nWords.\n\n</details>\n\n- end\n"
    )
    assert outline(text) == [["One?", "a"], "Two?", "end"]


def test_sections_about_the_repository_are_dropped_and_counted() -> None:
    text = (
        "# P\n## Basics\n- a\n- b\n## Contributing\n- fork\n- open\n## Licence\nMIT [l](https://l.org)\n"
        "## Star History\n[![s](https://s.org/i)](https://s.org)\n"
    )
    assert outline(text) == [["Basics", "a", "b"]]
    assert dropped(text)["section about the repository"] == (3, 5)
    assert dropped(text)["item in a section about the repository"][0] == 2


def test_such_sections_are_kept_if_there_is_nothing_else() -> None:
    assert outline("# P\n## Contributing\n- fork\n- open\n") == [["Contributing", "fork", "open"]]


def test_lists_of_people_shops_and_social_networks_are_dropped() -> None:
    text = (
        "# P\n## One\n- a\n- [Twitter](https://twitter.com/p)\n- Amazon link (soon)\n"
        "## Crew\n- [Ann](https://github.com/ann)\n- [Bob](https://github.com/bob)\n"
    )
    assert outline(text) == [["One", "a"]]


def test_the_few_bullets_before_the_sections_are_an_introduction() -> None:
    assert outline("# P\n- for beginners\n\n## One\n- a\n- b\n## Two\n- c\n") == [
        ["One", "a", "b"],
        ["Two", "c"],
    ]


@pytest.mark.parametrize("link", ["#{}", "README.md#{}", "./README.md#{}", "https://github.com/o/r#{}"])
def test_a_table_of_contents_links_to_the_same_page(link: str) -> None:
    names = ["roots", "stems", "buds"]
    entries = "".join(f"- [{name}]({link.format(name)})\n" for name in names)
    sections = "".join(f"## {name}\n- {name} 1\n" for name in names)
    assert outline(f"# P\n## Contents\n{entries}\n{sections}") == [[name, f"{name} 1"] for name in names]


def test_contents_that_link_to_other_files_are_the_plan() -> None:
    assert outline("# P\n## Contents\n- [a](a.md)\n- [b](b.md)\n", base_url=BASE) == [["Contents", "a", "b"]]


def test_headings_alone_are_a_plan() -> None:
    assert outline("# P\n## Week 1\n### Day 1\n### Day 2\n## Week 2\n### Day 3\n### Day 4\n") == [
        ["Week 1", "Day 1", "Day 2"],
        ["Week 2", "Day 3", "Day 4"],
    ]


# Which bullets are items


def test_a_few_tasks_in_a_plan_do_not_hide_it() -> None:
    text = "# P\n## One\n- [a](https://a.org)\n- b\n## Two\n- c\n- d\n## To do\n- [ ] fix\n"
    assert outline(text) == [["One", "a", "b"], ["Two", "c", "d"], ["To do", "fix"]]
    found = imported(text)
    assert found.roadmap.source.items == "all"
    assert found.report.warnings[0] == "1 of 5 bullets is a task; --items tasks imports only that"
    assert outline(text, items="tasks")[-1] == ["To do", "fix"]


def test_bullets_below_tasks_do_not_count() -> None:
    notes_ = "".join(f"  - note {i}\n" for i in range(30))
    assert imported(f"# P\n- [ ] a\n{notes_}- [ ] b\n").roadmap.source.items == "tasks"


def test_tasks_nested_in_one_bullet_of_a_plan_do_not_hide_the_others() -> None:
    text = "# P\n- Week 1\n  - [ ] a\n  - read\n- Week 2\n  - watch\n  - write\n"
    assert outline(text) == [("Week 1", "a", "read"), ("Week 2", "watch", "write")]


def test_tasks_in_a_code_block_are_found_if_there_is_nothing_else() -> None:
    found = imported("# P\n\n```\n- [ ] a\n- [x] b\n```\n")
    assert [item.title for item in FlatTree(found.roadmap).items()] == ["a", "b"]
    assert found.report.warnings == ("the tasks were found in a code block",)


# Tables


def rows(*lines: str) -> str:
    return "".join(
        f"|{line}|\n" + ("|-" * (line.count("|") + 1) + "|\n" if not i else "")
        for i, line in enumerate(lines)
    )


def test_rows_are_items_named_by_the_column_of_names() -> None:
    text = "# P\n## Year\n" + rows("Code|Course|Weeks", "BIO 1|[Roots](https://a.org)|2", "BIO 2|Stems|3")
    assert outline(text) == [["Year", "Roots", "Stems"]]
    assert notes(text) == {"Roots": "BIO 1 · 2 weeks", "Stems": "BIO 2 · 3 weeks"}


def test_a_kind_column_gives_the_kind_of_the_links() -> None:
    text = "# P\n" + rows(
        "Format|Resource|Progress",
        "Book|[A](https://a.org/1)|✅",
        "|[B](https://a.org/2)|⬜",
        "Video|[C](https://a.org/3)|⬜",
    )
    found = imported(text)
    assert [item.resources[0].kind for item in FlatTree(found.roadmap).items()] == ["book", "book", "video"]
    assert marks(text) == ["x A", "B", "C"]


def test_status_columns_are_the_authors_marks() -> None:
    assert marks("# P\n" + rows("Week|Topic|Status", "1|Roots|[x]", "2|Stems|[ ]", "3|Buds|in progress")) == [
        "x Roots", "Stems", "~ Buds"
    ]  # fmt: skip


def test_a_row_with_one_cell_begins_a_section() -> None:
    text = "# P\n" + rows(
        "Topic|Link|Time", "**Basics**||", "Roots|[r](https://a.org/1)|1", "Stems|[s](https://a.org/2)|2"
    )
    assert outline(text) == [["Basics", "Roots", "Stems"]]


def test_html_tables_are_tables() -> None:
    text = (
        "# P\n<table><tr><th>Day</th><th>Topic</th></tr>\n"
        "<tr><td>1</td><td><a href='https://a.org'>Roots</a></td></tr>"
        "\n<tr><td>2</td><td>Stems</td></tr></table>\n"
    )
    assert notes(text) == {"Roots": "Day 1", "Stems": "Day 2"}


def test_tables_of_links_without_header_are_tiles() -> None:
    cells = "".join(f"<td><a href='https://a.org/{i}'>Tile {i}</a></td>" for i in range(4))
    assert (
        outline(f"# P\n<table><tr>{cells}</tr><tr>{cells.replace('Tile', 'More')}</tr></table>\n")[0]
        == "Tile 0"
    )


# Marks


def test_signs_are_marks_if_lists_have_different_ones() -> None:
    assert marks("# P\n## S\n- ✅ a\n- ⬜ b\n- ☑ c\n- 🟢 d\n- ❌ e\n") == ["x a", "b", "x c", "~ d", "e"]
    assert marks("# P\n- a :white_check_mark:\n- b\n") == ["x a", "b"]


def test_a_sign_on_every_entry_is_decoration() -> None:
    assert marks("# P\n## S\n- ✅ a\n- ✅ b\n") == ["a", "b"]


def test_a_legend_explains_signs_and_is_no_item() -> None:
    legend = "> **Legend:** ✅ Completed 🔄 In Progress ⏳ Planned 🚀 Starting soon\n\n"
    assert marks(f"# P\n{legend}## S\n- ✅ a\n- ✅ b\n- ⏳ c\n- 🔄 d\n") == ["x a", "x b", "c", "~ d"]
    text = "# P\n- ⭐ Done\n- 🔒 To do\n\n## S\n- ⭐ a\n- 🔒 b\n- c\n"
    assert marks(text) == ["x a", "b", "c"]
    assert dropped(text) == {"legend": (1, 2)}
    table = "| Icon | Meaning |\n|---|---|\n| 🟡 | Done |\n| 🔴 | Skipped |\n"
    assert marks(f"# P\n{table}\n## S\n\n| Topic | State |\n|-|-|\n| a | 🟡 |\n| b | 🔴 |\n") == [
        "x a",
        "- b",
    ]


def test_signs_that_a_legend_explains_as_a_quality_are_notes() -> None:
    text = "# P\nKey: 🟢 easy, 🟡 medium, 🔴 hard\n\n## S\n- 🟢 a\n- 🔴 b\n"
    assert marks(text) == ["a", "b"]
    assert notes(text) == {"a": "easy", "b": "hard"}
    assert marks("# P\n- ✅ Done\n- ❌ [Planned](https://a.org)\n") == ["x Done", "Planned"]


def test_status_cells_are_signs_and_words() -> None:
    rows = "| a | ✅ Done |\n| b | 🟡 In progress |\n| c | ⬜ Not started |\n| d | Coming soon |\n"
    assert marks(f"# P\n| Topic | Status |\n|-|-|\n{rows}") == ["x a", "~ b", "c", "d"]


def test_words_boxes_and_strikethrough_are_marks() -> None:
    text = "# P\n- a (done)\n- ~~b~~\n- **[DONE]** c\n- [d](https://a.org) - [x]\n- e\n"
    assert marks(text) == ["x a", "x b", "x c", "x d", "e"]


def test_html_checkboxes_are_marks() -> None:
    box = "<input type='checkbox'"
    assert marks(f"# P\n<ul>\n<li>{box} checked> a</li>\n<li>{box}> b</li>\n</ul>\n") == ["x a", "b"]
    assert marks("- <input type='checkbox' checked/> a\n- <input type='checkbox'/> b\n") == ["x a", "b"]


def test_strict_takes_no_sign_or_word_for_a_mark() -> None:
    assert imported("- ✅ a\n- b (done)\n", strict=True).report.ticked == 0


# Paragraphs


def test_paragraphs_that_begin_with_a_name_are_items() -> None:
    assert outline("# P\n## S\n**Day 1** roots\n\n**Day 2** stems\n") == [["S", "Day 1 roots", "Day 2 stems"]]
    text = "# P\n## S\n**Roots** - dig\n\n**Stems** - cut\n"
    assert notes(text) == {"Roots": "dig", "Stems": "cut"}


def test_a_bar_of_links_is_a_list() -> None:
    text = "# P\n## Week 1\n[Day 1](./1/) | [Day 2](./2/)\n## Week 2\n[Day 3](./3/) | [Day 4](./4/)\n"
    assert outline(text, base_url=BASE) == [["Week 1", "Day 1", "Day 2"], ["Week 2", "Day 3", "Day 4"]]


def test_paragraphs_with_signs_are_items_even_with_empty_links() -> None:
    text = "# P\n## S\n✅ `Easy` [Roots](https://a.org)\n\n⬜ `Hard` [Stems]()\n"
    assert marks(text) == ["x Roots", "Stems"]
    assert notes(text) == {"Roots": "Easy", "Stems": "Hard"}


def test_a_quote_of_bullets_is_a_list() -> None:
    assert outline("# P\n> - a\n> - b\n\n- c\n") == ["a", "b", "c"]


# Other programs


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("- [ ] [[Roots]] #later", "Roots"),
        ("- [ ] [[Roots|All about roots]] 📅 2026-01-05 ⏫", "All about roots"),
        ("- [ ] [[Roots#deep]] [due:: 2026-01-09]", "Roots"),
        ("- [>] Roots", "Roots"),
        ("- TODO Roots\n  collapsed:: true", "Roots"),
        ("- DOING Roots\n  SCHEDULED: <2026-01-02 Fri>", "Roots"),
        ("- [ ] [ ] Roots", "Roots"),
    ],
)
def test_syntax_of_other_programs_is_not_in_titles(text: str, title: str) -> None:
    assert outline(text) == [title]


def test_admonitions_and_mdx_are_not_items() -> None:
    text = (
        "import X from '@site/x'\n\n:::tip\n- not me\n- nor me\n:::\n\n<Tabs>\n\n- Roots\n\n</Tabs>\n\n"
        '!!! note "Hint"\n    - not me\n\n{% hint style="info" %}\nWords.\n{% endhint %}\n'
    )
    assert outline(text) == ["Roots"]
    assert imported(text).roadmap.note == "not me\nnor me\nnot me\nWords."


def test_org_files_are_read() -> None:
    text = b"#+TITLE: Botany\n* TODO Roots\n** DONE Deep [[https://a.org][roots]]\n* Stems\n"
    text += b"- [ ] one\n- [X] two\n"
    found = read_source(SourceData(text, "plan.org", "/plan.org"), ImportOptions())
    assert (found.roadmap.title, found.roadmap.source.kind) == ("Botany", "org")
    items = {item.title: item for item in FlatTree(found.roadmap).items()}
    assert list(items) == ["Roots", "Deep roots", "one", "two"]
    assert [title for title, item in items.items() if item.ticked] == ["Deep roots", "two"]
    assert urls(items["Deep roots"]) == ["https://a.org"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("plan.rst", b"Plan\n====\n\n* a\n"),
        ("page.html", b"<ul><li>a</ul>"),
        ("x.md", b"<!DOCTYPE html><p>a"),
    ],
)
def test_other_formats_are_refused_in_one_line(name: str, data: bytes) -> None:
    with pytest.raises(InvalidRoadmap) as caught:
        read_source(SourceData(data, name, name), ImportOptions())
    assert "\n" not in str(caught.value)


def test_relative_links_without_base_show_their_path() -> None:
    text = "# P\n- [Roots](./01%20roots.md)\n- see [Stems](02.md)\n"
    assert notes(text) == {"Roots": "./01 roots.md", "see Stems": "Stems (02.md)"}
    (first, _) = imported(text, base_url=BASE).roadmap.children
    assert isinstance(first, Item)
    assert urls(first) == [BASE + "01%20roots.md"]


# Prerequisites, questions and kinds


def test_prerequisites_are_named_by_title_or_id() -> None:
    text = "- [ ] Roots\n- [ ] Stems (needs: roots)\n- [ ] Leaves\n  - Prerequisites: Stems, roots, Moon\n"
    found = imported(text)
    needs = {item.title: item.prerequisites for item in FlatTree(found.roadmap).items()}
    assert needs == {"Roots": (), "Stems": ("roots",), "Leaves": ("stems", "roots")}
    assert "Moon" in found.report.warnings[0]
    back = imported(to_markdown(found.roadmap, {}))
    assert {item.title: item.prerequisites for item in FlatTree(back.roadmap).items()} == needs


def test_prerequisites_in_a_circle_are_left_out_and_reported() -> None:
    found = imported("- [ ] a (needs: b)\n- [ ] b (needs: a)\n")
    assert [item.prerequisites for item in FlatTree(found.roadmap).items()] == [("b",), ()]
    assert "circle" in found.report.warnings[0]


def test_question_and_answer_bullets_become_questions() -> None:
    text = "- [ ] Roots\n  - Q: What do they do?\n  - A: Drink.\n  - Q: Where?\n"
    found = imported(text)
    (item,) = FlatTree(found.roadmap).items()
    assert [(question.ask, question.answer) for question in item.questions] == [
        ("What do they do?", "Drink."), ("Where?", "")
    ]  # fmt: skip
    assert all(question.id.startswith("m:") for question in item.questions)
    (again,) = FlatTree(imported(to_markdown(found.roadmap, {})).roadmap).items()
    assert again.questions == item.questions


def test_a_bullet_that_is_one_link_to_a_course_is_material_but_a_task_is_a_topic() -> None:
    course = "[Course](https://www.coursera.org/c)"
    assert [item.kind for item in FlatTree(imported(f"- {course}\n- Topic\n").roadmap).items()] == [
        "material",
        "",
    ]
    assert [item.kind for item in FlatTree(imported(f"- [ ] {course}\n").roadmap).items()] == [""]


def test_obsidian_comments_and_the_label_of_its_kanban_boards_are_dropped() -> None:
    board = "---\nkanban-plugin: board\n---\n\n## To Do\n- [ ] a %%hidden%%\n\n## Done\n\n**Complete**\n"
    text = board + '- [x] b\n\n%% kanban:settings\n```\n{"-->": 1}\n```\n%%\n'
    assert outline(text) == [["To Do", "a"], ["Done", "x b"]]
    assert dropped(text) == {"front matter": (1, 1), "comment": (1, 13)}
    assert outline("**Complete**\n- a\n\n%% open\n\n- b\n") == [["Complete", "a", "b"]]


def test_a_task_that_is_only_an_address_is_material_and_one_that_is_a_link_a_topic() -> None:
    items = imported("- [ ] https://a.org/b\n- [ ] [Words](https://a.org/c)\n").roadmap.children
    assert [item.kind for item in items if isinstance(item, Item)] == ["material", ""]


# Rules found with READMEs that the importer had not seen


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Botany\n## One\n- [ ] a\n# Motivation\n- [ ] b\n", "Botany"),
        ("# Week 1\n- a\n# Week 2\n- b\n", "learn-botany"),
        ("# Roots\n- a\n# Stems\n- b\n", "learn-botany"),
        ("# Learn Botany\n- a\n# Stems\n- b\n", "Learn Botany"),
        ("### Open Botany\n\n# Contents\n- [Plan](#plan)\n\n# Plan\n## One\n- a\n", "Open Botany"),
        ("## Botany now\n\n**One**\n\nText.\n\n- a\n\n**Two**\n\nText.\n\n- b\n", "Botany now"),
        ("## Chapters\n### One\n- a\n### Two\n- b\n", "learn-botany"),
    ],
)
def test_the_title_of_several_headings_is_the_first_unless_it_is_a_part(text: str, title: str) -> None:
    assert imported(text, repository="learn-botany").roadmap.title == title


def test_the_only_heading_of_a_summary_file_is_no_section() -> None:
    text = b"# Summary\n\n* [One](one.md)\n  * [Two](two.md)\n"
    roadmap = read_markdown(text, "SUMMARY.md", repository="botany").roadmap
    assert (roadmap.title, [node.title for node in roadmap.children]) == ("botany", ["One"])
    text = b"# Plan\n- [ ] a\n# Part\n- [ ] b\n"
    assert read_markdown(text, "README-zh-CN.md").roadmap.title == "Plan"


def test_a_number_or_day_is_part_of_the_name_after_it() -> None:
    text = "# P\n- **Day 16**: [Roots](r.md) (Part one)\n- **[1]** Stem, A. *Stems.* 1999. [[pdf]](https://p.org)\n"
    assert outline(text) == ["Day 16: Roots (Part one)", "[1] Stem, A. Stems. 1999. [pdf]"]
    assert notes("- **Day 1** " + "long " * 60 + "\n")["Day 1"].startswith("long long")


def test_a_name_column_has_different_names() -> None:
    names = ["Roots", "Stems", "Leaves", "Fronds"]
    rows = "".join(f"| [co](https://c.org/{name}) [nb](https://n.org) | [{name}](a.md) |\n" for name in names)
    assert outline(f"# P\n| Open | Examples |\n|-|-|\n{rows}") == names
    rows = "".join(f"| {name} | [{name in 'Roots'}](https://a.org/{name}) |\n" for name in names)
    assert outline(f"# P\n| Work | Link |\n|-|-|\n{rows}") == names
    assert outline("# P\n| Link | Level |\n|-|-|\n| [Roots](https://a.org) | Easy |\n") == ["Roots"]


def test_key_concepts_describe_what_another_column_names() -> None:
    rows = "| [A](https://a.org) | Fast, dense |\n| B | - |\n"
    assert outline(f"# P\n| Plant | Key Concepts |\n|-|-|\n{rows}") == ["A", "B"]
    assert outline(f"# P\n| System | Concepts |\n|-|-|\n{rows}") == ["A", "B"]


def test_yes_and_no_are_statuses_under_such_a_header_only() -> None:
    rows = "| a | yes |\n| b | no |\n"
    assert marks(f"# P\n| Topic | Required |\n|-|-|\n{rows}") == ["a", "b"]
    assert marks(f"# P\n| Topic | Done |\n|-|-|\n{rows}") == ["x a", "b"]
    assert marks("# P\n| 主题 | 状态 |\n|-|-|\n| a | ✅ 已完成 |\n| b | 进行中 |\n") == ["x a", "~ b"]


def test_a_sign_among_other_pictographs_is_decoration() -> None:
    text = "# P\n## S\n- 📖 Read\n- 💻 Code\n- ✅ Review\n\n## T\n- ✅ a\n- b\n"
    assert marks(text) == ["📖 Read", "💻 Code", "Review", "x a", "b"]


def test_badges_in_items_are_links() -> None:
    badge = "[![{}](https://b.org/b.svg)](https://a.org/{})"
    text = f"# P\n\n{badge.format('b', 0)}\n\n- A {badge.format('YouTube', 1)}\n- B [👆](https://a.org/2)\n\n"
    text += f"## T\n| Topic | Open |\n|-|-|\n| C | {badge.format('', 3)} |\n"
    links = [link for item in FlatTree(imported(text).roadmap).items() for link in item.resources]
    assert [(link.title, link.url[-1]) for link in links] == [("YouTube", "1"), ("B 👆", "2"), ("Open", "3")]
    assert dropped(text)["badge"] == (1, 3)


def test_linked_headings_before_the_first_section_are_items() -> None:
    chapters = "".join(f"### [Chapter {n}](https://a.org/{n})\nText.\n\n" for n in (1, 2))
    text = f"# P\n{chapters}### Part two\n" + "- x\n" * 9
    assert outline(text)[:2] == ["Chapter 1", "Chapter 2"]


def test_headings_that_end_in_a_day_are_a_plan() -> None:
    days = "## Roots | Day 1\nCode [here](https://a.org).\n\n## Stems | Day 2\nWords.\n\n## Leaves (Day 3)\n"
    assert outline(f"# P\n{days}") == ["Roots | Day 1", "Stems | Day 2", "Leaves (Day 3)"]


def test_bold_lines_after_hard_breaks_are_items_of_their_own() -> None:
    text = "# P\n## S\n**1. Roots**<br>\n[One](https://a.org/1)<br>\n**2. Stems**  \n[Two](https://a.org/2)<br>\n"
    text += "[Three](https://a.org/3)\n"
    items = list(FlatTree(imported(text).roadmap).items())
    assert [(item.title, len(item.resources)) for item in items] == [("1. Roots", 1), ("2. Stems", 2)]


def test_bold_lines_above_text_and_a_list_are_sections_if_there_are_several() -> None:
    part = "**Lecture {0}: Roots {0}**\n\nWhat it is.\n\n- video {0}\n\n"
    lectures = [["Lecture 1: Roots 1", "video 1"], ["Lecture 2: Roots 2", "video 2"]]
    assert outline("# P\n" + part.format(1) + part.format(2)) == lectures
    assert outline("# P\n" + part.format(1)) == ["video 1"]


def test_a_bold_name_with_a_value_is_no_label() -> None:
    table = "| Course | Effort |\n|-|-|\n| Limits | 3 h |\n| Series | 2 h |\n"
    text = f"# P\n## Calculus\n**Duration:** 2 weeks\n\n{table}"
    assert outline(text) == [["Calculus", "Limits", "Series"]]
    assert outline("# P\n**Week 1:** Roots\n- a\n") == [["Week 1: Roots", "a"]]


def test_short_lists_and_tables_of_contents_are_dropped_with_their_labels() -> None:
    text = "# P\n**Roots**\n\n- [A](#a)\n\n**Stems**\n\n- [B](#b)\n- [C](#c)\n\n## A\n- x\n## B\n- y\n"
    assert outline(text) == [["A", "x"], ["B", "y"]]
    table = "## Table of contents\n| Level | Topics |\n|-|-|\n| [One](#one) | Roots, stems |\n\n"
    assert outline(f"# P\n{table}## One\n- x\n") == [["One", "x"]]


def test_prerequisites_in_prose_are_a_bullet_and_unknown_ones_a_note() -> None:
    prose = "Prerequisites: A first course in botany. Some chemistry is highly recommended, too"
    assert outline(f"- a\n  - {prose}\n") == [("a", prose)]
    found = imported("- a\n  - Prerequisites: b, c\n- b\n")
    item = found.roadmap.children[0]
    assert isinstance(item, Item)
    assert (item.prerequisites, item.note) == (("b",), "Prerequisites: c")
    assert len(found.report.warnings) == 1


def test_introductions_of_sentences_are_dropped_and_counted() -> None:
    intro = (
        "## Introduction\n- **Goal**: learn.\n- Please read [all notes](https://a.org) and all of the rules\n"
    )
    items = "".join(f"- {n}\n" for n in "abcdefgh")
    text = f"# P\n{intro}\n## S\n{items}"
    assert outline(text) == [["S", *"abcdefgh"]]
    assert dropped(text) == {
        "section of introduction": (1, 2),
        "item in a section of introduction": (2, 2),
        "link in a section of introduction": (1, 2),
    }
    named = "## Introduction\n- [What a plant is and how it came to be so](https://a.org)\n- Short\n"
    assert len(outline(f"# P\n{named}\n## S\n{items}")) == 2
    assert len(outline(f"# P\n{intro}\n## S\n- a\n")) == 2


def test_a_summary_in_an_entry_of_an_html_list_is_its_name() -> None:
    text = "# P\n<ul>\n<li><details><summary>Roots</summary>Below.</details></li>\n<li>Stems\n"
    text += "<details><summary>Bark</summary>Out.</details>"
    text += "<details><summary>More</summary>Up.</details></li>\n</ul>\n"
    assert notes(text) == {"Roots": "Below.", "Stems": "Bark\nOut.\nUp."}


def test_table_rows_without_a_name_are_notes_of_the_section() -> None:
    text = "# P\n## S\n| Topic | Link |\n|-|-|\n| A | x |\n| B | y |\n| - | [z](https://a.org) |\n"
    section = imported(text).roadmap.children[0]
    assert ([node.title for node in section.children], urls(section)) == (["A", "B"], ["https://a.org"])


def org(text: str) -> Imported:
    return read_source(SourceData(text.encode(), "p.org", "p.org"), ImportOptions())


def test_org_sections_may_come_before_leaf_headlines() -> None:
    text = "* Botany\nA =plan= of *mine*.\n* Roots\n** One\n** Two\n* Stems\n- [X] a\n* Leaves\n"
    roadmap = org(text).roadmap
    assert (roadmap.title, roadmap.note) == ("Botany", "A plan of mine.")
    children = [(node.title, len(node.children)) for node in roadmap.children]
    assert children == [("Roots", 2), ("Stems", 1), ("Leaves", 0)]


def test_an_org_report_names_the_lines_of_the_org_file() -> None:
    dropped_content = org("* Plan\n** Roots\n- a\n- b\n** License\n+ MIT\n").report.dropped
    assert [(one.kind, one.line, one.text) for one in dropped_content][:1] == [
        ("section about the repository", 5, "** License")
    ]
