"""What can happen: the events of the journal.

An event never changes once written. Its place in history is ``(clock, id)``, which every
machine orders alike whatever its wall clock says; ``at`` is what that wall clock said.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.progress.statuses import STATUSES as STATUSES  # noqa: PLC0414 - exported
from roadmap_tui.core.progress.statuses import Status as Status  # noqa: PLC0414 - exported

GRADES: Final = ("again", "hard", "good", "easy")  # the ratings 1 to 4 of a review, as Anki names them
LONGEST_TIME: Final = 31 * 24 * 3600  # seconds: a timer that ran longer was forgotten


class Stamp(NamedTuple):
    """Who wrote an event and when: its id, its logical clock (milliseconds), its wall-clock time."""

    id: str
    clock: int
    at: datetime


class StatusSet(NamedTuple):
    """One or more items of a roadmap were given a status, in one step."""

    stamp: Stamp
    roadmap: str
    targets: tuple[str, ...]
    title: str
    status: Status


class NoteWritten(NamedTuple):
    """A note was written in place of the ones named by ``bases`` (none: there was no note)."""

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    text: str
    bases: tuple[str, ...]


class ResourceTicked(NamedTuple):
    """A resource, known by its address, was ticked or unticked."""

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    url: str
    on: bool


class ReviewGraded(NamedTuple):
    """An item was recalled and graded: 1 Again, 2 Hard, 3 Good, 4 Easy.

    ``ms`` is how long that took, 0 where it is not known.
    """

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    rating: int
    ms: int


class TimeLogged(NamedTuple):
    """Time was spent on an item, from ``start`` on; ``seconds`` is None while its timer runs.

    ``ref`` is the id of the event that began the timing: what stops, corrects or discards (0 seconds)
    it takes its place, or rather that of ``bases``, the events its writer saw the timing told by; of all
    before it where there are none. Both are empty for the event that begins it.
    """

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    start: datetime
    seconds: int | None
    ref: str = ""
    bases: tuple[str, ...] = ()


class CustomResourceSet(NamedTuple):
    """The reader put a resource of their own to a node, in place of the one of the address ``was``.

    An empty ``was`` adds one; an empty ``url`` removes one.
    """

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    url: str
    name: str
    kind: str
    old_url: str = ""


class CustomItemSet(NamedTuple):
    """The reader put an item of their own below a section, or the root where ``under`` is empty.

    ``target`` is its id; an empty ``name`` removes it.
    """

    stamp: Stamp
    roadmap: str
    target: str
    title: str
    name: str
    parent: str


class ReviewsPaused(NamedTuple):
    """Nothing is due, in any roadmap, until a time; one that is past ends the pause."""

    stamp: Stamp
    roadmap: str
    title: str
    until: datetime


class Undone(NamedTuple):
    """An earlier event was taken back; where that event is itself an undo, it is redone."""

    stamp: Stamp
    roadmap: str
    title: str
    ref: str


class SessionStarted(NamedTuple):
    """A session began to write; readers older than ``min_reader`` must not add to the journal."""

    stamp: Stamp
    app: str
    min_reader: int


Action: TypeAlias = (
    StatusSet
    | NoteWritten
    | ResourceTicked
    | ReviewGraded
    | TimeLogged
    | CustomResourceSet
    | CustomItemSet
    | ReviewsPaused
)
Event: TypeAlias = Action | Undone | SessionStarted


def targets(event: Event) -> tuple[str, ...]:
    """The ids of the nodes an event is about; empty for what is about none."""
    if isinstance(event, StatusSet):
        return event.targets
    return () if isinstance(event, ReviewsPaused | Undone | SessionStarted) else (event.target,)


def sort_key(event: Event) -> tuple[int, str]:
    """The place of an event in history."""
    stamp = event.stamp
    return stamp.clock, stamp.id
