"""Study days across time zones and daylight saving time."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmap_tui.core.humanize import format_datetime
from roadmap_tui.core.study_day import day_begins, study_day

FOUR = 4 * 60
BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
]


def at(text: str, zone: tzinfo, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-22T03:59:59", date(2026, 11, 21)),
        ("2026-11-22T04:00:00", date(2026, 11, 22)),
        ("2026-11-22T23:59:00", date(2026, 11, 22)),
    ],
)
@pytest.mark.parametrize("zone", [UTC, BERLIN, timezone(timedelta(hours=14)), timezone(timedelta(hours=-11))])
def test_a_study_day_lasts_until_its_start_time(text: str, day: date, zone: tzinfo) -> None:
    assert study_day(at(text, zone), zone, FOUR) == day


def test_the_study_day_depends_on_the_zone() -> None:
    moment = datetime(2026, 11, 22, 2, 30, tzinfo=UTC)
    assert study_day(moment, timezone(timedelta(hours=14)), FOUR) == date(2026, 11, 22)
    assert study_day(moment, timezone(timedelta(hours=-11)), FOUR) == date(2026, 11, 21)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_a_day_of_23_or_25_hours_begins_by_the_clock(day: date) -> None:
    begin = day_begins(day, BERLIN, FOUR)
    assert begin.astimezone(BERLIN).isoformat()[:16] == f"{day}T04:00"
    assert study_day(begin, BERLIN, FOUR) == day
    assert study_day(begin - timedelta(microseconds=1), BERLIN, FOUR) == day - timedelta(days=1)


def test_a_study_day_is_as_long_as_the_local_day() -> None:
    def length(day: date) -> timedelta:
        return day_begins(day + timedelta(days=1), BERLIN, 0) - day_begins(day, BERLIN, 0)

    assert length(date(2026, 3, 29)) == timedelta(hours=23)
    assert length(date(2026, 10, 25)) == timedelta(hours=25)
    assert length(date(2026, 11, 22)) == timedelta(hours=24)


def test_a_repeated_hour_begins_a_day_once() -> None:
    half_past_two = 150
    first = at("2026-10-25T02:45:00", BERLIN)
    again = at("2026-10-25T02:15:00", BERLIN, fold=1)
    assert first.astimezone(UTC) < again.astimezone(UTC)
    assert study_day(first, BERLIN, half_past_two) == date(2026, 10, 25)
    assert study_day(again, BERLIN, half_past_two) == date(2026, 10, 25)


def test_a_skipped_start_time_is_as_much_later() -> None:
    begin = day_begins(date(2026, 3, 29), BERLIN, 150)
    assert begin.astimezone(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"


def test_without_a_zone_local_time_is_used() -> None:
    begin = day_begins(date(2026, 11, 22), None, FOUR)
    assert begin.astimezone().hour == 4
    assert study_day(begin, None, FOUR) == date(2026, 11, 22)


@settings(max_examples=300, deadline=None)
@given(
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis wants them so
    st.integers(0, 100),
    st.sampled_from(ZONES),
    st.integers(0, 1439),
)
def test_study_days_never_go_back(moment: datetime, hours: int, name: str, start: int) -> None:
    zone = ZoneInfo(name)
    day = study_day(moment, zone, start)
    assert day_begins(day, zone, start) <= moment < day_begins(day + timedelta(days=1), zone, start)
    assert day <= study_day(moment + timedelta(hours=hours), zone, start)


def test_a_time_is_shown_with_its_own_local_date() -> None:
    summer = datetime(2026, 7, 12, 0, 30, tzinfo=timezone(timedelta(hours=2)))
    winter = datetime(2026, 11, 22, 20, 0, tzinfo=timezone(timedelta(hours=1)))
    assert format_datetime(summer, winter) == "12 Jul"
