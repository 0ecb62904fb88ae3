"""Validation of a roadmap file: the rules of format 1, and one line for each place that violates one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Final

from roadmap_tui.core.errors import InvalidRoadmap
from roadmap_tui.core.roadmap.format import (
    DEPTH_LIMIT,
    FORMAT,
    ID_LIMIT,
    ITEM_FIELDS,
    LINE_LIMIT,
    RESOURCE_FIELDS,
    SECTION_FIELDS,
    Fields,
    extra_fields,
    is_node_id,
)
from roadmap_tui.core.roadmap.model import (
    ITEM_KINDS,
    KINDS,
    FormerNode,
    Item,
    Node,
    Question,
    Resource,
    Roadmap,
    Section,
    Source,
)
from roadmap_tui.core.sanitize import clean, safe_url
from roadmap_tui.core.strict_json import BYTE_LIMIT, ErrorList, InvalidValue, parse

_MISSING: Final = object()
_INVALID_NODE: Final = Item("", "")
_SLUG: Final = f"a slug (a-z, 0-9, single hyphens, at most {ID_LIMIT} characters)"


def decode(data: bytes, name: str, *, item_limit: int = 20_000, byte_limit: int = BYTE_LIMIT) -> Roadmap:
    """Validate and decode a roadmap file. Texts are cleaned; unknown fields of nodes and resources are kept.

    Raises InvalidRoadmap about ``name`` with one line per error, ``$.path: found, expected ...``.
    """
    errors = ErrorList()
    value = parse(data, errors, byte_limit)
    roadmap = None if isinstance(value, InvalidValue) else _Validator(errors, item_limit).roadmap(value)
    if roadmap is None or errors.count:
        raise InvalidRoadmap(clean(name, LINE_LIMIT, one_line=True), errors.lines())
    return roadmap


class _Validator:
    """Builds a roadmap from parsed JSON and adds a line to ``errors`` for each violated rule."""

    def __init__(self, errors: ErrorList, item_limit: int) -> None:
        self.errors = errors
        self.item_limit = item_limit
        self.item_count = 0
        self.is_complete = True  # False once nodes were skipped: then ids may be missing
        self.path_of: dict[str, str] = {}  # by node id
        self.sections: set[str] = set()
        self.prerequisites_of: dict[str, tuple[str, ...]] = {}  # by item id

    def roadmap(self, value: object) -> Roadmap | None:
        """Return the roadmap, or None if ``value`` is not an object or has a newer format."""
        if not isinstance(value, dict):
            self.wrong("$", value, "an object")
            return None
        version = value.get("format", _MISSING)
        if type(version) is int and version > FORMAT:
            # Nothing else can be checked in an unknown format.
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
            former=self.former(value),
        )
        if self.item_count > self.item_limit:
            self.errors.add(f"$: more than {self.item_limit:,} items, expected no more")
        if self.is_complete:
            self.check_prerequisites()
            self.check_cycles()
        return roadmap

    def wrong(self, path: str, value: object, expected: str) -> None:
        """Report that a value is not ``expected``, unless the parser has reported it already."""
        if not isinstance(value, InvalidValue) and not self.errors.count_if_full():
            self.errors.add(f"{path}: {_describe(value)}, expected {expected}")

    # Fields

    def text(self, fields: Fields, name: str, path: str) -> str:
        """Return an optional text of several lines; report a value that is no text."""
        value = fields.get(name, "")
        if isinstance(value, str):
            return clean(value)
        self.wrong(f"{path}.{name}", value, "a text")
        return ""

    def line(self, fields: Fields, name: str, path: str) -> str:
        """Return an optional text on one line."""
        return clean(self.text(fields, name, path), LINE_LIMIT, one_line=True)

    def title(self, fields: Fields, path: str) -> str:
        """Return the required title; report a missing or empty one."""
        value = fields.get("title", _MISSING)
        if isinstance(value, str) and (title := clean(value, LINE_LIMIT, one_line=True)):
            return title
        self.wrong(f"{path}.title", value, "a text that can be seen")
        return ""

    def slug(self, fields: Fields, path: str) -> str:
        """Return the required id; report a missing or invalid one."""
        value = fields.get("id", _MISSING)
        if isinstance(value, str) and is_node_id(value):
            return value
        self.wrong(f"{path}.id", value, _SLUG)
        return ""

    def list_(self, value: object, path: str) -> Sequence[object]:
        """Return a list; report any other value and return an empty one."""
        if isinstance(value, (list, tuple)):
            return value
        self.wrong(path, value, "a list")
        return ()

    def source(self, value: object) -> Source:
        """Return the source of the roadmap."""
        if not isinstance(value, dict):
            self.wrong("$.source", value, "an object")
            return Source()
        return Source(*(self.line(value, name, "$.source") for name in Source._fields))

    def resources(self, fields: Fields, path: str) -> tuple[Resource, ...]:
        """Return the valid resources of a node, and report the others."""
        path += ".resources"
        found: list[Resource] = []
        for i, entry in enumerate(self.list_(fields.get("resources", ()), path)):
            entry_path = f"{path}[{i}]"
            if not isinstance(entry, dict):
                self.wrong(entry_path, entry, "an object")
                continue
            title = self.title(entry, entry_path)
            url = entry.get("url", _MISSING)
            if not isinstance(url, str) or not safe_url(url):
                self.wrong(f"{entry_path}.url", url, "an http or https address")
                url = ""
            kind = entry.get("kind", "website")
            if not isinstance(kind, str) or kind not in KINDS:
                self.wrong(f"{entry_path}.kind", kind, f"one of {', '.join(KINDS)}")
                kind = ""
            by, note = self.line(entry, "by", entry_path), self.text(entry, "note", entry_path)
            was = self.was(entry, entry_path)
            minutes = self.whole(entry, "minutes", entry_path, 6000)
            extra = extra_fields(entry, RESOURCE_FIELDS)
            found.append(Resource(title, url, kind, by, note, was, minutes, extra))
        return tuple(found)

    def was(self, fields: Fields, path: str) -> tuple[str, ...]:
        """Return the former URLs of a resource; report invalid ones."""
        path += ".was"
        found: list[str] = []
        for i, url in enumerate(self.list_(fields.get("was", []), path)):
            if isinstance(url, str) and safe_url(url):
                found.append(url)
            else:
                self.wrong(f"{path}[{i}]", url, "an http or https address")
        return tuple(found)

    def whole(self, fields: Fields, name: str, path: str, most: int) -> int:
        """Return an optional whole number from 1 to ``most``, 0 without one."""
        value = fields.get(name, _MISSING)
        if type(value) is int and 1 <= value <= most:
            return value
        if value is not _MISSING:
            self.wrong(f"{path}.{name}", value, f"a whole number from 1 to {most}")
        return 0

    def hours(self, fields: Fields, path: str) -> float:
        """Return the optional estimate of an item in hours, 0 without one."""
        value = fields.get("hours", _MISSING)
        if isinstance(value, int | float) and 0.5 <= value <= 500 and value % 0.5 == 0 and value is not True:
            return value
        if value is not _MISSING:
            self.wrong(f"{path}.hours", value, "a number from 0.5 to 500 in steps of 0.5")
        return 0

    def former(self, fields: Fields) -> tuple[FormerNode, ...]:
        """Return the nodes that have left the roadmap."""
        found: list[FormerNode] = []
        for i, entry in enumerate(self.list_(fields.get("former", ()), "$.former")):
            path = f"$.former[{i}]"
            if not isinstance(entry, dict):
                self.wrong(path, entry, "an object")
                continue
            titles = self.list_(entry.get("path", ()), f"{path}.path")
            names = [clean(title, LINE_LIMIT, one_line=True) for title in titles if isinstance(title, str)]
            found.append(FormerNode(self.slug(entry, path), self.title(entry, path), tuple(names)))
        return tuple(found)

    # Nodes

    def nodes(self, value: object, path: str, depth: int, inside: str = "") -> tuple[Node, ...]:
        """Return the nodes of a list; ``inside`` names the parent if sections are not allowed there."""
        entries = self.list_(value, path)
        if entries and depth > DEPTH_LIMIT:
            self.errors.add(f"{path}: depth {depth}, expected at most {DEPTH_LIMIT}")
            self.is_complete = False
            return ()
        return tuple([self.node(entry, f"{path}[{i}]", depth, inside) for i, entry in enumerate(entries)])

    def items(self, value: object, path: str, depth: int, inside: str) -> tuple[Item, ...]:
        """Return the nodes of a list that are items."""
        return tuple([node for node in self.nodes(value, path, depth, inside) if isinstance(node, Item)])

    def node(self, value: object, path: str, depth: int, inside: str) -> Node:
        """Return the section or item of a JSON object; report each rule that it violates."""
        if self.item_count > self.item_limit:
            self.is_complete = False
            return _INVALID_NODE
        if not isinstance(value, dict):
            self.wrong(path, value, "an object")
            return _INVALID_NODE
        kind = value.get("type", _MISSING)
        if kind == "section" and inside:
            self.errors.add(f"{path}.type: a section {inside}, expected an item")
        elif kind not in ("item", "section"):
            self.wrong(f"{path}.type", kind, '"section" or "item"')
        slug = self.slug(value, path)
        if slug:
            if slug in self.path_of:
                self.wrong(f"{path}.id", slug, f"another id than that of {self.path_of[slug]}")
            self.path_of.setdefault(slug, path)
        title, summary = self.title(value, path), self.text(value, "summary", path)
        note, resources = self.text(value, "note", path), self.resources(value, path)
        entries, entries_path = value.get("children", []), f"{path}.children"
        if kind == "section":
            self.sections.add(slug)
            children = self.nodes(entries, entries_path, depth + 1, inside)
            return Section(
                slug, title, summary, note, resources, children, extra_fields(value, SECTION_FIELDS)
            )
        self.item_count += 1
        ticked = value.get("ticked", False)
        if not isinstance(ticked, bool):
            self.wrong(f"{path}.ticked", ticked, "true or false")
            ticked = False
        prerequisites = self.prerequisites(value, slug, path)
        hours, level = self.hours(value, path), self.whole(value, "level", path, 3)
        # A node of unknown type may contain sections: one error should not cause others.
        inside = "inside an item" if kind == "item" else inside
        items = self.items(entries, entries_path, depth + 1, inside)
        item_kind = value.get("kind", "")
        if item_kind and item_kind not in ITEM_KINDS:
            self.wrong(f"{path}.kind", item_kind, f"one of {', '.join(ITEM_KINDS)}")
        return Item(
            slug, title, summary, note, prerequisites, ticked, resources, items,
            kind=item_kind if isinstance(item_kind, str) else "", hours=hours,
            level=level, questions=self.questions(value, path),
            extra=extra_fields(value, ITEM_FIELDS),
        )  # fmt: skip

    def questions(self, fields: Fields, path: str) -> tuple[Question, ...]:
        """Return the review questions of an item."""
        if "questions" not in fields:
            return ()
        path += ".questions"
        found: list[Question] = []
        for i, entry in enumerate(self.list_(fields["questions"], path)):
            entry_path = f"{path}[{i}]"
            if not isinstance(entry, dict) or not entry.get("id") or not entry.get("ask"):
                self.wrong(entry_path, entry, "an object with id and ask")
                continue
            line, text = self.line(entry, "id", entry_path), self.text(entry, "ask", entry_path)
            found.append(Question(line, text, self.text(entry, "answer", entry_path)))
        return tuple(found)

    # Prerequisites

    def prerequisites(self, fields: Fields, slug: str, path: str) -> tuple[str, ...]:
        """Return the prerequisites of the item with id ``slug``."""
        path += ".prerequisites"
        entries = self.list_(fields.get("prerequisites", ()), path)
        for i, entry in enumerate(entries):
            if not isinstance(entry, str) or not entry:
                self.wrong(f"{path}[{i}]", entry, "the id of an item")
        prerequisites = tuple([entry if isinstance(entry, str) else "" for entry in entries])
        if slug:
            self.prerequisites_of.setdefault(slug, prerequisites)
        return prerequisites

    def prerequisite_path(self, slug: str, i: int) -> str:
        """Return the JSON path of the prerequisite ``i`` of an item."""
        return f"{self.path_of[slug]}.prerequisites[{i}]"

    def check_prerequisites(self) -> None:
        """Report prerequisites that are not the id of an item."""
        for slug, prerequisites in self.prerequisites_of.items():
            for i, name in enumerate(prerequisites):
                if name in self.sections:
                    self.wrong(self.prerequisite_path(slug, i), name, "the id of an item, not of a section")
                elif name and name not in self.path_of:
                    self.wrong(self.prerequisite_path(slug, i), name, "the id of an item of this roadmap")

    def check_cycles(self) -> None:
        """Report each prerequisite that closes a cycle, found by depth-first search."""
        closed: set[str] = set()
        for start in self.prerequisites_of:
            if start in closed:
                continue
            stack = {start: 0}  # item id to the index of its next prerequisite
            while stack:
                slug, i = stack.popitem()
                prerequisites = self.prerequisites_of.get(slug, ())
                if i == len(prerequisites):
                    closed.add(slug)
                    continue
                stack[slug] = i + 1
                if prerequisites[i] in stack:
                    self.report_cycle(stack, i)
                elif prerequisites[i] not in closed:
                    stack[prerequisites[i]] = 0

    def report_cycle(self, stack: dict[str, int], i: int) -> None:
        """Report that the last item of ``stack`` requires, as prerequisite ``i``, an item before it."""
        if self.errors.count_if_full():
            return
        names = list(stack)
        first = self.prerequisites_of[names[-1]][i]
        cycle = " -> ".join([*names[names.index(first) :], first])
        path = self.prerequisite_path(names[-1], i)
        self.errors.add(f"{path}: the cycle {clean(cycle, LINE_LIMIT)}, expected none")


def _describe(value: object) -> str:
    if value is _MISSING:
        return "missing"
    if isinstance(value, str):
        return f'"{clean(value, 60, one_line=True)}"'
    if isinstance(value, (dict, list)):
        return "an object" if isinstance(value, dict) else "a list"
    return json.dumps(value)
