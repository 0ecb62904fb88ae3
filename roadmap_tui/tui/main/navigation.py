"""The commands of the main screen that move the cursor."""

from __future__ import annotations

from typing import Final

from roadmap_tui.tui.main.state import MainState

UNFINISHED: Final = {"todo", "doing"}


class Moving:
    """Moves the cursor of a desk; its methods are commands of the keymap."""

    def __init__(self, desk: MainState) -> None:
        self.desk = desk

    def down(self) -> None:
        self._step(1)

    def up(self) -> None:
        self._step(-1)

    def _step(self, by: int) -> None:
        if self.desk.pane == "detail":
            if self.desk.chosen is not None:
                self.desk.chosen_at[self.desk.node_id] = max(
                    0, min(self.desk.chosen + by, len(self.desk.resources) - 1)
                )
        else:
            self.desk.outline.move(by)

    def into(self) -> None:
        if self.desk.pane == "detail":
            return
        at = self.desk.at
        if self.desk.outline.is_branch(at) and self.desk.outline.is_folded(at):
            self.desk.outline.unfold(at)
        elif self.desk.outline.is_branch(at):
            self.desk.outline.move(1)

    def out(self) -> None:
        at = self.desk.at
        if self.desk.pane == "detail":
            self.desk.pane = "outline"
        elif self.desk.outline.is_branch(at) and not self.desk.outline.is_folded(at):
            self.desk.outline.fold(at)
        elif (parent := self.desk.outline.parent(at)) >= 0:
            self.desk.outline.go_to(parent)

    def top(self) -> None:
        self.desk.outline.move(-len(self.desk.outline.rows))

    def bottom(self) -> None:
        self.desk.outline.move(len(self.desk.outline.rows))

    def half_down(self) -> None:
        self.desk.outline.move(max(1, self.desk.page_rows // 2))

    def half_up(self) -> None:
        self.desk.outline.move(-max(1, self.desk.page_rows // 2))

    def page_down(self) -> None:
        self.desk.outline.move(max(1, self.desk.page_rows - 1))

    def page_up(self) -> None:
        self.desk.outline.move(-max(1, self.desk.page_rows - 1))

    def next_unfinished(self) -> None:
        self._seek(1)

    def previous_unfinished(self) -> None:
        self._seek(-1)

    def _seek(self, step: int) -> None:
        study = self.desk.study
        order, live = study.order, study.order.live
        found = self.desk.outline.find(
            lambda at: at < live and order.is_item(at) and study.status_at(at) in UNFINISHED, step
        )
        if found is None:
            self.desk.notify(f"Nothing{' that is shown' if self.desk.filter.chosen else ''} is left to do")
        else:
            self.desk.outline.go_to(found)

    def fold_all(self) -> None:
        self.desk.outline.fold_all()

    def unfold_all(self) -> None:
        self.desk.outline.unfold_all()

    def other_pane(self) -> None:
        self.desk.pane = "detail" if self.desk.pane == "outline" else "outline"

    def enter(self) -> None:
        if self.desk.pane == "detail":
            self.desk.tick_resource()
        elif self.desk.item is None and self.desk.at >= 0:
            self.desk.fold_or_unfold()
        else:
            self.desk.pane = "detail"

    def back(self) -> None:
        if self.desk.pane == "detail":
            self.desk.pane = "outline"
        elif self.desk.rows.picked:
            self.desk.rows.picked.clear()
        else:
            self.desk.rows.found = None
