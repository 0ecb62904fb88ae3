"""The ``time`` command."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from roadmap_tui.core.progress.events import TimeLogged
from roadmap_tui.store import library
from roadmap_tui.study.study import Study, wall_clock
from tests.cli.program_runs import CliRunner


@pytest.fixture
def tui(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    # Time is added up to now: the study day must not have begun a moment ago, whenever the tests run.
    monkeypatch.setenv("ROADMAP_TUI_DAY_START", f"{wall_clock() + timedelta(hours=12):%H:00}")
    return CliRunner(tmp_path, capsys)


def test_time_starts_and_stops_the_timer(tui: CliRunner) -> None:
    assert tui("time", "--start", "backpropagation").out.splitlines() == [
        "Backpropagation: in progress",
        "timing: Backpropagation",
    ]
    assert re.match(r"▶ Backpropagation  \d+ (s|min), since ", tui("time").out)
    assert tui("time", "--start", "lenet").out.splitlines()[-1] == "timing: LeNet"
    assert tui("time", "--set", "40m").out == "LeNet  40 min\n"
    assert tui("time", "--stop").err == "roadmap-tui: timer: no timer is running; --start ITEM starts one\n"


def test_time_adds_and_corrects_times(tui: CliRunner) -> None:
    assert tui("time", "--add", "1h30", "lenet").out == "LeNet  1 h 30\n"
    assert tui("time", "--set", "1h", "lenet").out == "LeNet  1 h 00\n"
    assert tui("time", "lenet").out == "LeNet  1 h 00\n"
    whole = {"roadmap": "ml-dl", "id": "lenet", "title": "LeNet", "since": None, "seconds": 3600}
    assert tui("time", "lenet", "--json").json == whole
    assert tui("time").out.splitlines() == [
        "today        1 h 00",
        "    1 h 00  LeNet",
        "last 7 days  1 h 00",
        "    1 h 00  LeNet",
    ]
    found = tui("time", "--json").json
    spent = {"roadmap": "ml-dl", "id": "lenet", "title": "LeNet", "since": None, "seconds": 3600}
    assert found == {"running": [], "today": [spent], "week": [spent], "overlaps": []}
    (event,) = [one for one in tui("log", "--json").json if one.get("ref")]
    assert (event["kind"], event["seconds"], event["items"]) == ("time", 3600, ["lenet"])
    assert tui("undo").out.splitlines()[0] == "undid: time LeNet: 1 h 00"
    assert tui("time", "lenet").out == "LeNet  1 h 30\n"


def test_a_running_timer_is_printed_in_the_time_zone_of_its_day(
    tui: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        # One of them began under another offset than the one that there is now.
        for month, name in ((1, "lenet"), (7, "backpropagation")):
            begun = datetime(2026, month, 1, 20, 14, tzinfo=ZoneInfo("Europe/Berlin"))
            study = Study.open(
                library.load_bundled(), str(tui.home / "log"), partial(begun.astimezone, begun.tzinfo)
            )
            stamp = study.journal.next_stamp()
            study.write(TimeLogged(stamp, "ml-dl", name, name, None, begun))
            study.close()
        told = tui("time").out.splitlines()[:2]
        assert [line.rpartition(", ")[2][:20] for line in told] == [
            "since 20:14 on 1 Jan",
            "since 20:14 on 1 Jul",
        ]
        assert "measured at once" not in tui("time").out  # that was not in the last seven days
        assert len(tui("time", "--json").json["overlaps"]) == 1
        assert tui("time", "lenet", "--json").json["since"] == "2026-01-01T20:14:00+01:00"
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--start"], "time: --start was given without ITEM; name the ITEM"),
        (["--set", "5m"], "timer: no timer is running; name the ITEM"),
        (["--set", "5m", "lenet"], "'LeNet': no time logged; --add logs some"),
        (["--add", "soon", "lenet"], "time 'soon': not a duration; try 45m"),
        (["--start", "--stop", "lenet"], "time: --start and --stop at once; give one of them"),
    ],
)
def test_invalid_combinations_of_time_options_are_refused(tui: CliRunner, words: list[str], why: str) -> None:
    run = tui("time", *words)
    assert (run.code, run.out, run.err) == (2, "", f"roadmap-tui: {why}\n")
    assert tui("log", "--json").json == []


def test_today(tui: CliRunner) -> None:
    tui("mark", "done", "calculus")
    tui("mark", "doing", "lenet")
    tui("time", "--add", "20m", "lenet")
    lines = tui("today").out.splitlines()
    assert lines[:3] == ["In progress", "  LeNet: since today", "Ready"]
    assert lines[3].startswith("  ")
    assert lines[-1] == "Time today: 20 min"
    found = tui("today", "--json").json
    assert [one["id"] for one in found["doing"]] == ["lenet"]
    assert found["seconds"] == 1200
    assert list(found) == [
        "running",
        "due",
        "doing",
        "ready",
        "done",
        "due_later",
        "review_minutes",
        "reviewed",
        "seconds",
        "week_seconds",
        "unread",
    ]


def test_a_timer_that_was_stopped_after_the_clock_went_back_says_why_it_counts_nothing(
    tui: CliRunner,
) -> None:
    ahead = wall_clock() + timedelta(hours=3)
    study = Study.open(library.load_bundled(), str(tui.home / "log"), lambda: ahead)
    study.time_tracker.start("lenet")
    study.close()
    why = f"as the clock went back: it started at {ahead:%H:%M}"
    assert tui("time", "--stop").out == f"LeNet: 0 min, {why}\n"
