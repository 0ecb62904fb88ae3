"""The ``doctor`` command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.program_runs import ROOT, CliRunner


def test_doctor_reports_folders_log_and_versions(tui: CliRunner) -> None:
    tui("mark", "done", "relu")
    assert tui("doctor").out.endswith("no problems\n")
    assert "display   only the cells that differ, Textual 8.2." in tui("doctor").out
    found = tui("doctor", "--json").json
    assert list(found) == [
        "version",
        "python",
        "platform",
        "folders",
        "view_only",
        "terminal",
        "display",
        "log",
        "roadmaps",
        "progress",
        "backups",
        "problems",
        "fixed",
    ]
    assert found["folders"] == {
        "data": str(tui.home),
        "state": str(tui.home / "state"),
        "config": str(tui.home / "config"),
    }
    assert (found["view_only"], found["problems"]) == ("", [])
    assert (len(found["log"]["files"]), found["log"]["events"]) == (1, 2)
    assert found["roadmaps"] == [{"name": "ml-dl", "faults": []}, {"name": "small", "faults": []}]
    assert len(found["backups"]) == 1
    assert found["progress"] == {"items": 1, "orphaned": 0, "elsewhere": {}}


def test_doctor_counts_progress_on_roadmaps_that_are_not_in_the_library(tui: CliRunner) -> None:
    tui("--roadmap", "small", "mark", "done", "relu")
    tui("--roadmap", "small", "mark", "done", "sets")
    (tui.home / "roadmaps" / "small.json").unlink()
    found = tui("doctor", "--json").json["progress"]
    assert found == {"items": 2, "orphaned": 0, "elsewhere": {"small": 2}}
    assert "small: 2 items; import that roadmap again to see them" in tui("doctor").out


def test_doctor_reports_an_untested_version_of_textual(
    tui: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roadmap_tui.store.installed.version", lambda _: "8.3.0")
    assert "display   whole regions: Textual 8.3.0 is not one it was tested with" in tui("doctor").out
    assert tui("doctor", "--json").json["display"] == {"textual": "8.3.0", "known": False}


def test_doctor_reports_the_capabilities_of_the_terminal(
    tui: CliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LC_ALL", "C.UTF-8")):
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TMUX", "/tmp/tmux")
    found = tui("doctor", "--json").json["terminal"]
    assert (found["name"], found["colours"], found["unicode"], found["tmux"]) == (
        "xterm-256color", "true", True, True,
    )  # fmt: skip
    assert "true colors, UTF-8, dark ground, tmux" in tui("doctor").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert tui("doctor", "--json").json["terminal"]["colours"] == "none"


def test_doctor_reports_problems(tui: CliRunner) -> None:
    tui("mark", "done", "relu")
    log = next((tui.home / "log").iterdir())
    with log.open("a") as file:
        file.write('{"torn\n{"v":9}\n')
    (tui.home / "roadmaps" / "broken.json").write_text("[]")
    result = tui("doctor", "--json")
    assert result.code == 65
    found = result.json
    assert [list(one) for one in found["log"]["bad"] + found["log"]["newer"]] == [
        ["file", "line", "reason"]
    ] * 2
    assert found["roadmaps"][1]["name"] == "broken"
    assert found["roadmaps"][1]["faults"]
    assert len(found["problems"]) == 3
    text = tui("doctor")
    assert text.code == 65
    assert f"{log.name}:" in text.out


def test_doctor_checks_study_material(tui: CliRunner, tmp_path: Path) -> None:
    good = ROOT / "data" / "study" / "self-supervised-learning.json"
    result = tui("doctor", "--study", str(good))
    assert result.code == 0
    assert result.out == f"{good}: clean, 3 items, 9 goals, 15 questions, 3 exercises\n"
    material = json.loads(good.read_text("utf-8"))
    item_id, item = next(iter(material["items"].items()))
    item["questions"][0]["ask"] = "Why?\n"
    material["items"]["own-1"] = item
    bad = tmp_path / "bad.json"
    bad.write_text(json.dumps(material))
    result = tui("doctor", "--study", str(bad))
    assert result.code == 65
    question = item["questions"][0]["id"]
    assert f"{bad}: {item_id}.{question}: ask: a stray space or line end\n" in result.out
    assert "no such item" not in result.out
    found = tui("doctor", "--study", str(bad), "--json").json
    assert list(found) == ["file", "findings", "counts"]
    assert found["findings"][0] == {
        "item": item_id,
        "part": question,
        "what": "ask: a stray space or line end",
    }
    assert found["counts"]["items"] == 4


def test_doctor_checks_study_material_that_is_no_such_file(tui: CliRunner, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    assert tui("doctor", "--study", str(path)).code == 66
    path.write_text("[")
    result = tui("doctor", "--study", str(path))
    assert (result.code, result.out.count("\n")) == (65, 1)
    path.write_text('{"format": 1, "roadmap": "nowhere", "chapter": "a", "items": {}}')
    result = tui("doctor", "--study", str(path))
    assert (result.code, result.out) == (65, f"{path}: roadmap: no such name\n")
