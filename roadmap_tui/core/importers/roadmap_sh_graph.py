"""Read the graph of a roadmap.sh roadmap, a React Flow document: the order and hierarchy of its topics."""

from __future__ import annotations

import heapq
from collections import deque
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.errors import InvalidRoadmap
from roadmap_tui.core.roadmap.format import DEPTH_LIMIT, LINE_LIMIT
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.strict_json import ErrorList, InvalidValue, parse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_TOPIC: Final = "topic"
_NODE_TYPES: Final = frozenset({_TOPIC, "subtopic", "todo", "checklist-item"})


class Graph(NamedTuple):
    """A forest of topics: the label of each node by its id, and its child ids; ``""`` has the top level."""

    title: str
    labels: dict[str, str]
    children: dict[str, list[str]]
    warnings: tuple[str, ...]


def read_graph(data: bytes, name: str, node_limit: int) -> Graph:
    """Parse a React Flow document; skip malformed parts with a warning.

    Solid edges between topics order them; where edges leave the order open, it is that of the document.
    Dashed edges lead from a node to its children; a node without an incoming one is a child of any other
    node it is connected with. A node without any edge to a topic comes last.

    Raises InvalidRoadmap about ``name`` if it is not a React Flow document or has too many nodes.
    """
    errors = ErrorList(1)
    value = parse(data, errors)
    if isinstance(value, InvalidValue):
        raise InvalidRoadmap(name, errors.lines())
    if not isinstance(value, dict) or not isinstance(value.get("nodes"), list):
        raise InvalidRoadmap(name, ("$.nodes: missing, expected the list of nodes of a roadmap.sh drawing",))
    warnings = []
    if errors.count:
        warnings.append(f"{name}: {errors.count:,} values are not as JSON allows: ignored")
    title, labels, topics, repeated = _nodes(value["nodes"])
    if len(labels) > node_limit:
        raise InvalidRoadmap(name, (f"{len(labels):,} topics, at most {node_limit:,} are read",))
    if repeated:
        warnings.append(f"{name}: {repeated:,} nodes have the id of another: ignored")
    edges = [edge for edge in _edges(value.get("edges")) if edge[0] in labels and edge[1] in labels]
    forest = _Forest(labels)
    order, is_cyclic = _sort_topics(topics, [edge[:2] for edge in edges if edge[2] == "solid"])
    for topic in order:
        forest.add(topic, "")
    forest.attach([edge[:2] for edge in edges if edge[2] == "dashed"])
    forest.attach([pair for source, target, _ in edges for pair in ((source, target), (target, source))])
    forest.sort_children()
    unconnected = [node_id for node_id in labels if node_id not in forest.parent]
    for node_id in unconnected:
        forest.add(node_id, "")
    if topics and unconnected:
        stand = "subtopics have no edge" if len(unconnected) > 1 else "subtopic has no edge"
        warnings.append(f"{len(unconnected)} {stand} to a topic: put at the end")
    if is_cyclic:
        warnings.append("the edges between the topics go in circles: there the topics stand as in the file")
    if forest.collapsed:
        warnings.append(f"nodes too deep for a roadmap, put beside their parents: {forest.collapsed}")
    return Graph(title, labels, forest.children, tuple(warnings))


def _object(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _nodes(values: list[object]) -> tuple[str, dict[str, str], list[str], int]:
    """Return the title, the label of each node id, the ids of the topics, and how many ids were repeated."""
    title = ""
    labels: dict[str, str] = {}
    topics: list[str] = []
    repeated = 0
    for fields in map(_object, values):
        node_id, node_type, label = fields.get("id"), fields.get("type"), _label(fields)
        if node_type == "title":
            title = title or label
        if not (isinstance(node_id, str) and node_id and isinstance(node_type, str)):
            continue
        if node_id in labels:
            repeated += node_type in _NODE_TYPES
        elif node_type in _NODE_TYPES:
            labels[node_id] = label
            if node_type == _TOPIC:
                topics.append(node_id)
    return title, labels, topics, repeated


def _label(fields: dict[str, object]) -> str:
    label = _object(fields.get("data")).get("label")
    return clean(label, LINE_LIMIT, one_line=True) if isinstance(label, str) else ""


def _edges(values: object) -> Iterator[tuple[str, str, str]]:
    """Yield the source, target and line style of each edge."""
    for fields in map(_object, values if isinstance(values, list) else ()):
        source, target = fields.get("source"), fields.get("target")
        if isinstance(source, str) and isinstance(target, str) and source != target:
            style = _object(fields.get("data")).get("edgeStyle")
            yield source, target, style if isinstance(style, str) else ""


def _sort_topics(topics: list[str], edges: Iterable[tuple[str, str]]) -> tuple[list[str], bool]:
    """Sort topologically (Kahn's algorithm), ties in document order; return True too if there is a cycle."""
    index_of = {topic: index for index, topic in enumerate(topics)}
    successors: dict[int, set[int]] = {}
    for source, target in edges:
        if source in index_of and target in index_of:
            successors.setdefault(index_of[source], set()).add(index_of[target])
    incoming = [0] * len(topics)
    for targets in successors.values():
        for target_index in targets:
            incoming[target_index] += 1
    heap = [index for index, count in enumerate(incoming) if not count]
    order: list[str] = []
    while heap:
        index = heapq.heappop(heap)
        order.append(topics[index])
        for target_index in successors.get(index, ()):
            incoming[target_index] -= 1
            if not incoming[target_index]:
                heapq.heappush(heap, target_index)
    in_cycles = [topic for index, topic in enumerate(topics) if incoming[index]]
    return order + in_cycles, bool(in_cycles)


class _Forest:
    """Assigns a parent to each node, at most ``DEPTH_LIMIT`` deep."""

    def __init__(self, labels: Iterable[str]) -> None:
        self.parent: dict[str, str] = {}
        self.children: dict[str, list[str]] = {}
        self.collapsed = 0
        self._depth = {"": 0}
        self._index_of = {node_id: index for index, node_id in enumerate(labels)}

    def add(self, node_id: str, parent: str) -> None:
        """Add a node as the last child of ``parent``, or of its parent's parent at the depth limit."""
        if self._depth[parent] >= DEPTH_LIMIT:
            parent = self.parent[parent]
            self.collapsed += 1
        self.parent[node_id] = parent
        self._depth[node_id] = self._depth[parent] + 1
        self.children.setdefault(parent, []).append(node_id)

    def sort_children(self) -> None:
        """Sort the children of every node, but not the top level, in document order."""
        for parent, children in self.children.items():
            if parent:
                children.sort(key=self._index_of.__getitem__)

    def attach(self, edges: Iterable[tuple[str, str]]) -> None:
        """Add the nodes that edges lead to from the nodes added so far, breadth first."""
        targets: dict[str, list[str]] = {}
        for source, target in edges:
            targets.setdefault(source, []).append(target)
        queue = deque(self.parent)
        while queue:
            source = queue.popleft()
            for target in targets.get(source, ()):
                if target not in self.parent:
                    self.add(target, source)
                    queue.append(target)
