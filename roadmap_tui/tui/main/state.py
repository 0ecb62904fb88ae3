"""What the main screen is about, without a screen: the cursor, the panes, what is picked, what to say."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from roadmap_tui.core.errors import CannotSave, RoadmapError
from roadmap_tui.core.roadmap.model import Item, Resource
from roadmap_tui.core.search.filters import Filter
from roadmap_tui.core.tree_view import ROOT, Outline
from roadmap_tui.store.view_state import Place
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import sentence
from roadmap_tui.text.keymap import KEYMAP
from roadmap_tui.text.styled_text import Glyphs
from roadmap_tui.tui.render.detail import resources_at
from roadmap_tui.tui.render.outline import Rows


class MainState:
    """The state behind the main screen; ``word`` is what there is to say after a command."""

    def __init__(self, study: Study, glyphs: Glyphs, place: Place) -> None:
        self.study = study
        self.glyphs = glyphs
        self.keymap, _ = KEYMAP.with_keys(study.settings.keys)
        self.outline = Outline(study.order)
        self.rows = Rows(study, self.outline, glyphs)
        self.pane: Literal["outline", "detail"] = "outline"
        self.page_rows = 10
        self.message = ""
        self.is_problem = False
        self.chosen_at: dict[str, int] = {}
        self.filter = Filter()
        self._items = 0  # there were, when the filter was applied
        self._shape = study.shape
        if place.folded is None:
            self.outline.fold_as_new()
        else:
            self.outline.fold_only(place.folded)
        at = study.order.position.get(place.cursor, ROOT)
        if at >= 0:
            self.outline.go_to(at)

    @property
    def at(self) -> int:
        """The position of the node under the cursor, ``ROOT`` for the roadmap itself."""
        return self.outline.at

    @property
    def node_id(self) -> str:
        """The id of the node under the cursor, empty for the roadmap itself."""
        return self.study.order.ids[self.at] if self.at >= 0 else ""

    @property
    def item(self) -> Item | None:
        """The item under the cursor; None on a section."""
        node = self.study.order.nodes[self.at] if self.at >= 0 else None
        return node if isinstance(node, Item) else None

    @property
    def title(self) -> str:
        """The title of the node under the cursor."""
        return self.study.order.nodes[self.at].title if self.at >= 0 else self.study.roadmap.title

    @property
    def note_text(self) -> str:
        """The note on the node under the cursor; where there are several versions, one after the other."""
        return self.study.note_text(self.node_id)

    @property
    def picked_ids(self) -> list[str]:
        """The ids of the items that are picked, in reading order."""
        return [self.study.order.ids[at] for at in sorted(self.rows.picked)]

    @property
    def place(self) -> Place:
        """What to come back to."""
        return Place(self.node_id, self.outline.folded_ids)

    @property
    def resources(self) -> tuple[Resource, ...]:
        """The resources of the node under the cursor."""
        return resources_at(self.study, self.at)

    @property
    def chosen(self) -> int | None:
        """The index of the chosen resource: the first until another was chosen; None where there is none."""
        return min(self.chosen_at.get(self.node_id, 0), len(self.resources) - 1) if self.resources else None

    @property
    def chosen_resource(self) -> Resource | None:
        """The chosen resource of the node under the cursor."""
        return None if self.chosen is None else self.resources[self.chosen]

    @property
    def is_new(self) -> bool:
        """Whether the reader has never marked or written anything, in any roadmap."""
        return not len(self.study.progress) and not self.study.journal.unsaved

    @property
    def chosen_address(self) -> str:
        """The address of the chosen resource, empty where there is none."""
        return self.chosen_resource.url if self.chosen_resource else ""

    def notify(self, word: str, *, problem: bool = False) -> None:
        """Have something shown until the next key."""
        self.message, self.is_problem = word, problem

    def refuse(self, error: RoadmapError) -> None:
        """Say why something was not done."""
        self.notify(sentence(f"{error.what}: {error.why}; {error.remedy}"), problem=True)

    def show(self, change: Change) -> None:
        """Put the cursor where something changed, unless that is more than one place."""
        self.follow()
        places = self.study.order.position
        changed = [places[node_id] for node_id in change.ids if node_id in places]
        if len(change.ids) == 1:
            self.go_to(change.ids[0])
        elif hidden := sum(not self.outline.shows(at) for at in changed):
            self.notify(
                f"{self.message}; the filter hides {hidden} of {len(changed)}", problem=self.is_problem
            )

    def go_to(self, node_id: str) -> None:
        """Put the cursor on a node, if it is there; one that the filter hides is shown, and that is said."""
        at = self.study.order.position.get(node_id)
        if at is None:
            return
        if not self.outline.shows(at):
            word = "shown although the filter hides it"
            self.notify(
                f"{self.message}; {word}" if self.message else sentence(word), problem=self.is_problem
            )
        self.outline.go_to(at)

    def apply(self, wanted: Filter) -> None:
        """Show only what a filter leaves, as things are now, with what it hangs below."""
        self.filter = wanted
        traits = self.study.search.traits() if wanted.chosen else {}
        self._items = len(traits)
        matching = [at for at, those in traits.items() if wanted.matches(those)]
        self.outline.only(matching if wanted.chosen else None)
        self.rows.picked = {at for at in self.rows.picked if self.outline.shows(at)}

    @property
    def filter_words(self) -> str:
        """What the filter leaves and how to be rid of it, empty where there is none."""
        if not self.filter.chosen:
            return ""
        keys = f"{self.keymap.key('filter')} {self.keymap.key('filter.clear')}"
        chosen = ", ".join(self.filter.words)
        return f"{self.outline.count} of {self._items} shown: {chosen} · {keys} shows all"

    def follow(self) -> None:
        """Keep cursor, folds and picks where the roadmap got another shape: own items came or went."""
        study, before = self.study, self.outline
        if self._shape == study.shape:
            return
        self._shape = study.shape
        ids = before.order.ids
        self.outline = self.rows.outline = Outline(study.order)
        self.outline.fold_only(before.folded_ids)
        self.rows.found = None
        places = study.order.position
        self.rows.picked = {places[ids[at]] for at in self.rows.picked if ids[at] in places}
        if before.wanted is not None:
            # What came since is shown too: whoever adds an item wants to see it.
            new = (at for at, node in enumerate(study.order.nodes) if node.id not in before.order.position)
            self.outline.only([*(places[ids[at]] for at in before.wanted if ids[at] in places), *new])
        at = before.at
        while at >= 0 and ids[at] not in places:
            at = before.parent(at)
        self.outline.go_to(places[ids[at]] if at >= 0 else ROOT)

    def fold_or_unfold(self) -> None:
        """Fold the branch under the cursor, or unfold it."""
        if self.outline.is_folded(self.at):
            self.outline.unfold(self.at)
        else:
            self.outline.fold(self.at)

    def marked_ids(self) -> list[str]:
        """The ids of the items that a mark goes to: those picked, else the one under the cursor."""
        return self.picked_ids or ([self.item.id] if self.item is not None else [])

    def write_note(self, node_id: str, text: str, bases: Collection[str] | None = None) -> bool:
        """Keep the text as the note of a node; whether it is kept, were it only to be saved later."""
        try:
            self.study.write_note(node_id, text, bases)
        except RoadmapError as error:
            self.refuse(error)
            return isinstance(error, CannotSave) and not self.study.view_only
        return True

    def tick_resource(self) -> None:
        """Tick the chosen resource, or take its tick away."""
        resource = self.chosen_resource
        if resource is None:
            self.notify("There is no resource here")
            return
        on = resource.url not in self.study.state(self.node_id).ticks
        try:
            self.study.tick_resource(self.node_id, resource.url, on)
        except RoadmapError as error:
            self.refuse(error)
