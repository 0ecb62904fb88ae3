"""The command of the main screen that starts and stops a timer."""

from __future__ import annotations

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.humanize import format_duration
from roadmap_tui.core.progress.events import TimeLogged
from roadmap_tui.study.event_store import Change
from roadmap_tui.text.styled_text import truncate
from roadmap_tui.tui.main.state import MainState

_TITLE_SHOWN = 40  # cells: what the key does is to be read behind it


class Timekeeping:
    """Times the items of a desk; its methods are commands of the keymap."""

    def __init__(self, state: MainState) -> None:
        self.state = state

    def timer(self) -> None:
        desk = self.state
        times = desk.study.time_tracker
        here = [
            one
            for one in times.running()
            if (one.roadmap, one.target) == (desk.study.roadmap.id, desk.node_id)
        ]
        try:
            if here:
                stopped = [times.stop(one) for one in here]
                whole = format_duration(times.seconds(desk.node_id))
                desk.show_message(f"{_told(stopped)}; {whole} in all")
                return
            *stopped, _ = times.start(desk.node_id)
        except RoadmapTuiError as error:
            desk.show_error(error)
            return
        ended = f" ({_told(stopped)})" if stopped else ""
        title = truncate(desk.title, _TITLE_SHOWN, desk.glyphs.ellipsis)
        desk.show_message(f"Timing {title}{ended}{desk.keymap.hint_suffix('timer', 'stops it')}")


def _told(stopped: list[Change]) -> str:
    """What was stopped, in words."""
    actions = [change.action for change in stopped]
    return ", ".join(
        f"{one.title}: {format_duration(one.seconds or 0)}" for one in actions if isinstance(one, TimeLogged)
    )
