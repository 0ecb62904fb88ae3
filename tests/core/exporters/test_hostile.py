"""Exports of hostile texts contain no markup of their own."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any, Final

import pytest
from markdown_it import MarkdownIt

from roadmap_tui.core.exporters.html import to_html
from roadmap_tui.core.exporters.json import to_json
from roadmap_tui.core.exporters.markdown import to_markdown
from roadmap_tui.core.importers.markdown import read_markdown
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.validation import decode
from roadmap_tui.core.sanitize import safe_url
from tests.core.exporters.test_exporters import Page, whole
from tests.hostile import ADDRESSES, TEXTS, nodes, strangers

# What each tag of the page may have.
ATTRIBUTES: Final[dict[str, set[str]]] = {
    "html": {"lang"},
    "details": {"open"},
    "progress": {"class", "value", "max"},
    "meta": {"charset", "name", "content", "http-equiv"},
    "a": {"href", "rel"},
    "li": {"class"},
    "span": {"class", "title"},
    "div": {"class"},
} | {
    tag: set()
    for tag in [
        "head",
        "title",
        "style",
        "body",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "p",
        "ul",
        "summary",
    ]
}


@pytest.fixture(scope="module")
def evil() -> Roadmap:
    """Return a roadmap with every hostile text in every field, and unsafe addresses."""
    data = {
        "format": 1,
        "id": "evil",
        "title": TEXTS["Markdown blocks"],
        "note": TEXTS["HTML"],
        "children": nodes(),
    }
    roadmap = decode(json.dumps(data).encode(), "evil.json")
    links = tuple(
        Resource(TEXTS["Markdown links"], url, by=TEXTS["HTML"], note=TEXTS["HTML"]) for url in ADDRESSES
    )
    # Text that was never sanitized, as in a roadmap made in memory.
    raw = tuple(
        Item(
            f"raw{at}",
            text,
            text,
            text,
            resources=(Resource(text, f"https://example.org/raw/{at}", "book", text, text),),
        )
        for at, text in enumerate(TEXTS.values())
    )
    return roadmap._replace(
        resources=links,
        children=(*raw, *roadmap.children, Section("last", TEXTS["options"], children=raw[:0])),
    )


@pytest.fixture(scope="module")
def notes(evil: Roadmap) -> dict[str, str]:
    texts = list(TEXTS.values())
    return {node.id: texts[at % len(texts)] for at, node in enumerate(FlatTree(evil).nodes)} | {
        "evil": texts[0]
    }


def test_markdown_contains_no_markup_but_links_to_resources(evil: Roadmap, notes: dict[str, str]) -> None:
    text = to_markdown(evil, {}, notes=notes)
    assert strangers(text) == []
    env: dict[str, Any] = {}
    parser = MarkdownIt("commonmark", {"linkify": True}).enable(["table", "strikethrough"])
    tokens = parser.parse(text, env)
    assert not env.get("references")
    inline = [one for token in tokens for one in token.children or ()]
    kinds = Counter(token.type for token in (*tokens, *inline))
    assert not kinds.keys() & {
        *(
            "code_inline",
            "code_block",
            "fence",
            "image",
            "em_open",
            "strong_open",
            "s_open",
            "table_open",
            "hr",
        ),
        *("ordered_list_open", "html_block_"),
    }
    assert {one.content for one in inline if one.type == "html_inline"} <= {"<!-- -->"}
    html = "".join(token.content for token in tokens if token.type == "html_block")
    assert {tag for tag, _ in Page(html).tags} <= {"details", "summary"}
    # A link for each resource with an address that may be one, and it leads there.
    found = [url for node in (evil, *FlatTree(evil).nodes) for url in (one.url for one in node.resources)]
    wanted = Counter(parser.normalizeLink(url) for url in found if safe_url(url))
    assert Counter(one.attrs["href"] for one in inline if one.type == "link_open") == wanted
    # What GitHub makes of text by itself: addresses, mail, footnotes, alerts, formulas.
    for one in inline:
        if one.type == "text":
            assert "e@evil" not in one.content
    for line in text.splitlines():
        bare = line.replace("\\\\", "").replace("\\$", "").replace("\\[", "").replace("\\`", "").strip("> ")
        assert "$" not in bare or "](" in bare
        assert not bare.startswith(("[^", "[!"))
        assert "`" not in bare or "](" in bare


def test_hostile_texts_survive_export_and_import() -> None:
    # So many brackets as the last one has are not all looked at: that is what keeps an import quick.
    texts = {name: text for name, text in TEXTS.items() if name != "nested"}
    data = {"format": 1, "id": "evil", "title": TEXTS["Markdown blocks"], "children": nodes(texts)}
    roadmap = decode(json.dumps(data).encode(), "evil.json")
    once = read_markdown(to_markdown(roadmap, {}).encode(), "x.md").roadmap
    again = read_markdown(to_markdown(once, {}).encode(), "x.md").roadmap
    assert whole(again) == whole(once)
    titles = [node.title for node in FlatTree(roadmap).nodes if isinstance(node, Item)]
    assert [node.title for node in FlatTree(once).nodes if isinstance(node, Item)] == titles


def test_the_page_has_only_known_tags_and_safe_links(evil: Roadmap, notes: dict[str, str]) -> None:
    text = to_html(evil._replace(retired=(Item("old", TEXTS["HTML attributes"]),)), {}, notes=notes)
    assert strangers(text) == []
    page = Page(text)
    assert page.open == []
    for tag, attributes in page.tags:
        assert set(attributes) <= ATTRIBUTES[tag], (tag, attributes)
        if tag == "a":
            assert safe_url(attributes["href"] or "")
            assert attributes["rel"] == "noopener noreferrer"
        if "class" in attributes:
            assert set((attributes["class"] or "").split()) <= {
                "item",
                "note",
                "total",
                "todo",
                "tally",
                "sign",
                "title",
                "kind",
            }
        if tag == "span" and "title" in attributes:
            assert attributes["title"] == "todo"
    assert sum(tag in {"style", "title"} for tag, _ in page.tags) == 2
    assert "<script>alert(1)</script>" in page.said


def test_json_of_hostile_texts_is_valid(evil: Roadmap, notes: dict[str, str]) -> None:
    text = to_json(evil._replace(children=evil.children[len(TEXTS) :], resources=()), {}, notes=notes)
    assert json.loads(text)
