"""What the main screen is about, without a screen: the cursor, the panes, what is picked, and what to say.

The commands of the keymap that need no terminal are methods here, named by their id.
"""

from __future__ import annotations

from typing import Final, Literal

from roadmap_tui.core.errors import CannotSave, RoadmapError
from roadmap_tui.core.events import Action, NoteWritten, ResourceTicked, Status, StatusSet
from roadmap_tui.core.outline import ROOT, Outline
from roadmap_tui.core.roadmap import Item, Resource
from roadmap_tui.store.place import Place
from roadmap_tui.study import Change, Study
from roadmap_tui.tui.lines import Glyphs
from roadmap_tui.tui.page import resources_at
from roadmap_tui.tui.rows import Rows

UNFINISHED: Final = {"todo", "doing"}
_MARKED: Final[dict[Status, str]] = {
    "todo": "to do again",
    "doing": "doing",
    "done": "done",
    "skipped": "skipped",
}


def described(action: Action) -> str:
    """An action in words: ``Backpropagation: done``."""
    match action:
        case StatusSet():
            count = f"{len(action.targets)} items"
            several = f" ({count})" if len(action.targets) > 1 and action.title != count else ""
            return f"{action.title}{several}: {_MARKED[action.status]}"
        case NoteWritten():
            return f"{action.title}: note" if action.text else f"{action.title}: note removed"
        case ResourceTicked():
            return f"{action.title}: resource {'ticked' if action.on else 'unticked'}"


