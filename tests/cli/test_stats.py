"""The ``stats`` command, and ``--since`` of ``log`` and ``stats``."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pytest

from roadmap_tui.cli.stats import stats_command
from roadmap_tui.core.progress.events import Event
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.settings import DEFAULTS, Settings
from roadmap_tui.store import library
from roadmap_tui.study.study import Study, wall_clock
from tests import years
from tests.cli.program_runs import CliRunner, one_line, process


@pytest.fixture
def year(tui: CliRunner, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[Event]]:
    """The made-up year at the small roadmap, on the evening on which it ends."""
    opened = Study.open

    def at_its_end(
        roadmap: Roadmap, log: str | None, settings: Settings = DEFAULTS, cache: str | None = None
    ) -> Study:
        return opened(roadmap, log, lambda: years.NOW, settings, cache=cache)

    monkeypatch.setattr(Study, "open", at_its_end)
    return years.year(library.find("small", str(tui.home / "roadmaps")))


def test_statistics_without_progress(tui: CliRunner) -> None:
    result = tui("stats")
    assert result.code == 0
    lines = result.out.splitlines()
    assert lines[1].startswith("0/5 · 0%")
    assert "No activity yet." in lines
    assert "No finish date yet: nothing done yet." in lines
    assert "No reviews yet." in lines
    assert "Mo " not in result.out
    found = tui("stats", "--json").json
    assert (found["days"], found["burn_up"], found["finish"]) == ([], [], None)
    assert found["pace"]["missing"] == "nothing done yet"


def test_statistics_count_what_was_done_today(tui: CliRunner) -> None:
    tui("mark", "done", "sets", "relu")
    tui("mark", "done", "maps")
    tui("undo")
    found = tui("stats", "--json").json
    assert (found["done"], found["total"], found["percent"]) == (2, 5, 40)
    assert [(day["date"], day["done"]) for day in found["days"]] == [(found["today"], 2)]
    assert found["streak"]["now"] == 1
    assert [(one["title"], one["done"], one["total"]) for one in found["sections"]] == [
        ("Basics", 1, 2),
        ("Nets", 1, 1),
        ("Deep nets", 1, 1),
        ("In no section", 0, 2),
    ]
    text = tui("stats").out
    assert "Streak 1 day, today included, best 1." in text
    assert "it needs 2 weeks from the first item done, which was today" in text


def test_the_help_names_every_field(tui: CliRunner, year: dict[str, list[Event]]) -> None:
    years.write(year, tui.home / "log")
    told = stats_command.build().help or ""
    found = tui("stats", "--json").json
    lists = [found["days"][0], found["burn_up"][0], found["sections"][0]]
    inner = [found["streak"], found["pace"], found["retention"], found["retention"]["all"]]
    names = {name for record in (found, *lists, *inner) for name in record}
    names |= {"expected", "earliest", "latest"}  # of finish, which there is none of: all five are done
    assert [name for name in sorted(names) if name not in told] == []


@pytest.mark.parametrize("words", [(), ("--ascii",), ("--since", "3m")])
def test_the_text_fits_eighty_columns(
    tui: CliRunner, year: dict[str, list[Event]], words: tuple[str, ...]
) -> None:
    years.write(year, tui.home / "log")
    out = tui(*words[:1], "stats").out if words == ("--ascii",) else tui("stats", *words).out
    assert 40 < len(out.splitlines()) < 80
    assert max(map(len, out.splitlines())) <= 80
    assert "\x1b" not in out
    assert out.isascii() == (words == ("--ascii",))
    assert "Streak 40 days, today included, best 40. This week 7 of 7 days." in out


def test_statistics_do_not_depend_on_how_events_are_split_over_files(
    tui: CliRunner, year: dict[str, list[Event]]
) -> None:
    years.write(year, tui.home / "log")
    first = tui("stats", "--json").out
    assert len(tui("stats", "--json").json["days"]) == len(years.days_of_study())
    events = [event for log in year.values() for event in log]
    chance = random.Random(3)
    for number in range(3):
        for file in (tui.home / "log").iterdir():
            file.unlink()
        chance.shuffle(events)
        years.write({f"host{number}{at}": events[at::3] for at in range(3)}, tui.home / "log")
        assert tui("stats", "--json").out == first


def test_stats_since_leaves_out_earlier_days(tui: CliRunner, year: dict[str, list[Event]]) -> None:
    years.write(year, tui.home / "log")
    whole, part = tui("stats", "--json").json, tui("stats", "--since", "2w", "--json").json
    since = (years.NOW.date() - timedelta(days=14)).isoformat()
    assert part["since"] == since
    assert part["days"] == [day for day in whole["days"] if day["date"] >= since]
    assert 0 < part["seconds"] < whole["seconds"]
    assert part["seconds"] == sum(one["seconds"] for one in part["sections"] if one["depth"] == 0)
    assert 0 < part["retention"]["all"]["reviews"] < whole["retention"]["all"]["reviews"]
    for same in ("streak", "pace", "done", "percent"):
        assert part[same] == whole[same]
    assert "Days, chart, hours and reviews since 8 Nov" in tui("stats", "--since", since).out


def test_log_since_a_day(tui: CliRunner, year: dict[str, list[Event]]) -> None:
    years.write(year, tui.home / "log")
    recent = tui("log", "--since", "2026-11-20", "--json").json
    assert len(recent) > 20  # all of them, without -n
    assert {one["at"][:10] for one in recent} == {"2026-11-20", "2026-11-21", "2026-11-22"}
    assert tui("log", "--since", "2d", "--json").json == recent
    assert tui("log", "--since", "2d", "-n", "3", "--json").json == recent[-3:]
    one = tui("log", "Sets", "--since", "2d", "--json").json
    assert 0 < len(one) < len(recent)
    assert {tuple(event["items"]) for event in one} <= {("sets",), ()}
    assert len(tui("log", "--json").json) == 20


@pytest.mark.parametrize(
    ("words", "why"),
    [("soon", "neither a date"), ("2026-02-30", "no such day"), ("9999-01-01", "in the future")],
)
@pytest.mark.parametrize("command", ["stats", "log"])
def test_an_invalid_date_is_a_usage_error(tui: CliRunner, command: str, words: str, why: str) -> None:
    result = tui(command, "--since", words)
    assert (result.code, result.out) == (2, "")
    assert f"{command}: invalid value for --since: '{words}': " in one_line(result.err)
    assert why in result.err


def test_statistics_import_neither_textual_nor_plotext_for_json(tmp_path: Path) -> None:
    watch = (
        "import atexit, sys\n"
        "heavy = {'textual', 'plotext', 'fsrs', 'markdown_it'}\n"
        "atexit.register(lambda: print(sorted(heavy & set(sys.modules)), file=sys.stderr))"
    )
    done = process(tmp_path, "stats", "--json", code=watch)
    assert (done.returncode, done.stderr) == (0, "[]\n")


def test_statistics_use_the_clock_of_the_study(tui: CliRunner) -> None:
    found = tui("stats", "--json").json["today"]
    now = wall_clock()
    assert found in {now.date().isoformat(), (now - timedelta(hours=4, minutes=1)).date().isoformat()}
