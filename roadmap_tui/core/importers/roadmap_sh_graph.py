"""The drawing of a roadmap.sh roadmap, a React-Flow document: which topic comes when, and what is below."""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import deque
from math import hypot, isfinite
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.errors import InvalidRoadmap
from roadmap_tui.core.roadmap.format import DEPTH_LIMIT, LINE_LIMIT
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.strict_json import ErrorList, InvalidValue, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_BELOW: Final = frozenset({"subtopic", "todo", "checklist-item"})
_MOST_BOXES: Final = 500
_COMPARE_ALL: Final = 4_000_000  # pairs; of more, only topics of about the same height


class Node(NamedTuple):
    """A topic as drawn: ``x`` and ``y`` are its middle, ``is_topic`` tells it from what is below one."""

    id: str
    label: str
    x: float
    y: float
    is_topic: bool


class _Box(NamedTuple):
    """A frame around several nodes."""

    id: str
    left: float
    top: float
    width: float
    height: float

    def holds(self, node: Node) -> bool:
        return 0 <= node.x - self.left <= self.width and 0 <= node.y - self.top <= self.height


class Graph(NamedTuple):
    """What a drawing says: nodes in reading order, the positions below each one's, the topmost first.

    ``below[-1]`` has the positions of the topmost ones.
    """

    title: str
    nodes: tuple[Node, ...]
    below: dict[int, list[int]]
    warnings: tuple[str, ...]


def read_drawing(data: bytes, name: str, node_limit: int) -> Graph:
    """What the drawing in ``data`` says; what in it is of no use is left out, with a warning.

    Solid edges are the spine: the topics stand along it, and where it leaves that open by their height,
    then from left to right. Dashed edges lead from a topic to what is below it; if none does, an edge of
    any kind and direction will do, or one to the box that it is drawn in; if there is none at all, the
    nearest topic has it.

    Raises ``BadRoadmap`` about ``name`` for what is no such document, with one fault.
    """
    faults = ErrorList(1)
    value = parse(data, faults)
    if isinstance(value, InvalidValue):
        raise InvalidRoadmap(name, faults.lines())
    if not isinstance(value, dict) or not isinstance(value.get("nodes"), list):
        raise InvalidRoadmap(name, ("$.nodes: missing, expected the list of nodes of a roadmap.sh drawing",))
    warnings = []
    if faults.count:
        warnings.append(f"{name}: {faults.count:,} values are not as JSON allows: ignored")
    nodes, again = _nodes(value["nodes"])
    if len(nodes) > node_limit:
        raise InvalidRoadmap(name, (f"{len(nodes):,} topics, at most {node_limit:,} are read",))
    if again:
        warnings.append(f"{name}: {again:,} nodes have the id of another: ignored")
    layout = _Layout(nodes, list(_edges(value.get("edges"))), _boxes(value["nodes"]))
    layout.run()
    return Graph(_title(value["nodes"]), nodes, layout.below, (*warnings, *layout.warnings()))


def _fields(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value):
        return float(value)
    return 0.0


def _label(fields: dict[str, object]) -> str:
    label = _fields(fields.get("data")).get("label")
    return clean(label, LINE_LIMIT, one_line=True) if isinstance(label, str) else ""


def _height(fields: dict[str, object]) -> float:
    return _number(_fields(fields.get("position")).get("y"))


def _title(values: list[object]) -> str:
    """The topmost title that is drawn, empty where there is none."""
    titles = [fields for fields in map(_fields, values) if fields.get("type") == "title" and _label(fields)]
    return _label(min(titles, key=_height)) if titles else ""


def _nodes(values: list[object]) -> tuple[tuple[Node, ...], int]:
    """What is an item, from top to bottom and left to right, and how many ids came again."""
    found: dict[str, Node] = {}
    again = 0
    for fields in map(_fields, values):
        id, kind = fields.get("id"), fields.get("type")
        if not isinstance(id, str) or not isinstance(kind, str) or not (kind == "topic" or kind in _BELOW):
            continue
        if id in found:
            again += 1
            continue
        place = _fields(fields.get("position"))
        x = _number(place.get("x")) + _number(fields.get("width")) / 2
        y = _number(place.get("y")) + _number(fields.get("height")) / 2
        found[id] = Node(id, _label(fields), x, y, kind == "topic")
    return tuple(sorted(found.values(), key=lambda node: (node.y, node.x))), again


def _boxes(values: list[object]) -> list[_Box]:
    """The frames, the smallest first."""
    found: list[_Box] = []
    for fields in map(_fields, values):
        id, place = fields.get("id"), _fields(fields.get("position"))
        if fields.get("type") == "section" and isinstance(id, str) and len(found) < _MOST_BOXES:
            sides = _number(fields.get("width")), _number(fields.get("height"))
            found.append(_Box(id, _number(place.get("x")), _number(place.get("y")), *sides))
    return sorted(found, key=lambda box: (box.width * box.height, box.id))


