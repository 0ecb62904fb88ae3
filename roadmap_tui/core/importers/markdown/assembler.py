"""Turn node builders into the nodes of a roadmap, with ids, within the limits of the format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadmap_tui.core.importers.base import clean_line
from roadmap_tui.core.importers.markdown.node_builder import (
    NodeBuilder,
    SkippedContent,
    add_row,
    has_link,
    resolve_url,
    title_of,
)
from roadmap_tui.core.importers.resource_kinds import kind_of
from roadmap_tui.core.importers.slugs import Slugs
from roadmap_tui.core.progress.statuses import STATUS_OF_CHECKBOX
from roadmap_tui.core.roadmap.format import DEPTH_LIMIT, LINE_LIMIT
from roadmap_tui.core.roadmap.model import Item, Node, Resource, Section
from roadmap_tui.core.sanitize import clean

if TYPE_CHECKING:
    from roadmap_tui.core.progress.events import Status


def take_title(root: NodeBuilder) -> str:
    """Replace the only H1, if it comes first, by its content and return its title, else ``""``."""
    nodes = [node for node in root.children if node.kind not in {"prose", "aside", "table"}]
    top = [node for node in nodes if node.kind == "section" and node.level == 1]
    if len(top) != 1 or nodes[0] is not top[0]:
        return ""
    heading = top[0]
    root.links += heading.links
    root.notes += heading.notes
    index = root.children.index(heading)
    root.children[index : index + 1] = heading.children
    return heading.title


def classify(root: NodeBuilder) -> None:
    """Where every bullet is an item, decide which table rows, paragraphs and leaf headings are items too."""
    _classify_children(root, paragraphs=False)
    # A page may consist of nothing but linked paragraphs below its title.
    _classify_paragraphs(root, as_items=not _has_items(root))


def _has_items(node: NodeBuilder) -> bool:
    return any(child.kind == "item" or _has_items(child) for child in node.children)


def _classify_children(node: NodeBuilder, *, paragraphs: bool) -> None:
    children: list[NodeBuilder] = []
    for child in node.children:
        if child.kind == "table":
            children += _items_of_table(child, node)
        else:
            children.append(child)
    node.children = children
    as_items = paragraphs and not any(child.kind == "item" for child in children)
    for child in children:
        if child.kind in {"section", "group"}:
            _classify_children(child, paragraphs=True)
            if not child.children and (child.links or child.notes):
                child.kind = "item"
    if paragraphs:
        _classify_paragraphs(node, as_items=as_items)


def _classify_paragraphs(node: NodeBuilder, *, as_items: bool) -> None:
    candidates = [child.rows[0][0] for child in node.children if child.kind == "prose"]
    linked = sum(map(has_link, candidates))
    as_items = as_items and linked >= 2 and linked * 2 >= len(candidates)
    children: list[NodeBuilder] = []
    for child in node.children:
        if child.kind == "prose" and as_items and has_link(text := child.rows[0][0]):
            item = NodeBuilder("item", title_of(text), child.line)
            item.links.extend(text.links)
            children.append(item)
        elif child.kind in {"prose", "aside"}:
            for row in child.rows:
                add_row(row, node)
        else:
            children.append(child)
    node.children = children


def _items_of_table(table: NodeBuilder, owner: NodeBuilder) -> list[NodeBuilder]:
    """Return an item per row if at least half of the rows have links, else the table as an aside."""
    rows = table.rows[1:]
    linked = sum(any(map(has_link, row)) for row in rows)
    if linked < 2 or linked * 2 < len(rows):
        table.kind = "aside"
        return [table]
    items = []
    for row in rows:
        name = next((cell for cell in row if any(map(str.isalpha, cell.text))), None)
        if name is None:
            add_row(row, owner)
            continue
        item = NodeBuilder("item", name.text, table.line)
        for cell in row:
            item.links.extend(cell.links)
            if cell is not name and cell.text and not cell.only_links:
                item.notes.append(cell.text)
        items.append(item)
    return items


class RoadmapAssembler:
    """Converter of node builders to roadmap nodes that counts them."""

    def __init__(self, base_url: str, skipped: SkippedContent) -> None:
        self.base_url = base_url
        self.skipped = skipped
        self.slugs = Slugs()
        self.sections = self.groups = self.items = self.ticked = self.resources = 0
        self.collapsed = self.truncated = 0
        self.marks: dict[str, Status] = {}
        self.lines: dict[str, int] = {}
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
                if builder.mark:
                    self.lines[node_id] = builder.line
                items = tuple(child for child in below if isinstance(child, Item))
                nodes.append(
                    Item(node_id, title, note=note, ticked=ticked, resources=resources, children=items)
                )
            else:
                self.sections += builder.kind == "section"
                self.groups += builder.kind == "group"
                nodes.append(Section(node_id, title, note=note, resources=resources, children=below))
            if depth == DEPTH_LIMIT:
                nodes += children
        return tuple(nodes)

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
                continue
            if url in resources:
                self.skipped.add("repeated link", link.line)
                continue
            title = clean_line(link.text) or url[:LINE_LIMIT]
            resources[url] = Resource(title, url, kind_of(url, link.type), note=clean_line(link.hint))
        self.resources += len(resources)
        return tuple(resources.values())


def note_of(builder: NodeBuilder) -> str:
    """Join the notes of a builder, one line per paragraph."""
    lines = [clean(text, one_line=True) for text in builder.notes]
    return clean("\n".join(line for line in lines if line))
