"""Items that left the roadmap: the reader's progress on them stays visible, with their last title."""

from __future__ import annotations

from collections.abc import Container
from itertools import accumulate
from typing import Final

from roadmap_tui.core.progress.events import CustomItemSet, StatusSet
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.states import default_title
from roadmap_tui.core.roadmap.format import is_node_id
from roadmap_tui.core.roadmap.model import FormerNode, Item, Node, Resource, Roadmap
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.sanitize import safe_url

_MAX_FORMER: Final = 100_000  # characters, so that the file does not grow forever


def as_leaf(node: Node) -> Item:
    """Convert a node to an item without children, to be retired."""
    if isinstance(node, Item):
        return node._replace(children=())
    return Item(node.id, node.title, node.summary, node.note, resources=node.resources)


def with_former(roadmap: Roadmap, before: Roadmap) -> Roadmap:
    """Add to ``former`` the nodes that only the version ``before`` has."""
    present = FlatTree(roadmap).index_of
    former = {node.id: node for node in (*before.former, *roadmap.former)}
    tree = FlatTree(before)
    for index, node in enumerate(tree.nodes):
        if node.id not in present:
            former.pop(node.id, None)  # the newest come last
            former[node.id] = FormerNode(node.id, node.title, tuple(tree.titles_above(index)))
    newest_first = [node for node in reversed(former.values()) if node.id not in present]
    lengths = accumulate(len(node.title) + sum(map(len, node.path)) for node in newest_first)
    kept = [node for node, length in zip(newest_first, lengths, strict=True) if length < _MAX_FORMER]
    return roadmap._replace(former=tuple(reversed(kept)))


def find_orphans(roadmap: Roadmap, progress: Progress, known: Container[str]) -> list[Item]:
    """Return an item for each node that has progress and is not ``known``, with its last title.

    Custom items are left out: the tree shows those that the reader did not remove.
    """
    former = {node.id: node for node in roadmap.former}
    orphans: list[Item] = []
    for node_id in progress.ids_with_events(roadmap.id):
        if node_id in known or not is_node_id(node_id) or not progress.has(roadmap.id, node_id):
            continue
        actions = progress.key_events(roadmap.id, node_id)
        if any(isinstance(action, CustomItemSet) for action in actions):
            continue
        titles = [
            action.title
            for action in actions
            if action.title and not (isinstance(action, StatusSet) and len(action.targets) > 1)
        ]
        title = former[node_id].title if node_id in former else titles[-1] if titles else node_id
        ticks = sorted(filter(safe_url, progress.state(roadmap.id, node_id).ticks))
        orphans.append(
            Item(node_id, title, resources=tuple([Resource(default_title(url), url) for url in ticks]))
        )
    return orphans