class Desk:
    """The state behind the main screen; ``word`` is what there is to say after a command."""

    def __init__(self, study: Study, glyphs: Glyphs, place: Place) -> None:
        self.study = study
        self.glyphs = glyphs
        self.outline = Outline(study.order)
        self.rows = Rows(study, self.outline, glyphs)
        self.pane: Literal["outline", "detail"] = "outline"
        self.page_rows = 10
        self.word = ""
        self.is_problem = False
        self._chosen: dict[int, int] = {}
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
        return self.study.order.nodes[self.at].id if self.at >= 0 else ""

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
        return min(self._chosen.get(self.at, 0), len(self.resources) - 1) if self.resources else None

    @property
    def chosen_resource(self) -> Resource | None:
        """The chosen resource of the node under the cursor."""
        return None if self.chosen is None else self.resources[self.chosen]

    def say(self, word: str, *, problem: bool = False) -> None:
        """Have something shown until the next key."""
        self.word, self.is_problem = word, problem

    # Moving

    def down(self) -> None:
        self._step(1)

    def up(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.pane == "detail":
            if self.chosen is not None:
                self._chosen[self.at] = max(0, min(self.chosen + by, len(self.resources) - 1))
        else:
            self.outline.move(by)

    def into(self) -> None:
        if self.pane == "detail":
            return
        at = self.at
        if self.outline.is_branch(at) and self.outline.is_folded(at):
            self.outline.unfold(at)
        elif self.outline.is_branch(at):
            self.outline.move(1)

    def out(self) -> None:
        at = self.at
        if self.pane == "detail":
            self.pane = "outline"
        elif self.outline.is_branch(at) and not self.outline.is_folded(at):
            self.outline.fold(at)
        elif (parent := self.outline.parent(at)) >= 0:
            self.outline.go_to(parent)

    def top(self) -> None:
        self.outline.move(-len(self.outline.rows))

    def bottom(self) -> None:
        self.outline.move(len(self.outline.rows))

    def half_down(self) -> None:
        self.outline.move(max(1, self.page_rows // 2))

    def half_up(self) -> None:
        self.outline.move(-max(1, self.page_rows // 2))

    def page_down(self) -> None:
        self.outline.move(max(1, self.page_rows - 1))

    def page_up(self) -> None:
        self.outline.move(-max(1, self.page_rows - 1))

    def next_unfinished(self) -> None:
        self._seek(1)

    def previous_unfinished(self) -> None:
        self._seek(-1)

    def _seek(self, step: int) -> None:
        nodes, live = self.study.order.nodes, self.study.order.live
        found = self.outline.find(
            lambda at: at < live and isinstance(nodes[at], Item) and self.study.status_at(at) in UNFINISHED,
            step,
        )
        if found is None:
            self.say("Nothing is left to do")
        else:
            self.outline.go_to(found)

    def fold_all(self) -> None:
        self.outline.fold_all()

    def unfold_all(self) -> None:
        self.outline.unfold_all()

    def other_pane(self) -> None:
        self.pane = "detail" if self.pane == "outline" else "outline"

    def enter(self) -> None:
        if self.pane == "detail":
            self.tick()
        elif self.item is None and self.at >= 0:
            self._fold_or_unfold()
        else:
            self.pane = "detail"

    def back(self) -> None:
        if self.pane == "detail":
            self.pane = "outline"
        else:
            self.rows.picked.clear()

    def _fold_or_unfold(self) -> None:
        if self.outline.is_folded(self.at):
            self.outline.unfold(self.at)
        else:
            self.outline.fold(self.at)

    # Marking

    def toggle(self) -> None:
        if self.rows.picked or self.item is not None:
            self._mark_or_clear(self._marked_ids(), "")
        elif self.at >= 0:
            self._fold_or_unfold()

    def doing(self) -> None:
        self._mark("doing")

    def skip(self) -> None:
        self._mark("skipped")

    def reset(self) -> None:
        self._mark("todo")

    def branch(self) -> None:
        order = self.study.order
        at = self.at
        items = list(order.items()) if at < 0 else order.branch(at)
        # Of one item there is nothing to say that its row does not.
        if (
            self._mark_or_clear([item.id for item in items], self.title if len(items) > 1 else "")
            and self.word
        ):
            self.say(f"{self.word}; u takes it back")

    def pick(self) -> None:
        if self.item is None:
            self.say("Only items can be picked; D marks a whole section")
            return
        self.rows.picked ^= {self.at}
        self.outline.move(1)

    def pick_range(self) -> None:
        here = self.outline.cursor
        picked = [row for row, at in enumerate(self.outline.rows) if at in self.rows.picked]
        start = max((row for row in picked if row < here), default=min(picked, default=here))
        nodes = self.study.order.nodes
        for at in self.outline.rows[min(start, here) : max(start, here) + 1]:
            if at >= 0 and isinstance(nodes[at], Item):
                self.rows.picked.add(at)

    def _marked_ids(self) -> list[str]:
        picked = sorted(self.rows.picked)
        if picked:
            return [self.study.order.nodes[at].id for at in picked]
        return [self.item.id] if self.item is not None else []

    def _mark_or_clear(self, ids: list[str], title: str) -> bool:
        """Mark all as done; where all are done already, none. Whether that did something."""
        all_done = all(self.study.status(node_id) == "done" for node_id in ids)
        return self._set(ids, "todo" if all_done else "done", title)

    def _mark(self, status: Status) -> None:
        ids = self._marked_ids()
        if not ids:
            self.say("A section has no status of its own; D marks the whole branch")
            return
        # The same key again takes the mark away, as space does.
        if all(self.study.status(node_id) == status for node_id in ids):
            status = "todo"
        self._set(ids, status, "")

    def _set(self, ids: list[str], status: Status, title: str) -> bool:
        try:
            change = self.study.set_status(ids, status, title)
        except RoadmapError as error:
            self._refuse(error)
            return False
        self.rows.picked.clear()
        if change is not None and len(ids) > 1:
            self.say(described(change.action))
        return change is not None

    def _refuse(self, error: RoadmapError) -> None:
        words = f"{error.what}: {error.why}; {error.remedy}"
        self.say(words[:1].upper() + words[1:], problem=True)

    def undo(self) -> None:
        try:
            change = self.study.undo()
        except RoadmapError as error:
            self._refuse(error)
        else:
            self.say(f"Undone: {described(change.action)}; ctrl+r brings it back")
            self._show(change)

    def redo(self) -> None:
        try:
            change = self.study.redo()
        except RoadmapError as error:
            self._refuse(error)
        else:
            self.say(f"Done again: {described(change.action)}")
            self._show(change)

    def _show(self, change: Change) -> None:
        """Put the cursor where something changed, unless that is more than one place."""
        if len(change.ids) == 1 and change.ids[0] in self.study.order.position:
            self.outline.go_to(self.study.order.position[change.ids[0]])

    # Notes and resources

    def write_note(self, node_id: str, text: str) -> bool:
        """Keep the text as the note of a node; whether it is kept, were it only to be saved later."""
        try:
            self.study.write_note(node_id, text)
        except RoadmapError as error:
            self._refuse(error)
            return isinstance(error, CannotSave) and not self.study.view_only
        return True

    def choose(self, number: int) -> None:
        """Choose a resource by its number, from 1."""
        if number <= len(self.resources):
            self._chosen[self.at] = number - 1
            self.pane = "detail"
        else:
            self.say("There is no resource of that number")

    def tick(self) -> None:
        resource = self.chosen_resource
        if resource is None:
            self.say("There is no resource here")
            return
        on = resource.url not in self.study.state(self.node_id).ticks
        try:
            self.study.tick_resource(self.node_id, resource.url, on)
        except RoadmapError as error:
            self._refuse(error)

    def explain(self) -> None:
        tally = self.study.tally()
        self.say(f"{tally.percent}% = {tally.done} of {tally.total}: {self.study.explained()}")
