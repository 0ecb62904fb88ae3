"""The events of the journal. An event never changes once written."""

from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.progress.statuses import STATUSES as STATUSES  # noqa: PLC0414 - exported
from roadmap_tui.core.progress.statuses import Status as Status  # noqa: PLC0414 - exported

GRADES: Final = ("again", "hard", "good", "easy")  # the ratings 1 to 4 of a review, as Anki names them
MAX_CLOCK_LEAD: Final = 366 * 24 * 3600 * 1000  # milliseconds by which a clock may be ahead of the time
LONGEST_TIME: Final = 31 * 24 * 3600  # seconds: a timer that ran longer was forgotten
HOURS_OF_WEEK: Final = 168


PLACEMENT: Final = "placement"
TIMER: Final = "timer"


class Stamp(NamedTuple):
    """The id of an event, its logical clock (milliseconds) and its wall-clock time.

    ``(clock, id)`` orders events identically on all machines, regardless of their wall clocks. ``by`` names
    the assistant that wrote the event, "" for the reader.
    """

    id: str
    clock: int
    at: datetime
    by: str = ""


class StatusSet(NamedTuple):
    """The status of one or more items was set, in one step; ``how`` is ``PLACEMENT``, ``TIMER`` or empty."""

    stamp: Stamp
    roadmap: str
    targets: tuple[str, ...]
    title: str
    status: Status
    how: str = ""


class NoteWritten(NamedTuple):
    """A note was written; it replaces the versions ``bases``, the ids of earlier events."""

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    text: str
    bases: tuple[str, ...]


class ResourceTicked(NamedTuple):
    """A resource, identified by its address, was ticked or unticked."""

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    url: str
    on: bool


class ReviewGraded(NamedTuple):
    """A review was graded 1 Again, 2 Hard, 3 Good or 4 Easy, after ``ms`` milliseconds (0 if unknown).

    ``question`` is the id of the question that was asked, empty if it was none.
    """

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    rating: int
    ms: int
    question: str = ""


class QuestionHidden(NamedTuple):
    """A question of an item is no longer to be asked, or, with ``on`` false, is asked again."""

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    question: str
    on: bool


class TimeLogged(NamedTuple):
    """Time was spent on an item from ``start`` on; ``seconds`` is None while the timer runs.

    An event that stops, corrects or discards (0 seconds) an interval names the interval's first event in
    ``ref`` and replaces the events in ``bases`` (like parents of a git commit); without bases it replaces
    all earlier ones. Both are empty in the first event of an interval.
    """

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    seconds: int | None
    start: datetime
    ref: str = ""
    bases: tuple[str, ...] = ()


class CustomResourceSet(NamedTuple):
    """The reader added a resource, changed the one at ``old_url``, or (``url`` is empty) removed it."""

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    url: str
    name: str
    kind: str
    old_url: str = ""


class CustomItemSet(NamedTuple):
    """The reader added, renamed or moved an item below ``parent`` (empty: the roadmap).

    An empty ``name`` removes it.
    """

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    name: str
    parent: str


class ReviewsPaused(NamedTuple):
    """Reviews of all roadmaps were paused until a time; a time in the past ends the pause."""

    stamp: Stamp
    roadmap: str
    title: str
    until: datetime


class Snoozed(NamedTuple):
    """An item was snoozed (not listed as ready) until a study day (``until``, ISO); "" ends it."""

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    until: str


class NeedSet(NamedTuple):
    """The reader made the item ``prerequisite`` a prerequisite of an item, or (not ``on``) removed it."""

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    prerequisite: str
    on: bool


class GoalSet(NamedTuple):
    """The goal was set: an item (empty: the whole roadmap), a date (or empty) and hours a week (or 0)."""

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    date: str
    hours: float


class Excluded(NamedTuple):
    """Events were excluded: those of ``refs`` for which ``has_wrong_clock`` is true."""

    stamp: Stamp
    roadmap: str
    title: str
    refs: tuple[str, ...]


class RoadmapUpdated(NamedTuple):
    """The roadmap was updated: hashes of the version before and after, and the ids of the new items."""

    stamp: Stamp
    roadmap: str
    title: str
    was: str
    sha256: str
    new: tuple[str, ...]


class Undone(NamedTuple):
    """The event ``ref`` was undone; undoing an undo is a redo."""

    stamp: Stamp
    roadmap: str
    title: str
    ref: str


class SessionStarted(NamedTuple):
    """A session started to write; versions older than ``min_reader`` must not write to the journal."""

    stamp: Stamp
    app: str
    min_reader: int


Action: TypeAlias = (
    StatusSet
    | NoteWritten
    | ResourceTicked
    | ReviewGraded
    | QuestionHidden
    | TimeLogged
    | CustomResourceSet
    | CustomItemSet
    | ReviewsPaused
    | NeedSet
    | Snoozed
    | GoalSet
    | Excluded
    | RoadmapUpdated
)
Event: TypeAlias = Action | Undone | SessionStarted


def copied_id(event: Event) -> str:
    """Return the id of the event that this one is a copy of, "" if it is none.

    If a sync gives a roadmap another id, its events are copied: the copy's id is the original's, a tilde and
    the new roadmap id. The copy replaces the original.
    """
    if "~" not in event.stamp.id or isinstance(event, SessionStarted):
        return ""
    original, _, roadmap = event.stamp.id.rpartition("~")
    return original if roadmap == event.roadmap else ""


def targets(event: Event) -> tuple[str, ...]:
    """Return the ids of the nodes an event is about, if any."""
    if isinstance(event, StatusSet):
        return event.targets
    if isinstance(event, ReviewsPaused | GoalSet | Excluded | RoadmapUpdated | Undone | SessionStarted):
        return ()
    return (event.target,)


def clock_limit(at: datetime) -> int:
    """Return the highest logical clock that is plausible for an event written at a time."""
    return int(at.timestamp() * 1000) + MAX_CLOCK_LEAD


def has_wrong_clock(event: Event) -> bool:
    """Return True if the clock of an event is more than a year ahead of its own time."""
    return event.stamp.clock > clock_limit(event.stamp.at)


def sort_key(event: Event) -> tuple[int, str]:
    """Return the key that orders events: ``(clock, id)``."""
    stamp = event.stamp
    return stamp.clock, stamp.id


def is_one_step(first: object, second: object) -> bool:
    """Return True if one placement saved both actions, or both come from one start of a timer."""
    if isinstance(first, TimeLogged):
        first, second = second, first
    if not isinstance(first, StatusSet) or not isinstance(second, StatusSet | TimeLogged):
        return False
    if first.stamp.at != second.stamp.at:
        return False
    if isinstance(second, StatusSet):
        return first.how == second.how == PLACEMENT
    return first.how == TIMER and first.targets == (second.target,) and second.seconds is None
