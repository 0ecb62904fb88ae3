"""From drafts to the values of a roadmap, with ids, within the limits of the format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from roadmap_tui.core.importers.markdown.node_builder import (
    NodeBuilder,
    SkippedContent,
    add_row,
    has_link,
    resolved,
    title_of,
)
from roadmap_tui.core.importers.markdown.resource_kinds import kind_of
from roadmap_tui.core.importers.markdown.slugs import Slugs
from roadmap_tui.core.progress.statuses import STATUS_OF_CHECKBOX
from roadmap_tui.core.roadmap.format import DEPTH_LIMIT, LINE_LIMIT
from roadmap_tui.core.roadmap.model import Item, Node, Resource, Section
from roadmap_tui.core.sanitize import clean

if TYPE_CHECKING:
    from roadmap_tui.core.progress.events import Status


def take_title(root: NodeBuilder) -> str:
    """The title of the single leading H1, which is dissolved; empty where there is none."""
    kids = [kid for kid in root.kids if kid.kind not in {"prose", "aside", "table"}]
    top = [kid for kid in kids if kid.kind == "section" and kid.level == 1]
    if len(top) != 1 or kids[0] is not top[0]:
        return ""
    heading = top[0]
    root.links += heading.links
    root.notes += heading.notes
    at = root.kids.index(heading)
    root.kids[at : at + 1] = heading.kids
    return heading.title


def classify(root: NodeBuilder) -> None:
    """Decide, where every bullet is an item, what else is one: table rows, paragraphs, leaf headings."""
    _settle(root, paragraphs=False)
    # A page may be nothing but linked paragraphs below its title.
    _settle_paragraphs(root, wanted=not _has_items(root))


def _has_items(draft: NodeBuilder) -> bool:
    return any(kid.kind == "item" or _has_items(kid) for kid in draft.kids)


def _settle(draft: NodeBuilder, *, paragraphs: bool) -> None:
    kids: list[NodeBuilder] = []
    for kid in draft.kids:
        if kid.kind == "table":
            kids += _rows(kid, draft)
        else:
            kids.append(kid)
    draft.kids = kids
    wanted = paragraphs and not any(kid.kind == "item" for kid in kids)
    for kid in kids:
        if kid.kind in {"section", "group"}:
            _settle(kid, paragraphs=True)
            if not kid.kids and (kid.links or kid.notes):
                kid.kind = "item"
    if paragraphs:
        _settle_paragraphs(draft, wanted=wanted)


def _settle_paragraphs(draft: NodeBuilder, *, wanted: bool) -> None:
    candidates = [kid.rows[0][0] for kid in draft.kids if kid.kind == "prose"]
    linked = sum(map(has_link, candidates))
    wanted = wanted and linked >= 2 and linked * 2 >= len(candidates)
    kids: list[NodeBuilder] = []
    for kid in draft.kids:
        if kid.kind == "prose" and wanted and has_link(words := kid.rows[0][0]):
            item = NodeBuilder("item", title_of(words), kid.line)
            item.links.extend(words.links)
            kids.append(item)
        elif kid.kind in {"prose", "aside"}:
            for row in kid.rows:
                add_row(row, draft)
        else:
            kids.append(kid)
    draft.kids = kids


def _rows(table: NodeBuilder, owner: NodeBuilder) -> list[NodeBuilder]:
    rows = table.rows[1:]
    linked = sum(any(map(has_link, row)) for row in rows)
    if linked < 2 or linked * 2 < len(rows):
        table.kind = "aside"
        return [table]
    items = []
    for row in rows:
        named = next((words for words in row if any(map(str.isalpha, words.text))), None)
        if named is None:
            add_row(row, owner)
            continue
        item = NodeBuilder("item", named.text, table.line)
        for words in row:
            item.links.extend(words.links)
            if words is not named and words.text and not words.only_links:
                item.notes.append(words.text)
        items.append(item)
    return items


class RoadmapAssembler:
    """Turns drafts into values and counts them."""

    def __init__(self, base_url: str, drops: SkippedContent) -> None:
        self.base_url = base_url
        self.drops = drops
        self.slugs = Slugs()
        self.sections = self.groups = self.items = self.ticked = self.resources = 0
        self.collapsed = self.cut = 0
        self.marks: dict[str, Status] = {}
        self.lines: dict[str, int] = {}
        self.addresses: set[str] = set()  # of all links, kept or not

    def nodes(self, drafts: list[NodeBuilder], depth: int = 1, parent: str = "") -> tuple[Node, ...]:
        """The nodes of ``drafts``, which stand at ``depth`` in the node with the id ``parent``."""
        found: list[Node] = []
        for draft in drafts:
            title = self._title(draft)
            node_id = self.slugs.new(title, parent)
            resources, note = self.linked(draft), noted(draft)
            children = self.nodes(draft.kids, min(depth + 1, DEPTH_LIMIT), node_id)
            below = children
            if depth == DEPTH_LIMIT:
                # What would be deeper than the format allows stands beside its parent.
                self.collapsed += len(children)
                below = ()
            if draft.kind == "item":
                self.items += 1
                ticked = draft.mark == "x"
                self.ticked += ticked
                if draft.mark in STATUS_OF_CHECKBOX:
                    self.marks[node_id] = STATUS_OF_CHECKBOX[draft.mark]
                if draft.mark:
                    self.lines[node_id] = draft.line
                items = tuple([child for child in below if isinstance(child, Item)])
                found.append(
                    Item(node_id, title, note=note, ticked=ticked, resources=resources, children=items)
                )
            else:
                self.sections += draft.kind == "section"
                self.groups += draft.kind == "group"
                found.append(Section(node_id, title, note=note, resources=resources, children=below))
            if depth == DEPTH_LIMIT:
                found += children
        return tuple(found)

    def _title(self, draft: NodeBuilder) -> str:
        title = clean(draft.title, LINE_LIMIT, one_line=True)
        if len(title) == LINE_LIMIT and title.endswith("…") and len(draft.title) > LINE_LIMIT:
            self.cut += 1
            draft.notes.insert(0, draft.title)
        return title or "(no words)"

    def linked(self, draft: NodeBuilder) -> tuple[Resource, ...]:
        """The resources of ``draft``, each address once."""
        found: dict[str, Resource] = {}
        for link in draft.links:
            self.addresses.add(link.url)
            url = resolved(link, self.base_url, self.drops)
            if url is None:
                continue
            if url in found:
                self.drops.add("repeated link", link.line)
                continue
            title = clean(link.text, LINE_LIMIT, one_line=True) or url[:LINE_LIMIT]
            note = clean(link.hint, LINE_LIMIT, one_line=True)
            found[url] = Resource(title, url, kind_of(url, link.type), note=note)
        self.resources += len(found)
        return tuple(found.values())


def noted(draft: NodeBuilder) -> str:
    """The words of ``draft`` that are no title: a line for each paragraph."""
    lines = [clean(text, one_line=True) for text in draft.notes]
    return clean("\n".join(line for line in lines if line))
