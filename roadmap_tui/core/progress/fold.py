"""The fold: computes the state of each node from the set of events, in any order of arrival."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from roadmap_tui.core.progress.events import (
    PLACEMENT,
    STATUSES,
    Action,
    CustomItemSet,
    Event,
    Excluded,
    GoalSet,
    NeedSet,
    ReviewGraded,
    ReviewsPaused,
    RoadmapUpdated,
    SessionStarted,
    Snoozed,
    StatusSet,
    TimeLogged,
    Undone,
    copied_id,
    has_wrong_clock,
    sort_key,
    targets,
)
from roadmap_tui.core.progress.states import (
    NO_HISTORY,
    CustomItem,
    Interval,
    ItemState,
    Key,
    StatusChange,
    TimeEntry,
    fold_events,
    key_events,
)

if TYPE_CHECKING:
    from roadmap_tui.core.review.schedule import Card


class EventFold:
    """All events so far, and the state of each node they are about."""

    def __init__(self, events: Iterable[Event] = ()) -> None:
        self._reset()
        self.add(events)

    def _reset(self) -> None:
        self._events: dict[str, Event] = {}
        self._by_node: dict[Key, list[Action]] = {}
        self._states: dict[Key, ItemState] = {}
        # An undo acts on the action at the end of its chain of refs. The last undo of each action decides;
        # the parity of its chain says whether the action is active again.
        self._undo_target: dict[str, tuple[str, bool]] = {}
        self._last_undo: dict[str, Undone] = {}
        self._dangling: dict[str, list[Undone]] = {}
        self._custom_ids: dict[str, set[str]] = {}
        self._pauses: list[ReviewsPaused] = []
        self._exclusions: list[Excluded] = []
        self._copies: dict[str, Action | Undone] = {}  # by the ids of their originals, see `copied_id`
        self._excluded: frozenset[str] = frozenset()  # ids of events that are not folded
        self._needs: dict[str, list[NeedSet]] = {}
        self._snoozes: dict[str, list[Snoozed]] = {}
        self._goals: dict[str, list[GoalSet]] = {}
        self._updates: dict[str, list[RoadmapUpdated]] = {}
        self._timed: set[Key] = set()
        self._placed: set[Key] = set()
        # A cache, as it is read at every key press: the number of events, and the entries made from them.
        self._time_entries: tuple[int, list[TimeEntry]] = (-1, [])
        self._grades: list[ReviewGraded] = []
        self._last_position: tuple[int, str] = (0, "")
        self._is_sorted = True  # self._events
        self._arrived_in_order = True  # then so are the lists of self._by_node

    def __len__(self) -> int:
        return len(self._events)

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._events

    @property
    def is_complete(self) -> bool:
        """True if every event is in memory; False if older ones are only in a snapshot."""
        return True

    @property
    def latest_clock(self) -> int:
        """The highest clock of all events, 0 without events."""
        return self._last_position[0]

    def add(self, events: Iterable[Event]) -> set[Key]:
        """Add events; return the ``(roadmap, node id)`` of every node whose state may have changed."""
        changed: set[Key] = set()
        known, by_node, dangling = self._events, self._by_node, self._dangling
        conflicts: list[Event] = []
        undone: set[str] = set()  # actions: a long chain of undos may act on one that has many targets
        for event in events:
            stamp = event.stamp
            if stamp.id in known:
                if known[stamp.id] != event:
                    conflicts.append(event)
                continue
            known[stamp.id] = event
            if (original := copied_id(event)) and not isinstance(event, SessionStarted):
                self._copies[original] = event
            position = stamp.clock, stamp.id
            if position < self._last_position:
                self._is_sorted = self._arrived_in_order = False
            else:
                self._last_position = position
            if stamp.id in self._excluded:
                continue
            if isinstance(event, Undone):
                self._resolve_undos([event], undone)
            elif not isinstance(event, SessionStarted):
                for target in targets(event):
                    key = event.roadmap, target
                    by_node.setdefault(key, []).append(event)
                    changed.add(key)
                self._index(event)
                if stamp.id in dangling:
                    self._resolve_undos(dangling.pop(stamp.id), undone)
        changed |= self._keys_of(undone)
        for key in changed:
            self._states.pop(key, None)
        return changed | self._resolve(conflicts)

    def _resolve(self, conflicts: list[Event]) -> set[Key]:
        """Resolve events with the same id, and update the excluded events; return the changed keys."""
        changed = self._resolve_conflicts(conflicts) if conflicts else set()
        if self._exclusions or self._copies:
            excluded = self._find_excluded()
            if excluded != self._excluded:
                changed |= self._fold_again(list(self._events.values()), excluded)
        return changed

    def _keys_of(self, action_ids: Iterable[str]) -> set[Key]:
        """Return the ``(roadmap, node id)`` of each node that the given actions are about."""
        actions = [self._events[action_id] for action_id in action_ids]
        return {
            (action.roadmap, node_id)
            for action in actions
            if not isinstance(action, Undone | SessionStarted)
            for node_id in targets(action)
        }

    def _index(self, action: Action) -> None:
        if isinstance(action, ReviewGraded):
            self._grades.append(action)
        elif isinstance(action, TimeLogged):
            self._timed.add((action.roadmap, action.target))
        elif isinstance(action, StatusSet) and action.how == PLACEMENT:
            self._placed.update((action.roadmap, target) for target in action.targets)
        elif isinstance(action, CustomItemSet):
            self._custom_ids.setdefault(action.roadmap, set()).add(action.target)
        elif isinstance(action, ReviewsPaused):
            self._pauses.append(action)
        elif isinstance(action, Excluded):
            self._exclusions.append(action)
        elif isinstance(action, Snoozed):
            self._snoozes.setdefault(action.roadmap, []).append(action)
        elif isinstance(action, NeedSet):
            self._needs.setdefault(action.roadmap, []).append(action)
        elif isinstance(action, GoalSet):
            self._goals.setdefault(action.roadmap, []).append(action)
        elif isinstance(action, RoadmapUpdated):
            self._updates.setdefault(action.roadmap, []).append(action)

    def _resolve_conflicts(self, conflicts: list[Event]) -> set[Key]:
        """Resolve events that have the same id, and fold all events again; return every key.

        Which one is kept must not depend on the order of arrival.
        """
        chosen = dict(self._events)
        for event in conflicts:
            chosen[event.stamp.id] = max(chosen[event.stamp.id], event, key=_tie_break)
        return self._fold_again(chosen.values(), frozenset())

    def _fold_again(self, events: Iterable[Event], excluded: frozenset[str]) -> set[Key]:
        """Fold all events again, without the excluded ones; return every key."""
        before = set(self._by_node)
        self._reset()
        self._excluded = excluded
        return before | self.add(events)

    def _find_excluded(self) -> frozenset[str]:
        """Return the ids of events replaced by a copy, or excluded because of a wrong clock.

        No exclusion can be excluded, nor its undo: what is excluded must not depend on itself.
        """
        named = {ref for exclusion in self._exclusions if self.is_active(exclusion) for ref in exclusion.refs}
        events = [self._events[ref] for ref in named if ref in self._events]
        return frozenset(
            event.stamp.id
            for event in events
            if has_wrong_clock(event) and not isinstance(self._base_action(event), Excluded | SessionStarted)
        ).union(filter(self._is_replaced, self._copies))

    def _is_replaced(self, event_id: str) -> bool:
        """Return True if an event is known and was copied, unchanged, to another roadmap id."""
        event, copy = self._events.get(event_id), self._copies.get(event_id)
        if event is None or copy is None or type(event) is not type(copy):
            return False
        return event.stamp[1:] == copy.stamp[1:]

    def _base_action(self, event: Event) -> Event | None:
        """Follow the references of an undo to the original action; return other events unchanged."""
        seen = set()
        current: Event | None = event
        while isinstance(current, Undone) and current.stamp.id not in seen:
            seen.add(current.stamp.id)
            current = self._events.get(current.ref)
        return current

    def _resolve_undos(self, undos: list[Undone], undone: set[str]) -> None:
        """Find the action that each undo acts on; update the undo state of these actions.

        Adds the ids of the actions to ``undone``.
        """
        while undos:
            undo = undos.pop()
            ref = None if undo.ref in self._excluded else self._events.get(undo.ref)
            if isinstance(ref, Undone):
                target = self._undo_target.get(undo.ref)
            else:
                target = (undo.ref, True) if ref is not None and not isinstance(ref, SessionStarted) else None
            if target is None:
                self._dangling.setdefault(undo.ref, []).append(undo)
                continue
            action_id, is_active = target
            self._undo_target[undo.stamp.id] = action_id, not is_active
            last = self._last_undo.get(action_id)
            if last is None or sort_key(last) < sort_key(undo):
                self._last_undo[action_id] = undo
            undone.add(action_id)
            undos.extend(self._dangling.pop(undo.stamp.id, ()))

    # Events

    def events(self) -> list[Event]:
        """Return the events in memory, sorted by ``(clock, id)``."""
        if not self._is_sorted:
            self._events = dict(sorted(self._events.items(), key=lambda pair: sort_key(pair[1])))
            self._is_sorted = True
        return list(self._events.values())

    def undo_target(self, undo: Undone) -> str | None:
        """Return the id of the action that an undo acts on, directly or through other undos."""
        return self._undo_target.get(undo.stamp.id, (None, False))[0]

    def is_active(self, event: Event) -> bool:
        """Return True if an action is not undone, or was redone since."""
        if self.is_excluded(event):
            return False
        last = self._last_undo.get(event.stamp.id)
        return last is None or self._undo_target[last.stamp.id][1]

    def is_excluded(self, event: Event) -> bool:
        """Return True if an event is left out of every state because of its wrong clock."""
        return event.stamp.id in self._excluded

    def history(self, roadmap: str) -> list[Action | Undone]:
        """Return every event of a roadmap, oldest first."""
        return [
            event
            for event in self.events()
            if not isinstance(event, SessionStarted)
            and event.roadmap == roadmap
            and not self._is_replaced(event.stamp.id)
        ]

    def events_by(self, author: str) -> list[Event]:
        """Return the events that an assistant wrote, oldest first."""
        return [event for event in self.events() if event.stamp.by == author]

    def clock(self, roadmap: str, target: str) -> int:
        """Return the highest clock of the events about a node, 0 without events."""
        return max((action.stamp.clock for action in self._by_node.get((roadmap, target), ())), default=0)

    def active_actions(self, roadmap: str, target: str) -> list[Action]:
        """Return the active actions about a node, oldest first."""
        return list(filter(self.is_active, self._actions((roadmap, target))))

    def key_events(self, roadmap: str, target: str) -> list[Action]:
        """Return the active actions that the history summary of a node uses, oldest first."""
        return key_events(list(filter(self.is_active, self._actions((roadmap, target)))))

    def _actions(self, key: Key) -> list[Action]:
        """Return the actions that decide the state of a node, including undone ones, oldest first."""
        actions = self._by_node.get(key, [])
        if not self._arrived_in_order:
            actions.sort(key=sort_key)
        return actions

    # States

    def nodes(self) -> list[Key]:
        """Return the ``(roadmap, node id)`` of every node that has events."""
        return list(self._by_node)

    def ids_with_events(self, roadmap: str) -> list[str]:
        """Return the ids of a roadmap's nodes that have events."""
        return [target for name, target in self.nodes() if name == roadmap]

    def annotated_ids(self, roadmap: str) -> list[str]:
        """Return the ids of a superset of the nodes that have notes or custom resources."""
        return self.ids_with_events(roadmap)

    def status_codes(self, roadmap: str) -> tuple[list[str], bytes]:
        """Return node ids and their indexes in ``STATUSES``; every other node is ``todo``."""
        ids = self.ids_with_events(roadmap)
        return ids, bytes([STATUSES.index(self.state(roadmap, target).status) for target in ids])

    def done_before(self, roadmap: str, moment: datetime) -> set[str]:  # noqa: ARG002 - see SnapshotProgress
        """Return ids of nodes that were done before ``moment`` and not reviewed since, if that is stored.

        ``moment`` must be a whole second. Callers fold the states of all other nodes.
        """
        return set()

    def stored_cards(self, roadmap: str) -> dict[str, Card]:  # noqa: ARG002 - see SnapshotProgress
        """Return the review cards that a snapshot has of a roadmap's items, by item id."""
        return {}

    def has(self, roadmap: str, target: str) -> bool:
        """Return True if a node has any action that is not undone."""
        return self.state(roadmap, target) != NO_HISTORY

    def state(self, roadmap: str, target: str) -> ItemState:
        """Return the state of a node; without events it is ``todo``."""
        key = roadmap, target
        state = self._states.get(key)
        if state is None:
            actions = self._actions(key)
            if not actions:
                return NO_HISTORY
            state = self._states[key] = fold_events(filter(self.is_active, actions))
        return state

    def status_since(self, roadmap: str, target: str) -> datetime | None:
        """Return when the status of a node was set, None without one."""
        return self.state(roadmap, target).since

    def status_changes(self, roadmap: str, target: str) -> list[StatusChange]:
        """Return the active changes of a node's status, oldest first."""
        return status_changes(filter(self.is_active, self._actions((roadmap, target))))

    def reviews(self, roadmap: str, target: str) -> list[tuple[datetime, int]]:
        """Return time and rating of each review of a node, in the order of history."""
        return [(review.at, review.rating) for review in self.state(roadmap, target).reviews]

    def timings(self, roadmap: str, target: str) -> list[Interval]:
        """Return the logged intervals of a node."""
        return list(self.state(roadmap, target).timings)

    def custom_items(self, roadmap: str) -> list[CustomItem]:
        """Return the reader's own items of a roadmap, in the order in which they were first added."""
        found = []
        for target in self._custom_ids.get(roadmap, ()):
            active = filter(self.is_active, self._actions((roadmap, target)))
            changes = [action for action in active if isinstance(action, CustomItemSet)]
            if changes and changes[-1].name:
                item = CustomItem(target, changes[-1].name, changes[-1].parent)
                found.append((sort_key(changes[0]), item))
        return [item for _, item in sorted(found)]


def status_changes(actions: Iterable[Action]) -> list[StatusChange]:
    """Return the status changes among actions."""
    changes = (action for action in actions if isinstance(action, StatusSet))
    return [StatusChange(change.status, change.stamp.at, change.how) for change in changes]


def _tie_break(event: Event) -> tuple[int, str]:
    return event.stamp.clock, repr(event)
