from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from roadmap_tui.core.errors import InvalidRoadmap
from roadmap_tui.core.exporters.checkboxes import update_checkboxes
from roadmap_tui.core.exporters.html import to_html
from roadmap_tui.core.exporters.markdown import to_markdown
from roadmap_tui.core.importers.markdown import read_markdown
from roadmap_tui.core.roadmap.model import KINDS, Item, Resource, Roadmap, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.stats.activity import ActiveDay

if TYPE_CHECKING:
    from roadmap_tui.core.progress.events import Status
    from roadmap_tui.core.roadmap.model import Node

# What a text may hold that Markdown or HTML could take for something else.
NASTY = (
    "[ ] a", "[x] b", "- c", "1. d", "2) e", "# f", "## g #", "> h", "```", "`code`", "*i*", "**j**", "_k_",
    "~~l~~", "[m](https://m.org)", "![n](https://n.org/o.png)", "<b>p</b>", "<script>alert(1)</script>",
    "<!-- q -->", "https://r.org/s", "www.t.org", "HTTP://U.ORG", "&amp; &lt;", "&#35;", "|v|w|", "---",
    "===", "\\", "\\\\[y]", "[z]: https://z.org", "[^1]", "[^1]: a", "a  b", "+", "@video@b",
    "details</details>", "x\\", "a_b*c", "(d) e.", "100%", "key: value", "<https://f.org>", "a@b.org", "中文",
    "—", "\N{COMBINING ACUTE ACCENT}", "'\"", "!", "1986. A year",
)  # fmt: skip


def has_content(node: Node) -> bool:
    """Return False for a section without items, notes and resources, which an import drops."""
    return isinstance(node, Item) or bool(node.note or node.resources) or any(map(has_content, node.children))


def shape(node: Node) -> tuple[Any, ...]:
    kind = "item" if isinstance(node, Item) else "section"
    return (
        kind,
        node.title,
        node.note,
        node.resources,
        tuple(map(shape, filter(has_content, node.children))),
    )


def whole(roadmap: Roadmap) -> tuple[Any, ...]:
    children = tuple(map(shape, filter(has_content, roadmap.children)))
    return (roadmap.title, roadmap.note, roadmap.resources, children)


def again(roadmap: Roadmap, statuses: dict[str, Status] | None = None) -> Roadmap:
    return read_markdown(to_markdown(roadmap, statuses or {}).encode(), "x.md").roadmap


SMALL = Roadmap(
    "plan",
    "Plan",
    note="Why.\nAnd how.",
    resources=(Resource("Video", "https://v.org/", "video"),),
    children=(
        Item("first", "First"),
        Section(
            "maths",
            "Maths",
            note="Numbers.",
            children=(
                Item(
                    "calculus",
                    "Calculus",
                    note="Twice.",
                    resources=(
                        Resource("Calculus", "https://arxiv.org/c", "paper"),
                        Resource("B", "https://b.org", "book"),
                    ),
                    children=(Item("limits", "Limits"),),
                ),
                Item("algebra", "Algebra"),
            ),
        ),
    ),
)


def test_markdown_has_headings_task_lists_and_quoted_notes() -> None:
    statuses: dict[str, Status] = {"calculus": "done", "limits": "doing", "algebra": "skipped"}
    assert to_markdown(SMALL, statuses, notes={"algebra": "mine\n\nfor now", "plan": "go"}) == (
        "# Plan\n\nWhy.\n\nAnd how.\n\n> go\n\n- [@video@Video](https://v.org/)\n- [ ] First\n\n"
        "## Maths\n\nNumbers.\n\n- [x] [Calculus](https://arxiv.org/c)\n\n"
        "  Twice.\n\n  - [@book@B](https://b.org)\n  - [/] Limits\n"
        "- [-] Algebra\n\n  > mine\n  >\n  > for now\n"
    )


def test_an_export_is_read_as_the_same_roadmap() -> None:
    found = read_markdown(to_markdown(SMALL, {"calculus": "done", "limits": "doing"}).encode(), "x.md")
    assert whole(found.roadmap) == whole(SMALL)
    assert found.report.ticked == 1
    assert found.report.marks == {"limits": "doing"}


