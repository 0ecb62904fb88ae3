from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from roadmap_tui.core.errors import InvalidRoadmap
from roadmap_tui.core.roadmap.format import decode_trusted, encode
from roadmap_tui.core.roadmap.model import (
    KINDS,
    FormerNode,
    Item,
    Question,
    Resource,
    Roadmap,
    Section,
    Source,
)
from roadmap_tui.core.roadmap.validation import decode
from roadmap_tui.core.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Callable

    from roadmap_tui.core.roadmap.model import Node

MINIMAL: dict[str, Any] = {"format": 1, "id": "ml", "title": "ML", "children": []}
SLUG = "a slug (a-z, 0-9, single hyphens, at most 100 characters)"

FULL = Roadmap(
    id="ml",
    title="Machine learning",
    summary="What it is",
    note="Two\nlines",
    source=Source("markdown", "README.md", "abc"),
    resources=(
        Resource(
            "Video", "https://example.org/v", "video", "Somebody", "long", ("https://example.org/old",), 90
        ),
    ),
    children=(
        Section(
            "core",
            "Core — λ",
            "Summary",
            "Note",
            (Resource("Book", "https://example.org/b", "book"),),
            (
                Section("empty", "Empty"),
                Item("calculus", "Calculus"),
                Item(
                    "backprop",
                    "Backprop",
                    "One sentence",
                    "A note",
                    ("calculus", "gone"),
                    ticked=True,
                    resources=(Resource("Site", "https://example.org/"),),
                    children=(Item("chain", "Chain rule", hours=0.5),),
                    hours=8,
                    level=2,
                ),
            ),
        ),
    ),
    retired=(Item("gone", "Gone", children=(Item("below", "Below"),)),),
    former=(FormerNode("gone", "Gone", ("Core — λ",)), FormerNode("other", "Other")),
)


def item(id_: str = "a", **fields: Any) -> dict[str, Any]:
    return {"type": "item", "id": id_, "title": "T"} | fields


def section(id_: str, *children: Any, **fields: Any) -> dict[str, Any]:
    return {"type": "section", "id": id_, "title": "T", "children": list(children)} | fields


def resource(**fields: Any) -> dict[str, Any]:
    return {"title": "R", "url": "https://example.org"} | fields


def faults(data: bytes | dict[str, Any], **options: int) -> tuple[str, ...]:
    if isinstance(data, dict):
        data = json.dumps(MINIMAL | data).encode()
    with pytest.raises(InvalidRoadmap) as caught:
        decode(data, "file.json", **options)
    assert caught.value.what == "file.json"
    return caught.value.faults


def test_a_roadmap_with_all_fields_round_trips() -> None:
    assert decode(encode(FULL), "x") == FULL


def test_files_are_indented_and_not_escaped() -> None:
    roadmap = Roadmap(
        "ml",
        "ML",
        children=(
            Section("s", "Ψ", children=(Item("a", "A", prerequisites=("b",), ticked=True), Item("b", "B"))),
        ),
    )
    assert encode(roadmap).decode() == (
        '{\n "format": 1,\n "id": "ml",\n "title": "ML",\n "children": [\n  {\n   "type": "section",\n'
        '   "id": "s",\n   "title": "Ψ",\n   "children": [\n    {\n     "type": "item",\n     "id": "a",\n'
        '     "title": "A",\n     "prerequisites": [\n      "b"\n     ],\n     "ticked": true\n    },\n'
        '    {\n     "type": "item",\n     "id": "b",\n     "title": "B"\n    }\n   ]\n  }\n ]\n}\n'
    )


def test_encoded_keys_have_the_documented_order() -> None:
    top = json.loads(encode(FULL))
    assert list(top) == [
        "format", "id", "title", "summary", "note", "source", "resources", "children", "retired", "former",
    ]  # fmt: skip
    core = top["children"][0]
    assert list(core) == ["type", "id", "title", "summary", "note", "resources", "children"]
    assert list(core["children"][2]) == [
        "type", "id", "title", "summary", "note", "hours", "level", "prerequisites", "ticked", "resources",
        "children",
    ]  # fmt: skip
    assert list(top["resources"][0]) == ["title", "url", "kind", "by", "note", "was", "minutes"]


