"""What the older events of a long journal add up to, so that they need not be read to know where one stands.

The newest events stay as they are, for undo and for what other machines still send; of the older ones a
checkpoint has for each node what decides its state. What it cannot answer it says it cannot: then all
events are read. It follows the words of database recovery (Mohan et al., ARIES, 1992).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias

from roadmap_tui.core.columns import Columns, Row, pack, seconds
from roadmap_tui.core.pieces import joined, parted
from roadmap_tui.core.progress.events import (
    Action,
    CustomItemSet,
    CustomResourceSet,
    Event,
    NoteWritten,
    ReviewGraded,
    SessionStarted,
    Stamp,
    StatusSet,
    TimeLogged,
    Undone,
    targets,
)
from roadmap_tui.core.progress.events import sort_key as event_order
from roadmap_tui.core.progress.records import InvalidRecord, decode, encode
from roadmap_tui.core.progress.states import CompactedHistory, Key, key_events

# As many of the newest events stay as they are, at least; and at most, or there is no checkpoint.
_NEWEST: Final = 400
_MOST_NEWEST: Final = 4000

Place: TypeAlias = tuple[int, str]

# One encoder for all: json.dumps with an argument would build a new one for each.
_dump: Final = json.JSONEncoder(separators=(",", ":")).encode


class Source(NamedTuple):
    """What a checkpoint is made of, as ``Progress`` holds it.

    ``events`` are in the order of history, ``before`` is the checkpoint they came on top of, ``roots``
    has for each undo the action it acts on, and ``undone`` are the actions that do not stand.
    """

    events: Sequence[Event]
    before: Checkpoint | None
    roots: dict[str, str]
    undone: frozenset[str]


class _Counted(NamedTuple):
    """The rows of a roadmap's nodes as they were, and of each node that later events are about the highest
    clock of those and the actions that stand.
    """

    rows: dict[str, Row]
    clocks: dict[str, int]
    fresh: dict[str, list[Action]]


class Checkpoint:
    """The older events in short. ``floor`` is the place of the last of them; ``newest`` are those after it,
    and the few before it that are no node's.
    """

    def __init__(self, head: dict[str, Any], newest: list[Event], nodes: dict[str, memoryview]) -> None:
        self.count: int = head["count"]
        self.floor: Place = (head["floor"][0], head["floor"][1])
        self.own_items: dict[str, list[str]] = head["own"]
        self.timed = [(roadmap, target) for roadmap, target in head["timed"]]
        self.newest = newest
        self.last_grade: str = head["graded"]
        self._entries: dict[Key, CompactedHistory] = {}
        self._grades: tuple[datetime, list[ReviewGraded]] | None = None
        self._packed = nodes
        self._nodes: dict[str, Columns] = {}

    @property
    def roadmaps(self) -> list[str]:
        """The ids of the roadmaps that the older events are about."""
        return list(self._packed)

    def nodes(self, roadmap: str) -> Columns:
        """What there is of the nodes of a roadmap."""
        found = self._nodes.get(roadmap)
        if found is None:
            data = self._packed.get(roadmap)
            found = self._nodes[roadmap] = Columns(memoryview(pack({})) if data is None else data)
        return found

    def entry(self, roadmap: str, target: str) -> CompactedHistory | None:
        """What the older events say of a node, None where none is about it."""
        entry = self._entries.get((roadmap, target))
        if entry is None:
            row = self.nodes(roadmap).find(target)
            if row is None:
                return None
            actions = tuple(map(_action, json.loads(row.told)))
            entry = self._entries[roadmap, target] = CompactedHistory(row.clock, actions)
        return entry

    def grades(self, since: datetime) -> list[ReviewGraded]:
        """The older grades of all roadmaps that were given from a time on and stand."""
        if not self.last_grade or datetime.fromisoformat(self.last_grade) < since:
            return []
        # Asked for after every change, for the same day.
        if self._grades is None or self._grades[0] != since:
            self._grades = since, [one for one in self._graded() if one.stamp.at >= since]
        return self._grades[1]

    def _graded(self) -> Iterator[ReviewGraded]:
        for roadmap in self.roadmaps:
            for target in self.nodes(roadmap).graded():
                entry = self.entry(roadmap, target) or CompactedHistory()
                yield from (one for one in entry.actions if isinstance(one, ReviewGraded))

    def dump(self) -> bytes:
        """It as bytes, from which ``load`` makes it again."""
        head = {"count": self.count, "floor": self.floor, "own": self.own_items, "timed": self.timed}
        head |= {"graded": self.last_grade, "roadmaps": self.roadmaps}
        newest = _dump([_record(event) for event in self.newest])
        return joined([_dump(head).encode(), newest.encode(), *map(bytes, self._packed.values())])


def load(data: memoryview) -> Checkpoint:
    """The checkpoint of a dump made on a machine like this. For anything else anything may be raised."""
    first, newest, *nodes, _ = parted(data)
    head = json.loads(bytes(first))
    events = list(map(decode, json.loads(bytes(newest))))
    return Checkpoint(head, events, dict(zip(head["roadmaps"], nodes, strict=True)))


def is_regular(stamp: Stamp) -> bool:
    """Whether an id has the clock in it, as our writers make them: then no other clock can have that id."""
    return stamp.id.startswith(f"{stamp.clock:012x}-")


def make(source: Source) -> Checkpoint | None:
    """The checkpoint of those events; None where there are too few, or where one would not be exact."""
    events = source.events
    if not all(is_regular(event.stamp) for event in events):
        return None
    cut = _cut(source)
    if cut is None:
        return None
    newest, older = _divided(source, cut)
    if not older:
        return None
    before = source.before
    older_nodes = {name: before.nodes(name).rows() for name in before.roadmaps} if before else {}
    nodes = {name: _Counted(rows, {}, {}) for name, rows in older_nodes.items()}
    own = {name: dict.fromkeys(ids) for name, ids in before.own_items.items()} if before else {}
    try:
        for event in older:
            if not isinstance(event, Undone | SessionStarted):
                _take_in(event, nodes, own, stands=event.stamp.id not in source.undone)
        for event in newest:
            _record(event)
        columns = {name: memoryview(pack(_told(name, counted, before))) for name, counted in nodes.items()}
    except InvalidRecord:
        return None
    timed = {(one.roadmap, one.target) for one in older if isinstance(one, TimeLogged)}
    timed.update(before.timed if before else ())
    last = older[-1]
    head = {
        "count": len(older) + (before.count if before else 0),
        "floor": max(event_order(last), before.floor) if before else event_order(last),
        "own": {name: list(ids) for name, ids in own.items()},
        "timed": sorted(timed),
        "graded": _last_grade(older, before),
    }
    return Checkpoint(head, newest, columns)


def _cut(source: Source) -> int | None:
    """Where the newest events begin: no undo among them acts on one before."""
    events = source.events
    cut = len(events) - _NEWEST
    wanted = set(source.roots.values())
    places = {event.stamp.id: at for at, event in enumerate(events) if event.stamp.id in wanted}
    # Backwards, so that each is looked at once however far they lead.
    at = len(events)
    while at > max(cut, 0):
        at -= 1
        root = source.roots.get(events[at].stamp.id)
        if root is not None:
            cut = min(cut, places[root])
    return cut if cut > 0 and len(events) - cut <= _MOST_NEWEST else None


def _divided(source: Source, cut: int) -> tuple[list[Event], list[Event]]:
    """The newest events and the older ones.

    To the newest go also, of those before the cut, what is about no node, and every undo that acts on one
    of the newest, or on nothing that is known yet.
    """
    before, newest = source.events[:cut], source.events[cut:]
    general = [
        event for event in before if not isinstance(event, Undone | SessionStarted) and not targets(event)
    ]
    ids = {event.stamp.id for event in (*general, *newest)}
    loose: list[Event] = []
    older: list[Event] = []
    for event in before:
        root = source.roots.get(event.stamp.id)
        is_loose = isinstance(event, Undone) and (root is None or root in ids)
        (loose if is_loose or event.stamp.id in ids else older).append(event)
    return [*loose, *newest], older


def _take_in(
    action: Action, nodes: dict[str, _Counted], own: dict[str, dict[str, None]], *, stands: bool
) -> None:
    counted = nodes.setdefault(action.roadmap, _Counted({}, {}, {}))
    if isinstance(action, CustomItemSet):
        own.setdefault(action.roadmap, {})[action.target] = None
    for target in targets(action):
        counted.clocks[target] = action.stamp.clock  # they come in the order of history
        if stands:
            counted.fresh.setdefault(target, []).append(action)


def _told(roadmap: str, counted: _Counted, before: Checkpoint | None) -> dict[str, Row]:
    """The rows, with the records of all actions that are kept. Raises BadRecord."""
    for target, clock in counted.clocks.items():
        entry = before.entry(roadmap, target) if before else None
        kept = key_events([*(entry.actions if entry else ()), *counted.fresh.get(target, ())])
        last = next((one for one in reversed(kept) if isinstance(one, StatusSet)), None)
        counted.rows[target] = Row(
            clock,
            last.status if last else "todo",
            seconds(last.stamp.at) if last else 0,
            _dump([_record(one) for one in kept]),
            any(isinstance(one, ReviewGraded) for one in kept),
            any(isinstance(one, NoteWritten | CustomResourceSet) for one in kept),
        )
    return counted.rows


def _last_grade(older: Sequence[Event], before: Checkpoint | None) -> str:
    """The last time of day and year at which a grade was given; empty where none was."""
    times = [event.stamp.at for event in older if isinstance(event, ReviewGraded)]
    if before and before.last_grade:
        times.append(datetime.fromisoformat(before.last_grade))
    return max(times).isoformat() if times else ""


def _record(event: Event) -> dict[str, Any]:
    """The record of an event, from which it comes back. Raises BadRecord where it would not."""
    record = encode(event, "auto")  # ours have whole seconds; others may be finer
    if decode(record) != event:
        raise InvalidRecord("it would be another event")
    return record


def _action(record: dict[str, Any]) -> Action:
    event = decode(record)
    if isinstance(event, Undone | SessionStarted):
        raise InvalidRecord("not an action")
    return event
