"""The state of one node, and how a node's actions are folded into it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.progress.events import (
    PLACEMENT,
    Action,
    CustomResourceSet,
    NoteWritten,
    QuestionHidden,
    ResourceTicked,
    ReviewGraded,
    Status,
    StatusSet,
    TimeLogged,
)
from roadmap_tui.core.roadmap.model import Resource

Key: TypeAlias = tuple[str, str]


class Note(NamedTuple):
    """The current text of a note; ``id`` is that of the event that wrote it."""

    id: str
    text: str
    at: datetime


class Review(NamedTuple):
    """One graded review: its time, the rating 1 to 4, the milliseconds it took, and the question's id."""

    at: datetime
    rating: int
    ms: int
    question: str = ""


class StatusChange(NamedTuple):
    """One change of a status: the new one, when, and ``PLACEMENT`` or empty."""

    status: Status
    at: datetime
    how: str = ""


class Interval(NamedTuple):
    """A logged interval; ``seconds`` is None while its timer runs.

    ``id`` is that of the event that started it; ``heads`` are the ids of the events that decide it and that
    no other replaces. With ``by_hand`` only the length is known; it counts as ended when it was entered.
    """

    id: str
    start: datetime
    seconds: int | None
    by_hand: bool = False
    heads: tuple[str, ...] = ()


class TimeEntry(NamedTuple):
    """A logged interval and the item it belongs to."""

    roadmap: str
    target: str
    title: str
    timing: Interval

    @property
    def is_running(self) -> bool:
        """True while the timer runs."""
        return self.timing.seconds is None

    @property
    def by_start(self) -> "tuple[datetime, str, TimeEntry]":
        """The key to sort by start."""
        return self.timing.start, self.timing.id, self


class ItemState(NamedTuple):
    """The reader's progress on one node.

    ``since`` is when the status was set, ``is_placed`` whether by a placement. ``notes`` has several
    versions if machines wrote one at the same time. ``reviews`` and ``timings`` are in the order of
    history; ``resources`` are the reader's own, and ``hidden`` has the ids of the questions that the
    reader does not want to be asked.
    """

    status: Status = "todo"
    since: datetime | None = None
    notes: tuple[Note, ...] = ()
    ticks: frozenset[str] = frozenset()
    reviews: tuple[Review, ...] = ()
    timings: tuple[Interval, ...] = ()
    resources: tuple[Resource, ...] = ()
    hidden: frozenset[str] = frozenset()
    is_placed: bool = False

    def has_ticked(self, resource: Resource) -> bool:
        """Return True if the URL of a resource, or one of its former URLs, is ticked."""
        return not self.ticks.isdisjoint(resource.addresses)


class CustomItem(NamedTuple):
    """An item that the reader added below the section ``parent``; empty means the top of the roadmap."""

    id: str
    title: str
    parent: str


NO_HISTORY: Final = ItemState()


def fold_events(actions: Iterable[Action]) -> ItemState:
    """Fold active actions, given in the order of history, into a state."""
    status: Status = "todo"
    since: datetime | None = None
    is_placed = False
    ticks: set[str] = set()
    notes: dict[str, NoteWritten] = {}
    reviews: list[Review] = []
    times: list[TimeLogged] = []
    custom: dict[str, CustomResourceSet] = {}
    hidden: set[str] = set()
    for action in actions:
        match action:
            case StatusSet():
                status, since = action.status, action.stamp.at
                is_placed = action.how == PLACEMENT
            case ResourceTicked():
                (ticks.add if action.on else ticks.discard)(action.url)
            case NoteWritten():
                for base in action.bases:
                    notes.pop(base, None)
                notes[action.stamp.id] = action
            case ReviewGraded():
                reviews.append(Review(action.stamp.at, action.rating, action.ms, action.question))
            case QuestionHidden():
                (hidden.add if action.on else hidden.discard)(action.question)
            case TimeLogged():
                times.append(action)
            case CustomResourceSet():
                custom = _with_change(custom, action)
    heads = tuple(Note(key, note.text, note.stamp.at) for key, note in notes.items() if note.text)
    timings = tuple(_intervals(times)) if times else ()
    resources = [Resource(new.name or default_title(url), url, new.kind) for url, new in custom.items()]
    own = tuple(resources)
    return ItemState(
        status, since, heads, frozenset(ticks), tuple(reviews), timings, own, frozenset(hidden), is_placed
    )


def key_events(actions: Sequence[Action]) -> list[Action]:
    """Drop status changes that affect neither the state nor the history summary of a node.

    The first ``doing``, the last ``done``, the one after that and the last one remain.
    """
    changes = [action for action in actions if isinstance(action, StatusSet)]
    done = max((index for index, change in enumerate(changes) if change.status == "done"), default=-1)
    kept = [change for change in changes if change.status == "doing"][:1] + changes[-1:]
    if done >= 0:
        kept += changes[done : done + 2]
    ids = {change.stamp.id for change in kept}
    return [action for action in actions if not isinstance(action, StatusSet) or action.stamp.id in ids]


def _with_change(
    custom: dict[str, CustomResourceSet], change: CustomResourceSet
) -> dict[str, CustomResourceSet]:
    """Apply a change to the reader's resources, by address; a replacement keeps the position."""
    changed = {}
    for url, current in custom.items():
        if url == change.old_url and change.url:
            changed[change.url] = change
        elif url not in {change.old_url, change.url}:
            changed[url] = current
    if change.url:
        changed.setdefault(change.url, change)
    return changed


def _intervals(events: Iterable[TimeLogged]) -> Iterator[Interval]:
    """Yield the intervals that time events describe; of several ends, the earliest counts."""
    heads_of: dict[str, dict[str, TimeLogged]] = {}  # by the id of the first event of an interval
    by_hand: dict[str, bool] = {}
    for event in events:
        first_id = event.ref or event.stamp.id
        heads = heads_of.setdefault(first_id, {})
        by_hand.setdefault(first_id, not event.ref and event.seconds is not None)
        for base in event.bases or tuple(heads):
            heads.pop(base, None)
        heads[event.stamp.id] = event
    for first_id, heads in heads_of.items():
        earliest = min(heads.values(), key=_by_end)
        if earliest.seconds != 0:
            yield Interval(first_id, earliest.start, earliest.seconds, by_hand[first_id], tuple(heads))


def _by_end(event: TimeLogged) -> tuple[bool, bool, int]:
    """Return a sort key: finished intervals by duration, then discarded ones, then running ones."""
    return event.seconds is None, event.seconds == 0, event.seconds or 0


def default_title(url: str) -> str:
    """Return the title of a custom resource without one: its address without the scheme."""
    return url.partition("://")[2].removeprefix("www.").rstrip("/")
