"""The commands of the main screen for what there is to read."""

from __future__ import annotations

from roadmap_tui.tui.main.state import MainState


class Reading:
    """Chooses and ticks the resources of a desk; its methods are commands of the keymap."""

    def __init__(self, desk: MainState) -> None:
        self.desk = desk

    def choose(self, number: int) -> None:
        """Choose a resource by its number, from 1."""
        if number <= len(self.desk.resources):
            self.desk.chosen_at[self.desk.node_id] = number - 1
            self.desk.pane = "detail"
        else:
            self.desk.notify("There is no resource of that number")

    def tick(self) -> None:
        self.desk.tick_resource()

    def explain(self) -> None:
        tally = self.desk.study.tally()
        self.desk.notify(f"{tally.percent}% = {tally.done} of {tally.total}: {self.desk.study.explained()}")