def test_optional_fields_have_defaults() -> None:
    data = MINIMAL | {"children": [section("s", item(resources=[resource()]))]}
    assert decode(json.dumps(data).encode(), "x") == Roadmap(
        "ml",
        "ML",
        children=(
            Section("s", "T", children=(Item("a", "T", resources=(Resource("R", "https://example.org"),)),)),
        ),
    )


def test_decoding_cleans_texts() -> None:
    data = MINIMAL | {
        "title": " A\n \x1b[1mtitle\u202e ",
        "note": "two\r\nlines\x07",
        "summary": "a\tb",
        "source": {"name": "a\nb"},
        "resources": [resource(title="x" * 600, by="b\u200by", note="a\rb")],
    }
    roadmap = decode(json.dumps(data).encode(), "x")
    assert roadmap.title == "A \ufffd[1mtitle"
    assert roadmap.note == "two\nlines\ufffd"
    assert roadmap.summary == "a   b"
    assert roadmap.source.name == "a b"
    assert roadmap.resources == (Resource("x" * 499 + "…", "https://example.org", by="by", note="a\nb"),)


def test_unknown_fields_of_nodes_and_resources_are_kept() -> None:
    link = {"title": "L", "url": "https://a.org/", "mood": [1]}
    data = MINIMAL | {"children": [item(weight=1.5, resources=[link], status="done")]}
    decoded = decode(json.dumps(data).encode(), "x")
    written = json.loads(encode(decoded))["children"][0]
    assert (written["weight"], written["resources"][0]["mood"]) == (1.5, [1])
    assert "status" not in written  # the reader's, added by an export
    assert decode_trusted(encode(decoded)) == decoded


def test_kinds_estimates_and_questions_are_fields_of_items() -> None:
    question = {"id": "m:0", "ask": "Why?", "answer": "So."}
    fields: dict[str, Any] = {"kind": "project", "hours": 2.5, "level": 2, "questions": [question]}
    decoded = decode(json.dumps(MINIMAL | {"children": [item(**fields)]}).encode(), "x")
    (node,) = decoded.children
    assert isinstance(node, Item)
    assert (node.kind, node.hours, node.level) == ("project", 2.5, 2)
    assert node.questions == (Question("m:0", "Why?", "So."),)
    assert decode(encode(decoded), "x") == decode_trusted(encode(decoded)) == decoded


def test_a_byte_order_mark_is_accepted() -> None:
    assert decode(b"\xef\xbb\xbf" + encode(FULL), "x") == FULL


# Faults of the file as a whole


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", "$: an empty file, expected a JSON object"),
        (b'{"a":\n "\xff"}', "$: line 2, byte 9: not UTF-8, expected a file in UTF-8"),
        (b"# Roadmap\n", "$: line 1, column 1: not JSON (Expecting value), expected a JSON object"),
        (
            b'{"a": 1,\n "b" 2}',
            "$: line 2, column 6: not JSON (Expecting ':' delimiter), expected a JSON object",
        ),
        (b'{"a": 1} x', "$: line 1, column 10: not JSON (Extra data), expected a JSON object"),
        (b'{"a": 1,\n', "$: line 2, column 1: the file ends in the middle, expected the rest of it"),
        (b"[]", "$: a list, expected an object"),
        (b"NaN", "$: NaN, expected a finite number"),
    ],
)
def test_a_file_that_is_no_roadmap_is_refused(data: bytes, fault: str) -> None:
    assert faults(data) == (fault,)


def test_a_file_that_is_too_large_is_refused() -> None:
    limit = 16 * 1024 * 1024
    good = json.dumps(MINIMAL).encode()
    assert decode(good.ljust(limit), "x").id == "ml"
    assert faults(good.ljust(limit + 1)) == ("$: 16,777,217 bytes, expected at most 16,777,216",)


def test_truncation_is_recognized_at_every_byte() -> None:
    data = json.dumps(
        MINIMAL | {"title": 'a"\\é', "x": [True, None, -1.5e-3, {}]}, indent=1, ensure_ascii=True
    ).encode()
    for end in range(1, len(data)):
        (fault,) = faults(data[:end])
        assert fault.startswith("$: line ")
        assert fault.endswith(": the file ends in the middle, expected the rest of it")


# Faults of single fields

