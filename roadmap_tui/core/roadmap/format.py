"""Format 1 of a roadmap: a JSON file, checked as a whole before any of it is used."""

from __future__ import annotations

import json
import re
from typing import TypeAlias

from roadmap_tui.core.errors import InvalidRoadmap
from roadmap_tui.core.roadmap.model import KINDS, Item, Node, Resource, Roadmap, Section, Source
from roadmap_tui.core.sanitize import clean, safe_url
from roadmap_tui.core.strict_json import BYTE_LIMIT, ErrorList, InvalidValue, parse

FORMAT = 1
DEPTH_LIMIT = 50
ID_LIMIT = 100
LINE_LIMIT = 500

_is_slug = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*").fullmatch
_kinds = frozenset(KINDS)
_MISSING = object()
_NOTHING = Item("", "")  # in the place of a node that can't be read
_SLUG = f"a slug (a-z, 0-9, single hyphens, at most {ID_LIMIT} characters)"

# What JSON gives for an object; the values are looked at one by one.
_Fields: TypeAlias = dict[str, object]


def decode(data: bytes, name: str, *, item_limit: int = 20_000, byte_limit: int = BYTE_LIMIT) -> Roadmap:
    """The roadmap in ``data``, its texts cleaned; fields this version doesn't know are ignored.

    Raises ``BadRoadmap`` about ``name`` with a line for each fault, ``$.path: what is there, what was
    expected``: at most 20, then a line that says how many more there are.
    """
    faults = ErrorList()
    value = parse(data, faults, byte_limit)
    roadmap = None if isinstance(value, InvalidValue) else _Reader(faults, item_limit).roadmap(value)
    if roadmap is None or faults.count:
        raise InvalidRoadmap(clean(name, LINE_LIMIT, one_line=True), faults.lines())
    return roadmap


def encode(roadmap: Roadmap) -> bytes:
    """``roadmap`` as the bytes of a file, which ``decode`` turns back into an equal value.

    That holds for a roadmap that keeps the rules of the format; they are not checked here.
    """
    fields: _Fields = {"format": FORMAT, "id": roadmap.id, "title": roadmap.title}
    fields |= _filled(
        summary=roadmap.summary,
        note=roadmap.note,
        source=_filled(**roadmap.source._asdict()),
        resources=_resources(roadmap.resources),
    )
    fields["children"] = [_node(node) for node in roadmap.children]
    fields |= _filled(retired=[_node(item) for item in roadmap.retired])
    return (json.dumps(fields, ensure_ascii=False, indent=1) + "\n").encode()


def _filled(**fields: object) -> _Fields:
    return {name: value for name, value in fields.items() if value}


def _node(node: Node) -> _Fields:
    fields: _Fields = {
        "type": "item" if isinstance(node, Item) else "section",
        "id": node.id,
        "title": node.title,
    }
    fields |= _filled(summary=node.summary, note=node.note)
    if isinstance(node, Item):
        fields |= _filled(prerequisites=node.prerequisites, ticked=node.ticked)
    return fields | _filled(
        resources=_resources(node.resources), children=[_node(child) for child in node.children]
    )


def _resources(resources: tuple[Resource, ...]) -> list[_Fields]:
    return [_filled(**resource._asdict()) for resource in resources]


