"""Collect what to study today, across roadmaps."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from operator import attrgetter, itemgetter
from typing import Final, Literal, NamedTuple

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.progress.time_tracking import length
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.store import library
from roadmap_tui.study.study import Study

MAX_READY: Final = 5
MAX_READY_IN_OTHERS: Final = 3


class Reason(NamedTuple):
    """Why an item is listed: ``kind``, and the fields that it uses.

    running: ``seconds``. due: ``recall`` (0 to 1, None before the first review) and ``is_placed``. doing:
    ``since``. ready: ``unlocks``, the number of unfinished items that require it, and ``prerequisite`` (a
    title, "" if there is none) finished at ``since``. done: ``since``. reviewed: ``since`` and ``rating``.
    """

    kind: Literal["running", "due", "doing", "ready", "done", "reviewed"]
    since: datetime | None = None
    is_today: bool = False  # whether ``since`` is on this study day
    seconds: int = 0
    recall: float | None = None
    rating: int = 0
    prerequisite: str = ""
    unlocks: int = 0
    is_placed: bool = False  # known from a placement and not reviewed since


class TodayEntry(NamedTuple):
    """An item, why it is listed, and the title of its roadmap if that is not the open one."""

    roadmap: str
    id: str
    title: str
    reason: Reason
    other_roadmap: str = ""


class Today(NamedTuple):
    """The day's entries as of ``now``; ``due_later`` counts due items beyond the daily limits.

    ``review_minutes`` is how long the reviews take at the reader's usual speed.
    """

    running: tuple[TodayEntry, ...]
    due: tuple[TodayEntry, ...]
    doing: tuple[TodayEntry, ...]
    ready: tuple[TodayEntry, ...]
    done: tuple[TodayEntry, ...]
    due_later: int
    review_minutes: int
    reviewed: int
    seconds: int
    week_seconds: int
    now: datetime


def active_studies(study: Study, folder: str | None) -> list[Study]:
    """Return the study and one of each other readable roadmap that has progress, on the same journal."""
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
    """Collect the day's entries of some roadmaps, the open one first; due items up to the daily limits."""
    main = studies[0]
    titles = {study.source.id: study.roadmap.title for study in studies} | {main.source.id: ""}

    def running() -> Iterator[TodayEntry]:
        for roadmap, target, title, timing in main.time_tracker.running():
            reason = Reason("running", seconds=length(timing, main.now()))
            yield TodayEntry(roadmap, target, title, reason, titles.get(roadmap, roadmap))

    def entries(find: Callable[[Study], Iterable[tuple[str, Reason]]]) -> Iterator[TodayEntry]:
        for study in studies:
            name = study.source.id
            for node_id, reason in find(study):
                yield TodayEntry(name, node_id, study.title(node_id), reason, titles[name])

    limits = {study.source.id: MAX_READY if study is main else MAX_READY_IN_OTHERS for study in studies}
    due_count = sum(len(study.reviews.due_ids()) for study in studies)
    queue = list(entries(_due))
    placed = [entry for entry in queue if entry.reason.is_placed][: main.reviews.placed_remaining_today]
    ordinary = [entry for entry in queue if not entry.reason.is_placed]
    due = tuple([*ordinary, *placed][: main.reviews.remaining_today])
    return Today(
        tuple(running()),
        due,
        tuple(sorted(entries(_doing), key=attrgetter("reason.since"))),
        tuple(entries(lambda study: _ready(study, limits[study.source.id]))),
        tuple(sorted(entries(_done), key=attrgetter("reason.since"))),
        due_count - len(due),
        main.reviews.minutes(len(due)),
        sum(map(_count_reviews, studies)),
        sum(main.time_tracker.recent_totals(1).values()),
        sum(main.time_tracker.recent_totals(main.today().weekday() + 1).values()),
        main.now(),
    )


def _due(study: Study) -> Iterator[tuple[str, Reason]]:
    for node_id in study.reviews.queue():
        if study.ranking.snoozed_until(node_id):
            continue
        if card := study.reviews.cards.card(node_id):
            recall = card.retrievability(study.reviews.today)
            yield node_id, Reason("due", recall=recall, is_placed=card.is_placed)


def _doing(study: Study) -> Iterator[tuple[str, Reason]]:
    for node_id in study.counts.ids_of("doing"):
        if study.ranking.snoozed_until(node_id):
            continue
        yield node_id, _doing_reason(study, node_id)


def _ready(study: Study, limit: int) -> Iterator[tuple[str, Reason]]:
    """Yield the ready items, the best first."""
    ready = (item for item in study.ranking.next_items() if study.status(item.id) == "todo")
    for item in islice(ready, limit):
        yield item.id, ready_reason(study, item.id)


def next_steps(study: Study, count: int) -> Iterator[tuple[Item, Reason]]:
    """Yield what to study next: items in progress, then ready ones, and why."""
    for item in study.ranking.next_items()[:count]:
        if study.status(item.id) == "doing":
            yield item, _doing_reason(study, item.id)
        else:
            yield item, ready_reason(study, item.id)


def _doing_reason(study: Study, node_id: str) -> Reason:
    since = study.state(node_id).since or study.now()
    return Reason("doing", since, _is_today(study, since))


def ready_reason(study: Study, node_id: str) -> Reason:
    """Return the reason for a ready item: what it unlocks, and the prerequisite that was finished last."""
    required, unlocks = study.items(study.graph.prerequisites(node_id)), study.ranking.unlock_count(node_id)
    finished = [(since, one) for one in required if (since := study.status_since(one.id))]
    if not finished:
        return Reason("ready", unlocks=unlocks)
    since, last = max(finished, key=itemgetter(0))
    return Reason("ready", since, _is_today(study, since), prerequisite=last.title, unlocks=unlocks)


def _done(study: Study) -> Iterator[tuple[str, Reason]]:
    """Yield the items done or reviewed today."""
    cutoff = _cutoff(study)
    long_ago = study.progress.done_before(study.source.id, cutoff)
    for node_id in study.counts.ids_of("done"):
        if node_id in long_ago:
            continue
        state = study.state(node_id)
        last = state.reviews[-1] if state.reviews else None
        if state.is_placed and not state.reviews:
            continue
        if state.since is not None and not state.is_placed and _is_today(study, state.since):
            yield node_id, Reason("done", state.since, True)
        elif last is not None and last.at >= cutoff and _is_today(study, last.at):
            yield node_id, Reason("reviewed", last.at, True, rating=last.rating)


def _count_reviews(study: Study) -> int:
    """Count today's grades of items that are in the roadmap."""
    return sum(
        grade.roadmap == study.source.id
        and study.tree.is_active_item(grade.target)
        and _is_today(study, grade.stamp.at)
        for grade in study.progress.review_grades(_cutoff(study))
    )


def _cutoff(study: Study) -> datetime:
    """Return a time that is before today in every time zone, to skip older events cheaply."""
    return study.now().replace(microsecond=0) - timedelta(days=3)


def _is_today(study: Study, moment: datetime) -> bool:
    return study.day(moment) == study.today()
