"""The commands of the main screen that mark items and take marks back."""

from __future__ import annotations

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.progress.events import Status
from roadmap_tui.text.describe import describe_action
from roadmap_tui.tui.main.state import MainState


class StatusActions:
    """Marks items of a desk; its methods are commands of the keymap."""

    def __init__(self, state: MainState) -> None:
        self.state = state

    def toggle(self) -> None:
        if self.state.rows.selected or self.state.item is not None:
            self._mark_or_clear(self.state.target_ids(), "")
        elif self.state.cursor >= 0:
            self.state.fold_or_unfold()

    def branch(self) -> None:
        order = self.state.study.tree
        at = self.state.cursor
        branch = list(order.items()) if at < 0 else order.branch(at)
        # Nothing is marked unseen: what a filter hides is left alone.
        items = [item for item in branch if self.state.tree_view.is_wanted(order.index_of[item.id])]
        title = self.state.title if len(items) == len(branch) else ""
        # Of one item there is nothing to say that its row does not.
        if (
            self._mark_or_clear([item.id for item in items], title if len(items) > 1 else "")
            and self.state.message
        ):
            self.state.show_message(
                self.state.message + self.state.keymap.hint_suffix("undo", "takes it back")
            )

    def pick(self) -> None:
        if self.state.item is None:
            self._refuse_to_pick()
            return
        self.state.rows.selected ^= {self.state.cursor}
        self.state.tree_view.move(1)

    def pick_range(self) -> None:
        here = self.state.tree_view.cursor_row
        picked = [row for row, at in enumerate(self.state.tree_view.rows) if at in self.state.rows.selected]
        start = max((row for row in picked if row < here), default=min(picked, default=here))
        order = self.state.study.tree
        rows = self.state.tree_view.rows[min(start, here) : max(start, here) + 1]
        items = {at for at in rows if at >= 0 and order.is_item(at)}
        if not items:
            self._refuse_to_pick()
        self.state.rows.selected |= items

    def _refuse_to_pick(self) -> None:
        clause = self.state.keymap.hint_suffix("branch", "marks a whole section")
        self.state.show_message(f"Only items can be picked{clause}")

    def _mark_or_clear(self, ids: list[str], title: str) -> bool:
        """Mark all as done; where all are done already, none. Whether that did something."""
        all_done = all(self.state.study.status(node_id) == "done" for node_id in ids)
        return self._set(ids, "todo" if all_done else "done", title)

    def mark(self, status: Status) -> None:
        ids = self.state.target_ids()
        if not ids:
            clause = self.state.keymap.hint_suffix("branch", "marks the whole branch")
            self.state.show_message(f"A section has no status of its own{clause}")
            return
        # The same key again takes the mark away, as space does.
        if all(self.state.study.status(node_id) == status for node_id in ids):
            status = "todo"
        self._set(ids, status, "")

    def _set(self, ids: list[str], status: Status, title: str) -> bool:
        try:
            change = self.state.study.set_status(ids, status, title)
        except RoadmapTuiError as error:
            self.state.show_error(error)
            return False
        self.state.rows.selected.clear()
        if change is not None and len(ids) > 1:
            self.state.show_message(describe_action(change.action))
        return change is not None

    def undo(self) -> None:
        try:
            change = self.state.study.undo()
        except RoadmapTuiError as error:
            self.state.show_error(error)
        else:
            clause = self.state.keymap.hint_suffix("redo", "brings it back")
            self.state.show_message(f"Undone: {describe_action(change.action)}{clause}")
            self.state.show(change)

    def redo(self) -> None:
        try:
            change = self.state.study.redo()
        except RoadmapTuiError as error:
            self.state.show_error(error)
        else:
            self.state.show_message(f"Done again: {describe_action(change.action)}")
            self.state.show(change)