def test_a_section_before_an_item_is_a_group_or_details() -> None:
    inner = Section("inner", "In", children=(Item("c", "C"),))
    roadmap = Roadmap(
        "r",
        "R",
        children=(
            Section("empty", "Empty", note="words", resources=(Resource("W", "https://w.org"),)),
            Section("group", "Group", note="n", children=(inner, Item("a", "A"))),
            Section(
                "mixed", "Mixed", children=(Section("void", "Void"), Item("d", "D"), Section("last", "Last"))
            ),
            Item("b", "B"),
            Section("end", "End", children=(Item("e", "E"),)),
        ),
    )
    assert whole(again(roadmap)) == whole(roadmap)
    text = to_markdown(roadmap, {})
    assert "- Group\n" in text
    assert "<summary>Empty</summary>" in text
    assert "\n## End\n" in text


def test_summaries_and_authors_are_exported_as_notes() -> None:
    roadmap = Roadmap(
        "r",
        "R",
        summary="S",
        children=(
            Item(
                "a",
                "A",
                summary="T",
                note="U",
                resources=(Resource("B", "https://b.org", by="C", note='D "E"'),),
            ),
        ),
    )
    found = again(roadmap)
    item = found.children[0]
    assert (found.note, item.note) == ("S", "T\nU")
    assert item.resources == (Resource("B", "https://b.org", note='C: D "E"'),)


def test_an_unsafe_address_is_no_link() -> None:
    roadmap = Roadmap("r", "R", children=(Item("a", "A", resources=(Resource("B", "javascript:alert(1)"),)),))
    assert "](" not in to_markdown(roadmap, {})
    assert 'href="' not in to_html(roadmap, {})


def test_a_resource_titled_like_an_empty_checkbox_survives_export_and_import() -> None:
    link = Resource("[]", "https://a.org", "book")
    roadmap = Roadmap("r", "R", resources=(link,), children=(Item("i", "A"),))
    found = read_markdown(to_markdown(roadmap, {"i": "todo"}).encode(), "x.md")
    assert whole(found.roadmap) == whole(roadmap)


def test_kinds_survive_export_and_import() -> None:
    link = Resource("https://a.org", "https://a.org")
    items = (
        Item("a", "A", kind="project", children=(Item("b", "B?", kind="material"),)),
        Item("c", "(done)", kind="topic"),
        Item("d", "https://a.org", resources=(link,)),
        Item("e", "https://a.org", resources=(link,), kind="material"),
        Item("f", "F", resources=(Resource("👆", "https://a.org"),)),
    )
    found = again(Roadmap("r", "R", children=items))
    assert [node.kind for node in FlatTree(found).items()] == [
        "project",
        "material",
        "topic",
        "",
        "material",
        "",
    ]
    assert whole(found) == whole(Roadmap("r", "R", children=items))


words = st.lists(
    st.one_of(st.sampled_from(NASTY), st.text(min_size=1, max_size=12)), min_size=1, max_size=4
).map(lambda parts: clean(" ".join(parts), 300, one_line=True))
titles = words.filter(bool)
notes = st.lists(titles, max_size=3).map("\n".join)
addresses = st.sampled_from(
    ["https://a.org", "http://b.org/c_(d)?e=1&amp;f=2&copy;", "https://g.org/*h*/_i_", "https://j.org/`k`<l>",
     "https://m.org/[n]", "https://youtu.be/1", "https://arxiv.org/abs/2", "https://o.org/" + "p" * 900, "https://münchen.de/ä"]
)  # fmt: skip
resources = st.lists(
    st.builds(
        Resource,
        titles,
        addresses,
        st.sampled_from(KINDS),
        by=st.just(""),
        note=st.one_of(st.just(""), titles),
        was=st.just(()),
        minutes=st.just(0),
        extra=st.just(""),
    ),
    max_size=3,
    unique_by=lambda resource: resource.url,
).map(tuple)


def items(depth: int) -> st.SearchStrategy[Item]:
    children = st.lists(items(depth - 1), max_size=2).map(tuple) if depth else st.just(())
    return st.tuples(titles, notes, resources, children).map(
        lambda fields: Item("", fields[0], note=fields[1], resources=fields[2], children=fields[3])
    )


