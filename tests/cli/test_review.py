"""The ``review`` command: what it lists, and what a grade and a pause write."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from roadmap_tui.core.humanize import format_date
from roadmap_tui.core.review.schedule import Scheduler
from roadmap_tui.store.view_state import ViewState, save_view_state
from roadmap_tui.study.study import wall_clock
from tests.cli.program_runs import CliRunner, small

TODAY = Scheduler(0.9, 240).day(wall_clock())


@pytest.fixture
def tui(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """The program on the small roadmap, opened last; of its items three were done nine days ago."""
    monkeypatch.delenv("ROADMAP_TUI_HOME", raising=False)
    small(tmp_path)
    save_view_state(str(tmp_path / "state"), "small", "small", ViewState())
    here = CliRunner(tmp_path, capsys)
    here("mark", "done", "sets", "relu", "oral")
    (log,) = (tmp_path / "log").iterdir()
    moved = []
    for line in log.read_text().splitlines():
        record = json.loads(line) if line else {}
        if record:
            record["at"] = (wall_clock() - timedelta(days=9)).isoformat(timespec="seconds")
        moved.append(json.dumps(record) if record else "")
    log.write_text("\n".join(moved) + "\n")
    return here


def _day(days: int) -> str:
    return format_date(TODAY + timedelta(days=days), TODAY)


def test_review_lists_due_items(tui: CliRunner) -> None:
    since = _day(-8)
    assert tui("review").out.splitlines() == [
        f"1 Sets  (Basics)  due {since}, never reviewed  sets",
        f"2 ReLU  (Nets › Deep nets)  due {since}, never reviewed  relu",
        f"3 Oral exam  due {since}, never reviewed  oral",
    ]
    first = tui("review", "--json").json[0]
    assert {key: first[key] for key in ("id", "title", "path", "overdue", "last", "retrievability")} == {
        "id": "sets",
        "title": "Sets",
        "path": ["Basics"],
        "overdue": 8,
        "last": None,
        "retrievability": None,
    }
    assert first["due"] == (TODAY - timedelta(days=8)).isoformat()
    assert list(first["next"]) == ["again", "hard", "good", "easy"]


def test_review_grades_an_item(tui: CliRunner) -> None:
    promised = tui("review", "--json").json[1]["next"]["good"]
    assert tui("review", "--grade", "good", "relu").out == f"ReLU: good, due again {_day(promised)}\n"
    assert [one["id"] for one in tui("review", "--json").json] == ["sets", "oral"]
    assert tui("log", "relu", "--json").json[-1]["rating"] == 3
    graded = tui("review", "--grade", "again", "sets", "--json").json
    assert (graded["last"], graded["retrievability"], graded["overdue"]) == (TODAY.isoformat(), 1.0, -1)
    assert tui("undo").out.startswith("undid: again Sets")
    assert [one["id"] for one in tui("review", "--json").json] == ["sets", "oral"]


def test_status_json_counts_due_items(tui: CliRunner) -> None:
    tui("review", "--grade", "good", "relu")
    assert tui("status", "--json").json["due"] == 2
    assert [one["due"] for one in tui("list", "--json").json] == [0, 2]
    assert tui("status").out == "3/5 · 60%\n"


def test_reviews_are_paused_and_resumed(tui: CliRunner) -> None:
    until = _day(14)
    said = f"Nothing is due until {until}; 3 items that would come due wait, at most 10 a day then\n"
    assert tui("review", "--pause", "14d").out == said
    assert tui("review", "--pause", "2w").out == said
    assert tui("review", "--pause", (TODAY + timedelta(days=14)).isoformat()).out == said
    assert tui("status", "--json").json["due"] == 0
    result = tui("review")
    assert (result.code, result.out) == (0, "")
    assert result.err == f"paused until {until}, 3 items due; --resume ends it\n"
    assert len(tui("review", "--all", "--json").json) == 3
    assert tui("log", "-n", "1").out.endswith(f"reviews until {TODAY + timedelta(days=14)}\n")
    assert tui("review", "--resume", "--json").json == {"paused_until": None, "due": 3, "waiting": 3}
    assert tui("log", "-n", "1").out.endswith("resume   reviews\n")
    assert tui("review", "--resume").out == "Not paused; 3 items due today\n"


def test_review_prints_when_the_next_item_is_due(tui: CliRunner) -> None:
    for name in ("sets", "relu", "oral"):
        tui("review", "--grade", "again", name)
    result = tui("review")
    assert (result.out, result.err) == ("", f"nothing is due; 3 items on {_day(1)}\n")
    assert tui("review", "--json").json == []
    tui("mark", "todo", "sets", "relu", "oral")
    assert tui("review").err == "nothing is due; finished items come up the next day\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--grade", "good"], "use `--grade good ITEM`"),
        (["--grade", "good", "relu", "sets"], "use `--grade good ITEM`"),
        (["--grade", "good", "relu", "--list"], "give one of them"),
        (["--pause", "2w", "relu"], "--pause goes without items"),
        (["--until", "soon"], "use 14d, 2w or"),
        (["maps"], "mark it done first"),
        (["--grade", "good", "relu", "--resume"], "give one of them"),
        (["--grade", "fine", "relu"], "see `roadmap-tui review --help`"),
        (["--grade", "good", "exam"], "mark it done first"),
        (["--grade", "good", "maps"], "only finished items can be reviewed"),
        (["--grade", "good", "nowhere"], "no such item"),
        (["--pause", "soon"], "use 14d, 2w or"),
        (["--pause", ""], "use 14d, 2w or"),
        (["--pause", "0d"], "within the next year"),
        (["--pause", "999w"], "within the next year"),
        (["--pause", "2020-01-01"], "within the next year"),
    ],
)
def test_invalid_combinations_of_review_options_are_refused(
    tui: CliRunner, words: list[str], said: str
) -> None:
    result = tui("review", *words)
    assert result.code == 2
    assert said in result.err
    assert result.err.count("\n") == 1
    assert tui("status", "--json").json["due"] == 3
