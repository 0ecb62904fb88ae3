"""Dispatches the commands of the main screen that need no dialog and no terminal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from roadmap_tui.core.humanize import format_duration
from roadmap_tui.core.progress.events import TimeLogged
from roadmap_tui.core.progress.statuses import STATUS_COMMANDS
from roadmap_tui.study.event_store import Change
from roadmap_tui.text.styled_text import truncate
from roadmap_tui.tui.main.navigation import NavigationActions
from roadmap_tui.tui.main.search import IncrementalSearch
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.main.status import StatusActions

_TITLE_WIDTH: Final = 40  # cells, so that the key hint after it stays visible


class ItemActions:
    """Methods named after the commands that they carry out."""

    def __init__(self, state: MainState) -> None:
        self.state = state

    def choose(self, number: int) -> None:
        """Select the resource with this number, from 1."""
        if number <= len(self.state.resources):
            self.state.selections[self.state.node_id] = number - 1
            self.state.pane = "detail"
        else:
            self.state.show_message("There is no resource of that number")

    def tick(self) -> None:
        self.state.tick_resource()

    def explain(self) -> None:
        counts, summary = self.state.study.counts_at(), self.state.study.count_summary()
        self.state.show_message(f"{counts.percent}% = {counts.done} of {counts.total}: {summary}")

    def timer(self) -> None:
        state, tracker = self.state, self.state.study.time_tracker
        target = state.study.roadmap.id, state.node_id
        running = [entry for entry in tracker.running() if (entry.roadmap, entry.target) == target]
        with state.showing_errors():
            if running:
                stopped = [tracker.stop(entry) for entry in running]
                total = format_duration(tracker.seconds(state.node_id))
                state.show_message(f"{_format_stopped(stopped)}; {total} in all")
                return
            *stopped, _ = tracker.start(state.node_id)
            suffix = f" ({_format_stopped(stopped)})" if stopped else ""
            title = truncate(state.title, _TITLE_WIDTH, state.glyphs.ellipsis)
            state.show_message(f"Timing {title}{suffix}{state.keymap.hint_suffix('timer', 'stops it')}")


def _format_stopped(stopped: list[Change]) -> str:
    actions = [change.action for change in stopped]
    return ", ".join(
        f"{action.title}: {format_duration(action.seconds or 0)}"
        for action in actions
        if isinstance(action, TimeLogged)
    )


class Actions:
    """Carries out commands by the method of the same name; ``handlers`` maps command ids to methods."""

    def __init__(self, state: MainState) -> None:
        self.search = IncrementalSearch(state)
        status_actions = StatusActions(state)
        groups = NavigationActions(state), status_actions, ItemActions(state), self.search
        self.handlers: dict[str, Callable[..., None]] = {
            command.id: getattr(group, command.id)
            for command in state.keymap.in_scope()
            for group in groups
            if not command.is_action and hasattr(group, command.id)
        } | {command.id: partial(status_actions.mark, status) for command, status in STATUS_COMMANDS.items()}

    def dispatch(self, command_id: str, *args: int) -> None:
        """Carry out a command; ``args`` is the number of its key, if it has nine."""
        self.handlers[command_id](*args)