def sections(depth: int) -> st.SearchStrategy[Section]:
    kinds: list[st.SearchStrategy[Any]] = [items(2), sections(depth - 1)] if depth else [items(1)]
    children: st.SearchStrategy[tuple[Node, ...]] = st.lists(st.one_of(kinds), max_size=3).map(tuple)
    return st.tuples(titles, notes, resources, children).map(
        lambda fields: Section("", fields[0], note=fields[1], resources=fields[2], children=fields[3])
    )


def numbered(node: Any, ids: list[int]) -> Any:
    ids[0] += 1
    return node._replace(id=f"i{ids[0]}", children=tuple(numbered(child, ids) for child in node.children))


roadmaps = st.builds(
    lambda title, note, links, children: Roadmap(
        "r",
        title,
        note=note,
        resources=links,
        children=numbered(Roadmap("r", "", children=children), [0]).children,
    ),
    titles,
    notes,
    resources,
    st.lists(st.one_of(items(2), sections(3)), max_size=4).map(lambda nodes: (*nodes, Item("", "Last"))),
)


@settings(max_examples=120, deadline=None)
@given(roadmaps, st.sampled_from(["todo", "done", "doing", "skipped"]))
def test_any_roadmap_survives_export_and_import(roadmap: Roadmap, status: Status) -> None:
    statuses = {item.id: status for item in FlatTree(roadmap).items()}
    text = to_markdown(roadmap, statuses)
    found = read_markdown(text.encode(), "x.md")
    assert whole(found.roadmap) == whole(roadmap)
    assert set(found.report.marks.values()) <= {status}
    assert found.report.ticked == (len(statuses) if status == "done" else 0)
    # Another parser finds no code, no HTML but the sections', and no link but the resources.
    tokens = MarkdownIt("commonmark", {"linkify": True}).enable(["table", "strikethrough"]).parse(text)
    kinds = {token.type for token in tokens} | {
        inner.type for token in tokens for inner in token.children or ()
    }
    assert not kinds & {
        "code_inline",
        "code_block",
        "fence",
        "image",
        "em_open",
        "s_open",
        "table_open",
    }
    inline = [inner for token in tokens for inner in token.children or ()]
    assert {inner.content for inner in inline if inner.type == "html_inline"} <= {"<!-- -->"}
    order = FlatTree(roadmap)
    count = len(roadmap.resources) + sum(len(node.resources) for node in order.nodes)
    assert sum(inner.type == "link_open" for token in tokens for inner in token.children or ()) == count


@pytest.mark.parametrize("mail", ["ask me@example.org now", "me.too+x@example.org", "mailto:me@example.org"])
def test_email_addresses_do_not_become_links(mail: str) -> None:
    roadmap = Roadmap("r", mail, children=(Item("i", mail, note=mail),))
    text = to_markdown(roadmap, {})
    # What GitHub links in a text that is parsed: no stretch of it may hold an address.
    inline = [one for token in MarkdownIt().parse(text) for one in token.children or ()]
    assert not any("e@ex" in one.content or "x@ex" in one.content for one in inline if one.type == "text")
    assert whole(again(roadmap)) == whole(roadmap)


@pytest.mark.parametrize("text", NASTY)
def test_markup_in_text_is_escaped(text: str) -> None:
    title = clean(text, one_line=True)
    roadmap = Roadmap(
        "r", title, note=title, children=(Section("s", title, children=(Item("i", title, note=title),)),)
    )
    assert whole(again(roadmap)) == whole(roadmap)


# Into the file it came from

SOURCE = (
    b"\xef\xbb\xbf# T\r\n\r\n* [ ] One  \r\n\t- [x] Two\t\r\n> 1. [X] Three\r\n"
    b"- [/] Four\r- []  Five\n- [ ]Six\n-\n  [ ] Seven\n- - [\xe2\x9c\x94] Eight\n`[ ]` [x]  "
)


def marked(data: bytes, statuses: dict[str, Status]) -> bytes:
    return update_checkboxes(data, read_markdown(data, "x").roadmap, statuses)[0]


