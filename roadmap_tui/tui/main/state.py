"""What the main screen is about, without a screen: the cursor, the panes, what is picked, what to say."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Literal, NamedTuple

from roadmap_tui.core.errors import RoadmapTuiError, SaveError
from roadmap_tui.core.humanize import capitalize
from roadmap_tui.core.roadmap.model import Item, Resource
from roadmap_tui.core.search.filters import Filter
from roadmap_tui.core.tree_view import ROOT, TreeView
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study
from roadmap_tui.text.keymap import KEYMAP
from roadmap_tui.text.styled_text import Glyphs
from roadmap_tui.tui.render.detail import resources_at
from roadmap_tui.tui.render.outline import RowRenderer

if TYPE_CHECKING:
    from roadmap_tui.study.library import OpenRoadmap


class OpenState(NamedTuple):
    """The state of an open roadmap, and a function that saves its view state."""

    state: MainState
    save_view_state: Callable[[ViewState], None]


def open_state(opened: OpenRoadmap, glyphs: Glyphs) -> OpenState:
    """Make the main screen's state for a roadmap that the library opened."""
    return OpenState(MainState(opened.study, glyphs, opened.view_state), opened.save_view_state)


class MainState:
    """The state behind the main screen; ``word`` is what there is to say after a command."""

    def __init__(self, study: Study, glyphs: Glyphs, place: ViewState) -> None:
        self.study = study
        self.glyphs = glyphs
        self.keymap, _ = KEYMAP.rebind(study.settings.keys)
        self.tree_view = TreeView(study.tree)
        self.rows = RowRenderer(study, self.tree_view, glyphs)
        self.pane: Literal["outline", "detail"] = "outline"
        self.page_rows = 10
        self.message = ""
        self.is_error = False
        self.selections: dict[str, int] = {}
        self.filter = Filter()
        self._items = 0  # there were, when the filter was applied
        self._shape = study.tree_version
        if place.folded is None:
            self.tree_view.fold_as_new()
        else:
            self.tree_view.fold_only(place.folded)
        at = study.tree.index_of.get(place.cursor, ROOT)
        if at >= 0:
            self.tree_view.go_to(at)

    @property
    def cursor(self) -> int:
        """The position of the node under the cursor, ``ROOT`` for the roadmap itself."""
        return self.tree_view.cursor

    @property
    def node_id(self) -> str:
        """The id of the node under the cursor, empty for the roadmap itself."""
        return self.study.tree.ids[self.cursor] if self.cursor >= 0 else ""

    @property
    def item(self) -> Item | None:
        """The item under the cursor; None on a section."""
        node = self.study.tree.nodes[self.cursor] if self.cursor >= 0 else None
        return node if isinstance(node, Item) else None

    @property
    def title(self) -> str:
        """The title of the node under the cursor."""
        return self.study.tree.nodes[self.cursor].title if self.cursor >= 0 else self.study.roadmap.title

    @property
    def note_text(self) -> str:
        """The note on the node under the cursor; where there are several versions, one after the other."""
        return self.study.note_text(self.node_id)

    @property
    def selected_ids(self) -> list[str]:
        """The ids of the items that are picked, in reading order."""
        return [self.study.tree.ids[at] for at in sorted(self.rows.selected)]

    @property
    def view_state(self) -> ViewState:
        """What to come back to."""
        return ViewState(self.node_id, self.tree_view.folded_ids)

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The resources of the node under the cursor."""
        return resources_at(self.study, self.cursor)

    @property
    def selection(self) -> int | None:
        """The index of the chosen resource: the first until another was chosen; None where there is none."""
        return min(self.selections.get(self.node_id, 0), len(self.resources) - 1) if self.resources else None

    @property
    def selected_resource(self) -> Resource | None:
        """The chosen resource of the node under the cursor."""
        return None if self.selection is None else self.resources[self.selection]

    @property
    def is_first_run(self) -> bool:
        """Whether the reader has never marked or written anything, in any roadmap."""
        return not len(self.study.progress) and not self.study.journal.pending

    @property
    def selected_url(self) -> str:
        """The address of the chosen resource, empty where there is none."""
        return self.selected_resource.url if self.selected_resource else ""

    def show_message(self, word: str, *, problem: bool = False) -> None:
        """Have something shown until the next key."""
        self.message, self.is_error = word, problem

    def show_error(self, error: RoadmapTuiError) -> None:
        """Say why something was not done."""
        self.show_message(capitalize(f"{error.what}: {error.why}; {error.remedy}"), problem=True)

    def show(self, change: Change) -> None:
        """Put the cursor where something changed, unless that is more than one place."""
        self.rebuild_if_changed()
        places = self.study.tree.index_of
        changed = [places[node_id] for node_id in change.ids if node_id in places]
        if len(change.ids) == 1:
            self.go_to(change.ids[0])
        elif hidden := sum(not self.tree_view.is_shown(at) for at in changed):
            self.show_message(
                f"{self.message}; the filter hides {hidden} of {len(changed)}", problem=self.is_error
            )

    def go_to(self, node_id: str) -> None:
        """Put the cursor on a node, if it is there; one that the filter hides is shown, and that is said."""
        at = self.study.tree.index_of.get(node_id)
        if at is None:
            return
        if not self.tree_view.is_shown(at):
            word = "shown although the filter hides it"
            self.show_message(
                f"{self.message}; {word}" if self.message else capitalize(word), problem=self.is_error
            )
        self.tree_view.go_to(at)

    def apply(self, wanted: Filter) -> None:
        """Show only what a filter leaves, as things are now, with what it hangs below."""
        self.filter = wanted
        traits = self.study.search.facets() if wanted.chosen else {}
        self._items = len(traits)
        matching = [at for at, those in traits.items() if wanted.matches(those)]
        self.tree_view.only(matching if wanted.chosen else None)
        self.rows.selected = {at for at in self.rows.selected if self.tree_view.is_shown(at)}

    @property
    def filter_label(self) -> str:
        """What the filter leaves and how to be rid of it, empty where there is none."""
        if not self.filter.chosen:
            return ""
        keys = f"{self.keymap.key('filter')} {self.keymap.key('filter.clear')}"
        chosen = ", ".join(self.filter.labels)
        return f"{self.tree_view.count} of {self._items} shown: {chosen} · {keys} shows all"

    def rebuild_if_changed(self) -> None:
        """Keep cursor, folds and picks where the roadmap got another shape: own items came or went."""
        study, before = self.study, self.tree_view
        if self._shape == study.tree_version:
            return
        self._shape = study.tree_version
        ids = before.tree.ids
        self.tree_view = self.rows.outline = TreeView(study.tree)
        self.tree_view.fold_only(before.folded_ids)
        self.rows.found = None
        places = study.tree.index_of
        self.rows.selected = {places[ids[at]] for at in self.rows.selected if ids[at] in places}
        if before.wanted is not None:
            # What came since is shown too: whoever adds an item wants to see it.
            new = (at for at, node in enumerate(study.tree.nodes) if node.id not in before.tree.index_of)
            self.tree_view.only([*(places[ids[at]] for at in before.wanted if ids[at] in places), *new])
        at = before.cursor
        while at >= 0 and ids[at] not in places:
            at = before.parent(at)
        self.tree_view.go_to(places[ids[at]] if at >= 0 else ROOT)

    def fold_or_unfold(self) -> None:
        """Fold the branch under the cursor, or unfold it."""
        if self.tree_view.is_folded(self.cursor):
            self.tree_view.unfold(self.cursor)
        else:
            self.tree_view.fold(self.cursor)

    def target_ids(self) -> list[str]:
        """The ids of the items that a mark goes to: those picked, else the one under the cursor."""
        return self.selected_ids or ([self.item.id] if self.item is not None else [])

    def write_note(self, node_id: str, text: str, bases: Collection[str] | None = None) -> bool:
        """Keep the text as the note of a node; whether it is kept, were it only to be saved later."""
        try:
            self.study.write_note(node_id, text, bases)
        except RoadmapTuiError as error:
            self.show_error(error)
            return isinstance(error, SaveError) and not self.study.view_only
        return True

    def tick_resource(self) -> None:
        """Tick the chosen resource, or take its tick away."""
        resource = self.selected_resource
        if resource is None:
            self.show_message("There is no resource here")
            return
        on = resource.url not in self.study.state(self.node_id).ticks
        try:
            self.study.tick_resource(self.node_id, resource.url, on)
        except RoadmapTuiError as error:
            self.show_error(error)
