from __future__ import annotations

import json
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmap_tui.core.errors import BAD_DATA, InvalidRoadmap
from roadmap_tui.core.importers.roadmap_sh import FILES_LIMIT, read_topics, remove_tracking, topic_and_node
from roadmap_tui.core.roadmap.format import encode
from roadmap_tui.core.roadmap.model import Resource
from roadmap_tui.core.roadmap.update import update_roadmap
from roadmap_tui.core.roadmap.validation import decode

if TYPE_CHECKING:
    from roadmap_tui.core.importers.base import Imported
    from roadmap_tui.core.roadmap.model import Node, Roadmap
    from roadmap_tui.core.roadmap.update import UpdateResult


def node_id(name: str) -> str:
    """A node id of 21 characters that begins with a name."""
    return (name + "0aB1cD2eF3gH4iJ5kL6mN")[:21]


def path(name: str, topic: str = "") -> str:
    return f"{topic or name}@{node_id(name)}.md"


def files(*names: str) -> dict[str, bytes]:
    return {path(name): f"# {name.title()}\n\nAbout {name}.\n".encode() for name in names}


def drawn(name: str, y: float = 0, x: float = 0, kind: str = "topic", label: str = "") -> dict[str, Any]:
    return {
        "id": node_id(name),
        "type": kind,
        "position": {"x": x, "y": y},
        "data": {"label": label or name.title()},
    }


def edge(source: str, target: str, style: str) -> dict[str, Any]:
    return {"source": node_id(source), "target": node_id(target), "data": {"edgeStyle": style}}


def graph(*parts: dict[str, Any]) -> bytes:
    nodes = [part for part in parts if "id" in part]
    return json.dumps({"nodes": nodes, "edges": [part for part in parts if "id" not in part]}).encode()


def outline(found: Imported) -> list[Any]:
    return [shape(node) for node in found.roadmap.children]


def shape(node: Node) -> Any:
    return (node.title, *map(shape, node.children)) if node.children else node.title


def fault(names: dict[str, bytes], drawing: bytes | None = None, **options: Any) -> str:
    with pytest.raises(InvalidRoadmap) as caught:
        read_topics(names, drawing, "plan", **options)
    assert caught.value.exit_code == BAD_DATA
    assert "\n" not in str(caught.value)
    return str(caught.value)


# Files


def test_file_names_are_split_into_topic_and_node_id() -> None:
    assert topic_and_node("a-b@4_ap0rD9Gl6Ep_4jMfPpG.md") == ("a-b", "4_ap0rD9Gl6Ep_4jMfPpG")
    assert topic_and_node("a@b@4_ap0rD9Gl6Ep_4jMfPp-.md") == ("a@b", "4_ap0rD9Gl6Ep_4jMfPp-")
    for name in ("a@b.md", "index.md", "a@4_ap0rD9Gl6Ep_4jMfPpG.txt", "a@4_ap0rD9Gl6Ep_4jMfPpG.md\n"):
        assert topic_and_node(name) is None


PAGE = """# AI Agents

They **act**, see [a page](https://a.b/one?utm_source=x).

They plan.

Visit the following resources to learn more:

- [@video@A talk](https://youtu.be/x?si=-QjRD&t=3)
- [@official@The manual](https://a.b/docs)
- [@article@Again](https://a.b/docs)
- [Mail](mailto:a@b.c)
- Words only
"""


def test_a_topic_file_gives_title_summary_note_and_resources() -> None:
    found = read_topics({path("agents"): PAGE.replace("- Words only\n", "").encode()}, None, "ai-engineer")
    (item,) = found.roadmap.children
    assert item.id == f"ai-agents-{node_id('agents').lower()}"
    assert (item.title, item.summary, item.note) == ("AI Agents", "They act, see a page.", "They plan.\nMail")
    assert item.resources == (
        Resource("a page", "https://a.b/one"),
        Resource("A talk", "https://youtu.be/x?t=3", "video"),
        Resource("The manual", "https://a.b/docs", "docs"),
    )
    assert found.roadmap.title == "Ai engineer"
    assert found.roadmap.id == "ai-engineer"
    assert (found.report.items, found.report.resources) == (1, 3)
    assert found.report.warnings == (
        f"left out: 1 repeated link (first: in {path('agents')})",
        f"left out: 1 link that is not http (first: in {path('agents')})",
    )
    assert decode(encode(found.roadmap), "") == found.roadmap


