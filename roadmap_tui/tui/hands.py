"""The commands of the main screen that need no terminal: all of them, by their id."""

from __future__ import annotations

from roadmap_tui.tui.desk import Desk
from roadmap_tui.tui.finding import Finding
from roadmap_tui.tui.marking import Marking
from roadmap_tui.tui.moving import Moving
from roadmap_tui.tui.reading import Reading
from roadmap_tui.tui.timekeeping import Timekeeping


class Hands:
    """Does with a desk what a command says."""

    def __init__(self, desk: Desk) -> None:
        self.finding = Finding(desk)
        self._parts = (Moving(desk), self.finding, Marking(desk), Reading(desk), Timekeeping(desk))

    def do(self, command: str, *arguments: int) -> None:
        """Carry out the command of that id."""
        part = next(part for part in self._parts if hasattr(part, command))
        getattr(part, command)(*arguments)
