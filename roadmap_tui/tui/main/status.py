"""The commands of the main screen that mark items and take marks back."""

from __future__ import annotations

from roadmap_tui.core.errors import RoadmapError
from roadmap_tui.core.progress.events import Status
from roadmap_tui.text.format import described
from roadmap_tui.tui.main.state import MainState


class Marking:
    """Marks items of a desk; its methods are commands of the keymap."""

    def __init__(self, desk: MainState) -> None:
        self.desk = desk

    def toggle(self) -> None:
        if self.desk.rows.picked or self.desk.item is not None:
            self._mark_or_clear(self.desk.marked_ids(), "")
        elif self.desk.at >= 0:
            self.desk.fold_or_unfold()

    def doing(self) -> None:
        self._mark("doing")

    def skip(self) -> None:
        self._mark("skipped")

    def reset(self) -> None:
        self._mark("todo")

    def branch(self) -> None:
        order = self.desk.study.order
        at = self.desk.at
        branch = list(order.items()) if at < 0 else order.branch(at)
        # Nothing is marked unseen: what a filter hides is left alone.
        items = [item for item in branch if self.desk.outline.is_wanted(order.position[item.id])]
        title = self.desk.title if len(items) == len(branch) else ""
        # Of one item there is nothing to say that its row does not.
        if (
            self._mark_or_clear([item.id for item in items], title if len(items) > 1 else "")
            and self.desk.message
        ):
            self.desk.notify(self.desk.message + self.desk.keymap.clause("undo", "takes it back"))

    def pick(self) -> None:
        if self.desk.item is None:
            self._refuse_to_pick()
            return
        self.desk.rows.picked ^= {self.desk.at}
        self.desk.outline.move(1)

    def pick_range(self) -> None:
        here = self.desk.outline.cursor
        picked = [row for row, at in enumerate(self.desk.outline.rows) if at in self.desk.rows.picked]
        start = max((row for row in picked if row < here), default=min(picked, default=here))
        order = self.desk.study.order
        rows = self.desk.outline.rows[min(start, here) : max(start, here) + 1]
        items = {at for at in rows if at >= 0 and order.is_item(at)}
        if not items:
            self._refuse_to_pick()
        self.desk.rows.picked |= items

    def _refuse_to_pick(self) -> None:
        clause = self.desk.keymap.clause("branch", "marks a whole section")
        self.desk.notify(f"Only items can be picked{clause}")

    def _mark_or_clear(self, ids: list[str], title: str) -> bool:
        """Mark all as done; where all are done already, none. Whether that did something."""
        all_done = all(self.desk.study.status(node_id) == "done" for node_id in ids)
        return self._set(ids, "todo" if all_done else "done", title)

    def _mark(self, status: Status) -> None:
        ids = self.desk.marked_ids()
        if not ids:
            clause = self.desk.keymap.clause("branch", "marks the whole branch")
            self.desk.notify(f"A section has no status of its own{clause}")
            return
        # The same key again takes the mark away, as space does.
        if all(self.desk.study.status(node_id) == status for node_id in ids):
            status = "todo"
        self._set(ids, status, "")

    def _set(self, ids: list[str], status: Status, title: str) -> bool:
        try:
            change = self.desk.study.set_status(ids, status, title)
        except RoadmapError as error:
            self.desk.refuse(error)
            return False
        self.desk.rows.picked.clear()
        if change is not None and len(ids) > 1:
            self.desk.notify(described(change.action))
        return change is not None

    def undo(self) -> None:
        try:
            change = self.desk.study.undo()
        except RoadmapError as error:
            self.desk.refuse(error)
        else:
            clause = self.desk.keymap.clause("redo", "brings it back")
            self.desk.notify(f"Undone: {described(change.action)}{clause}")
            self.desk.show(change)

    def redo(self) -> None:
        try:
            change = self.desk.study.redo()
        except RoadmapError as error:
            self.desk.refuse(error)
        else:
            self.desk.notify(f"Done again: {described(change.action)}")
            self.desk.show(change)