def test_text_among_links_becomes_a_note() -> None:
    (item,) = read_topics({path("agents"): PAGE.encode()}, None, "ai").roadmap.children
    assert item.note == "They plan.\nVisit the following resources to learn more:\nMail\nWords only"


def test_a_topic_without_title_is_named_after_its_file() -> None:
    (item,) = read_topics({path("x", "cut-off-dates"): b""}, None, "ai").roadmap.children
    assert (item.title, item.summary, item.resources) == ("Cut off dates", "", ())


def test_without_a_graph_topics_are_sorted_by_file_name() -> None:
    names = {**files("b", "a"), "README.md": b"\xff", path("a", "z"): b"# Twin"}
    found = read_topics(names, None, "plan")
    assert outline(found) == ["A", "B"]
    assert found.report.warnings == (
        "files that are not named <topic>@<node id>.md, left out: 1",
        "files with the node id of another, left out: 1",
    )


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("https://a.b/?utm_source=x&utm_medium=y&q=1#f", "https://a.b/?q=1#f"),
        ("https://a.b/c?gclid=1&fbclid=2", "https://a.b/c"),
        ("https://a.b/c?ref=roadmap.sh", "https://a.b/c"),
        ("https://a.b/c?ref=https://roadmap.sh/#x", "https://a.b/c#x"),
        ("https://a.b/c?ref=main&site=2&q=%20a", "https://a.b/c?ref=main&site=2&q=%20a"),
        ("https://a.b/c#?utm_source=x", "https://a.b/c#?utm_source=x"),
        ("https://a.b/c?", "https://a.b/c?"),
    ],
)
def test_tracking_parameters_are_removed(url: str, clean: str) -> None:
    assert remove_tracking(url) == clean


# The drawing


def test_the_graph_gives_titles_order_and_hierarchy() -> None:
    drawing = graph(
        drawn("two", 50, label="Second"),
        drawn("one", 300, label="First"),
        drawn("three", 100, label="Third"),
        drawn("plan", -9, kind="title", label="The Plan"),
        drawn("sub", 20, 200, "subtopic"),
        drawn("deep", 10, 300, "todo"),
        drawn("early", 10, 200, "checklist-item"),
        drawn("words", 10, 200, "paragraph"),
        edge("plan", "one", "solid"),
        edge("one", "two", "solid"),
        edge("two", "three", "solid"),
        edge("one", "sub", "dashed"),
        edge("sub", "deep", "dashed"),
        edge("early", "one", "dashed"),
    )
    found = read_topics(files("one", "two", "three", "sub", "deep", "loose"), drawing, "plan")
    assert outline(found) == [("First", ("Sub", "Deep"), "Early"), "Second", "Third", "Loose"]
    assert found.roadmap.title == "The Plan"
    assert found.report.warnings == ("files that the drawing does not show, put at the end: 1",)
    assert found.report.items == 7


def test_nodes_without_edges_come_last_in_document_order() -> None:
    drawing = graph(
        drawn("b", 90, 50, "subtopic"), drawn("one", 0), drawn("a", 10, 50, "subtopic"), drawn("two", 100)
    )
    found = read_topics(files("a"), drawing, "plan")
    assert outline(found) == ["One", "Two", "B", "A"]
    assert found.report.warnings == ("2 subtopics have no edge to a topic: put at the end",)


def test_topics_without_order_between_them_keep_the_order_of_the_document() -> None:
    drawing = graph(drawn("c"), drawn("a"), drawn("b"), drawn("d"), edge("b", "a", "solid"))
    assert outline(read_topics(files("a"), drawing, "plan")) == ["C", "B", "A", "D"]


