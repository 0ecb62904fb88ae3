"""The commands of the main screen that move the cursor."""

from __future__ import annotations

from roadmap_tui.core.progress.statuses import UNFINISHED
from roadmap_tui.tui.main.state import MainState


class NavigationActions:
    """Moves the cursor of a desk; its methods are commands of the keymap."""

    def __init__(self, state: MainState) -> None:
        self.state = state

    def down(self) -> None:
        self._step(1)

    def up(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.state.pane == "detail":
            if self.state.selection is not None:
                self.state.selections[self.state.node_id] = max(
                    0, min(self.state.selection + by, len(self.state.resources) - 1)
                )
        else:
            self.state.tree_view.move(by)

    def into(self) -> None:
        if self.state.pane == "detail":
            return
        at = self.state.cursor
        if self.state.tree_view.is_branch(at) and self.state.tree_view.is_folded(at):
            self.state.tree_view.unfold(at)
        elif self.state.tree_view.is_branch(at):
            self.state.tree_view.move(1)

    def out(self) -> None:
        at = self.state.cursor
        if self.state.pane == "detail":
            self.state.pane = "outline"
        elif self.state.tree_view.is_branch(at) and not self.state.tree_view.is_folded(at):
            self.state.tree_view.fold(at)
        elif (parent := self.state.tree_view.parent(at)) >= 0:
            self.state.tree_view.go_to(parent)

    def top(self) -> None:
        self.state.tree_view.move(-len(self.state.tree_view.rows))

    def bottom(self) -> None:
        self.state.tree_view.move(len(self.state.tree_view.rows))

    def half_down(self) -> None:
        self.state.tree_view.move(max(1, self.state.page_rows // 2))

    def half_up(self) -> None:
        self.state.tree_view.move(-max(1, self.state.page_rows // 2))

    def page_down(self) -> None:
        self.state.tree_view.move(max(1, self.state.page_rows - 1))

    def page_up(self) -> None:
        self.state.tree_view.move(-max(1, self.state.page_rows - 1))

    def next_unfinished(self) -> None:
        self._seek(1)

    def previous_unfinished(self) -> None:
        self._seek(-1)

    def _seek(self, step: int) -> None:
        study = self.state.study
        order, live = study.tree, study.tree.active_count
        found = self.state.tree_view.find(
            lambda at: at < live and order.is_item(at) and study.status_at(at) in UNFINISHED, step
        )
        if found is None:
            self.state.show_message(
                f"Nothing{' that is shown' if self.state.filter.chosen else ''} is left to do"
            )
        else:
            self.state.tree_view.go_to(found)

    def fold_all(self) -> None:
        self.state.tree_view.fold_all()

    def unfold_all(self) -> None:
        self.state.tree_view.unfold_all()

    def other_pane(self) -> None:
        self.state.pane = "detail" if self.state.pane == "outline" else "outline"

    def enter(self) -> None:
        if self.state.pane == "detail":
            self.state.tick_resource()
        elif self.state.item is None and self.state.cursor >= 0:
            self.state.fold_or_unfold()
        else:
            self.state.pane = "detail"

    def back(self) -> None:
        if self.state.pane == "detail":
            self.state.pane = "outline"
        elif self.state.rows.selected:
            self.state.rows.selected.clear()
        else:
            self.state.rows.found = None