ANOTHER = "expected another id than that of"
TITLE = "expected a text that can be seen"
BAD_URL = "expected an http or https address"
NEWER = "$.format: 2, expected 1: the file needs a newer roadmap-tui"
TYPE = 'expected "section" or "item"'
HOURS = "expected a number from 0.5 to 500 in steps of 0.5"
MINUTES = "expected a whole number from 1 to 6000"


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"format": 2}, NEWER),
        ({"format": 2, "id": 5, "children": 7}, NEWER),
        ({"format": 0}, "$.format: 0, expected 1"),
        ({"format": True}, "$.format: true, expected 1"),
        ({"format": "1"}, '$.format: "1", expected 1'),
        ({"format": 1.0}, "$.format: 1.0, expected 1"),
        ({"id": "A B"}, f'$.id: "A B", expected {SLUG}'),
        ({"id": "a\n"}, f'$.id: "a", expected {SLUG}'),
        ({"id": "a--b"}, f'$.id: "a--b", expected {SLUG}'),
        ({"id": "a" * 101}, f'$.id: "{"a" * 59}…", expected {SLUG}'),
        ({"title": 5}, f"$.title: 5, {TITLE}"),
        ({"title": " \u200b"}, f'$.title: "", {TITLE}'),
        ({"summary": None}, "$.summary: null, expected a text"),
        ({"note": ["x"]}, "$.note: a list, expected a text"),
        ({"source": "x"}, '$.source: "x", expected an object'),
        ({"source": {"name": 1}}, "$.source.name: 1, expected a text"),
        ({"resources": None}, "$.resources: null, expected a list"),
        ({"resources": [5]}, "$.resources[0]: 5, expected an object"),
        ({"resources": [resource(title="")]}, f'$.resources[0].title: "", {TITLE}'),
        ({"resources": [{"url": "https://x.org"}]}, f"$.resources[0].title: missing, {TITLE}"),
        ({"resources": [{"title": "x"}]}, f"$.resources[0].url: missing, {BAD_URL}"),
        (
            {"resources": [resource(), resource(url="javascript:\x1b1")]},
            f'$.resources[1].url: "javascript:\ufffd1", {BAD_URL}',
        ),
        (
            {"resources": [resource(kind="song")]},
            f'$.resources[0].kind: "song", expected one of {", ".join(KINDS)}',
        ),
        ({"resources": [resource(by={})]}, "$.resources[0].by: an object, expected a text"),
        ({"resources": [resource(note=0)]}, "$.resources[0].note: 0, expected a text"),
        ({"resources": [resource(was="x")]}, '$.resources[0].was: "x", expected a list'),
        (
            {"resources": [resource(was=["https://a.org", "ftp://a.org"])]},
            f'$.resources[0].was[1]: "ftp://a.org", {BAD_URL}',
        ),
        ({"resources": [resource(minutes=0)]}, f"$.resources[0].minutes: 0, {MINUTES}"),
        ({"resources": [resource(minutes=6001)]}, f"$.resources[0].minutes: 6001, {MINUTES}"),
        ({"resources": [resource(minutes=1.0)]}, f"$.resources[0].minutes: 1.0, {MINUTES}"),
        ({"children": [item(hours=0)]}, f"$.children[0].hours: 0, {HOURS}"),
        ({"children": [item(hours=1.25)]}, f"$.children[0].hours: 1.25, {HOURS}"),
        ({"children": [item(hours=500.5)]}, f"$.children[0].hours: 500.5, {HOURS}"),
        ({"children": [item(hours=True)]}, f"$.children[0].hours: true, {HOURS}"),
        ({"children": [item(hours="8")]}, f'$.children[0].hours: "8", {HOURS}'),
        ({"children": [item(level=4)]}, "$.children[0].level: 4, expected a whole number from 1 to 3"),
        ({"children": [item(level=None)]}, "$.children[0].level: null, expected a whole number from 1 to 3"),
        ({"children": {}}, "$.children: an object, expected a list"),
        ({"children": [None]}, "$.children[0]: null, expected an object"),
        ({"children": [item(), item("b", title=[])]}, f"$.children[1].title: a list, {TITLE}"),
        ({"children": [item(type="chapter")]}, f'$.children[0].type: "chapter", {TYPE}'),
        ({"children": [item(type=[])]}, f"$.children[0].type: a list, {TYPE}"),
        ({"children": [{"id": "a", "title": "T"}]}, f"$.children[0].type: missing, {TYPE}"),
        ({"children": [{"type": "item", "title": "T"}]}, f"$.children[0].id: missing, expected {SLUG}"),
        ({"children": [item(ticked=1)]}, "$.children[0].ticked: 1, expected true or false"),
        ({"children": [item(children="x")]}, '$.children[0].children: "x", expected a list'),
        ({"children": [item(prerequisites="b")]}, '$.children[0].prerequisites: "b", expected a list'),
        (
            {"children": [item(prerequisites=[3])]},
            "$.children[0].prerequisites[0]: 3, expected the id of an item",
        ),
        (
            {"children": [section("s", item(prerequisites=["", 3]))]},
            (
                '$.children[0].children[0].prerequisites[0]: "", expected the id of an item\n'
                "$.children[0].children[0].prerequisites[1]: 3, expected the id of an item"
            ),
        ),
        (
            {"children": [item(prerequisites=["zz"])]},
            '$.children[0].prerequisites[0]: "zz", expected the id of an item of this roadmap',
        ),
        (
            {"children": [section("s", item(prerequisites=["s"]))]},
            '$.children[0].children[0].prerequisites[0]: "s", expected the id of an item, not of a section',
        ),
        (
            {"children": [item(children=[section("s")])]},
            "$.children[0].children[0].type: a section inside an item, expected an item",
        ),
        (
            {"retired": [section("s")]},
            "$.retired[0].type: a section among the retired, expected an item",
        ),
        ({"retired": "x"}, '$.retired: "x", expected a list'),
        ({"former": [{"id": "a", "title": "A"}, 1]}, "$.former[1]: 1, expected an object"),
        ({"former": [{"id": "A", "title": "A"}]}, f'$.former[0].id: "A", expected {SLUG}'),
        (
            {"children": [section("s", item("s"))]},
            f'$.children[0].children[0].id: "s", {ANOTHER} $.children[0]',
        ),
        ({"children": [item()], "retired": [item()]}, f'$.retired[0].id: "a", {ANOTHER} $.children[0]'),
        (
            {"children": [item(prerequisites=["a"])]},
            "$.children[0].prerequisites[0]: the cycle a -> a, expected none",
        ),
        (
            {
                "children": [
                    item(prerequisites=["b"]),
                    section("s", item("b", prerequisites=["c", "a"])),
                    item("c"),
                ]
            },
            "$.children[1].children[0].prerequisites[1]: the cycle a -> b -> a, expected none",
        ),
        (
            {
                "children": [
                    item("x", prerequisites=["a"]),
                    item("a", prerequisites=["b"]),
                    item("b", prerequisites=["a"]),
                ]
            },
            "$.children[2].prerequisites[0]: the cycle a -> b -> a, expected none",
        ),
    ],
)
def test_an_invalid_field_is_reported(fields: dict[str, Any], fault: str) -> None:
    assert "\n".join(faults(fields)) == fault


