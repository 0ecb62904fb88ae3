"""The view model of the main screen: cursor, panes, selection, filter and message; no Textual."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.humanize import capitalize, pluralize
from roadmap_tui.core.progress.statuses import Status
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap
from roadmap_tui.core.search.filters import Filter
from roadmap_tui.core.study_material import EXERCISE
from roadmap_tui.core.tree_view import ROOT, TreeView
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study
from roadmap_tui.text.keymap import KEYMAP
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine
from roadmap_tui.tui.render.bars import footer_line, message_lines
from roadmap_tui.tui.render.detail import tickable_at
from roadmap_tui.tui.render.layout import Layout, layout_for
from roadmap_tui.tui.render.outline import RowRenderer


class MainState:
    """The state behind the main screen; ``message`` is shown until the next key.

    ``selections`` holds the index of the selected resource by node id, where the reader chose one.
    """

    def __init__(self, study: Study, glyphs: Glyphs, view_state: ViewState) -> None:
        self.study = study
        self.glyphs = glyphs
        self.keymap, _ = KEYMAP.rebind(study.settings.keys)
        self.tree_view = TreeView(study.tree)
        self.rows = RowRenderer(study, self.tree_view, glyphs)
        self.pane: Literal["outline", "detail"] = "outline"
        self.layout = Layout()
        self.page_rows = 10
        self.message = ""
        self.is_error = False
        self._message_once_saved = ""
        self.offered_draft: str | None = None  # the node whose draft the message offers
        self.selections: dict[str, int] = {}
        self.selected_link: tuple[str, int] = ("", 0)  # the node that has a selected link, and its index
        self.numbered_node = ""  # the node whose resource was selected by a number, in the outline
        self.to_send = 0  # the number of events that wait for a sync
        self.jumps: list[str] = []  # the ids of the nodes that the reader jumped from
        self.filter = Filter()
        self._filter_total = 0  # the number of items when the filter was applied
        self._tree_version = study.tree_version
        self.loaded_view_state = view_state
        study.new_items.seen = frozenset(view_state.seen)
        if view_state.folded is None:
            self.tree_view.fold_as_new()
            ready = filter(study.ranking.is_ready, range(study.tree.active_count))
            self.tree_view.go_to(next(ready, ROOT))
        else:
            self.tree_view.fold_only(view_state.folded)
        index = study.tree.index_of.get(view_state.cursor, ROOT)
        if index >= 0:
            self.tree_view.go_to(index)

    # The node under the cursor

    @property
    def cursor(self) -> int:
        """The tree index of the node under the cursor, ``ROOT`` for the roadmap itself."""
        return self.tree_view.cursor

    @property
    def node_id(self) -> str:
        """The id of the node under the cursor, "" for the roadmap itself."""
        return self.study.tree.ids[self.cursor] if self.cursor >= 0 else ""

    @property
    def item(self) -> Item | None:
        """The item under the cursor, None on a section."""
        node = self.study.tree.nodes[self.cursor] if self.cursor >= 0 else None
        return node if isinstance(node, Item) else None

    @property
    def title(self) -> str:
        """The title of the node under the cursor."""
        return self.study.tree.nodes[self.cursor].title if self.cursor >= 0 else self.study.roadmap.title

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The resources of the node under the cursor, and its exercise."""
        return tickable_at(self.study, self.cursor)

    @property
    def selection(self) -> int | None:
        """The index of the selected resource, by default the first; None if there are no resources."""
        return min(self.selections.get(self.node_id, 0), len(self.resources) - 1) if self.resources else None

    @property
    def selected_resource(self) -> Resource | None:
        """The selected resource of the node under the cursor."""
        return None if self.selection is None else self.resources[self.selection]

    @property
    def selected_url(self) -> str:
        """The URL of the selected resource, "" if there is none."""
        url = self.selected_resource.url if self.selected_resource else ""
        return "" if url == EXERCISE else url

    # The whole screen

    @property
    def selected_ids(self) -> list[str]:
        """The ids of the selected items in document order."""
        return [self.study.tree.ids[index] for index in sorted(self.rows.selected)]

    @property
    def target_ids(self) -> list[str]:
        """The ids of the items that a status change applies to: the selected ones, or that at the cursor."""
        has_status = self.cursor >= 0 and self.study.tree.has_status(self.cursor)
        return self.selected_ids or ([self.node_id] if has_status else [])

    @property
    def view_state(self) -> ViewState:
        """The cursor, the folds and the seen items to restore at the next start."""
        seen = tuple(sorted(self.study.new_items.seen))
        return ViewState(self.node_id, self.tree_view.folded_ids, seen)

    @property
    def is_first_run(self) -> bool:
        """True if the reader never changed anything in any roadmap."""
        return not len(self.study.progress) and not self.study.journal.pending

    def fit(self, width: int, height: int) -> bool:
        """Set the layout for a screen of this size; return True if it changed."""
        old, settings = self.layout, self.study.settings
        self.layout = layout_for(settings, width, height, self.rows.natural_width)
        return self.layout != old

    def footer(self, size: tuple[int, int]) -> list[StyledLine]:
        """Render the message, or else the most used keys, for a screen of this size."""
        if self.message:
            return message_lines(Span(self.message, "error" if self.is_error else ""), size, self.glyphs)
        hints = footer_line(
            self.keymap,
            size[0],
            in_detail=self.pane == "detail",
            selected=len(self.rows.selected),
            is_first_run=self.is_first_run,
            offers_placement=self.is_first_run and not self.study.graph.follows_order(""),
        )
        return [hints]

    @property
    def filter_label(self) -> str:
        """The filter, the number of matches and the keys that clear it; "" without a filter."""
        if not self.filter.chosen:
            return ""
        keys = f"{self.keymap.key('filter')} {self.keymap.key('filter.clear')}"
        chosen = ", ".join(self.filter.labels)
        return f"{self.tree_view.count} of {self._filter_total} shown: {chosen} · {keys} shows all"

    # Messages

    def show_message(self, message: str, *, is_error: bool = False) -> None:
        """Show a message until the next key."""
        self.message, self.is_error, self.offered_draft = message, is_error, None

    def show_error(self, error: RoadmapTuiError) -> None:
        """Show what failed, why, and what to do."""
        self.show_message(capitalize(f"{error.what}: {error.why}; {error.remedy}"), is_error=True)

    @contextmanager
    def showing_errors(self) -> Iterator[None]:
        """Show an error of the block instead of raising it."""
        try:
            yield
        except RoadmapTuiError as error:
            self.show_error(error)

    @contextmanager
    def confirming_when_saved(self) -> Iterator[None]:
        """Keep the message of a change in the block back while its write has not returned."""
        before = self.study.journal.pending[-1:]
        yield
        journal = self.study.journal
        is_waiting = journal.is_saving and journal.pending[-1:] != before
        if is_waiting and self.message and not self.is_error:
            self._message_once_saved, self.message = self.message, ""

    def confirm_saved(self) -> None:
        """Show the message kept back, if everything is saved now."""
        if self._message_once_saved and not self.study.journal.pending:
            if not self.message:
                self.show_message(self._message_once_saved)
            self._message_once_saved = ""

    # Changes

    def branch_ids(self) -> tuple[list[str], bool]:
        """Return the items of the branch under the cursor that the filter shows, and whether it shows all."""
        tree = self.study.tree
        items = list(tree.items()) if self.cursor < 0 else tree.branch(self.cursor)
        indexes = [index for item in items if tree.has_status(index := tree.index_of[item.id])]
        shown = list(filter(self.tree_view.is_wanted, indexes))
        return [tree.ids[index] for index in shown], len(shown) == len(indexes)

    def toggled_status(self, ids: list[str]) -> Status:
        """Return done, or to do if all of these items are done already."""
        return "todo" if all(self.study.status(node_id) == "done" for node_id in ids) else "done"

    def show_change(self, change: Change) -> None:
        """Move the cursor to a changed node; if several changed, say how many the filter hides."""
        self.rebuild_if_changed()
        index_of = self.study.tree.index_of
        changed = [index_of[node_id] for node_id in change.ids if node_id in index_of]
        if len(change.ids) == 1:
            self.go_to(change.ids[0])
        elif hidden := sum(not self.tree_view.is_shown(index) for index in changed):
            self.show_message(
                f"{self.message}; the filter hides {hidden} of {len(changed)}", is_error=self.is_error
            )

    def go_to(self, node_id: str) -> None:
        """Move the cursor to a node ("": the roadmap), if it exists; say so if the filter would hide it."""
        index = self.study.tree.index_of.get(node_id) if node_id else ROOT
        if index is None:
            return
        if not self.tree_view.is_shown(index):
            remark = "shown despite the filter"
            message = f"{self.message}; {remark}" if self.message else capitalize(remark)
            self.show_message(message, is_error=self.is_error)
        self.tree_view.go_to(index)

    def apply_filter(self, chosen: Filter) -> None:
        """Show only the items that match a filter now, and their ancestors."""
        self.filter = chosen
        facets = self.study.search.facets() if chosen.chosen else {}
        self._filter_total = len(facets)
        matched = [index for index, facet in facets.items() if chosen.matches(facet)]
        self.tree_view.only(matched if chosen.chosen else None)
        self.rows.selected = {index for index in self.rows.selected if self.tree_view.is_shown(index)}

    def rebuild_if_changed(self) -> None:
        """Rebuild the tree view after custom items were added or removed; keep cursor, folds, selection."""
        study, old = self.study, self.tree_view
        if self._tree_version == study.tree_version:
            return
        self._tree_version = study.tree_version
        ids, index_of = old.tree.ids, study.tree.index_of
        self.tree_view = TreeView(study.tree)
        self.rows.change_tree(self.tree_view)
        self.tree_view.fold_only(old.folded_ids)
        self.rows.found = None
        self.rows.selected = {index_of[ids[index]] for index in self.rows.selected if ids[index] in index_of}
        if old.wanted is not None:
            # New items are shown even if the filter excludes them: users expect to see what they added.
            new = (index for index, node in enumerate(study.tree.nodes) if node.id not in old.tree.index_of)
            self.tree_view.only([*(index_of[ids[at]] for at in old.wanted if ids[at] in index_of), *new])
        index = old.cursor
        while index >= 0 and ids[index] not in index_of:
            index = old.parent(index)
        self.tree_view.go_to(index_of[ids[index]] if index >= 0 else ROOT)

    def change_version(self, roadmap: Roadmap) -> None:
        """Show another version of the roadmap, keep the cursor, and show a message about the changes."""
        before = {node.id for node in self.study.tree.items()}
        self.study.change_source(roadmap)
        after = {node.id for node in self.study.tree.items()}
        changes = [(len(after - before), "new"), (len(before - after), "gone")]
        counts = [f"{pluralize(count, 'item')} {what}" for count, what in changes if count]
        self.show_message(f"This roadmap was updated meanwhile: {', '.join(counts) or 'no item new or gone'}")
        self.rebuild_if_changed()

    def toggle_fold(self) -> None:
        """Fold or unfold the branch under the cursor."""
        if self.tree_view.is_folded(self.cursor):
            self.tree_view.unfold(self.cursor)
        else:
            self.tree_view.fold(self.cursor)

    def tick_resource(self) -> None:
        """Tick the selected resource, or remove its tick."""
        resource = self.selected_resource
        if resource is None:
            self.show_message("No resource here")
            return
        on = not self.study.ticked_addresses(self.node_id, resource)
        with self.showing_errors():
            self.study.tick_resource(self.node_id, resource.url, on)
