"""The commands of the main screen for what there is to read."""

from __future__ import annotations

from roadmap_tui.tui.main.state import MainState


class ResourceActions:
    """Chooses and ticks the resources of a desk; its methods are commands of the keymap."""

    def __init__(self, state: MainState) -> None:
        self.state = state

    def choose(self, number: int) -> None:
        """Choose a resource by its number, from 1."""
        if number <= len(self.state.resources):
            self.state.selections[self.state.node_id] = number - 1
            self.state.pane = "detail"
        else:
            self.state.show_message("There is no resource of that number")

    def tick(self) -> None:
        self.state.tick_resource()

    def explain(self) -> None:
        tally = self.state.study.counts_at()
        self.state.show_message(
            f"{tally.percent}% = {tally.done} of {tally.total}: {self.state.study.count_summary()}"
        )
