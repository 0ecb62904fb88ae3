"""What to study today, across roadmaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final, Literal, NamedTuple

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.progress.events import Status
from roadmap_tui.core.progress.time_tracking import length
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.store import library
from roadmap_tui.study.study import Study

MAX_READY: Final = 5
MAX_READY_IN_OTHERS: Final = 3


class Reason(NamedTuple):
    """Why an item is listed: ``kind``, and the fields that it uses.

    running: ``seconds``. due: ``recall`` (0 to 1, None before the first review). doing: ``since``. ready:
    ``prerequisite`` (a title, "" if it has none) finished with ``status`` at ``since``, and ``others``, the
    number of its other prerequisites. done: ``since``. reviewed: ``since`` and ``rating``.
    """

    kind: Literal["running", "due", "doing", "ready", "done", "reviewed"]
    since: datetime | None = None
    is_today: bool = False  # whether ``since`` is on this study day
    seconds: int = 0
    recall: float | None = None
    rating: int = 0
    prerequisite: str = ""
    status: Status = "done"
    others: int = 0


class TodayEntry(NamedTuple):
    """An item, why it is listed, and the title of its roadmap if that is not the open one."""

    roadmap: str
    id: str
    title: str
    reason: Reason
    other_roadmap: str = ""


class Today(NamedTuple):
    """The day's entries as of ``now``.

    ``due_later`` counts due items beyond the daily limit, ``reviewed`` today's grades, ``seconds`` the time
    spent today.
    """

    running: tuple[TodayEntry, ...]
    due: tuple[TodayEntry, ...]
    doing: tuple[TodayEntry, ...]
    ready: tuple[TodayEntry, ...]
    done: tuple[TodayEntry, ...]
    due_later: int
    reviewed: int
    seconds: int
    now: datetime


def active_studies(study: Study, folder: str | None) -> list[Study]:
    """Return the study and one of each other roadmap in the library with progress, on the same journal.

    Roadmaps that cannot be read are left out.
    """
    studies = [study]
    for name in library.names(folder):
        if name == study.source.id or not study.progress.ids_with_events(name):
            continue
        try:
            roadmap = library.find(name, folder, most_items=study.settings.most_items)
        except RoadmapTuiError:
            continue
        studies.append(study.for_roadmap(roadmap))
    return studies


def today(studies: Sequence[Study]) -> Today:
    """Collect the day's entries of some roadmaps, the open one first.

    Due items are limited to the daily maximum; items in progress are ordered by when they were started, ready
    items by their roadmap.
    """
    main = studies[0]
    titles = {study.source.id: study.roadmap.title for study in studies}
    running = tuple(
        TodayEntry(
            entry.roadmap,
            entry.target,
            entry.title,
            Reason("running", seconds=length(entry.timing, main.now())),
            "" if entry.roadmap == main.source.id else titles.get(entry.roadmap, entry.roadmap),
        )
        for entry in main.time_tracker.running()
    )
    due_count = sum(len(study.reviews.due_ids()) for study in studies)
    due = [entry for study in studies for entry in _due(study, main)][: main.reviews.remaining_today]
    doing = sorted((pair for study in studies for pair in _doing(study, main)), key=itemgetter(0))
    done = sorted((pair for study in studies for pair in _done(study, main)), key=itemgetter(0))
    return Today(
        running,
        tuple(due),
        tuple(entry for _, entry in doing),
        tuple(entry for study in studies for entry in _ready(study, main)),
        tuple(entry for _, entry in done),
        due_count - len(due),
        sum(map(_count_reviews, studies)),
        sum(main.time_tracker.recent_totals(1).values()),
        main.now(),
    )


def _entry(study: Study, main: Study, item: Item, reason: Reason) -> TodayEntry:
    other_roadmap = "" if study is main else study.roadmap.title
    return TodayEntry(study.source.id, item.id, item.title, reason, other_roadmap)


def _items(study: Study, ids: Sequence[str]) -> Iterator[Item]:
    return (node for node in map(study.node, ids) if isinstance(node, Item))


def _due(study: Study, main: Study) -> Iterator[TodayEntry]:
    for item in _items(study, study.reviews.queue()):
        status = study.reviews.status_of(item.id)
        yield _entry(study, main, item, Reason("due", recall=status.retrievability if status else None))


def _doing(study: Study, main: Study) -> Iterator[tuple[datetime, TodayEntry]]:
    for item in _items(study, study.ids_of("doing")):
        since = study.state(item.id).since or study.now()
        yield since, _entry(study, main, item, Reason("doing", since, _is_today(study, since)))


def _ready(study: Study, main: Study) -> Iterator[TodayEntry]:
    """Yield ready items: first those whose prerequisites are done, then those without prerequisites."""
    limit = MAX_READY if study is main else MAX_READY_IN_OTHERS
    unlocked: list[Item] = []
    free: list[Item] = []
    for item in study.ready():
        if len(unlocked) == limit:
            break
        (unlocked if study.prerequisites(item) else free).append(item)
    for item in [*unlocked, *free][:limit]:
        yield _entry(study, main, item, _ready_reason(study, item))


def _ready_reason(study: Study, item: Item) -> Reason:
    """Give the prerequisite that was finished last."""
    needs = [(since, one) for one in study.prerequisites(item) if (since := study.state(one.id).since)]
    if not needs:
        return Reason("ready")
    since, last = max(needs, key=itemgetter(0))
    return Reason(
        "ready",
        since,
        _is_today(study, since),
        prerequisite=last.title,
        status=study.status(last.id),
        others=len(needs) - 1,
    )


def _done(study: Study, main: Study) -> Iterator[tuple[datetime, TodayEntry]]:
    """Yield the items done or reviewed today."""
    cutoff = _cutoff(study)
    long_ago = study.progress.done_before(study.source.id, cutoff)
    for item in _items(study, [name for name in study.ids_of("done") if name not in long_ago]):
        state = study.state(item.id)
        reviews = [review for review in state.reviews if review.at >= cutoff and _is_today(study, review.at)]
        if state.since is not None and _is_today(study, state.since):
            yield state.since, _entry(study, main, item, Reason("done", state.since, True))
        elif reviews:
            last = reviews[-1]
            reason = Reason("reviewed", last.at, True, rating=last.rating)
            yield last.at, _entry(study, main, item, reason)


def _count_reviews(study: Study) -> int:
    """Count today's grades of items that are in the roadmap."""
    tree = study.tree
    return sum(
        _is_today(study, grade.stamp.at)
        for grade in study.progress.review_grades(_cutoff(study))
        if grade.roadmap == study.source.id
        and (index := tree.index_of.get(grade.target, tree.active_count)) < tree.active_count
        and tree.is_item(index)
    )


def _cutoff(study: Study) -> datetime:
    """Return a time that is before today in every time zone, to skip older events cheaply."""
    return study.now().replace(microsecond=0) - timedelta(days=3)


def _is_today(study: Study, moment: datetime) -> bool:
    return study.day(moment) == study.today()
