"""What the older events of a long journal add up to, so that they need not be read to know where one stands.

The newest events stay as they are, for undo and for what other machines still send; of the older ones a
checkpoint has for each node what decides its state. What it cannot answer it says it cannot: then all
events are read. It follows the words of database recovery (Mohan et al., ARIES, 1992).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import Any, Final, NamedTuple, TypeAlias

from roadmap_tui.core.events import (
    Action,
    Event,
    Graded,
    Opened,
    OwnItemSet,
    Stamp,
    Status,
    StatusSet,
    TimeLogged,
    Undone,
    targets,
)
from roadmap_tui.core.events import order as event_order
from roadmap_tui.core.records import BadRecord, decode, encode

# As many of the newest events stay as they are, at least; and at most, or there is no checkpoint.
_NEWEST: Final = 400
_MOST_NEWEST: Final = 4000

# What a line of records has that tells of a review; in a text the quotes would be escaped.
_GRADED: Final = '"k":"review"'
_NO_NODES: Final = ["[[],[],[],[]]"]

Place: TypeAlias = tuple[int, str]
# Of a node: clock, status, since when, the records of before in a line, and the actions since then.
_Row: TypeAlias = tuple[int, Status, str, str, tuple[Action, ...]]


class Entry(NamedTuple):
    """What the older events say of a node; ``clock`` is the highest of theirs.

    ``actions`` are those that stand, in the order of history, but of those that set a status only the
    ``landmarks``; ``status`` and ``since`` are what the last one set.
    """

    clock: int
    status: Status = "todo"
    since: datetime | None = None
    actions: tuple[Action, ...] = ()


class Source(NamedTuple):
    """What a checkpoint is made of, as ``Progress`` holds it.

    ``events`` are in the order of history, ``before`` is the checkpoint they came on top of, ``roots``
    has for each undo the action it acts on, and ``undone`` are the actions that do not stand.
    """

    events: Sequence[Event]
    before: Checkpoint | None
    roots: dict[str, str]
    undone: frozenset[str]


class Nodes:
    """What the older events say of the nodes of a roadmap, as columns: of most nothing but these is asked.

    ``at`` has the place of a node in each of the others. ``records`` are a text until they are wanted.
    """

    def __init__(self, columns: str, records: Sequence[str]) -> None:
        ids, self.clocks, self.statuses, self.since = json.loads(columns)
        self.at: dict[str, int] = {target: at for at, target in enumerate(ids)}
        self.records = records

    def rows(self) -> dict[str, _Row]:
        """The same by node, to count on."""
        columns = zip(self.at, self.clocks, self.statuses, self.since, self.records, strict=True)
        return {target: (clock, status, since, told, ()) for target, clock, status, since, told in columns}


class Checkpoint:
    """The older events in short. ``floor`` is the place of the last of them; ``newest`` are those after it,
    and the few before it that are no node's.
    """

    def __init__(self, head: dict[str, Any], newest: list[Event], nodes: dict[str, list[str]]) -> None:
        self.count: int = head["count"]
        self.floor: Place = (head["floor"][0], head["floor"][1])
        self.own_items: dict[str, list[str]] = head["own"]
        self.timed = [(roadmap, target) for roadmap, target in head["timed"]]
        self.newest = newest
        self.last_grade: str = head["graded"]
        self._decoded: dict[tuple[str, str], tuple[Action, ...]] = {}
        # By roadmap: a line of columns and, behind it, one of records for each of its nodes.
        self._lines = nodes
        self._nodes: dict[str, Nodes] = {}

    @property
    def roadmaps(self) -> list[str]:
        """The ids of the roadmaps that the older events are about."""
        return list(self._lines)

    def nodes(self, roadmap: str) -> Nodes:
        """What there is of the nodes of a roadmap."""
        found = self._nodes.get(roadmap)
        if found is None:
            columns, *records = self._lines.get(roadmap, _NO_NODES)
            found = self._nodes[roadmap] = Nodes(columns, records)
        return found

    def entry(self, roadmap: str, target: str) -> Entry | None:
        """What the older events say of a node, None where none is about it."""
        nodes = self.nodes(roadmap)
        at = nodes.at.get(target)
        if at is None:
            return None
        since, records = nodes.since[at], nodes.records[at]
        return Entry(
            nodes.clocks[at],
            nodes.statuses[at],
            datetime.fromisoformat(since) if since else None,
            self._actions(roadmap, target, records) if records else (),
        )

    def _actions(self, roadmap: str, target: str, records: str) -> tuple[Action, ...]:
        actions = self._decoded.get((roadmap, target))
        if actions is None:
            actions = self._decoded[roadmap, target] = tuple(map(_action, json.loads(records)))
        return actions

    def clock(self, roadmap: str, target: str) -> int:
        """The highest clock of the older events about a node, 0 where there are none."""
        nodes = self.nodes(roadmap)
        at = nodes.at.get(target)
        return 0 if at is None else nodes.clocks[at]

    def done_unreviewed(self, roadmap: str, target: str) -> datetime | None:
        """When a node was set done, where it is and has no reviews."""
        nodes = self.nodes(roadmap)
        at = nodes.at.get(target)
        if at is None or nodes.statuses[at] != "done" or _GRADED in nodes.records[at]:
            return None
        return datetime.fromisoformat(nodes.since[at])

    def grades(self, since: datetime) -> list[Graded]:
        """The older grades of all roadmaps that were given from a time on and stand."""
        if not self.last_grade or datetime.fromisoformat(self.last_grade) < since:
            return []
        graded = [
            one
            for name in self.roadmaps
            for target, records in zip(self.nodes(name).at, self.nodes(name).records, strict=True)
            if _GRADED in records
            for one in self._actions(name, target, records)
            if isinstance(one, Graded)
        ]
        return [one for one in graded if one.stamp.at >= since]

    def dump(self) -> list[str]:
        """It as lines."""
        head = {"count": self.count, "floor": self.floor, "own": self.own_items, "timed": self.timed}
        head |= {"graded": self.last_grade, "newest": len(self.newest)}
        head |= {"roadmaps": [(name, len(lines)) for name, lines in self._lines.items()]}
        lines = [_dump(head), *(_dump(_record(event)) for event in self.newest)]
        return [*lines, *chain(*self._lines.values())]


def load(lines: Iterable[str]) -> Checkpoint:
    """The checkpoint of the lines of a dump. For lines that are none anything may be raised."""
    rest = iter(lines)
    head = json.loads(next(rest))
    newest = [decode(json.loads(line)) for line in islice(rest, head["newest"])]
    return Checkpoint(head, newest, {name: list(islice(rest, count)) for name, count in head["roadmaps"]})


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
    nodes = {name: before.nodes(name).rows() for name in before.roadmaps} if before else {}
    own = {name: list(ids) for name, ids in before.own_items.items()} if before else {}
    try:
        for event in older:
            if not isinstance(event, Undone | Opened):
                _take_in(event, nodes, own, stands=event.stamp.id not in source.undone)
        for event in newest:
            _record(event)
        lines = {name: _lines(name, rows, before) for name, rows in nodes.items()}
    except BadRecord:
        return None
    timed = {(one.roadmap, one.target) for one in older if isinstance(one, TimeLogged)}
    timed.update(before.timed if before else ())
    last = older[-1]
    head = {
        "count": len(older) + (before.count if before else 0),
        "floor": max(event_order(last), before.floor) if before else event_order(last),
        "own": own,
        "timed": sorted(timed),
        "graded": _last_grade(older, before),
    }
    return Checkpoint(head, newest, lines)


def _cut(source: Source) -> int | None:
    """Where the newest events begin: no undo among them acts on one before."""
    events = source.events
    cut = len(events) - _NEWEST
    wanted = set(source.roots.values())
    places = {event.stamp.id: at for at, event in enumerate(events) if event.stamp.id in wanted}
    while True:
        first = min(
            (
                places[source.roots[event.stamp.id]]
                for event in events[max(cut, 0) :]
                if event.stamp.id in source.roots
            ),
            default=cut,
        )
        if first >= cut:
            break
        cut = first
    return cut if cut > 0 and len(events) - cut <= _MOST_NEWEST else None


def _divided(source: Source, cut: int) -> tuple[list[Event], list[Event]]:
    """The newest events and the older ones.

    To the newest go also, of those before the cut, what is about no node, and every undo that acts on one
    of the newest, or on nothing that is known yet.
    """
    before, newest = source.events[:cut], source.events[cut:]
    general = [event for event in before if not isinstance(event, Undone | Opened) and not targets(event)]
    ids = {event.stamp.id for event in (*general, *newest)}
    loose: list[Event] = []
    older: list[Event] = []
    for event in before:
        root = source.roots.get(event.stamp.id)
        is_loose = isinstance(event, Undone) and (root is None or root in ids)
        (loose if is_loose or event.stamp.id in ids else older).append(event)
    return [*loose, *newest], older


def _take_in(
    action: Action, nodes: dict[str, dict[str, _Row]], own: dict[str, list[str]], *, stands: bool
) -> None:
    rows = nodes.setdefault(action.roadmap, {})
    if isinstance(action, OwnItemSet) and action.target not in own.setdefault(action.roadmap, []):
        own[action.roadmap].append(action.target)
    for target in targets(action):
        clock, status, since, told, actions = rows.get(target, (0, "todo", "", "", ()))
        if stands:
            actions = (*actions, action)
        if stands and isinstance(action, StatusSet):
            status, since = action.status, action.stamp.at.isoformat()
        rows[target] = (max(clock, action.stamp.clock), status, since, told, actions)


def _lines(roadmap: str, rows: dict[str, _Row], before: Checkpoint | None) -> list[str]:
    """The lines of the nodes of a roadmap: their columns, and what is told of each."""
    told = [_told(roadmap, target, row, before) for target, row in rows.items()]
    clocks, statuses, since = ([row[at] for row in rows.values()] for at in range(3))
    return [_dump([list(rows), clocks, statuses, since]), *told]


def _told(roadmap: str, target: str, row: _Row, before: Checkpoint | None) -> str:
    """The records of the actions about a node that are kept, as a line; empty where there are none."""
    told, actions = row[3:]
    if not actions:
        return told
    entry = before.entry(roadmap, target) if before else None
    kept = landmarks([*(entry.actions if entry else ()), *actions])
    return _dump([_record(one) for one in kept])


def landmarks(actions: Sequence[Action]) -> list[Action]:
    """Of the actions about a node, in the order of history, those that its story is told from.

    These are all but most of those that set a status: of them the first that it was doing, the last
    that it was done, the first after that, and the last.
    """
    marks = [one for one in actions if isinstance(one, StatusSet)]
    done = max((at for at, one in enumerate(marks) if one.status == "done"), default=-1)
    kept = [next((one for one in marks if one.status == "doing"), None), *marks[-1:]]
    if done >= 0:
        kept += marks[done : done + 2]
    ids = {one.stamp.id for one in kept if one is not None}
    return [one for one in actions if not isinstance(one, StatusSet) or one.stamp.id in ids]


def _last_grade(older: Sequence[Event], before: Checkpoint | None) -> str:
    """The last time of day and year at which a grade was given; empty where none was."""
    times = [event.stamp.at for event in older if isinstance(event, Graded)]
    if before and before.last_grade:
        times.append(datetime.fromisoformat(before.last_grade))
    return max(times).isoformat() if times else ""


def _record(event: Event) -> dict[str, Any]:
    """The record of an event, from which it comes back. Raises BadRecord where it would not."""
    record = encode(event)
    # Ours have whole seconds; others may be finer.
    record["at"] = event.stamp.at.isoformat()
    if decode(record) != event:
        raise BadRecord("it would be another event")
    return record


def _action(record: dict[str, Any]) -> Action:
    event = decode(record)
    if isinstance(event, Undone | Opened):
        raise BadRecord("not an action")
    return event


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
