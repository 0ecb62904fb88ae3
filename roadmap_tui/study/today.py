"""What there is to do today, across roadmaps."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Final, NamedTuple

from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.progress.time_tracking import length
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.store import library
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import GRADES, format_datetime, format_duration, strip_parenthesis

READY_HERE: Final = 5
READY_ELSEWHERE: Final = 3


class TodayEntry(NamedTuple):
    """An item, the title of its roadmap where that is not the open one, and why it is here."""

    roadmap: str
    id: str
    title: str
    reason: str
    other_roadmap: str = ""


class Today(NamedTuple):
    """The items of a day: what is timed, due, being done, ready to begin, and done.

    ``due_later`` counts what is due beyond the most a day; ``seconds`` is the time spent.
    """

    running: tuple[TodayEntry, ...]
    due: tuple[TodayEntry, ...]
    doing: tuple[TodayEntry, ...]
    ready: tuple[TodayEntry, ...]
    done: tuple[TodayEntry, ...]
    due_later: int
    reviewed: int
    seconds: int

    @property
    def groups(self) -> tuple[tuple[str, tuple[TodayEntry, ...]], ...]:
        """The lines under their headings, in the order of the page; a group may be empty."""
        return (
            ("Timed now", self.running),
            ("Due for review", self.due),
            ("Doing", self.doing),
            ("Ready", self.ready),
            ("Done today", self.done),
        )


def active_studies(study: Study, folder: str | None) -> list[Study]:
    """A study, and one of each other roadmap of a library in which anything was done, on the same journal.

    A roadmap that can't be read is left out.
    """
    found = [study]
    for name in library.names(folder):
        if name == study.source.id or not study.progress.ids_with_events(name):
            continue
        try:
            other = library.find(name, folder, most_items=study.settings.most_items)
            found.append(study.for_roadmap(other))
        except RoadmapTuiError:
            continue
    return found


def today(studies: Sequence[Study]) -> Today:
    """What there is to do today in some roadmaps, of which the first is the open one.

    What is due is at most what the settings allow for a day, what is being done is in the order in which
    it was begun, and what is ready is in the order of its roadmap.
    """
    first = studies[0]
    titles = {study.source.id: study.roadmap.title for study in studies}
    running = tuple(
        TodayEntry(
            one.roadmap,
            one.target,
            one.title,
            format_duration(length(one.timing, first.now())),
            "" if one.roadmap == first.source.id else titles.get(one.roadmap, one.roadmap),
        )
        for one in first.time_tracker.running()
    )
    waiting = sum(len(study.reviews.due_ids()) for study in studies)
    due = [line for study in studies for line in _due(study, first)][: first.reviews.remaining_today]
    doing = sorted((pair for study in studies for pair in _doing(study, first)), key=itemgetter(0))
    done = sorted((pair for study in studies for pair in _done(study, first)), key=itemgetter(0))
    ready = (line for study in studies for line in _ready(study, first))
    return Today(
        running,
        tuple(due),
        tuple(line for _, line in doing),
        tuple(ready),
        tuple(line for _, line in done),
        waiting - len(due),
        sum(map(_graded_today, studies)),
        sum(first.time_tracker.recent_totals(1).values()),
    )


def _line(study: Study, first: Study, item: Item, why: str) -> TodayEntry:
    elsewhere = "" if study is first else study.roadmap.title
    return TodayEntry(study.source.id, item.id, item.title, why, elsewhere)


def _items(study: Study, ids: Sequence[str]) -> Iterator[Item]:
    """The items of these ids, in the order given."""
    for node_id in ids:
        node = study.node(node_id)
        if isinstance(node, Item):
            yield node


def _due(study: Study, first: Study) -> Iterator[TodayEntry]:
    for item in _items(study, study.reviews.queue()):
        standing = study.reviews.status_of(item.id)
        known = standing.retrievability if standing else None
        why = "not reviewed yet" if known is None else f"{known:.0%} likely still known"
        yield _line(study, first, item, why)


def _doing(study: Study, first: Study) -> Iterator[tuple[datetime, TodayEntry]]:
    for item in _items(study, study.ids_of("doing")):
        since = study.state(item.id).since or study.now()
        yield since, _line(study, first, item, f"since {_day(study, since)}")


def _ready(study: Study, first: Study) -> Iterator[TodayEntry]:
    """What the reader has opened up comes first; what never needed anything is only there to fill up."""
    most = READY_HERE if study is first else READY_ELSEWHERE
    opened: list[Item] = []
    free: list[Item] = []
    for item in study.ready():
        if len(opened) == most:
            break
        (opened if study.prerequisites(item) else free).append(item)
    for item in [*opened, *free][:most]:
        yield _line(study, first, item, _because(study, item))


def _because(study: Study, item: Item) -> str:
    """Why an item is ready: the prerequisite that was done last."""
    needs = [(since, one) for one in study.prerequisites(item) if (since := study.state(one.id).since)]
    if not needs:
        return "needs nothing first"
    since, last = max(needs, key=lambda pair: pair[0])
    status = study.status(last.id)
    more = f" +{len(needs) - 1}" if len(needs) > 1 else ""
    return f"needs {strip_parenthesis(last.title)}{more}, {status} {_day(study, since)}"


def _done(study: Study, first: Study) -> Iterator[tuple[datetime, TodayEntry]]:
    long_ago = study.progress.done_before(study.source.id, _recently(study))
    for item in _items(study, [name for name in study.ids_of("done") if name not in long_ago]):
        since = study.state(item.id).since
        grades = _grades_of_today(study, item.id)
        if since is not None and _is_today(study, since):
            clock = since.astimezone(study.now().tzinfo)
            yield since, _line(study, first, item, f"done {clock:%H:%M}")
        elif grades:
            at, grade = grades[-1]
            clock = at.astimezone(study.now().tzinfo)
            yield at, _line(study, first, item, f"reviewed {clock:%H:%M}, {grade}")


def _grades_of_today(study: Study, node_id: str) -> list[tuple[datetime, str]]:
    recent = _recently(study)
    reviews = [one for one in study.state(node_id).reviews if one.at >= recent]
    return [(one.at, GRADES[one.rating - 1]) for one in reviews if _is_today(study, one.at)]


def _graded_today(study: Study) -> int:
    """How many grades were given today, of items that have not left the roadmap."""
    order, name = study.tree, study.source.id
    return sum(
        _is_today(study, one.stamp.at)
        for one in study.progress.review_grades(_recently(study))
        if one.roadmap == name
        and (at := order.index_of.get(one.target, order.active_count)) < order.active_count
        and order.is_item(at)
    )


def _recently(study: Study) -> datetime:
    """A moment before today. No clock on earth is as far from another: before it no day need be told."""
    return study.now().replace(microsecond=0) - timedelta(days=3)


def _is_today(study: Study, at: datetime) -> bool:
    return study.day(at) == study.today()


def _day(study: Study, at: datetime) -> str:
    return "today" if _is_today(study, at) else format_datetime(at, study.now())
