"""Where a reader stands with a node, and what a node's actions come to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.progress.events import (
    Action,
    CustomItemSet,
    CustomResourceSet,
    NoteWritten,
    ResourceTicked,
    ReviewGraded,
    ReviewsPaused,
    Status,
    StatusSet,
    TimeLogged,
)
from roadmap_tui.core.roadmap.model import Resource

Key: TypeAlias = tuple[str, str]


class Note(NamedTuple):
    """A note as it stands; ``id`` is that of the event that wrote it."""

    id: str
    text: str
    at: datetime


class Review(NamedTuple):
    """One grade: when, 1 to 4, and the milliseconds it took."""

    at: datetime
    rating: int
    ms: int


class Interval(NamedTuple):
    """A stretch of time on an item; ``seconds`` is None while it runs.

    ``id`` is that of the event that began it, ``heads`` are those of the events it is told by. Of one that
    was added ``by_hand`` only the length is known: it is taken to have ended when it was written down.
    """

    id: str
    start: datetime
    seconds: int | None
    by_hand: bool = False
    heads: tuple[str, ...] = ()


class TimeEntry(NamedTuple):
    """A stretch of time and what it was spent on."""

    roadmap: str
    target: str
    title: str
    timing: Interval


class ItemState(NamedTuple):
    """Where the reader stands with one node of a roadmap.

    ``notes`` has one note per version that no other replaces: two machines that wrote at
    the same time leave two. ``since`` is when the status was set. ``reviews`` and ``timings`` are in
    the order of history; ``resources`` are the reader's own.
    """

    status: Status = "todo"
    since: datetime | None = None
    notes: tuple[Note, ...] = ()
    ticks: frozenset[str] = frozenset()
    reviews: tuple[Review, ...] = ()
    timings: tuple[Interval, ...] = ()
    resources: tuple[Resource, ...] = ()


class CustomItem(NamedTuple):
    """An item that the reader added below a section; below the root where ``under`` is empty."""

    id: str
    title: str
    parent: str


class CompactedHistory(NamedTuple):
    """What the older events say of a node; ``clock`` is the highest of theirs.

    ``actions`` are those that stand, in the order of history, but of those that set a status only the
    ``landmarks``: the last one is among them.
    """

    clock: int = 0
    actions: tuple[Action, ...] = ()


NO_HISTORY: Final = ItemState()


def fold_events(actions: Iterable[Action]) -> ItemState:
    """The state that actions leave, those in force in the order of history."""
    status: Status = "todo"
    since: datetime | None = None
    ticks: set[str] = set()
    notes: dict[str, NoteWritten] = {}
    reviews: list[Review] = []
    times: list[TimeLogged] = []
    own: dict[str, CustomResourceSet] = {}
    for action in actions:
        match action:
            case StatusSet():
                status, since = action.status, action.stamp.at
            case ResourceTicked():
                (ticks.add if action.on else ticks.discard)(action.url)
            case NoteWritten():
                for base in action.bases:
                    notes.pop(base, None)
                notes[action.stamp.id] = action
            case ReviewGraded():
                reviews.append(Review(action.stamp.at, action.rating, action.ms))
            case TimeLogged():
                times.append(action)
            case CustomResourceSet():
                own = _with(own, action)
            case CustomItemSet() | ReviewsPaused():
                pass  # they are not about the state of a node
    heads = tuple(Note(key, note.text, note.stamp.at) for key, note in notes.items() if note.text)
    kept = tuple(_timings(times)) if times else ()
    resources = tuple(_resource(one) for one in own.values()) if own else ()
    return ItemState(status, since, heads, frozenset(ticks), tuple(reviews), kept, resources)


def key_events(actions: Sequence[Action]) -> list[Action]:
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


def _with(own: dict[str, CustomResourceSet], change: CustomResourceSet) -> dict[str, CustomResourceSet]:
    """The reader's resources after a change, by address; one that replaces another takes its place."""
    kept = {}
    for url, one in own.items():
        if url == change.old_url and change.url:
            kept[change.url] = change
        elif url not in {change.old_url, change.url}:
            kept[url] = one
    if change.url:
        kept.setdefault(change.url, change)
    return kept


def _timings(times: Iterable[TimeLogged]) -> Iterator[Interval]:
    """The stretches that these events tell of, but those that were discarded.

    Where a timer was stopped on one machine and another, which did not know, stopped it later, it ended
    when it was stopped first.
    """
    told: dict[str, dict[str, TimeLogged]] = {}
    by_hand: dict[str, bool] = {}
    for one in times:
        root = one.ref or one.stamp.id
        heads = told.setdefault(root, {})
        by_hand.setdefault(root, not one.ref and one.seconds is not None)
        for base in one.bases or tuple(heads):
            heads.pop(base, None)
        heads[one.stamp.id] = one
    for root, heads in told.items():
        first = min(heads.values(), key=_end)
        if first.seconds != 0:
            yield Interval(root, first.start, first.seconds, by_hand[root], tuple(heads))


def _end(one: TimeLogged) -> tuple[bool, bool, int]:
    """What sorts by the end: discarded ones are later, as no end was told, and what runs is last."""
    return one.seconds is None, one.seconds == 0, one.seconds or 0


def unnamed(url: str) -> str:
    """What a resource is called that was given no name."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/")


def _resource(own: CustomResourceSet) -> Resource:
    return Resource(own.name or unnamed(own.url), own.url, own.kind)