@pytest.mark.parametrize("name", ["format", "id", "title", "children"])
def test_a_required_field_is_reported_if_missing(name: str) -> None:
    data = {key: value for key, value in MINIMAL.items() if key != name}
    (fault,) = faults(json.dumps(data).encode())
    assert fault.startswith(f"$.{name}: missing, expected ")


def with_field(text: str) -> bytes:
    return json.dumps(MINIMAL).encode()[:-1] + f", {text}}}".encode()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('"x": NaN', "$.x: NaN, expected a finite number"),
        ('"x": [0, {"y z": -Infinity}]', '$.x[1]["y z"]: -Infinity, expected a finite number'),
        ('"x": 1e999', "$.x: a number too large, expected a finite number"),
        ('"x": -12345678901234567890', "$.x: a whole number of 20 digits, expected at most 15"),
        ('"x": ' + "9" * 5000, "$.x: a whole number of 5000 digits, expected at most 15"),
        ('"note": NaN', "$.note: NaN, expected a finite number"),
        ('"source": {"kind": 1e999}', "$.source.kind: a number too large, expected a finite number"),
        ('"retired": [NaN]', "$.retired[0]: NaN, expected a finite number"),
        ('"title": "Again"', "$.title: twice, expected once"),
        ('"x": [{"y": 1, "y": 1, "y": 1}]', "$.x[0].y: twice, expected once"),
        ('"x": 1, "x": NaN', "$.x: twice, expected once\n$.x: NaN, expected a finite number"),
        ('"x": {"\\u001b\\u202ea": NaN}', '$.x["\ufffda"]: NaN, expected a finite number'),
    ],
)
def test_invalid_json_values_are_reported_with_their_path(text: str, fault: str) -> None:
    assert "\n".join(faults(with_field(text))) == fault