def test_cyclic_edges_fall_back_to_document_order() -> None:
    pairs = [("a", "b"), ("b", "c"), ("c", "a"), ("a", "a")]
    kinds = [drawn(name, y) for y, name in enumerate("abc")]
    found = read_topics(files("a"), graph(*kinds, *[edge(*pair, "solid") for pair in pairs]), "plan")
    assert outline(found) == ["A", "B", "C"]
    assert "circles" in found.report.warnings[0]
    kinds = [drawn(name, y, kind="subtopic") for y, name in enumerate("abc")]
    found = read_topics(files("a"), graph(*kinds, *[edge(*pair, "dashed") for pair in pairs]), "plan")
    assert outline(found) == ["A", "B", "C"]


def test_nodes_below_the_depth_limit_become_siblings() -> None:
    names = [f"n{i:03}" for i in range(80)]
    nodes = [drawn(name, y, kind="subtopic" if y else "topic") for y, name in enumerate(names)]
    edges = [edge(one, other, "dashed") for one, other in pairwise(names)]
    found = read_topics(files("n000"), graph(*nodes, *edges), "plan")
    assert found.report.items == 80
    assert found.report.warnings == ("nodes too deep for a roadmap, put beside their parents: 30",)
    assert decode(encode(found.roadmap), "") == found.roadmap


@pytest.mark.parametrize(
    "drawing",
    [b"", b"{", b"[]", b'{"nodes": {}}', b"\xff", b"[" * 10_000, b'{"nodes":' * 10_000, b"null", b"NaN"],
)
def test_invalid_graphs_are_refused(drawing: bytes) -> None:
    assert fault(files("a"), drawing).startswith("plan.json: ")


def test_malformed_nodes_and_edges_are_ignored_with_warnings() -> None:
    flawed = [
        {"id": node_id("a"), "type": "topic", "position": {"x": "left", "y": True}, "data": []},
        {"id": node_id("a"), "type": "topic"},
        {"id": 7, "type": "topic"}, {"id": "b", "type": ["topic"]}, {"id": "c"}, None, 3, "x", [],
        {"id": "\x1b[31m", "type": "topic", "position": [], "data": {"label": "\x1b[31mred"}},
    ]  # fmt: skip
    text = json.dumps({"nodes": flawed, "edges": [None, {}, {"source": 1, "target": []}]})
    text = text.replace('"left"', "NaN").replace("[null", '[{"data": 1e999}, null')
    found = read_topics(files("a"), text.encode(), "plan")
    assert outline(found) == ["A", "\ufffd[31mred"]
    assert found.report.warnings == (
        "plan.json: 2 values are not as JSON allows: ignored",
        "plan.json: 1 nodes have the id of another: ignored",
    )
    assert decode(encode(found.roadmap), "") == found.roadmap


# Limits


def test_content_beyond_the_limits_is_refused() -> None:
    assert "no topic" in fault({})
    assert "no topic" in fault({"README.md": b"# A"}, graph(drawn("a")))
    assert "at most 5,000" in fault({str(i): b"" for i in range(FILES_LIMIT + 1)})
    assert "not UTF-8" in fault({path("a"): b"\xff"})
    assert "at most 2,097,152" in fault({path("a"): b"a" * (2 * 1024 * 1024 + 1)})
    assert "at most 16,777,216" in fault({path(f"n{i}"): b"a" * (2 << 20) for i in range(9)})
    assert "3 items" in fault(files("a", "b", "c"), item_limit=2)
    assert "3 topics" in fault(files("a"), graph(*[drawn(name) for name in "abc"]), item_limit=2)
    assert "marks" in fault({path(f"n{i}"): b"[" * 100_000 for i in range(5)})


# Following


def followed(old: Roadmap, new: Imported) -> UpdateResult:
    return update_roadmap(old, new.roadmap, has_progress=lambda _: True)


def pairs(changes: UpdateResult) -> dict[str, str]:
    return {match.before: match.after for match in changes.kept}


