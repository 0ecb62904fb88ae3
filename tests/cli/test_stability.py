"""The promise of docs/stability.md, for the files and outputs of version 0.1.0."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Iterator
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

import roadmap_tui.study.study as study_module
from roadmap_tui.core.schemas import SCHEMAS
from tests.cli.program_runs import ROOT, CliRunner

OLD = ROOT / "tests" / "data" / "0.1.0"
# What docs/stability.md documents: groups are not counted, and texts are worded differently.
DOCUMENTED = (
    r"(status|list|stats.*)(\[.\]|\.sections\[.\]|\.burn_up\[.\])?\.(total|todo|percent|size): ",
    r"show.*\[3\]\.status: 'todo' -> 'doing'",
    r"show --status todo: ",
    r"today\.(due|ready)\[.\]\.why: ",
    r"stats.*\.pace\.missing: ",
)
EXPECTED = json.loads((OLD / "outputs.json").read_text())


@pytest.fixture
def tui(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[CliRunner]:
    """Run the program on a copy of the data folder of 0.1.0, at the time of its outputs."""
    shutil.copytree(OLD / "home", tmp_path / "home")
    now = datetime.fromisoformat(EXPECTED["now"])

    class Set(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return now

    monkeypatch.setattr(study_module, "datetime", Set)
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.delenv("ROADMAP_TUI_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    time.tzset()
    yield CliRunner(tmp_path / "home", capsys)
    monkeypatch.undo()
    time.tzset()


_MISSING = object()


def differences(old: Any, new: Any, path: str = "") -> Iterator[str]:
    """Yield where a new value does not contain the old one."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key in old:
            yield from (
                differences(old[key], new[key], f"{path}.{key}") if key in new else [f"{path}.{key}: gone"]
            )
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for number, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from differences(one, other, f"{path}[{number}]")
    elif old != new or isinstance(old, bool) != isinstance(new, bool):
        yield f"{path}: {old!r} -> {new!r}"


def _run(tui: CliRunner, line: str, *more: str) -> Any:
    roadmap = [] if "--roadmap" in line or line.startswith("import") else ["--roadmap", "trees"]
    return tui(*(word.replace("_", " ") for word in line.split()), *roadmap, *more)


def test_outputs_contain_those_of_0_1_0_except_for_what_is_documented(tui: CliRunner) -> None:
    found = [
        f"{line}{difference}"
        for line, old in EXPECTED["outputs"].items()
        for difference in differences(old, _run(tui, line, "--json").json)
    ]
    matched = {line: next((one for one in DOCUMENTED if re.match(one, line)), None) for line in found}
    assert [line for line, pattern in matched.items() if pattern is None] == []
    assert set(matched.values()) == set(DOCUMENTED)


def test_exit_codes_are_those_of_0_1_0(tui: CliRunner, tmp_path: Path) -> None:
    (tmp_path / "empty.md").write_text("Nothing to do.\n")
    (tmp_path / "broken.json").write_text("{")
    codes = {line: _run(tui, line).code for line in EXPECTED["exit_codes"]}
    assert codes == EXPECTED["exit_codes"]


def test_the_log_of_0_1_0_is_only_appended_to_and_undone_in_its_order(tui: CliRunner) -> None:
    (log,) = (tui.home / "log").iterdir()
    before = log.read_bytes()
    assert _run(tui, "undo").out.startswith("undid: resume reviews\n")
    _run(tui, "mark done yew --branch")
    assert log.read_bytes().startswith(before)
    validator = Draft202012Validator(SCHEMAS["record"])
    records = [json.loads(line) for line in before.splitlines() if line]
    assert [error.message for record in records for error in validator.iter_errors(record)] == []
    roadmap = json.loads((OLD / "home" / "roadmaps" / "trees.json").read_text())
    assert Draft202012Validator(SCHEMAS["roadmap"]).is_valid(roadmap)