@pytest.mark.parametrize("text", ['"x": 999999999999999', '"x": 1.5e300', '"x": [{"y": 1}, {"y": 1}]'])
def test_valid_json_values_are_accepted(text: str) -> None:
    assert decode(with_field(text), "x").id == "ml"


def test_every_error_is_reported() -> None:
    data = {
        "id": "A",
        "resources": [{"url": "x", "kind": 1}],
        "children": [item(ticked="x", resources=[resource(url="ftp://x")], title="")],
    }
    assert [fault.split(":")[0] for fault in faults(data)] == [
        "$.id",
        "$.resources[0].title",
        "$.resources[0].url",
        "$.resources[0].kind",
        "$.children[0].title",
        "$.children[0].resources[0].url",
        "$.children[0].ticked",
    ]


@pytest.mark.parametrize(
    ("count", "last"),
    [
        (20, "$.resources[19]: 1, expected an object"),
        (21, "and 1 more fault"),
        (1500, "and 1,480 more faults"),
    ],
)
def test_errors_after_the_twentieth_are_counted(count: int, last: str) -> None:
    lines = faults({"resources": [1] * count})
    assert len(lines) == min(count, 21)
    assert lines[19] == "$.resources[19]: 1, expected an object"
    assert lines[-1] == last


def test_an_unknown_type_causes_no_other_error() -> None:
    data = {
        "children": [
            {
                "type": "chapter",
                "id": "c",
                "title": "C",
                "children": [section("s", item(prerequisites=["c"]))],
            }
        ]
    }
    assert faults(data) == (f'$.children[0].type: "chapter", {TYPE}',)


# Limits


def nested(depth: int) -> bytes:
    head = b'{"type":"item","title":"T","id":"n%d","children":['
    heads = b"".join(head % i for i in range(depth))
    return json.dumps(MINIMAL).encode()[:-2] + heads + b"]}" * depth + b"]}"


def test_fifty_levels_are_accepted() -> None:
    assert decode(nested(50), "x").children[0].id == "n0"


@pytest.mark.parametrize("depth", [51, 200])
def test_more_than_fifty_levels_are_one_error(depth: int) -> None:
    path = "$.children" + "[0].children" * 50
    assert faults(nested(depth)) == (f"{path}: depth 51, expected at most 50",)


def test_ten_thousand_levels_are_one_error() -> None:
    (fault,) = faults(nested(10_000))
    assert fault.endswith(("nested too deeply to be read, expected at most 50 levels", "expected at most 50"))


def test_an_error_deep_in_an_unknown_field_is_reported() -> None:
    (fault,) = faults(with_field('"x": ' + "[" * 400 + "NaN" + "]" * 400))
    assert fault.startswith("$.x[0][0]")
    assert fault.endswith("[0]: NaN, expected a finite number")
    assert len(fault) < 700


def test_the_item_limit_includes_retired_items() -> None:
    data = {
        "children": [section("s", item(prerequisites=["c"], children=[item("b")]))],
        "retired": [item("c")],
    }
    assert faults(data, item_limit=2) == ("$: more than 2 items, expected no more",)
    assert decode(json.dumps(MINIMAL | data).encode(), "x", item_limit=3).retired == (Item("c", "T"),)


def test_a_prerequisite_chain_as_long_as_the_roadmap_is_accepted() -> None:
    chain = [item(f"n{i}", prerequisites=[f"n{i + 1}"]) for i in range(5000)]
    data = MINIMAL | {"children": [*chain, item("n5000")]}
    assert len(decode(json.dumps(data).encode(), "x").children) == 5001
    (fault,) = faults(MINIMAL | {"children": [*chain, item("n5000", prerequisites=["n0"])]})
    assert fault.startswith("$.children[5000].prerequisites[0]: the cycle n0 -> n1 -> n2 -> ")
    assert fault.endswith("…, expected none")