def test_only_checkboxes_change() -> None:
    assert marked(SOURCE, {"one": "done", "two": "todo", "three": "doing", "four": "skipped"}) == (
        SOURCE.replace(b"[ ] One", b"[x] One")
        .replace(b"[x] Two", b"[ ] Two")
        .replace(b"[X] Three", b"[/] Three")
        .replace(b"[/] Four", b"[-] Four")
    )
    assert marked(SOURCE, {"five": "done", "six": "done", "seven": "done", "eight": "todo"}) == (
        SOURCE.replace(b"[]  Five", b"[x]  Five")
        .replace(b"[ ]Six", b"[x]Six")
        .replace(b"[ ] Seven", b"[x] Seven")
        .replace(b"[\xe2\x9c\x94] Eight", b"[ ] Eight")
    )


def test_equivalent_checkboxes_stay_unchanged() -> None:
    same: dict[str, Status] = {
        "one": "todo", "two": "done", "three": "done", "four": "doing", "five": "todo", "six": "todo",
        "eight": "done",
    }  # fmt: skip
    data = SOURCE
    assert update_checkboxes(data, read_markdown(data, "x").roadmap, same) == (data, ())
    assert update_checkboxes(data, read_markdown(data, "x").roadmap, {}) == (data, ())


def test_unmatched_items_and_tasks_are_reported() -> None:
    roadmap = read_markdown(b"- [ ] One\n- [ ] Two\n", "x").roadmap
    data, refusals = update_checkboxes(b"- [ ] One\n- [ ] Twice\n", roadmap, {"one": "done", "two": "done"})
    assert data == b"- [x] One\n- [ ] Twice\n"
    assert [(one.title, one.line) for one in refusals] == [("Two", 0), ("Twice", 2)]


def test_equal_titles_are_matched_by_section_and_order() -> None:
    source = b"## A\n- [ ] Intro\n- [ ] Intro\n## B\n- [ ] Intro\n"
    roadmap = read_markdown(source, "x").roadmap
    ids = [item.id for item in FlatTree(roadmap).items()]
    assert (
        update_checkboxes(source, roadmap, {ids[1]: "done"})[0]
        == b"## A\n- [ ] Intro\n- [x] Intro\n## B\n- [ ] Intro\n"
    )
    moved = b"## B\n- [ ] Intro\n## A\n- [ ] Intro\n"
    data, refusals = update_checkboxes(moved, roadmap, {ids[1]: "done", ids[2]: "done"})
    assert data == b"## B\n- [x] Intro\n## A\n- [ ] Intro\n"
    assert [one.title for one in refusals] == ["Intro", "Intro"]


def test_trailing_brackets_that_are_in_the_note_do_not_prevent_a_match() -> None:
    roadmap = Roadmap("r", "R", children=(Item("a", "SAC", note="SAC only"), Item("b", "PPO")))
    data, refusals = update_checkboxes(
        b"- [ ] SAC (SAC only)\n- [ ] PPO (else)\n", roadmap, {"a": "done", "b": "done"}
    )
    assert data == b"- [x] SAC (SAC only)\n- [ ] PPO (else)\n"
    assert {one.title for one in refusals} == {"PPO", "PPO (else)"}


def test_a_file_without_tasks_is_refused() -> None:
    with pytest.raises(InvalidRoadmap):
        update_checkboxes(b"words", SMALL, {"first": "done"})


@settings(max_examples=120, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            ["- [ ] a", "- [x] b", "* [/] c", "1. [-] d", "> - [ ] e", "- [] f", "\t- [ ] g", "  + [X] h  ",
             "[ ] i", "text [x]", "```", "- - [ ] j", "-", "  [ ] k", "# [x] l", "|[ ]|", "[y]: https://a.b",
             "- `[ ]` m", "- [ ]n", "---", "é [ ]"]
        ),
        max_size=20,
    ),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["todo", "done", "doing", "skipped"]),
)  # fmt: skip
def test_every_task_of_any_file_can_be_marked(lines: list[str], end: str, status: Status) -> None:
    data = end.join(["- [ ] z", "", *lines]).encode()
    found = read_markdown(data, "x", items="tasks")
    changed, refusals = update_checkboxes(data, found.roadmap, dict.fromkeys(found.lines, status))
    assert refusals == ()
    seen = read_markdown(changed, "x", items="tasks")
    assert seen.lines == found.lines
    assert seen.report.ticked == (len(found.lines) if status == "done" else 0)
    assert set(seen.report.marks.values()) <= {status}
    # Nothing but what stands in the brackets is another.
    blank = re.compile(rb"\[[ xX/\-]*\]")
    assert blank.sub(b"[]", changed) == blank.sub(b"[]", data)


