"""The commands of the main screen that need no terminal: all of them, by their id."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from roadmap_tui.core.progress.statuses import STATUS_COMMANDS
from roadmap_tui.tui.main.navigation import NavigationActions
from roadmap_tui.tui.main.resources import ResourceActions
from roadmap_tui.tui.main.search import IncrementalSearch
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.main.status import StatusActions
from roadmap_tui.tui.main.timer import Timekeeping


class Actions:
    """Does with a desk what a command says."""

    def __init__(self, state: MainState) -> None:
        self.finding = finding = IncrementalSearch(state)
        moving, marking, reading = NavigationActions(state), StatusActions(state), ResourceActions(state)
        self.handlers: dict[str, Callable[..., None]] = {
            "down": moving.down,
            "up": moving.up,
            "out": moving.out,
            "into": moving.into,
            "top": moving.top,
            "bottom": moving.bottom,
            "half_down": moving.half_down,
            "half_up": moving.half_up,
            "page_down": moving.page_down,
            "page_up": moving.page_up,
            "next_unfinished": moving.next_unfinished,
            "previous_unfinished": moving.previous_unfinished,
            "fold_all": moving.fold_all,
            "unfold_all": moving.unfold_all,
            "other_pane": moving.other_pane,
            "enter": moving.enter,
            "back": moving.back,
            "find_next": finding.find_next,
            "find_previous": finding.find_previous,
            "toggle": marking.toggle,
            **{command.id: partial(marking.mark, status) for command, status in STATUS_COMMANDS.items()},
            "branch": marking.branch,
            "pick": marking.pick,
            "pick_range": marking.pick_range,
            "undo": marking.undo,
            "redo": marking.redo,
            "timer": Timekeeping(state).timer,
            "choose": reading.choose,
            "tick": reading.tick,
            "explain": reading.explain,
        }

    def dispatch(self, command: str, *arguments: int) -> None:
        """Carry out the command of that id, with the number of its key where it has nine."""
        self.handlers[command](*arguments)
