"""The ``config`` command, and warnings about the configuration from other commands."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from roadmap_tui.core.settings import SETTINGS
from tests.cli.program_runs import CliRunner, one_line, process, small
from tests.journals import ROOT


@pytest.fixture
def tui(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    for name in [name for name in os.environ if name.startswith("ROADMAP_TUI_")]:
        monkeypatch.delenv(name)
    return CliRunner(tmp_path, capsys)


def _set(home: Path, text: str) -> Path:
    (home / "config").mkdir(exist_ok=True)
    (home / "config" / "config.toml").write_text(text)
    return home / "config" / "config.toml"


def test_config_lists_every_setting_with_its_origin(tui: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _set(tui.home, '[screen]\ntheme = "nord"\nascii = true\n[keys]\ndoing = "d"\n')
    monkeypatch.setenv("ROADMAP_TUI_RETENTION", "0.8")
    result = tui("config", "--theme", "dark")
    assert (result.code, result.err) == (0, "")
    first, *rows = result.out.splitlines()
    assert first == str(path)
    shown = {words[0]: (words[1], words[2]) for words in (row.split() for row in rows)}
    assert list(shown) == [*(setting.name for setting in SETTINGS), "keys.doing"]
    assert shown["screen.theme"] == ('"dark"', "--theme")
    assert shown["screen.ascii"] == ("true", "config.toml:3")
    assert shown["screen.mouse"] == ("true", "default")
    assert shown["review.retention"] == ("0.8", "ROADMAP_TUI_RETENTION")
    assert shown["keys.doing"] == ('["d"]', "config.toml:5")


def test_config_json(tui: CliRunner) -> None:
    assert tui("config", "--json").json["exists"] is False
    path = _set(tui.home, '[study]\nday_starts = "03:30"\n[keys]\ndoing = "S"\nskip = ["S", "f2"]\n')
    result = tui("config", "--json")
    assert result.code == 65
    found = result.json
    assert (found["file"], found["exists"]) == (str(path), True)
    values = {one["name"]: (one["value"], one["from"]) for one in found["settings"]}
    assert values["study.day_starts"] == ("03:30", "config.toml:2")
    assert values["screen.side_by_side"] == (100, "default")
    assert values["keys.skip"] == (["S", "f2"], "config.toml:5")
    assert "keys.doing" not in values
    assert found["faults"] == ['config.toml:4: keys.doing: "S" is used by skip; using i']
    assert result.err == f"roadmap-tui: {found['faults'][0]}\n"


def test_init_writes_a_file_without_effect_and_never_overwrites_one(tui: CliRunner) -> None:
    before = tui("config").out.splitlines()
    assert before[0].endswith("(there is none; `roadmap-tui config --init` writes one)")
    result = tui("config", "--init")
    path = tui.home / "config" / "config.toml"
    assert (result.code, result.out) == (0, f"{path}\n")
    assert path.stat().st_mode & 0o777 == 0o600
    assert tui("config").out.splitlines()[1:] == before[1:]
    # Every line of it is one that can be used as it stands.
    lines = path.read_text().splitlines()
    _set(tui.home, "\n".join(line.removeprefix("# ") if " = " in line else line for line in lines))
    result = tui("config")
    assert (result.code, result.err) == (0, "")
    assert "default" not in result.out
    assert "keys.ask.no" in result.out
    result = tui("config", "--init")
    assert result.code == 2
    assert one_line(result.err) == f"roadmap-tui: {path}: it already exists; edit it, or move it first"


def test_config_without_a_home_folder_has_no_file(tmp_path: Path) -> None:
    gone = {"HOME": "", "XDG_CONFIG_HOME": "", "XDG_DATA_HOME": "", "XDG_STATE_HOME": ""}
    result = process(None, "config", "--json", **gone)
    assert (result.returncode, json.loads(result.stdout)["exists"]) == (0, False)


def test_the_config_file_is_in_the_platform_config_folder(tmp_path: Path) -> None:
    result = process(None, "config", "--init", XDG_CONFIG_HOME=str(tmp_path), HOME=str(tmp_path))
    assert result.stdout == f"{tmp_path}/roadmap-tui/config.toml\n"


def test_every_command_prints_config_warnings_once_and_continues(tui: CliRunner) -> None:
    small(tui.home)
    _set(tui.home, "[review]\nretention = 1.7\n[screen]\nascii = true\n")
    told = "roadmap-tui: config.toml:2: review.retention: 1.7 is not between 0.7 and 0.99; using 0.9\n"
    for words in (["status"], ["next"], ["show", "basics"], ["list"], ["keys"], ["mark", "done", "sets"]):
        result = tui("--roadmap", "small", *words)
        assert (result.code, result.err) == (0, told)
        assert result.out.isascii() or words == ["keys"]
    result = tui("doctor")
    assert (result.code, result.err) == (65, "")
    assert f"problem:  {told[13:-1]}" in result.out


def test_an_unreadable_config_file_does_not_stop_a_command(tui: CliRunner) -> None:
    _set(tui.home, "[screen\n")
    result = tui("status")
    assert result.code == 0
    assert one_line(result.err).startswith("roadmap-tui: config.toml:1: it is not TOML: ")


def test_keys_prints_the_keys_of_the_user(tui: CliRunner) -> None:
    _set(tui.home, '[keys]\ndoing = ["d", "f5"]\nskip = "i"\nskipp = "x"\ncopy = "u"\n"note.save" = "x"\n')
    result = tui("keys")
    assert "  d f5 " in result.out
    assert [line.split()[0] for line in result.out.splitlines() if "Skip (" in line] == ["i"]
    assert result.err.splitlines() == [
        "roadmap-tui: config.toml:4: keys.skipp: no such command; did you mean skip?",
        'roadmap-tui: config.toml:6: keys.note.save: "x" types text there; using ctrl+s',
    ]
    by_id = {one["id"]: one["keys"] for one in tui("keys", "--json").json}
    assert (by_id["doing"], by_id["skip"], by_id["copy"]) == (["d", "f5"], ["i"], ["u"])
    page = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    assert tui("keys", "--markdown").out.strip() in page


def test_the_item_limit_is_a_setting(tui: CliRunner) -> None:
    small(tui.home)
    _set(tui.home, "[limits]\nitems = 3\n")
    result = tui("status", "--roadmap", "small")
    assert result.code == 65
    assert "3" in result.err
    _set(tui.home, "[limits]\nitems = 10\n")
    assert tui("status", "--roadmap", "small").code == 0


def test_tomllib_is_only_imported_if_there_is_a_config_file(tmp_path: Path) -> None:
    code = "import atexit, sys; atexit.register(lambda: print('tomllib' in sys.modules, file=sys.stderr))"
    assert process(tmp_path, "status", code=code).stderr == "False\n"
    _set(tmp_path, "[screen]\nascii = true\n")
    result = process(tmp_path, "status", code=code)
    assert result.stderr == "True\n"
    assert not {"textual", "rich"} & set(result.stdout.split())


@pytest.mark.parametrize("named", ["small", "nowhere"])
def test_the_screen_opens_the_roadmap_of_the_settings(
    tui: CliRunner, monkeypatch: pytest.MonkeyPatch, named: str
) -> None:
    import sys

    from tests.cli.test_screen_start import Screen

    screen = Screen()
    monkeypatch.setitem(sys.modules, "roadmap_tui.tui.start", screen)
    monkeypatch.setattr(os, "isatty", lambda _: True)
    monkeypatch.setenv("TERM", "xterm")
    small(tui.home)
    _set(tui.home, f'[screen]\nstart = "{named}"\nmouse = false\nside_by_side = 90\n')
    assert tui().err == ""
    (study, _, name), options = screen.calls[-1]
    assert name == ("small" if named == "small" else "ml-dl")
    assert (study.settings.mouse, study.settings.side_by_side) == (False, 90)
    why = "no such name; using the one opened last"
    told = f"config.toml:2: screen.start: roadmap 'nowhere': {why}"
    assert (options["message"], options["is_error"]) == (("", False) if named == "small" else (told, True))
    # A command is about the roadmap opened last, wherever the screen starts.
    assert tui("status", "--json").json["roadmap"] == "ml-dl"
