"""The statistics on the screen, their parts as lines, and the history of a node."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from textual.containers import VerticalScroll

from roadmap_tui.core.progress.events import ReviewGraded, TimeLogged
from roadmap_tui.core.stats import BurnUpPoint, RetentionStats, Statistics
from roadmap_tui.core.stats.activity import ActiveDay
from roadmap_tui.core.stats.pace import Finish
from roadmap_tui.store import library
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.study import Study
from roadmap_tui.text.burn_up import burn_up
from roadmap_tui.text.heatmap import heatmap, weeks_in
from roadmap_tui.text.history import summarize_history
from roadmap_tui.text.statistics import render_statistics
from roadmap_tui.text.styled_text import ASCII, UNICODE, Glyphs, length
from roadmap_tui.tui.screens.statistics import StatisticsScreen
from tests import years
from tests.tui.stage import Seat, Stage, text_of

SUNDAY = date(2026, 11, 22)


def _year(stage: Stage) -> Study:
    """The made-up year, on the evening on which it ends."""
    years.write(years.year(library.load_bundled()), stage.log)
    stage.clock.time = years.NOW
    return stage.study(library.load_bundled())


def _shown(seat: Seat) -> str:
    return "\n".join(seat.screen)


# The screen


async def test_it_opens_scrolls_and_closes(stage: Stage) -> None:
    async with stage.seat(_year(stage)) as seat:
        for close in ("escape", "q", "#"):
            await seat.press("#")
            assert seat.is_on(StatisticsScreen)
            await seat.press(close)
            assert not seat.is_on(StatisticsScreen)
        await seat.press("#")
        assert "82/127 · 65%" in _shown(seat)
        assert "Streak 40 days, today included" in _shown(seat)
        scroll = seat.app.screen.query_one(VerticalScroll)
        page = scroll.size.height - 1
        for key, top in (
            ("j", 1), ("down", 2), ("k", 1), ("up", 0), ("space", page), ("pageup", 0), ("ctrl+d", page),
            ("pagedown", 2 * page), ("ctrl+u", page), ("g", 0), ("end", scroll.max_scroll_y), ("home", 0),
        ):  # fmt: skip
            await seat.press(key)
            assert scroll.scroll_y == top, key
        await seat.press("G")
        assert "Reviews to come" in _shown(seat)


async def test_a_key_typed_ahead_is_for_the_page(stage: Stage) -> None:
    async with stage.seat(_year(stage)) as seat:
        seat.send("#", "j", "j")
        await seat.until(lambda: seat.is_on(StatisticsScreen))
        await seat.until(lambda: seat.app.screen.query_one(VerticalScroll).scroll_y == 2)
        assert seat.cursor == ""


async def test_with_a_year_behind_it_opens_at_once(stage: Stage) -> None:
    async with stage.seat(_year(stage), size=(120, 40)) as seat:
        assert len(seat.study.progress) >= years.EVENTS
        took = []
        for _ in range(5):
            begin = time.process_time()
            await seat.press("#")
            took.append(time.process_time() - begin)
            assert "Progress over time" in _shown(seat)
            await seat.press("q")
        # Of the processor, which other tests want too: the clock on the wall says more about them.
        assert min(took) < 0.3, took


async def test_explaining_the_number_is_still_a_key_of_its_own(stage: Stage) -> None:
    async with stage.seat() as seat:
        await seat.press("%")
        assert not seat.is_on(StatisticsScreen)
        assert seat.bar.startswith("0% = 0 of 7")


# The page


@pytest.fixture
def stats(stage: Stage) -> Statistics:
    return _year(stage).statistics()


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII], ids=["unicode", "ascii"])
def test_the_page_fits_any_width(stats: Statistics, glyphs: Glyphs) -> None:
    for width in (1, 5, 23, 24, 40, 75, 76, 115, 200):
        lines = render_statistics(stats, width, glyphs)
        assert max(map(length, lines)) <= width
        assert not any("\x1b" in text_of(line) or "\n" in text_of(line) for line in lines)


def test_a_page_of_nothing_fits_too(stage: Stage) -> None:
    nothing = stage.study().statistics()
    for width in range(1, 130):
        assert max(map(length, render_statistics(nothing, width, UNICODE))) <= width


def test_all_done_says_so(stage: Stage) -> None:
    study = stage.study()
    study.set_status([item.id for item in study.tree.items()], "done")
    assert "Everything is done." in [
        text_of(line) for line in render_statistics(study.statistics(), 76, UNICODE)
    ]


def test_one_is_said_as_one(stats: Statistics) -> None:
    pace = stats.pace._replace(weeks=(1,), per_week_x10=10, finish=None, missing="it takes 2 weeks")
    told = [text_of(line) for line in render_statistics(stats._replace(pace=pace), 76, UNICODE)]
    assert "1 item a week over the last week (1); 45 left." in told


def test_each_section_says_what_it_means_and_only_those_that_began_are_there(
    stage: Stage, stats: Statistics
) -> None:
    page = "\n".join(text_of(line) for line in render_statistics(stats, 80, UNICODE))
    for heading, sentence in (
        ("Activity", "The fuller a day"),
        ("Progress over time", "The curve is what is done"),
        ("Hours a week", "a week over the last 4 weeks."),
        ("Sections", "that you have begun"),
        ("Recall", "target: reviews come"),
        ("Reviews to come", "reviews in the next 30 days"),
    ):
        assert page.index(heading) < page.index(sentence), heading
    assert "10. AI Agents" not in page
    nothing = "\n".join(text_of(line) for line in render_statistics(stage.study().statistics(), 80, UNICODE))
    for heading in ("Progress over time", "Hours a week", "Sections", "Reviews to come"):
        assert heading not in nothing


def test_the_recall_of_a_month_is_drawn_against_the_target(stats: Statistics) -> None:
    months = ((date(2026, 10, 1), RetentionStats(10, 10)), (date(2026, 11, 1), RetentionStats(10, 5)))
    lines = render_statistics(stats._replace(recall_by_month=months), 80, UNICODE)
    october, november = (
        next(line for line in lines if text_of(line).startswith(name)) for name in ("Oct 2026", "Nov 2026")
    )
    assert text_of(october).index("│") == text_of(november).index("│")
    assert text_of(october).endswith("100%  of 10")
    assert [span.style for span in october if "━" in span.text] == ["bar", "bar"]
    assert [span.style for span in november if "━" in span.text] == ["doing"]


def test_hours_are_summed_by_week(stage: Stage) -> None:
    study = stage.study()
    assert study.statistics().seconds_by_week == ()
    stage.clock.time -= timedelta(days=14)
    study.time_tracker.add("one", 3600)
    stage.clock.time += timedelta(days=14)
    study.time_tracker.add("two", 1800)
    assert study.statistics().seconds_by_week == (3600, 0, 1800)


# The heatmap


def _days(*totals: tuple[date, int]) -> list[ActiveDay]:
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return [ActiveDay(day, total, 0, 0, moment, moment) for day, total in totals]


def _map(days: Sequence[ActiveDay], width: int = 115, glyphs: Glyphs = UNICODE, **more: date) -> list[str]:
    return [text_of(line) for line in heatmap(days, more.pop("today", SUNDAY), width, glyphs, **more)]


@pytest.mark.parametrize(("width", "weeks"), [(115, 53), (108, 53), (107, 52), (75, 36), (53, 25)])
def test_the_weeks_there_is_room_for(width: int, weeks: int) -> None:
    assert weeks_in(width, None, SUNDAY) == weeks
    months, *days = _map([], width)
    assert [line[:3] for line in days] == ["Mo ", "Tu ", "We ", "Th ", "Fr ", "Sa ", "Su "]
    assert {len(line[3::2]) for line in days} == {weeks}
    assert len(months) <= width


@pytest.mark.parametrize(
    ("first", "weeks"),
    [
        (SUNDAY, 8),  # as wide as the legend
        (SUNDAY - timedelta(days=69), 10),
        (SUNDAY - timedelta(days=70), 11),
        (date(2020, 1, 1), 53),
    ],
)
def test_the_first_active_day_is_in_the_first_week(first: date, weeks: int) -> None:
    assert weeks_in(115, first, SUNDAY) == weeks
    lines = _map(_days((first, 1), (SUNDAY, 1)))
    assert {len(line[3::2]) for line in lines[1:8]} == {weeks}


def test_a_quarter_of_the_days_has_each_of_four_greens() -> None:
    days = _days(*((SUNDAY - timedelta(days=back), back + 1) for back in reversed(range(8))))
    spans = [span for line in heatmap(days, SUNDAY, 75, UNICODE)[:8] for span in line]
    styles = [span.style for span in spans if span.style.startswith("heat-")]
    assert sorted(styles) == sorted(2 * ["heat-1", "heat-2", "heat-3", "heat-4"])


def test_a_day_is_where_it_belongs() -> None:
    lines = _map(_days((date(2025, 11, 17), 1), (SUNDAY, 1)))
    assert lines[7][-1] == "█"  # today, a Sunday, in the last week
    assert lines[1][3] == "█"  # the first Monday there is
    assert sum(line.count("█") for line in lines[:8]) == 2
    wednesday = _map(_days((date(2026, 11, 18), 1)), today=date(2026, 11, 18))
    assert [line[3] for line in wednesday[1:8]] == [" ", " ", "█", " ", " ", " ", " "]


def test_the_heavier_the_more() -> None:
    days = _days(*((SUNDAY - timedelta(days=back), back + 1) for back in reversed(range(8))))
    lines = _map(days, 75)
    # The first active day is a Sunday; the week after it is the last one, and the rest is still to come.
    assert [line[3] for line in lines[1:8]] == [" "] * 6 + ["█"]
    assert [line[5] for line in lines[1:8]] == list("█▓▓▒▒░░")
    assert {line[7:].strip() for line in lines[1:8]} == {""}
    assert lines[8] == "   · nothing   ░ 1–2   ▒ 3–4   ▓ 5–6   █ 7 or more"
    same = _map(_days((SUNDAY - timedelta(days=1), 3), (SUNDAY, 3)), 75)
    assert same[8] == "   · nothing   █ 1 or more"
    ascii_only = _map(days, 75, ASCII)
    assert [line[5] for line in ascii_only[1:8]] == list("#%%++--")


def test_days_that_were_not_asked_for_are_empty() -> None:
    lines = _map(_days((SUNDAY, 3)), 75, since=SUNDAY - timedelta(days=1))
    assert [line[3] for line in lines[1:8]] == [" "] * 5 + ["·", "█"]


def test_the_months_stand_above_their_first_day() -> None:
    months = _map([], 115)[0]
    for name, first in (("Jan", date(2026, 1, 1)), ("Mar", date(2026, 3, 1)), ("Nov", date(2026, 11, 1))):
        week = (first - date(2025, 11, 17)).days // 7
        assert months.rindex(name) == 3 + 2 * week
    assert months.split()[:3] == ["Nov", "Dec", "Jan"]


# The burn-up


def _chart(
    points: list[BurnUpPoint], size: tuple[int, int] = (76, 12), glyphs: Glyphs = UNICODE
) -> list[str]:
    return [text_of(line) for line in burn_up(points, SUNDAY, size, glyphs)]


POINTS = [
    BurnUpPoint(date(2026, 6, 1), 2, 20),
    BurnUpPoint(date(2026, 9, 1), 10, 24),
    BurnUpPoint(SUNDAY, 12, 24),
]


def test_the_chart_is_as_large_as_asked_for() -> None:
    chart = _chart(POINTS)
    assert len(chart) == 12
    assert max(map(len, chart)) == 76
    assert chart[0].startswith("24┤")
    assert chart[-1].split() == ["Jun", "Jul", "Aug", "Sep", "Oct", "Nov"]
    assert any("\u2801" <= sign <= "\u28ff" for line in chart for sign in line)
    wider = _chart(POINTS, (115, 20))
    assert (len(wider), max(map(len, wider))) == (20, 115)


def test_the_chart_in_ascii() -> None:
    chart = "\n".join(_chart(POINTS, glyphs=ASCII))
    assert chart.isascii()
    assert "*" in chart


def test_the_forecast_is_dotted_from_today_to_its_range() -> None:
    finish = Finish(date(2027, 1, 20), date(2026, 12, 20), date(2027, 3, 1))
    lines = burn_up(POINTS, SUNDAY, (76, 12), UNICODE, finish)
    dots = [span for line in lines for span in line if span.style == "accent"]
    assert dots
    assert all("\u2800" < sign <= "\u28ff" for span in dots for sign in span.text)
    for line in lines:
        # The future is on the right, and the top is reached by the earliest finish alone.
        styles = [span.style for span in line]
        assert "bar" not in styles[styles.index("accent") :] if "accent" in styles else True
    assert text_of(lines[-1]).split()[-1] in {"Feb", "Mar"}
    # Without an end, or with a far one, the past is still half of the chart.
    far = Finish(date(2030, 1, 1), date(2028, 1, 1), None)
    months = text_of(burn_up(POINTS, SUNDAY, (76, 12), UNICODE, far)[-1]).split()
    assert months[0] == "Jun"
    assert "Nov" in months
    assert burn_up(POINTS, SUNDAY, (76, 12), ASCII, finish)


def test_one_day_is_no_chart() -> None:
    assert _chart([]) == []
    assert _chart([BurnUpPoint(SUNDAY, 3, 9)]) == []
    assert _chart(POINTS, (10, 12)) == []


def test_short_and_long_times_have_their_names() -> None:
    week = _chart([BurnUpPoint(date(2026, 11, 15), 2, 20), BurnUpPoint(SUNDAY, 3, 20)])
    assert week[-1].split()[:4] == ["15", "Nov", "17", "Nov"]
    longer = _chart([BurnUpPoint(date(2019, 3, 1), 2, 20), BurnUpPoint(SUNDAY, 3, 20)])
    assert len(longer[-1]) <= 76
    assert len(longer[-1].split()) >= 5


# History


def _told(study: Study, node_id: str) -> list[str]:
    return summarize_history(study, node_id, UNICODE).split(" · ")


def test_a_status_and_a_note_are_no_history_yet(stage: Stage) -> None:
    study = stage.study()
    assert _told(study, "one") == [""]
    study.set_status(["one"], "done")
    assert _told(study, "one") == [""]
    study.write_note("one", "first")
    assert _told(study, "one") == [""]
    study.write_note("one", "second")
    assert _told(study, "one") == ["done 12 Oct", "note 12 Oct, changed once, last 12 Oct"]


def _later(stage: Stage, **more: float) -> datetime:
    stage.clock.time += timedelta(**more)
    return stage.clock.time


def test_what_was_done_with_an_item_in_one_line(stage: Stage) -> None:
    study = stage.study()
    study.set_status(["one"], "doing")
    study.write_note("one", "first")
    for seconds in (1500, 2400):
        start = _later(stage, hours=1)
        study.write(TimeLogged(study.journal.next_stamp(0), "small", "one", "One", seconds, start))
    _later(stage, days=1)
    study.set_status(["one"], "done")
    for rating in (1, 3):
        _later(stage, days=1)
        study.write(ReviewGraded(study.journal.next_stamp(0), "small", "one", "One", rating, 0))
    study.write_note("one", "second")
    study.write_note("one", "third")
    assert _told(study, "one") == [
        "started 12 Oct, done 13 Oct",
        "reviewed twice, last 15 Oct: good",
        "1 h 05 in 2 sessions",
        "note 12 Oct, changed twice, last 15 Oct",
    ]
    _later(stage, days=1)
    study.set_status(["one"], "todo")
    start = stage.clock.time
    study.write(TimeLogged(study.journal.next_stamp(0), "small", "one", "One", None, start))
    assert _told(study, "one")[0] == "started 12 Oct, done 13 Oct, reopened 16 Oct"
    assert _told(study, "one")[2] == "1 h 05 in 2 sessions, timer running"
    study.undo()
    study.undo()
    assert _told(study, "one")[0] == "started 12 Oct, done 13 Oct"


async def test_the_history_ends_the_page(stage: Stage) -> None:
    study = stage.study()
    study.set_status(["two"], "doing")
    _later(stage, days=2)
    study.set_status(["two"], "done")
    async with stage.seat(study, place=ViewState("two", ()), size=(120, 40)) as seat:
        assert seat.detail.rstrip().endswith("History  started 12 Oct, done 14 Oct")


async def test_a_key_is_as_fast_with_a_year_behind_it(stage: Stage) -> None:
    study = _year(stage)
    busiest = max(study.tree.items(), key=lambda item: len(study.state(item.id).reviews))
    begin = time.process_time()
    for _ in range(20):
        assert summarize_history(study, busiest.id, UNICODE)
    assert (time.process_time() - begin) / 20 < 0.005
