"""Opening the screen from the command line, and the errors if that is impossible."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from roadmap_tui.core.errors import SaveError
from tests.cli.program_runs import CliRunner, one_line, process, small


class Screen(ModuleType):
    """Stands for the screen's module and notes how it was called."""

    def __init__(self) -> None:
        super().__init__("roadmap_tui.tui.start")
        self.calls: list[tuple[tuple[Any, ...], dict[str, Any]]] = []
        self.end: int | Exception = 0

    def run(self, *values: Any, **options: Any) -> int:
        self.calls.append((values, options))
        if isinstance(self.end, Exception):
            raise self.end
        return self.end


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    fake = Screen()
    monkeypatch.setitem(sys.modules, "roadmap_tui.tui.start", fake)
    monkeypatch.setattr(os, "isatty", lambda _: True)
    monkeypatch.setenv("TERM", "xterm")
    return fake


@pytest.fixture
def tui(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CliRunner:
    return CliRunner(tmp_path, capsys)


def test_without_arguments_the_last_roadmap_is_opened(tui: CliRunner, screen: Screen) -> None:
    assert tui().code == 0
    (study, locations, name), options = screen.calls[0]
    assert (study.roadmap.id, name) == ("ml-dl", "ml-dl")
    assert locations.data == str(tui.home)
    options.pop("on_synced")
    assert options == {"ascii_only": False, "theme": None, "message": "", "is_error": False}


def test_options_may_stand_on_both_sides_of_the_roadmap(tui: CliRunner, screen: Screen) -> None:
    small(tui.home)
    assert tui("--ascii", "small", "--theme", "dark").code == 0
    (study, _, name), options = screen.calls[0]
    assert (study.roadmap.id, name) == ("small", "small")
    options.pop("on_synced")
    assert options == {"ascii_only": True, "theme": "dark", "message": "", "is_error": False}


def test_a_roadmap_file_is_remembered_by_its_absolute_path(
    tui: CliRunner, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small(tui.home)
    monkeypatch.chdir(path.parent)
    for words in (["small.json"], ["--roadmap", "small.json"], ["./small.json"]):
        assert tui(*words).code == 0
    assert {values[2] for values, _ in screen.calls} == {str(path)}


def test_a_roadmap_that_is_called_like_a_command_is_opened_with_open(tui: CliRunner, screen: Screen) -> None:
    path = small(tui.home)
    (path.parent / "list.json").write_text(path.read_text().replace('"small"', '"list"', 1))
    assert tui("open", "list").code == 0
    assert [values[0].roadmap.id for values, _ in screen.calls] == ["list"]
    assert tui("list").code == 0
    assert len(screen.calls) == 1
    assert "missing argument" in tui("open").err


def test_the_exit_code_is_that_of_the_screen(tui: CliRunner, screen: Screen) -> None:
    screen.end = 74
    assert tui().code == 74
    screen.end = SaveError("not saved (2)", "No space left on device", "it was printed above")
    result = tui()
    assert result.code == 74
    assert result.err == "roadmap-tui: not saved (2): No space left on device; it was printed above\n"


def test_a_missing_file_is_refused(tui: CliRunner, screen: Screen) -> None:
    assert tui("nowhere.json").code == 66
    assert tui("no/where").code == 66


def test_markdown_is_imported_and_opened(tui: CliRunner, screen: Screen, tmp_path: Path) -> None:
    plan = tmp_path / "plan.md"
    plan.write_text("# Plan\n\n- [ ] Sets\n")
    assert tui(str(plan)).code == 0
    plan.write_text("# Plan\n\n- [ ] Maps\n- [ ] Sets\n")
    assert tui(str(plan)).code == 0
    studies = [call[0][0] for call in screen.calls]
    assert [[node.id for node in study.tree.nodes] for study in studies] == [["sets"], ["maps", "sets"]]


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("stauts", "did you mean stats or status?"),
        ("lst", "did you mean list?"),
        ("xyzzy", "`roadmap-tui --help`"),
        ("open", "missing argument"),
        ("\x1b]0;x\x07\n", "no such"),
    ],
)
def test_an_unknown_argument_suggests_commands_and_roadmaps(
    tui: CliRunner, screen: Screen, word: str, said: str
) -> None:
    result = tui(word)
    assert result.code == 2
    assert said in one_line(result.err)
    assert not screen.calls


def test_the_screen_needs_a_terminal(tmp_path: Path) -> None:
    result = process(tmp_path)
    assert (result.returncode, result.stdout) == (2, "")
    assert "not a terminal" in one_line(result.stderr)


@pytest.mark.parametrize("kind", ["dumb", "unknown"])
def test_the_screen_refuses_a_terminal_that_cannot_draw(
    tui: CliRunner, screen: Screen, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.setenv("TERM", kind)
    result = tui()
    assert result.code == 2
    assert f"TERM is {kind}" in one_line(result.err)
