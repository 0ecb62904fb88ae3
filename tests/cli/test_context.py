"""What all commands share: the chosen roadmap, shared options, the daily backup."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program_runs import CliRunner


def test_the_bundled_roadmap_is_the_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    here = CliRunner(tmp_path, capsys)
    assert here("status", "--json").json["roadmap"] == "ml-dl"
    assert here("list").out.startswith("* ml-dl")
    assert not any(tmp_path.iterdir())  # reading writes nothing


@pytest.mark.parametrize(
    "last", ["gone", "/nowhere/x.json", "a\x00b", "x/\x00.json", "\ud800/x.json", "\x1b[2J\n"]
)
def test_a_missing_last_roadmap_is_reported_and_the_bundled_one_used(tui: CliRunner, last: str) -> None:
    (tui.home / "state" / "place.json").write_text(json.dumps({"last": last}))
    result = tui("status", "--json")
    assert result.code == 0
    assert result.json["roadmap"] == "ml-dl"
    assert result.err.startswith("roadmap-tui: roadmap '")
    assert result.err.count("\n") == 1
    assert result.err[:-1].isprintable()


def test_shared_options_may_follow_the_command(tui: CliRunner) -> None:
    for words in (["--roadmap", "ml-dl", "status"], ["status", "--roadmap", "ml-dl"]):
        assert tui(*words, *(["--json"])).json["roadmap"] == "ml-dl"
    other = tui.home / "other"
    tui("mark", "done", "backpropagation", "--data-dir", str(other))
    assert (other / "log").is_dir()


def test_an_unknown_roadmap_is_refused(tui: CliRunner) -> None:
    result = tui("--roadmap", "nope", "status")
    assert (result.code, result.out) == (66, "")
    assert tui("--roadmap", "/nowhere.json", "status").code == 66


def test_one_backup_is_made_per_day(tui: CliRunner) -> None:
    tui("status")
    assert not (tui.home / "state" / "backups").exists()
    tui("mark", "done", "relu")
    assert len(list((tui.home / "state" / "backups").iterdir())) == 1


def test_a_failing_backup_is_only_a_warning(tui: CliRunner) -> None:
    (tui.home / "state" / "backups").write_text("in the way")
    result = tui("mark", "done", "relu")
    assert (result.code, result.out) == (0, "ReLU: done (was todo)\n1/5 · 20%\n")
    assert result.err.startswith("roadmap-tui: no backup: ")
    assert result.err.count("\n") == 1


# Keys and doctor
