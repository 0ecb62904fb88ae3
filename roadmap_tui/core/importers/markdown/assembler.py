"""Turn node builders into the nodes of a roadmap, with ids, within the limits of the format."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import unquote

from roadmap_tui.core.importers.base import clean_line
from roadmap_tui.core.importers.markdown.node_builder import (
    NodeBuilder,
    SkippedContent,
    is_relative,
    resolve_url,
)
from roadmap_tui.core.importers.resource_kinds import kind_of
from roadmap_tui.core.importers.slugs import Slugs
from roadmap_tui.core.progress.statuses import STATUS_OF_CHECKBOX
from roadmap_tui.core.review.questions import MARKDOWN, question_id
from roadmap_tui.core.roadmap.format import DEPTH_LIMIT, LINE_LIMIT
from roadmap_tui.core.roadmap.kinds import is_material
from roadmap_tui.core.roadmap.model import Item, Node, Question, Resource, Section
from roadmap_tui.core.sanitize import clean

if TYPE_CHECKING:
    from roadmap_tui.core.progress.events import Status


class RoadmapAssembler:
    """Converts node builders to roadmap nodes, and counts the nodes."""

    def __init__(self, base_url: str, skipped: SkippedContent) -> None:
        self.base_url = base_url
        self.skipped = skipped
        self.slugs = Slugs()
        self.sections = self.groups = self.items = self.ticked = self.resources = 0
        self.collapsed = self.truncated = 0
        self.marks: dict[str, Status] = {}
        self.lines: dict[str, int] = {}
        self.needs: dict[str, tuple[int, list[str]]] = {}  # line and names, by item id
        self.addresses: set[str] = set()  # of all links, skipped ones included

    def nodes(self, builders: list[NodeBuilder], depth: int = 1, parent: str = "") -> tuple[Node, ...]:
        """Convert builders at ``depth`` (from 1) below the node with id ``parent``."""
        nodes: list[Node] = []
        for builder in builders:
            title = self._title(builder)
            node_id = self.slugs.new(title, parent)
            resources, note = self.resources_of(builder), note_of(builder)
            children = self.nodes(builder.children, min(depth + 1, DEPTH_LIMIT), node_id)
            below = children
            if depth == DEPTH_LIMIT:
                # Nodes deeper than the format allows become siblings of their parents.
                self.collapsed += len(children)
                below = ()
            if builder.kind == "item":
                self.items += 1
                ticked = builder.mark == "x"
                self.ticked += ticked
                if builder.mark in STATUS_OF_CHECKBOX:
                    self.marks[node_id] = STATUS_OF_CHECKBOX[builder.mark]
                if builder.is_task:
                    self.lines[node_id] = builder.line
                items = tuple(child for child in below if isinstance(child, Item))
                if builder.needs:
                    self.needs[node_id] = (builder.line, builder.needs)
                nodes.append(
                    Item(
                        node_id,
                        title,
                        note=note,
                        ticked=ticked,
                        resources=resources,
                        children=items,
                        kind=self._kind(builder, resources),
                        questions=_questions(builder.questions),
                    )
                )
            else:
                self.sections += builder.kind == "section"
                self.groups += builder.kind == "group"
                nodes.append(Section(node_id, title, note=note, resources=resources, children=below))
            if depth == DEPTH_LIMIT:
                nodes += children
        return tuple(nodes)

    def _kind(self, builder: NodeBuilder, resources: tuple[Resource, ...]) -> str:
        """Return the written kind, or ``material`` for an item that is only a link to a course, book, ….

        A task that is a link with words is a topic, but one that is only an address names none.
        """
        if builder.item_kind:
            return builder.item_kind
        if builder.kind_hint not in {"link", "address"} or builder.children or len(resources) != 1:
            return ""
        is_address = builder.kind_hint == "address"
        return "material" if is_address or is_material(resources[0], self.base_url) else ""

    def _title(self, builder: NodeBuilder) -> str:
        title = clean_line(builder.title)
        if len(title) == LINE_LIMIT and title.endswith("…") and len(builder.title) > LINE_LIMIT:
            self.truncated += 1
            builder.notes.insert(0, builder.title)
        return title or "(no words)"

    def resources_of(self, builder: NodeBuilder) -> tuple[Resource, ...]:
        """Convert the links of a builder, each address once."""
        resources: dict[str, Resource] = {}
        for link in builder.links:
            self.addresses.add(link.url)
            url = resolve_url(link, self.base_url, self.skipped)
            if url is None:
                if not self.base_url and link.text and is_relative(link.url):
                    path = clean_line(unquote(link.url))
                    builder.notes.append(path if link.text == builder.title else f"{link.text} ({path})")
                continue
            if url in resources:
                self.skipped.add("repeated link", link.line)
                continue
            title = clean_line(link.text) or url[:LINE_LIMIT]
            resources[url] = Resource(title, url, kind_of(url, link.type), note=clean_line(link.hint))
        self.resources += len(resources)
        return tuple(resources.values())


def _questions(questions: list[tuple[str, str]]) -> tuple[Question, ...]:
    return tuple(Question(question_id(MARKDOWN, ask), clean(ask), clean(answer)) for ask, answer in questions)


def note_of(builder: NodeBuilder) -> str:
    """Join the notes of a builder, one line per paragraph."""
    lines = [clean(text, one_line=True) for text in builder.notes]
    return clean("\n".join(line for line in lines if line))