def test_the_file_name_in_the_message_is_cleaned() -> None:
    with pytest.raises(InvalidRoadmap) as caught:
        decode(b"", "a\x1bb\n.json")
    assert str(caught.value) == "a\ufffdb .json: $: an empty file, expected a JSON object"


# Whatever comes

T = TypeVar("T")


def tuples_of(entries: st.SearchStrategy[T], most: int = 2) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(entries, max_size=most).map(tuple)


def built(make: Callable[..., T], *parts: st.SearchStrategy[Any]) -> st.SearchStrategy[T]:
    """Not ``st.builds``: it takes every field of a named tuple for one that it may fill by itself."""
    return st.tuples(*parts).map(lambda values: make(*values))


lines = st.text(max_size=12).map(lambda text: clean(text, one_line=True))
titles = lines.map(lambda text: text or "T")
texts = st.text(max_size=12).map(clean)
urls = st.sampled_from(["https://example.org/é", "http://[::1]:80/"])
no_id = st.just("")
no_needs = st.just(())
resources = tuples_of(built(Resource, titles, urls, st.sampled_from(KINDS), lines, texts))
leaves = built(Item, no_id, titles, texts, texts, no_needs, st.booleans(), resources)
items = st.recursive(
    leaves,
    lambda below: built(
        Item, no_id, titles, texts, texts, no_needs, st.booleans(), resources, tuples_of(below)
    ),
    max_leaves=3,
)
nodes: st.SearchStrategy[Node] = st.recursive(
    items,
    lambda below: built(Section, no_id, titles, texts, texts, resources, tuples_of(below)),
    max_leaves=4,
)
sources = built(Source, lines, lines, lines)
roadmaps = built(
    Roadmap, st.just("ml"), titles, texts, texts, sources, resources, tuples_of(nodes, 3), tuples_of(items),
    tuples_of(built(FormerNode, st.just("gone"), titles, tuples_of(titles))),
)  # fmt: skip


def numbered(roadmap: Roadmap) -> Roadmap:
    """Give every node an id of its own, and every item the item before it as prerequisite."""
    names = iter(range(1000))
    before: list[str] = []

    def node(old: Any) -> Any:
        name = f"n-{next(names)}"
        new = old._replace(id=name)
        if isinstance(old, Item):
            new = new._replace(prerequisites=tuple(before[-1:]))
            before.append(name)
        return new._replace(children=tuple(node(child) for child in old.children))

    return roadmap._replace(
        children=tuple(node(child) for child in roadmap.children),
        retired=tuple(node(child) for child in roadmap.retired),
    )


@settings(max_examples=60, deadline=None)
@given(roadmaps.map(numbered))
def test_any_roadmap_round_trips(roadmap: Roadmap) -> None:
    assert decode(encode(roadmap), "x") == roadmap


GOOD = encode(FULL)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("section")
names = st.sampled_from(
    ["format", "id", "title", "type", "url", "kind", "note", "source", "ticked", "prerequisites", "x"]
) | st.sampled_from(["children", "resources", "retired"])
trees = st.recursive(
    scalars,
    lambda below: st.lists(below, max_size=3) | st.dictionaries(names, below, max_size=5),
    max_leaves=12,
)


def damaged(cut: tuple[int, int, bytes]) -> bytes:
    start, length, put = cut
    return GOOD[:start] + put + GOOD[start + length :]


files = st.one_of(
    st.binary(max_size=40),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "replace")),
    st.builds(lambda tree: json.dumps(MINIMAL | tree).encode(), st.dictionaries(names, trees, max_size=6)),
    st.tuples(st.integers(0, len(GOOD)), st.integers(0, 30), st.binary(max_size=6)).map(damaged),
)


@settings(max_examples=300, deadline=None)
@given(files)
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
@example(b'"\\ud800"')
def test_any_bytes_are_decoded_or_reported(data: bytes) -> None:
    try:
        roadmap = decode(data, "x")
    except InvalidRoadmap as error:
        found = error.faults
    else:
        assert decode(encode(roadmap), "x") == roadmap
        return
    assert 1 <= len(found) <= 21
    assert all(clean(fault, one_line=True) == fault for fault in found)