def test_a_renamed_topic_keeps_its_id_by_its_node_id() -> None:
    old = read_topics(files("alpha", "beta"), None, "plan").roadmap
    changed = {path("beta"): b"# Another name", path("alpha", "z"): b"# Also renamed", **files("gamma")}
    changes = followed(old, read_topics(changed, graph(drawn("beta", label="Not alike")), "plan"))
    assert pairs(changes) == {"Alpha": "Also renamed", "Beta": "Not alike"}
    assert {match.id for match in changes.kept} == {node.id for node in old.children}
    assert [match.after for match in changes.new] == ["Gamma"]


def test_topics_with_equal_titles_are_matched_by_node_id() -> None:
    twins = {path("a"): b"# Agents", path("b"): b"# Agents", path("c"): b"# Agents"}
    old = read_topics(twins, None, "plan").roadmap
    drawing = graph(drawn("c", 1, label="Agents"), drawn("a", 2, label="Agents"), drawn("b", 3, label="Bots"))
    changes = followed(old, read_topics(twins, drawing, "plan"))
    assert [node.id for node in changes.roadmap.children] == [
        f"agents-{node_id(name).lower()}" for name in "cab"
    ]
    assert not changes.new
    assert not changes.retired


def test_a_node_id_reused_for_another_topic_is_not_matched_while_the_old_title_exists() -> None:
    old = read_topics({path("a"): b"# Retrieval"}, None, "plan").roadmap
    reused = {path("a"): b"# Context isolation", path("b"): b"# Retrieval"}
    changes = followed(old, read_topics(reused, None, "plan"))
    assert pairs(changes) == {"Retrieval": "Retrieval"}
    assert [match.after for match in changes.new] == ["Context isolation"]
    again = followed(changes.roadmap, read_topics(reused, None, "plan"))
    assert again.roadmap == changes.roadmap


def test_a_retired_topic_returns_by_its_node_id() -> None:
    old = read_topics(files("a", "b"), None, "plan").roadmap
    without = followed(old, read_topics(files("b"), None, "plan")).roadmap
    changes = followed(without, read_topics({**files("b"), path("a"): b"# Renamed"}, None, "plan"))
    assert [(match.before, match.after) for match in changes.returned] == [("A", "Renamed")]


# Any input

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=5), below, max_size=4),
    max_leaves=8,
)
some_nodes = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from([node_id(name) for name in "abcd"]) | json_values,
        "type": st.sampled_from(["topic", "subtopic", "todo", "title", "section"]) | json_values,
        "position": st.fixed_dictionaries({"x": st.floats(), "y": st.floats()}) | json_values,
        "width": st.floats() | json_values,
        "data": st.fixed_dictionaries({"label": st.text(max_size=9)}) | json_values,
    },
)
some_edges = st.fixed_dictionaries(
    {
        "source": st.sampled_from([node_id(name) for name in "abcd"]) | json_values,
        "target": st.sampled_from([node_id(name) for name in "abcd"]) | json_values,
        "data": st.fixed_dictionaries({"edgeStyle": st.sampled_from(["solid", "dashed"])}) | json_values,
    }
)
graphs = st.fixed_dictionaries(
    {"nodes": st.lists(some_nodes | json_values, max_size=9), "edges": st.lists(some_edges, max_size=9)}
)
some_files = st.dictionaries(
    st.sampled_from([path(name) for name in "abc"]) | st.text(max_size=9),
    st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")),
    max_size=4,
)


@settings(max_examples=200, deadline=None)
@given(some_files, st.none() | st.binary(max_size=60) | graphs.map(lambda value: json.dumps(value).encode()))
def test_any_input_gives_a_valid_roadmap_or_one_error(names: dict[str, bytes], drawing: bytes | None) -> None:
    try:
        found = read_topics(names, drawing, "plan")
    except InvalidRoadmap as error:
        assert len(error.faults) == 1  # noqa: PT017 - either will do
        return
    assert decode(encode(found.roadmap), "plan") == found.roadmap
    again = read_topics(dict(reversed(names.items())), drawing, "plan")
    assert again.roadmap == found.roadmap
    assert followed(found.roadmap, again).roadmap == found.roadmap
