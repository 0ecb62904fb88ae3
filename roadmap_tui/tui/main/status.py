"""Actions that change statuses, select items, undo and redo."""

from __future__ import annotations

from roadmap_tui.core.progress.events import Status
from roadmap_tui.text.describe import describe_action
from roadmap_tui.tui.main.state import MainState


class StatusActions:
    """Methods named after the commands that they carry out."""

    def __init__(self, state: MainState) -> None:
        self.state = state

    def toggle(self) -> None:
        if self.state.target_ids:
            self._toggle_done(self.state.target_ids, "")
        elif self.state.cursor >= 0:
            self.state.toggle_fold()

    def branch(self) -> None:
        state, tree = self.state, self.state.study.tree
        items = list(tree.items()) if state.cursor < 0 else tree.branch(state.cursor)
        # Items that the filter hides are left alone: nothing changes unseen.
        visible = [item for item in items if state.tree_view.is_wanted(tree.index_of[item.id])]
        title = state.title if len(visible) == len(items) and len(visible) > 1 else ""
        if self._toggle_done([item.id for item in visible], title) and state.message:
            state.show_message(state.message + state.keymap.hint_suffix("undo", "takes it back"))

    def pick(self) -> None:
        if self.state.item is None:
            self._show_only_items_hint()
            return
        self.state.rows.selected ^= {self.state.cursor}
        self.state.tree_view.move(1)

    def pick_range(self) -> None:
        tree_view, tree = self.state.tree_view, self.state.study.tree
        end = tree_view.cursor_row
        selected = [row for row, index in enumerate(tree_view.rows) if index in self.state.rows.selected]
        start = max((row for row in selected if row < end), default=min(selected, default=end))
        indexes = tree_view.rows[min(start, end) : max(start, end) + 1]
        items = {index for index in indexes if index >= 0 and tree.is_item(index)}
        if not items:
            self._show_only_items_hint()
        self.state.rows.selected |= items

    def _show_only_items_hint(self) -> None:
        hint = self.state.keymap.hint_suffix("branch", "marks a whole section")
        self.state.show_message(f"Only items can be picked{hint}")

    def _toggle_done(self, ids: list[str], title: str) -> bool:
        """Set all to done, or all to to do if they are done already; return True if anything changed."""
        all_done = all(self.state.study.status(node_id) == "done" for node_id in ids)
        return self._set_status(ids, "todo" if all_done else "done", title)

    def mark(self, status: Status) -> None:
        """Set the status; the same key again resets it."""
        ids = self.state.target_ids
        if not ids:
            hint = self.state.keymap.hint_suffix("branch", "marks the whole branch")
            self.state.show_message(f"A section has no status of its own{hint}")
            return
        if all(self.state.study.status(node_id) == status for node_id in ids):
            status = "todo"
        self._set_status(ids, status, "")

    def _set_status(self, ids: list[str], status: Status, title: str) -> bool:
        changed = False
        with self.state.showing_errors():
            change = self.state.study.set_status(ids, status, title)
            changed = change is not None
            self.state.rows.selected.clear()
            if change is not None and len(ids) > 1:
                self.state.show_message(describe_action(change.action))
        return changed

    def undo(self) -> None:
        with self.state.showing_errors():
            change = self.state.study.undo()
            hint = self.state.keymap.hint_suffix("redo", "brings it back")
            self.state.show_message(f"Undone: {describe_action(change.action)}{hint}")
            self.state.show_change(change)

    def redo(self) -> None:
        with self.state.showing_errors():
            change = self.state.study.redo()
            self.state.show_message(f"Done again: {describe_action(change.action)}")
            self.state.show_change(change)
