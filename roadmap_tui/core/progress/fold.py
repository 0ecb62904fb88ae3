"""What the events add up to.

A state is a function of the *set* of events, never of the order in which they came: two
machines that hold the same events show the same states.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from roadmap_tui.core.progress.events import (
    STATUSES,
    Action,
    CustomItemSet,
    Event,
    ReviewGraded,
    ReviewsPaused,
    SessionStarted,
    TimeLogged,
    Undone,
    sort_key,
    targets,
)
from roadmap_tui.core.progress.states import (
    NO_HISTORY,
    CompactedHistory,
    CustomItem,
    ItemState,
    Key,
    TimeEntry,
    fold_events,
    key_events,
)

if TYPE_CHECKING:
    from roadmap_tui.core.checkpoint import Checkpoint

_INDEXED = (ReviewGraded, TimeLogged, CustomItemSet, ReviewsPaused)


def _tie_break(event: Event) -> tuple[int, str]:
    return event.stamp.clock, repr(event)


class Progress:
    """All events so far, and the state of each node that they touch."""

    # What stands for older events that are not here; see ``Resumed``.
    _checkpoint: Checkpoint | None = None

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._begin()
        self.add(events)

    def _begin(self) -> None:
        self._events: dict[str, Event] = {}
        self._touching: dict[Key, list[Action]] = {}
        self._states: dict[Key, ItemState] = {}
        # An undo acts on a root, the action at the end of its chain of refs; the latest of a
        # root's chain decides, and the number of steps to the root says whether it is on or off.
        self._roots: dict[str, tuple[str, bool]] = {}
        self._latest: dict[str, Undone] = {}
        self._waiting: dict[str, list[Undone]] = {}
        self._own_items: dict[str, set[str]] = {}
        self._pauses: list[ReviewsPaused] = []
        self._timed: set[Key] = set()
        # Asked for at every key: as it was when there were so many events.
        self._timed_when, self._timed_then = -1, list[TimeEntry]()
        self._grades: list[ReviewGraded] = []
        self._last: tuple[int, str] = (0, "")
        self._sorted = True  # self._events is; and each list of _touching where none came late
        self._none_late = True

    def __len__(self) -> int:
        return len(self._events)

    @property
    def latest_clock(self) -> int:
        """The highest clock of all events, 0 where there are none."""
        return self._last[0]

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._events

    def add(self, events: Iterable[Event]) -> set[Key]:
        """Fold in events that are not yet known; the ``(roadmap, node id)`` of all whose state may differ."""
        changed: set[Key] = set()
        known, touching, waiting = self._events, self._touching, self._waiting
        conflicting_ids: list[Event] = []
        for event in events:
            stamp = event.stamp
            if stamp.id in known:
                if known[stamp.id] != event:
                    conflicting_ids.append(event)
                continue
            known[stamp.id] = event
            place = stamp.clock, stamp.id
            if place < self._last:
                self._sorted = self._none_late = False
            else:
                self._last = place
            if isinstance(event, Undone):
                self._link([event], changed)
            elif not isinstance(event, SessionStarted):
                for target in targets(event):
                    key = event.roadmap, target
                    if key in touching:
                        touching[key].append(event)
                    else:
                        touching[key] = [event]
                    changed.add(key)
                if isinstance(event, _INDEXED):
                    self._index(event)
                if stamp.id in waiting:
                    self._link(waiting.pop(stamp.id), changed)
        for key in changed:
            self._states.pop(key, None)
        return changed | self._resolve_conflicts(conflicting_ids) if conflicting_ids else changed

    def _index(self, event: ReviewGraded | TimeLogged | CustomItemSet | ReviewsPaused) -> None:
        """Keep what is asked for by its kind at hand."""
        match event:
            case ReviewGraded():
                self._grades.append(event)
            case TimeLogged():
                self._timed.add((event.roadmap, event.target))
            case CustomItemSet():
                self._own_items.setdefault(event.roadmap, set()).add(event.target)
            case ReviewsPaused():
                self._pauses.append(event)

    def _resolve_conflicts(self, rivals: list[Event]) -> set[Key]:
        """Of events that share an id, which no honest writer makes, keep one that does not depend on
        which came first; every key there is.
        """
        chosen, before = dict(self._events), set(self._touching)
        for event in rivals:
            chosen[event.stamp.id] = max(chosen[event.stamp.id], event, key=_tie_break)
        self._begin()
        return before | self.add(chosen.values())

    def checkpoint(self) -> Checkpoint | None:
        """What to begin with the next time, instead of with all these events; None where that can't be."""
        from roadmap_tui.core.checkpoint import Source, make  # asked for after many events

        self._sort()
        roots = {undo: root for undo, (root, _) in self._roots.items()}
        undone = frozenset(
            root for root, latest in self._latest.items() if not self._roots[latest.stamp.id][1]
        )
        return make(Source(tuple(self._events.values()), self._checkpoint, roots, undone))

    def _link(self, undos: list[Undone], changed: set[Key]) -> None:
        """Find the roots of undos, and of those that waited for them."""
        while undos:
            undo = undos.pop()
            ref = self._events.get(undo.ref)
            if isinstance(ref, Undone):
                above = self._roots.get(undo.ref)
            else:
                above = (undo.ref, True) if ref is not None and not isinstance(ref, SessionStarted) else None
            if above is None:
                self._waiting.setdefault(undo.ref, []).append(undo)
                continue
            root, on = above
            self._roots[undo.stamp.id] = root, not on
            if root not in self._latest or sort_key(self._latest[root]) < sort_key(undo):
                self._latest[root] = undo
            action = self._events[root]
            if not isinstance(action, Undone | SessionStarted):
                changed.update((action.roadmap, target) for target in targets(action))
            undos.extend(self._waiting.pop(undo.stamp.id, ()))

    def is_active(self, event: Event) -> bool:
        """Whether an action is in force, that is, not undone or redone since."""
        latest = self._latest.get(event.stamp.id)
        return latest is None or self._roots[latest.stamp.id][1]

    def ids_with_events(self, roadmap: str) -> list[str]:
        """The ids of the nodes of a roadmap that any event is about."""
        return [target for name, target in self._touching if name == roadmap]

    def annotated_ids(self, roadmap: str) -> list[str]:
        """The ids of the nodes that may have notes or resources of the reader's own."""
        return self.ids_with_events(roadmap)

    def status_codes(self, roadmap: str) -> tuple[list[str], bytes]:
        """The nodes of a roadmap that may not be to do, and the places of their statuses in ``STATUSES``."""
        ids = self.ids_with_events(roadmap)
        return ids, bytes(STATUSES.index(self.state(roadmap, target).status) for target in ids)

    def nodes(self) -> list[Key]:
        """Every ``(roadmap, node id)`` that any event is about."""
        return list(self._touching)

    def active_actions(self, roadmap: str, target: str) -> list[Action]:
        """The actions about a node that are in force, oldest first."""
        actions = self._touching.get((roadmap, target), [])
        if not self._none_late:
            actions.sort(key=sort_key)
        return [action for action in actions if self.is_active(action)]

    def key_events(self, roadmap: str, target: str) -> list[Action]:
        """Of ``standing`` what the story of a node is told from."""
        return key_events(self.active_actions(roadmap, target))

    def has(self, roadmap: str, target: str) -> bool:
        """Whether the reader did anything with a node that still stands."""
        return self.state(roadmap, target) != NO_HISTORY

    def state(self, roadmap: str, target: str) -> ItemState:
        """The state of a node; one that no event is about is ``todo``."""
        key = roadmap, target
        state = self._states.get(key)
        if state is None:
            actions, older = self._touching.get(key), self._older(roadmap, target)
            if actions is None and older is None:
                return NO_HISTORY
            state = self._states[key] = self._fold(actions or [], older or CompactedHistory())
        return state

    def done_before(self, roadmap: str, moment: datetime) -> set[str]:  # noqa: ARG002 - see Resumed
        """The nodes that were set done before a moment of whole seconds and have no reviews, where that is
        known without their states.
        """
        return set()

    def _older(self, roadmap: str, target: str) -> CompactedHistory | None:
        """What a checkpoint says of a node."""
        return self._checkpoint.entry(roadmap, target) if self._checkpoint else None

    def _fold(self, actions: list[Action], older: CompactedHistory) -> ItemState:
        if not self._none_late:
            actions.sort(key=sort_key)
        everything = (*older.actions, *actions) if older.actions else actions
        return fold_events(filter(self.is_active, everything))

    def custom_items(self, roadmap: str) -> list[CustomItem]:
        """The items that the reader added to a roadmap, in the order in which they were first added."""
        found = []
        given = self._checkpoint.own_items.get(roadmap, ()) if self._checkpoint else ()
        for target in self._own_items.get(roadmap, set()).union(given):
            older = self._older(roadmap, target) or CompactedHistory()
            actions = (*older.actions, *self._touching.get((roadmap, target), ()))
            placed = [one for one in actions if isinstance(one, CustomItemSet) and self.is_active(one)]
            last = max(placed, key=sort_key, default=None)
            if last is not None and last.name:
                first = min(placed, key=sort_key)
                found.append((sort_key(first), CustomItem(target, last.name, last.parent)))
        return [item for _, item in sorted(found)]

    def timed_ids(self) -> list[TimeEntry]:
        """Every stretch of time on an item of any roadmap, by its start."""
        if self._timed_when == len(self._events):
            return self._timed_then
        found: list[TimeEntry] = []
        for key in self._timed.union(self._checkpoint.timed if self._checkpoint else ()):
            older = self._older(*key) or CompactedHistory()
            actions = [*older.actions, *sorted(self._touching.get(key, ()), key=sort_key)]
            titles = [one.title for one in actions if isinstance(one, TimeLogged) and self.is_active(one)]
            found.extend(TimeEntry(key[0], key[1], titles[-1], one) for one in self.state(*key).timings)
        found.sort(key=lambda one: (one.timing.start, one.timing.id))
        self._timed_when, self._timed_then = len(self._events), found
        return found

    def paused_until(self) -> datetime | None:
        """The end of the last pause of the reviews that was begun or ended, None where there was none."""
        standing = [pause for pause in self._pauses if self.is_active(pause)]
        return max(standing, key=sort_key).until if standing else None

    def pause_clock(self) -> int:
        """The highest clock of the events that paused the reviews, 0 where there are none."""
        return max((pause.stamp.clock for pause in self._pauses), default=0)

    def review_grades(self, since: datetime) -> list[ReviewGraded]:
        """The grades of all roadmaps that were given from a time on and stand, in no order."""
        return [grade for grade in self._grades if grade.stamp.at >= since and self.is_active(grade)]

    def clock(self, roadmap: str, target: str) -> int:
        """The highest clock of the events about a node, 0 where there are none."""
        return max((action.stamp.clock for action in self._touching.get((roadmap, target), ())), default=0)

    def history(self, roadmap: str) -> list[Action | Undone]:
        """Every event of a roadmap, oldest first."""
        self._sort()
        return [
            event
            for event in self._events.values()
            if not isinstance(event, SessionStarted) and event.roadmap == roadmap
        ]

    def _sort(self) -> None:
        if not self._sorted:
            self._events = dict(sorted(self._events.items(), key=lambda pair: sort_key(pair[1])))
            self._sorted = True

    def undoable(self, roadmap: str) -> tuple[Action, int] | None:
        """The action that an undo takes back: the last that stands. With the clock to write above."""
        return self._undoable(self.history(roadmap))

    def _undoable(self, events: list[Action | Undone]) -> tuple[Action, int] | None:
        for event in reversed(events):
            if not isinstance(event, Undone) and self.is_active(event):
                return event, self.clock_above(event)
        return None

    def redoable(self, roadmap: str) -> tuple[Undone, Action, int] | None:
        """The undo that a redo takes back, what that brings back, and the clock to write above.

        None where something new was done since: there is then no branch to return to.
        """
        return self._redoable(self.history(roadmap))

    def _redoable(self, events: list[Action | Undone]) -> tuple[Undone, Action, int] | None:
        # The roots of undos, the last one at the end.
        stack: dict[str, None] = {}
        for event in events:
            if not isinstance(event, Undone):
                stack.clear()
                continue
            root, on = self._roots.get(event.stamp.id, ("", True))
            stack.pop(root, None)
            if not on:
                stack[root] = None
        if not stack:
            return None
        action = self._events[next(reversed(stack))]
        if isinstance(action, Undone | SessionStarted):
            return None
        return self._latest[action.stamp.id], action, self.clock_above(action)

    def clock_above(self, action: Action) -> int:
        """The clock that an event has to be above to take an action back, or to bring it back."""
        latest = self._latest.get(action.stamp.id)
        return max(action.stamp.clock, latest.stamp.clock if latest else 0)
