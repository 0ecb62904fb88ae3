"""Actions that move the cursor and fold branches."""

from __future__ import annotations

from roadmap_tui.core.progress.statuses import UNFINISHED
from roadmap_tui.core.tree_view import TreeView
from roadmap_tui.tui.main.state import MainState


class NavigationActions:
    """Methods named after the commands that they carry out."""

    def __init__(self, state: MainState) -> None:
        self.state = state

    @property
    def _tree_view(self) -> TreeView:
        return self.state.tree_view  # a new one after each change of the tree

    def down(self) -> None:
        self._step(1)

    def up(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        state = self.state
        if state.pane == "outline":
            self._tree_view.move(by)
        elif state.selection is not None:
            last = len(state.resources) - 1
            state.selections[state.node_id] = max(0, min(state.selection + by, last))

    def into(self) -> None:
        index = self.state.cursor
        if self.state.pane == "detail" or not self._tree_view.is_branch(index):
            return
        if self._tree_view.is_folded(index):
            self._tree_view.unfold(index)
        else:
            self._tree_view.move(1)

    def out(self) -> None:
        index = self.state.cursor
        if self.state.pane == "detail":
            self.state.pane = "outline"
        elif self._tree_view.is_branch(index) and not self._tree_view.is_folded(index):
            self._tree_view.fold(index)
        elif (parent := self._tree_view.parent(index)) >= 0:
            self._tree_view.go_to(parent)

    def top(self) -> None:
        self._tree_view.move(-len(self._tree_view.rows))

    def bottom(self) -> None:
        self._tree_view.move(len(self._tree_view.rows))

    def half_down(self) -> None:
        self._tree_view.move(max(1, self.state.page_rows // 2))

    def half_up(self) -> None:
        self._tree_view.move(-max(1, self.state.page_rows // 2))

    def page_down(self) -> None:
        self._tree_view.move(max(1, self.state.page_rows - 1))

    def page_up(self) -> None:
        self._tree_view.move(-max(1, self.state.page_rows - 1))

    def next_unfinished(self) -> None:
        self._go_to_unfinished(1)

    def previous_unfinished(self) -> None:
        self._go_to_unfinished(-1)

    def _go_to_unfinished(self, step: int) -> None:
        study, tree = self.state.study, self.state.study.tree

        def is_unfinished(index: int) -> bool:
            is_active = index < tree.active_count and tree.is_item(index)
            return is_active and study.status_at(index) in UNFINISHED

        index = self._tree_view.find(is_unfinished, step)
        if index is None:
            where = " that is shown" if self.state.filter.chosen else ""
            self.state.show_message(f"Nothing{where} is left to do")
        else:
            self._tree_view.go_to(index)

    def fold_all(self) -> None:
        self._tree_view.fold_all()

    def unfold_all(self) -> None:
        self._tree_view.unfold_all()

    def other_pane(self) -> None:
        self.state.pane = "detail" if self.state.pane == "outline" else "outline"

    def enter(self) -> None:
        if self.state.pane == "detail":
            self.state.tick_resource()
        elif self.state.item is None and self.state.cursor >= 0:
            self.state.toggle_fold()
        else:
            self.state.pane = "detail"

    def back(self) -> None:
        if self.state.pane == "detail":
            self.state.pane = "outline"
        elif self.state.rows.selected:
            self.state.rows.selected.clear()
        else:
            self.state.rows.found = None
