"""What fits into some spare minutes."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap
from roadmap_tui.study.spare_time import fill_minutes
from roadmap_tui.study.study import Study
from roadmap_tui.text.spare_time import format_suggestion
from tests.journals import Clock, journal

FILM = Resource("Film", "https://example.org/film", "video", minutes=12)
BOOK = Resource("Book", "https://example.org/book", "book", minutes=90)
COURSE = Roadmap(
    "course",
    "Course",
    children=(
        Item("long", "Long", hours=6, resources=(FILM, BOOK)),
        Item("short", "Short (a word)", hours=0.5),
        Item("known", "Known", hours=1),
    ),
)


def _told(study: Study, minutes: int) -> list[tuple[int, str]]:
    return [(one.minutes, format_suggestion(one)) for one in fill_minutes(study, minutes)]


def test_minutes_are_filled_with_reviews_short_things_and_a_part_of_an_item(tmp_path: Path) -> None:
    clock = Clock()
    study = Study(COURSE, journal(tmp_path, clock=clock))
    study.set_status(["known"], "done")
    clock.turn(timedelta(days=2).total_seconds())
    film = (12, "video: Film — example.org (Long)")
    assert _told(study, 60) == [(1, "review 1 due item"), film, (30, "Short"), (17, "part of Long")]
    assert _told(study, 32) == [(1, "review 1 due item"), film, (19, "part of Long")]
    assert _told(study, 5) == [(1, "review 1 due item")]
    study.reviews.grade("known", 3)
    assert _told(study, 5) == [(5, "part of Long")]
    study.tick_resource("long", FILM.url, True)
    assert _told(study, 30) == [(30, "Short")]
    study.set_status(["long", "short"], "done")
    assert _told(study, 30) == []


def test_the_suggestions_never_take_longer_than_there_is(tmp_path: Path) -> None:
    study = Study(COURSE, journal(tmp_path))
    for minutes in range(1, 500, 7):
        assert 0 < sum(one.minutes for one in fill_minutes(study, minutes)) <= minutes