# HTML


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.said = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.said += data


def test_the_page_has_titles_notes_links_and_statuses() -> None:
    page = Page(to_html(SMALL, {"calculus": "done", "algebra": "skipped"}, notes={"limits": "my <b> note"}))
    assert page.open == []
    for words_ in (
        "Plan",
        "Why.",
        "0 of 2 done, 1 skipped",
        "Maths",
        "Numbers.",
        "Calculus",
        "Twice.",
        "my <b> note",
    ):
        assert words_ in page.said
    assert "prefers-color-scheme: dark" in page.said
    assert "@media print" in page.said
    links = [attributes for tag, attributes in page.tags if tag == "a"]
    assert [link["href"] for link in links] == ["https://v.org/", "https://arxiv.org/c", "https://b.org"]
    assert {link["rel"] for link in links} == {"noopener noreferrer"}
    states = [
        attributes["class"]
        for tag, attributes in page.tags
        if (attributes.get("class") or "").startswith("item")
    ]
    assert states == ["item todo", "item done", "item todo", "item skipped"]


def test_retired_items_are_on_the_page() -> None:
    assert "Retired" in to_html(SMALL._replace(retired=(Item("old", "Old"),)), {})


def test_sections_are_folded_unless_they_are_in_progress() -> None:
    sections = tuple(
        Section(name, name.title(), children=(Item(f"{name}-1", "One"), Item(f"{name}-2", "Two")))
        for name in ("new", "begun", "finished")
    )
    statuses: dict[str, Status] = {"begun-1": "done", "finished-1": "done", "finished-2": "done"}
    page = Page(to_html(SMALL._replace(children=sections), statuses))
    assert ["open" in attributes for tag, attributes in page.tags if tag == "details"] == [False, True, False]
    bars = [attributes["value"] for tag, attributes in page.tags if tag == "progress"]
    assert bars == ["3", "1", "2"]  # of the roadmap, and of those that have begun


def test_the_heatmap_has_a_green_for_each_quarter_of_the_days() -> None:
    moment = datetime(2026, 10, 5, tzinfo=UTC)
    first = date(2026, 10, 6)  # a Tuesday
    days = [ActiveDay(first + timedelta(days=n), n + 1, 0, 0, moment, moment) for n in range(4)]
    page = Page(to_html(SMALL, {}, days=days, today=first + timedelta(days=6)))
    cells = [attributes for tag, attributes in page.tags if tag == "i"]
    assert [cell["class"] for cell in cells] == ["none", "l1", "l2", "l3", "l4", "l0", "l0", "l0"]
    assert cells[4]["title"] == "9 Oct 2026: 4"
    assert "4 active days since 6 Oct 2026" in page.said
    same = [day._replace(done=3) for day in days]
    page = Page(to_html(SMALL, {}, days=same, today=first))
    assert [attributes["class"] for tag, attributes in page.tags if tag == "i"] == ["none", "l4"]


def test_notes_are_rendered_by_the_function_given() -> None:
    page = to_html(SMALL, {}, notes={"limits": "a *b*"}, render_note=lambda text: f"<em>{len(text)}</em>")
    assert '<div class="note"><em>5</em></div>' in page


@settings(max_examples=60, deadline=None)
@given(roadmaps)
def test_html_in_text_is_escaped(roadmap: Roadmap) -> None:
    text = to_html(roadmap, {}, notes={"r": NASTY[17]})
    page = Page(text)
    assert page.open == []
    assert {tag for tag, _ in page.tags} <= {
        "html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "h4", "h5", "h6", "div", "p",
        "ul", "li", "span", "a", "details", "summary", "progress",
    }  # fmt: skip
    assert not any(
        name.startswith("on") or name in {"src", "style"}
        for _, attributes in page.tags
        for name in attributes
    )