def _edges(values: object) -> Iterator[tuple[str, str, str]]:
    """The edges: from, to, how they are drawn."""
    for fields in map(_fields, values if isinstance(values, list) else ()):
        source, target = fields.get("source"), fields.get("target")
        if isinstance(source, str) and isinstance(target, str):
            style = _fields(fields.get("data")).get("edgeStyle")
            yield source, target, style if isinstance(style, str) else ""


class _Layout:
    """Finds what stands below what, and in which order."""

    def __init__(self, nodes: tuple[Node, ...], edges: list[tuple[str, str, str]], boxes: list[_Box]) -> None:
        self.nodes = nodes
        self.topics = [at for at, node in enumerate(nodes) if node.is_topic]
        self.below: dict[int, list[int]] = {}
        self.depth: dict[int, int] = {}  # of all that have their place
        self.parent: dict[int, int] = {}
        self.inferred = self.circles = self.collapsed = 0
        place = {node.id: at for at, node in enumerate(nodes)}
        self.edges = [
            (place[source], place[target], style)
            for source, target, style in edges
            if source in place and target in place and source != target
        ]
        ends = {box.id for box in boxes}
        owners: dict[str, int] = {}  # of boxes
        for source, target, _ in edges:
            for one, other in ((source, target), (target, source)):
                if one in ends and other in place:
                    owners.setdefault(one, place[other])
        self.boxes = [(box, owners[box.id]) for box in boxes if box.id in owners]

    def run(self) -> None:
        """Give every node its place."""
        for topic in self._along_the_spine():
            self._put(topic, -1)
        self._follow([(one, other) for one, other, style in self.edges if style == "dashed"])
        self._follow([pair for one, other, _ in self.edges for pair in ((one, other), (other, one))])
        for at in [at for at in range(len(self.nodes)) if at not in self.depth]:
            owner = next((owner for box, owner in self.boxes if box.holds(self.nodes[at])), -1)
            if owner in self.depth:
                self._put(at, owner)
        left = [at for at in range(len(self.nodes)) if at not in self.depth]
        near = _Nearest(self.nodes, self.topics, len(left))
        for at in left:
            self._put(at, near.to(self.nodes[at]))
        self.inferred = len(left) if self.topics else 0
        for parent, children in self.below.items():
            if parent >= 0:
                children.sort()

    def warnings(self) -> Iterable[str]:
        """Sentences about what the edges do not say."""
        if self.inferred:
            stand = "subtopics stand" if self.inferred > 1 else "subtopic stands"
            yield f"{self.inferred} {stand} below the nearest topic: inferred"
        if self.circles:
            yield "the edges between the topics go in circles: there the topics stand from top to bottom"
        if self.collapsed:
            yield f"nodes too deep for a roadmap, put beside their parents: {self.collapsed}"

    def _put(self, at: int, parent: int) -> None:
        if parent >= 0 and self.depth[parent] >= DEPTH_LIMIT:
            parent = self.parent[parent]
            self.collapsed += 1
        self.parent[at] = parent
        self.depth[at] = self.depth[parent] + 1 if parent >= 0 else 1
        self.below.setdefault(parent, []).append(at)

    def _along_the_spine(self) -> list[int]:
        """The topics, each behind those that the spine has before it (Kahn's algorithm)."""
        after: dict[int, set[int]] = {}
        waiting = dict.fromkeys(self.topics, 0)
        for one, other, style in self.edges:
            is_spine = style == "solid" and one in waiting and other in waiting
            if is_spine and other not in after.setdefault(one, set()):
                after[one].add(other)
                waiting[other] += 1
        free = [at for at in self.topics if not waiting[at]]  # sorted, and so a heap
        rest = iter(self.topics)
        done: dict[int, None] = {}
        while len(done) < len(self.topics):
            if free:
                at = heapq.heappop(free)
            else:
                at = next(topic for topic in rest if topic not in done)
                self.circles += 1
            if at in done:
                continue
            done[at] = None
            for other in sorted(after.get(at, ())):
                waiting[other] -= 1
                if not waiting[other] and other not in done:
                    heapq.heappush(free, other)
        return list(done)

    def _follow(self, pairs: list[tuple[int, int]]) -> None:
        """Put what has no place yet below what leads to it and has one, the nearest to a topic first."""
        leads: dict[int, list[int]] = {}
        for one, other in pairs:
            leads.setdefault(one, []).append(other)
        queue = deque(self.depth)
        while queue:
            at = queue.popleft()
            for other in sorted(leads.get(at, ())):
                if other not in self.depth:
                    self._put(other, at)
                    queue.append(other)


class _Nearest:
    """Finds the topic whose middle is nearest."""

    def __init__(self, nodes: tuple[Node, ...], topics: list[int], count: int) -> None:
        self.nodes = nodes
        self.topics = topics
        self.all = len(topics) * count <= _COMPARE_ALL
        self.heights = [nodes[at].y for at in topics]

    def to(self, node: Node) -> int:
        """The position of the topic nearest to ``node``, -1 if there is no topic at all."""
        topics = self.topics
        if not self.all:
            at = bisect_left(self.heights, node.y)
            topics = topics[max(0, at - 50) : at + 50]
        return min(
            topics,
            key=lambda at: hypot(self.nodes[at].x - node.x, self.nodes[at].y - node.y),
            default=-1,
        )
