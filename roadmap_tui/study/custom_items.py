"""What a reader adds to a roadmap: items below its sections, resources to its nodes."""

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
    """The verbs for own items and own resources.

    Each raises CannotSave where it can't be written, and returns None where it would change nothing.
    """

    def __init__(self, store: EventStore) -> None:
        self._store = store

    def item(self, node_id: str) -> CustomItem | None:
        """The own item of that id, None where there is none."""
        return next((one for one in self._store.custom_items if one.id == node_id), None)

    def section(self, at: int) -> Section | None:
        """The section of the source that a position is in or stands for; None for the roadmap itself."""
        ledger, order = self._store, self._store.tree
        given = FlatTree(ledger.source).index_of
        while at >= 0:
            node = order.nodes[at]
            if isinstance(node, Section) and node.id in given:
                return node
            at = order.parents[at]
        return None

    def add_item(self, under: str, title: str) -> Change:
        """Add an item at the end of a section; of the roadmap where ``under`` is empty.

        Raises Refused for a title without words, and for what is no section.
        """
        ledger = self._store
        if under and not isinstance(ledger.node(under), Section):
            raise UsageError("own item", "it stands below a section", "go to one")
        title = _title(title)
        stamp = ledger.journal.next_stamp(0)
        return ledger.write(CustomItemSet(stamp, ledger.source.id, PREFIX + stamp.id, title, title, under))

    def rename_item(self, node_id: str, title: str) -> Change | None:
        """Give an own item another title. Raises Refused where it is not the reader's own."""
        own = self._owned(node_id)
        title = _title(title)
        return None if title == own.title else self._set_item(own, title)

    def remove_item(self, node_id: str) -> Change:
        """Remove an own item; what was done with it stays in the log. Raises Refused as above."""
        return self._set_item(self._owned(node_id), "")

    def _owned(self, node_id: str) -> CustomItem:
        own = self.item(node_id)
        if own is None:
            raise UsageError(
                f"item {node_id!r}", "it is the roadmap's, not yours", "skip it if it is nothing for you"
            )
        return own

    def _set_item(self, own: CustomItem, title: str) -> Change:
        ledger = self._store
        stamp = ledger.journal.next_stamp(ledger.min_clock((own.id,)))
        return ledger.write(CustomItemSet(stamp, ledger.source.id, own.id, own.title, title, own.parent))

    def set_resource(
        self, node_id: str, url: str, name: str = "", kind: str = "", was: str = ""
    ) -> Change | None:
        """Add a resource to a node (to the roadmap for an empty id), in place of the one at ``was``.

        Without a name it is called by its address. Raises Refused for what is no address, an unknown
        kind, and an address that is there already.
        """
        ledger = self._store
        url = url.strip()
        if not safe_url(url):
            shown = clean(url, 60, one_line=True)
            raise UsageError(
                f"address '{shown}'", "that is no web address", "give one with http:// or https://"
            )
        if kind not in KINDS:
            shown = clean(kind, 40, one_line=True)
            raise UsageError(f"kind '{shown}'", "there is none of that name", f"use {', '.join(KINDS)}")
        name = clean(name, LONGEST_TITLE, one_line=True)
        known = {one.url: one for one in ledger.resources(node_id)}
        if url in known and url != was:
            raise UsageError("resource", "this address is there already", "tick it, or give another")
        if was and known.get(was) == Resource(name or default_title(url), url, kind):
            return None
        return self._set_resource(node_id, url, name, kind, was)

    def remove_resource(self, node_id: str, url: str) -> Change:
        """Remove an own resource. Raises Refused where there is none of that address."""
        if not self.has_resource(node_id, url):
            raise UsageError("resource", "it is the roadmap's, not yours", "leave it unticked")
        return self._set_resource(node_id, "", "", "website", url)

    def has_resource(self, node_id: str, url: str) -> bool:
        """Whether the reader added a resource of that address to a node."""
        return any(one.url == url for one in self._store.state(node_id).resources)

    def _set_resource(self, node_id: str, url: str, name: str, kind: str, was: str) -> Change:
        ledger = self._store
        title = ledger.title(node_id)
        stamp = ledger.journal.next_stamp(ledger.min_clock((node_id,)))
        return ledger.write(CustomResourceSet(stamp, ledger.source.id, node_id, title, url, name, kind, was))


def _title(words: str) -> str:
    title = clean(words, LONGEST_TITLE, one_line=True)
    if not title:
        raise UsageError("own item", "it has no title", "type what there is to learn")
    return title
