"""Custom items and resources that the reader adds to a roadmap."""

from __future__ import annotations

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import CustomItemSet, CustomResourceSet
from roadmap_tui.core.progress.states import CustomItem, default_title
from roadmap_tui.core.roadmap.custom_items import PREFIX
from roadmap_tui.core.roadmap.model import KINDS, Resource, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.sanitize import LONGEST_TITLE, clean, safe_url
from roadmap_tui.study.event_store import Change, EventStore


class CustomItems:
    """Adds, changes and removes custom items and resources.

    Methods that write raise UsageError and SaveError, and return None if nothing changes.
    """

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def item(self, node_id: str) -> CustomItem | None:
        """Return the custom item with an id, None if there is none."""
        return next((item for item in self._store.custom_items if item.id == node_id), None)

    def section(self, index: int) -> Section | None:
        """Return the source's section at or above an index of the tree; None if it is the roadmap itself."""
        source_ids, tree = FlatTree(self._store.source).index_of, self._store.tree
        while index >= 0:
            node = tree.nodes[index]
            if isinstance(node, Section) and node.id in source_ids:
                return node
            index = tree.parents[index]
        return None

    def add_item(self, parent: str, title: str) -> Change:
        """Add an item at the end of a section, or of the roadmap if ``parent`` is ""."""
        store = self._store
        if parent and not isinstance(store.node(parent), Section):
            raise UsageError("own item", "it stands below a section", "go to one")
        title = _clean_item_title(title)
        stamp = store.journal.next_stamp(0)
        return store.write(CustomItemSet(stamp, store.source.id, PREFIX + stamp.id, title, title, parent))

    def rename_item(self, node_id: str, title: str) -> Change | None:
        """Rename a custom item."""
        item = self._require_item(node_id)
        title = _clean_item_title(title)
        return None if title == item.title else self._set_item(item, title)

    def remove_item(self, node_id: str) -> Change:
        """Remove a custom item; its history stays in the log."""
        return self._set_item(self._require_item(node_id), "")

    def _require_item(self, node_id: str) -> CustomItem:
        item = self.item(node_id)
        if item is None:
            remedy = "skip it instead"
            raise UsageError(f"item {node_id!r}", "it belongs to the roadmap", remedy)
        return item

    def _set_item(self, item: CustomItem, title: str) -> Change:
        store = self._store
        stamp = store.next_stamp(item.id)
        return store.write(CustomItemSet(stamp, store.source.id, item.id, item.title, title, item.parent))

    def set_resource(
        self, node_id: str, url: str, name: str = "", kind: str = "", old_url: str = ""
    ) -> Change | None:
        """Add a resource to a node (to the roadmap for ""), or replace the custom one at ``old_url``."""
        url = url.strip()
        if not safe_url(url):
            what = f"address '{clean(url, 60, one_line=True)}'"
            raise UsageError(what, "not a URL", "use http:// or https://")
        if kind not in KINDS:
            shown = clean(kind, 40, one_line=True)
            raise UsageError(f"kind '{shown}'", "no such name", f"use {', '.join(KINDS)}")
        name = _clean_title("resource", name)
        known = {resource.url: resource for resource in self._store.resources(node_id)}
        if url in known and url != old_url:
            raise UsageError("resource", "this address is already listed", "tick it, or give another")
        if old_url and known.get(old_url) == Resource(name or default_title(url), url, kind):
            return None
        return self._set_resource(node_id, url, name, kind, old_url)

    def remove_resource(self, node_id: str, url: str) -> Change:
        """Remove a custom resource."""
        if not self.has_resource(node_id, url):
            raise UsageError("resource", "it belongs to the roadmap", "untick it instead")
        return self._set_resource(node_id, "", "", "website", url)

    def has_resource(self, node_id: str, url: str) -> bool:
        """Return True if a node has a custom resource with this address."""
        return any(resource.url == url for resource in self._store.state(node_id).resources)

    def _set_resource(self, node_id: str, url: str, name: str, kind: str, old_url: str) -> Change:
        store = self._store
        title, stamp = store.title(node_id), store.next_stamp(node_id)
        return store.write(
            CustomResourceSet(stamp, store.source.id, node_id, title, url, name, kind, old_url)
        )


def _clean_item_title(text: str) -> str:
    title = _clean_title("own item", text)
    if not title:
        raise UsageError("own item", "it has no title", "type a title")
    return title


def _clean_title(what: str, text: str) -> str:
    title = clean(text, max(1, len(text)), one_line=True)
    if len(title) > LONGEST_TITLE:
        raise UsageError(what, f"its title has {len(title):,} characters", f"use at most {LONGEST_TITLE}")
    return title
