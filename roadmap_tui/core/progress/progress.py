"""The progress: what the events tell besides the states of nodes, and which event to undo or redo."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import takewhile
from operator import attrgetter

from roadmap_tui.core.progress.events import (
    Action,
    Event,
    GoalSet,
    NeedSet,
    ReviewGraded,
    RoadmapUpdated,
    SessionStarted,
    TimeLogged,
    Undone,
    clock_limit,
    sort_key,
)
from roadmap_tui.core.progress.fold import EventFold
from roadmap_tui.core.progress.states import Key, TimeEntry


class Progress(EventFold):
    """All events so far: states, time entries, reviews, goals, and the order of undo."""

    # Time, reviews and pauses

    def time_entries(self) -> list[TimeEntry]:
        """Return every logged interval of every roadmap, sorted by its start."""
        count, entries = self._time_entries
        if count != len(self._events):
            entries = [entry for key in self._timed for entry in self._entries_of(key)]
            entries.sort(key=attrgetter("by_start"))
            self._time_entries = len(self._events), entries
        return entries

    def time_entries_since(self, moment: datetime) -> list[TimeEntry]:
        """Return the logged intervals that start at ``moment``, a whole second, or later; sorted."""
        return [entry for entry in self.time_entries() if entry.timing.start >= moment]

    def running_entries(self) -> list[TimeEntry]:
        """Return the intervals whose timers are running, of all roadmaps, sorted by their start."""
        return [entry for entry in self.time_entries() if entry.is_running]

    def placed_ids(self, roadmap: str) -> set[str]:
        """Return the ids of a superset of the nodes whose status a placement set."""
        return {target for name, target in self._placed if name == roadmap}

    def _entries_of(self, key: Key) -> list[TimeEntry]:
        """Return the logged intervals of a node."""
        logged = [action for action in self._actions(key) if isinstance(action, TimeLogged)]
        titles = [action.title for action in logged if self.is_active(action)]
        return [TimeEntry(*key, titles[-1], timing) for timing in self.state(*key).timings]

    def review_grades(self, since: datetime) -> list[ReviewGraded]:
        """Return the active grades of all roadmaps from ``since`` on, in no particular order."""
        return [grade for grade in self._grades if grade.stamp.at >= since and self.is_active(grade)]

    def review_times(self, since: datetime) -> list[int]:
        """Return the milliseconds of the active grades from ``since``, a whole second, on, in no order."""
        return [grade.ms for grade in self.review_grades(since)]

    def paused_until(self) -> datetime | None:
        """Return the end of the last pause of the reviews, None without one."""
        active = [pause for pause in self._pauses if self.is_active(pause)]
        return max(active, key=sort_key).until if active else None

    def pause_clock(self) -> int:
        """Return the highest clock of the events that paused the reviews, 0 without one."""
        return max((pause.stamp.clock for pause in self._pauses), default=0)

    # Prerequisites, goals and updates

    def snoozed(self, roadmap: str) -> dict[str, str]:
        """Return the day until which each item of a roadmap is snoozed; "" if it was ended."""
        active = sorted(filter(self.is_active, self._snoozes.get(roadmap, ())), key=sort_key)
        return {snooze.target: snooze.until for snooze in active}

    def needs(self, roadmap: str) -> list[NeedSet]:
        """Return the newest active change of each prerequisite of a roadmap's items, oldest first."""
        if roadmap not in self._needs:
            return []
        newest: dict[tuple[str, str], NeedSet] = {}
        for change in sorted(filter(self.is_active, self._needs.get(roadmap, ())), key=sort_key):
            pair = change.target, change.prerequisite
            newest.pop(pair, None)
            newest[pair] = change
        return list(newest.values())

    def goal(self, roadmap: str) -> GoalSet | None:
        """Return the newest active goal of a roadmap, None if none was set."""
        return max(filter(self.is_active, self._goals.get(roadmap, ())), key=sort_key, default=None)

    def goal_clock(self, roadmap: str) -> int:
        """Return the highest clock of the events that set the goal of a roadmap, 0 without one."""
        return max((goal.stamp.clock for goal in self._goals.get(roadmap, ())), default=0)

    def last_update(self, roadmap: str) -> RoadmapUpdated | None:
        """Return the newest active update of a roadmap, None if it was never updated."""
        return max(filter(self.is_active, self._updates.get(roadmap, ())), key=sort_key, default=None)

    def new_ids(self, roadmap: str) -> set[str]:
        """Return the ids of roadmaps that had this id until a sync needed it for another, see `copied_id`."""
        copied = [(copy.roadmap, self._events.get(original)) for original, copy in self._copies.items()]
        return {
            new
            for new, event in copied
            if event and not isinstance(event, SessionStarted) and event.roadmap == roadmap
        }

    # Undo and redo

    def undoable(self, roadmap: str, latest: int = sys.maxsize) -> tuple[Action, int] | None:
        """Return the last active action, the one to undo, and the clock that the undo event must exceed.

        ``latest`` is the highest clock that is plausible now: actions from a session whose clock was further
        ahead come before all others.
        """
        found = self._latest_event(
            lambda event: not isinstance(event, Undone) and self.is_active(event), roadmap, latest
        )
        return (found, self.clock_above(found)) if found and not isinstance(found, Undone) else None

    def redoable(self, roadmap: str, latest: int = sys.maxsize) -> tuple[Undone, Action, int] | None:
        """Return the undo event to reverse, its action, and the clock that the redo event must exceed."""
        last = self._latest_event(lambda event: not isinstance(event, Undone), roadmap, latest)
        newest = _undo_order(last, latest) if last else (0, 0, "")
        events = takewhile(lambda event: event.stamp.clock >= newest[0], self._newest_first(roadmap))
        undos = [
            event for event in events if isinstance(event, Undone) and event.stamp.id in self._undo_target
        ]
        undone: dict[str, None] = {}  # action ids, the last one undone at the end
        for undo in sorted(undos, key=lambda undo: _undo_order(undo, latest)):
            if _undo_order(undo, latest) > newest:
                action_id, is_active = self._undo_target[undo.stamp.id]
                undone.pop(action_id, None)
                if not is_active:
                    undone[action_id] = None
        action = self._events[next(reversed(undone))] if undone else None
        if action is None or isinstance(action, Undone | SessionStarted):
            return None
        return self._last_undo[action.stamp.id], action, self.clock_above(action)

    def _newest_first(self, roadmap: str) -> Iterator[Action | Undone]:
        """Yield the events of a roadmap, those with the highest clocks first."""
        self.events()  # sorts them
        for event in reversed(self._events.values()):
            if not isinstance(event, SessionStarted) and event.roadmap == roadmap:
                yield event

    def _latest_event(
        self, accept: Callable[[Action | Undone], bool], roadmap: str, latest: int
    ) -> Action | Undone | None:
        """Return the latest event, in undo order, that ``accept`` returns True for."""
        last: Action | Undone | None = None
        order = (-1, 0, "")
        for event in self._newest_first(roadmap):
            if event.stamp.clock < order[0]:
                break  # the order is at most the clock
            if accept(event) and (event_order := _undo_order(event, latest)) > order:
                last, order = event, event_order
        return last

    def clock_above(self, action: Action) -> int:
        """Return the clock that an undo or redo of an action must exceed."""
        last = self._last_undo.get(action.stamp.id)
        return max(action.stamp.clock, last.stamp.clock if last else 0)


def _undo_order(event: Event, latest: int) -> tuple[int, int, str]:
    """Return the key that orders events for undo: a clock far ahead of the event's time does not count.

    The clock of an undo is above that of its action, whatever its own time says: it counts if plausible.
    """
    order = event.stamp.clock
    if order > latest or not isinstance(event, Undone):
        order = min(order, clock_limit(event.stamp.at))
    return order if order <= latest else 0, *sort_key(event)