class _Reader:
    """Turns parsed JSON into values, adding a line to ``faults`` for all that is not as it must be.

    What ``parse`` found unfit has its line already and is passed over here.
    """

    def __init__(self, faults: ErrorList, item_limit: int) -> None:
        self.faults = faults
        self.item_limit = item_limit
        self.item_count = 0
        self.complete = True  # False when something was left unread
        self.places: dict[str, str] = {}  # id to path, of everything that has one
        self.sections: set[str] = set()
        self.needs: dict[str, tuple[str, ...]] = {}  # item id to its prerequisites

    def roadmap(self, value: object) -> Roadmap | None:
        """The roadmap in ``value``; None where it is none or of a newer format."""
        if not isinstance(value, dict):
            self.wrong("$", value, "an object")
            return None
        version = value.get("format", _MISSING)
        if type(version) is int and version > FORMAT:
            # Nothing else can be said about a format that was not known when this was written.
            self.wrong("$.format", version, f"{FORMAT}: the file needs a newer roadmap-tui")
            return None
        if type(version) is not int or version != FORMAT:
            self.wrong("$.format", version, str(FORMAT))
        roadmap = Roadmap(
            id=self.slug(value, "$"),
            title=self.title(value, "$"),
            summary=self.text(value, "summary", "$"),
            note=self.text(value, "note", "$"),
            source=self.source(value.get("source", {})),
            resources=self.resources(value, "$"),
            children=self.nodes(value.get("children", _MISSING), "$.children", 1),
            retired=self.items(value.get("retired", []), "$.retired", 1, "among the retired"),
        )
        if self.item_count > self.item_limit:
            self.faults.add(f"$: more than {self.item_limit:,} items, expected no more")
        if self.complete:
            self.prerequisites_known()
            self.cycles()
        return roadmap

    def wrong(self, path: str, value: object, expected: str) -> None:
        if not isinstance(value, InvalidValue) and not self.faults.only_counted():
            self.faults.add(f"{path}: {_shown(value)}, expected {expected}")

    # Fields

    def line(self, fields: _Fields, name: str, path: str) -> str:
        value = fields.get(name, "")
        if isinstance(value, str):
            return clean(value, LINE_LIMIT, one_line=True)
        self.wrong(f"{path}.{name}", value, "a text")
        return ""

    def text(self, fields: _Fields, name: str, path: str) -> str:
        value = fields.get(name, "")
        if isinstance(value, str):
            return clean(value)
        self.wrong(f"{path}.{name}", value, "a text")
        return ""

    def title(self, fields: _Fields, path: str) -> str:
        value = fields.get("title", _MISSING)
        if isinstance(value, str) and (title := clean(value, LINE_LIMIT, one_line=True)):
            return title
        self.wrong(f"{path}.title", value, "a text that can be seen")
        return ""

    def slug(self, fields: _Fields, path: str) -> str:
        value = fields.get("id", _MISSING)
        if isinstance(value, str) and len(value) <= ID_LIMIT and _is_slug(value):
            return value
        self.wrong(f"{path}.id", value, _SLUG)
        return ""

    def listed(self, value: object, path: str) -> list[object]:
        if isinstance(value, list):
            return value
        self.wrong(path, value, "a list")
        return []

    def source(self, value: object) -> Source:
        if not isinstance(value, dict):
            self.wrong("$.source", value, "an object")
            return Source()
        return Source(*(self.line(value, name, "$.source") for name in Source._fields))

    def resources(self, fields: _Fields, path: str) -> tuple[Resource, ...]:
        value = fields.get("resources")
        if not value and "resources" not in fields:
            return ()
        path += ".resources"
        found: list[Resource] = []
        for i, entry in enumerate(self.listed(value, path)):
            here = f"{path}[{i}]"
            if not isinstance(entry, dict):
                self.wrong(here, entry, "an object")
                continue
            title = self.title(entry, here)
            url = entry.get("url", _MISSING)
            if not isinstance(url, str) or not safe_url(url):
                self.wrong(f"{here}.url", url, "an http or https address")
                url = ""
            kind = entry.get("kind", "website")
            if not isinstance(kind, str) or kind not in _kinds:
                self.wrong(f"{here}.kind", kind, f"one of {', '.join(KINDS)}")
                kind = ""
            by, note = self.line(entry, "by", here), self.text(entry, "note", here)
            found.append(Resource(title, url, kind, by, note))
        return tuple(found)

    # Nodes

    def nodes(self, value: object, path: str, depth: int, inside: str = "") -> tuple[Node, ...]:
        """The nodes in the list ``value``; ``inside`` says what can't hold a section."""
        entries = self.listed(value, path)
        if entries and depth > DEPTH_LIMIT:
            self.faults.add(f"{path}: depth {depth}, expected at most {DEPTH_LIMIT}")
            self.complete = False
            return ()
        return tuple([self.node(entry, f"{path}[{i}]", depth, inside) for i, entry in enumerate(entries)])

    def items(self, value: object, path: str, depth: int, inside: str) -> tuple[Item, ...]:
        return tuple([node for node in self.nodes(value, path, depth, inside) if isinstance(node, Item)])

    def node(self, value: object, path: str, depth: int, inside: str) -> Node:
        if self.item_count > self.item_limit:
            self.complete = False
            return _NOTHING
        if not isinstance(value, dict):
            self.wrong(path, value, "an object")
            return _NOTHING
        kind = value.get("type", _MISSING)
        if kind == "section" and inside:
            self.faults.add(f"{path}.type: a section {inside}, expected an item")
        elif kind not in ("item", "section"):
            self.wrong(f"{path}.type", kind, '"section" or "item"')
        slug = self.slug(value, path)
        if slug:
            if slug in self.places:
                self.wrong(f"{path}.id", slug, f"another id than that of {self.places[slug]}")
            self.places.setdefault(slug, path)
        title, summary = self.title(value, path), self.text(value, "summary", path)
        note, resources = self.text(value, "note", path), self.resources(value, path)
        below, below_path = value.get("children", []), f"{path}.children"
        if kind == "section":
            self.sections.add(slug)
            children = self.nodes(below, below_path, depth + 1, inside)
            return Section(slug, title, summary, note, resources, children)
        self.item_count += 1
        ticked = value.get("ticked", False)
        if not isinstance(ticked, bool):
            self.wrong(f"{path}.ticked", ticked, "true or false")
            ticked = False
        needs = self.prerequisites(value, slug, path)
        # A node of unknown type is read like a section, lest one fault bring others with it.
        inside = "inside an item" if kind == "item" else inside
        items = self.items(below, below_path, depth + 1, inside)
        return Item(slug, title, summary, note, needs, ticked, resources, items)

    # Prerequisites

    def prerequisites(self, fields: _Fields, slug: str, path: str) -> tuple[str, ...]:
        value = fields.get("prerequisites")
        if not value and "prerequisites" not in fields:
            return ()
        path += ".prerequisites"
        entries = self.listed(value, path)
        for i, entry in enumerate(entries):
            if not isinstance(entry, str) or not entry:
                self.wrong(f"{path}[{i}]", entry, "the id of an item")
        needs = tuple([entry if isinstance(entry, str) else "" for entry in entries])
        if slug:
            self.needs.setdefault(slug, needs)
        return needs

    def need_path(self, slug: str, i: int) -> str:
        return f"{self.places[slug]}.prerequisites[{i}]"

    def prerequisites_known(self) -> None:
        for slug, needs in self.needs.items():
            for i, need in enumerate(needs):
                if not need:  # has its fault already
                    continue
                if need in self.sections:
                    self.wrong(self.need_path(slug, i), need, "the id of an item, not of a section")
                elif need not in self.places:
                    self.wrong(self.need_path(slug, i), need, "the id of an item of this roadmap")

    def cycles(self) -> None:
        """Add a fault for each prerequisite that closes a cycle.

        A depth-first search with the usual three colours (Cormen et al., Introduction to Algorithms,
        chapter 20), with a stack of its own, since a chain can be as long as the roadmap.
        """
        closed: set[str] = set()
        for start in self.needs:
            if start in closed:
                continue
            trail: dict[str, int] = {start: 0}  # in order; for each, which prerequisite is looked at next
            while trail:
                slug, i = trail.popitem()
                needs = self.needs.get(slug, ())
                if i == len(needs):
                    closed.add(slug)
                    continue
                trail[slug] = i + 1
                if needs[i] in trail:
                    self.cycle(trail, i)
                elif needs[i] not in closed:
                    trail[needs[i]] = 0

    def cycle(self, trail: dict[str, int], i: int) -> None:
        """Add the fault that prerequisite ``i`` of the last item of ``trail`` stands in it."""
        if self.faults.only_counted():
            return
        names = list(trail)
        need = self.needs[names[-1]][i]
        there = " -> ".join([*names[names.index(need) :], need])
        path = self.need_path(names[-1], i)
        self.faults.add(f"{path}: the cycle {clean(there, LINE_LIMIT)}, expected none")


def _shown(value: object) -> str:
    if value is _MISSING:
        return "missing"
    if isinstance(value, str):
        return f'"{clean(value, 60, one_line=True)}"'
    if isinstance(value, dict):
        return "an object"
    if isinstance(value, list):
        return "a list"
    return json.dumps(value)
