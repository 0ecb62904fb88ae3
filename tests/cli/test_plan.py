"""The ``plan`` command, and the plan as a calendar."""

from __future__ import annotations

from pathlib import Path

from icalendar import Calendar

from tests.cli.program_runs import CliRunner, one_line, process


def test_plan_sets_and_prints(tui: CliRunner) -> None:
    assert tui("plan").out.startswith("Goal        all of Small")
    out = tui("plan", "--goal", "relu", "--by", "8w", "--hours", "4").out
    assert out.startswith("Goal        ReLU, by ")
    assert ", 4 h a week\n" in out
    found = tui("plan", "--json").json
    assert (found["goal"], found["title"], found["hours_a_week"]) == ("relu", "ReLU", 4)
    assert found["left"]["low"] < found["left"]["expected"] < found["left"]["high"]
    assert found["finish"]["earliest"] < found["finish"]["expected"] < found["finish"]["latest"]
    assert found["weeks"][0]["items"][-1]["id"] == "relu"
    assert (found["ratio"], found["pace"], found["reviews"]) == (1.0, None, 0.0)
    tui("undo")
    assert tui("plan", "--json").json["goal"] is None
    tui("redo")
    assert (
        tui("plan", "--goal", "none", "--by", "none", "--hours", "none", "--json").json["hours_a_week"]
        is None
    )
    assert "goal" in tui("log").out


def test_bad_values_are_refused(tui: CliRunner) -> None:
    for args, what in (
        (("--by", "soon"), "date 'soon': neither a date"),
        (("--by", "2020-01-01"), "date 2020-01-01: it is not after today"),
        (("--hours", "200"), "hours a week '200': not a number from 0 to 168"),
        (("--hours", "nan"), "hours a week 'nan': not a number"),
        (("--goal", "nothing at all"), "no such item"),
    ):
        result = tui("plan", *args)
        assert result.code == 2
        assert what in one_line(result.err)
    assert tui("log").out == ""


def test_the_plan_is_exported_as_a_calendar(tui: CliRunner, tmp_path: Path) -> None:
    assert "the hours a week are not known" in one_line(tui("export", "--format", "ics").err)
    tui("plan", "--goal", "relu", "--hours", "2")
    file = tmp_path / "plan.ics"
    assert tui("export", "--format", "ics", "--output", str(file)).code == 0
    assert [str(one["uid"]) for one in Calendar.from_ical(file.read_bytes()).walk("VEVENT")] == [
        "relu@small.roadmap-tui",
    ]
    printed = tui("export", "--format", "ics").out
    assert printed.splitlines() == file.read_text(encoding="utf-8").splitlines()
    code = "import sys; sys.modules['icalendar'] = None"
    done = process(tui.home, "export", "--format", "ics", code=code)
    assert done.returncode == 2
    assert "pip install 'roadmap-tui[calendar]'" in one_line(done.stderr)
