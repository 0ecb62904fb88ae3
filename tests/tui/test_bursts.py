"""Keys that come faster than the dialogs that they open and close: none is lost, and none is too many."""

from __future__ import annotations

import importlib
import os
import pkgutil
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from roadmap_tui.store.locations import Locations
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.library import Library
from roadmap_tui.study.spare_time import fill_minutes
from roadmap_tui.text.keymap import KEYMAP
from roadmap_tui.tui import screens
from roadmap_tui.tui.flows.library import run_library
from roadmap_tui.tui.flows.timer import resolve_running
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.screens.filter import FilterScreen
from roadmap_tui.tui.screens.help import HelpScreen
from roadmap_tui.tui.screens.import_preview import ImportPreviewScreen
from roadmap_tui.tui.screens.input import InputScreen
from roadmap_tui.tui.screens.library import LibraryScreen
from roadmap_tui.tui.screens.note import NoteScreen
from roadmap_tui.tui.screens.own_question import OwnQuestionScreen
from roadmap_tui.tui.screens.palette import PaletteScreen
from roadmap_tui.tui.screens.path import PathScreen
from roadmap_tui.tui.screens.placement import PlacementScreen
from roadmap_tui.tui.screens.plan import PlanScreen
from roadmap_tui.tui.screens.qr import QrScreen
from roadmap_tui.tui.screens.questions import ConfirmScreen, StaleTimerScreen, WaitScreen
from roadmap_tui.tui.screens.resource import ResourceScreen
from roadmap_tui.tui.screens.review import ReviewScreen
from roadmap_tui.tui.screens.spare_time import SpareTimeScreen
from roadmap_tui.tui.screens.statistics import StatisticsScreen
from roadmap_tui.tui.screens.today import TodayScreen
from tests.tui.stage import Seat, Stage

AT_ONE = ViewState("one", ())
COMMON = ("enter", "escape", "x")
Flow = Callable[[Seat, Path], Coroutine[Any, Any, object]]


def _preview(seat: Seat, folder: Path) -> Coroutine[Any, Any, object]:
    (folder / "plan.md").write_text("# Plan\n\n- [ ] Sets\n- [ ] Maps\n")
    request = _library(folder).plan_interactive_import(str(folder / "plan.md"))
    screen = ImportPreviewScreen(seat.state.keymap, request.plan(), request.plan, seat.state.glyphs)
    return seat.app.ask(screen)


def _spare_time(seat: Seat, _: Path) -> Coroutine[Any, Any, object]:
    suggestions = fill_minutes(seat.study, 30)
    return seat.app.ask(SpareTimeScreen(seat.state.keymap, 30, suggestions, seat.state.glyphs))


def _timer(seat: Seat, _: Path) -> Coroutine[Any, Any, object]:
    tracker = seat.study.time_tracker
    if not tracker.running():
        tracker.start("two")
    return resolve_running(seat.app, seat.state, tracker.running()[0])


def _library(folder: Path) -> Library:
    return Library(Locations(str(folder / "data"), str(folder / "state"), str(folder / "config")))


# What opens each screen: keys, or a flow for those that take more than keys to get to.
SCREENS: dict[type[Screen[Any]], list[tuple[str, ...] | Flow]] = {
    ConfirmScreen: [lambda seat, _: seat.app.ask(ConfirmScreen(seat.state.keymap, "Well?", "yes", "no"))],
    FilterScreen: [("f",)],
    HelpScreen: [("?",)],
    ImportPreviewScreen: [_preview],
    InputScreen: [("a",), ("A",), ("ctrl+t",)],
    LibraryScreen: [lambda seat, folder: run_library(seat.app, _library(folder), seat.state)],
    NoteScreen: [("e",)],
    OwnQuestionScreen: [
        lambda seat, _: seat.app.ask(OwnQuestionScreen(seat.state.keymap, "One", lambda *_: None))
    ],
    PaletteScreen: [("ctrl+p",)],
    PathScreen: [("p",)],
    PlacementScreen: [("K",)],
    PlanScreen: [("P",)],
    QrScreen: [("Q",)],
    ResourceScreen: [("+",)],
    ReviewScreen: [("!",)],
    SpareTimeScreen: [_spare_time],
    StaleTimerScreen: [_timer],
    StatisticsScreen: [("#",)],
    TodayScreen: [("T",)],
    MainScreen: [("/",)],  # the search line
}


def test_every_screen_is_in_the_table() -> None:
    found: set[type] = set()
    for module in pkgutil.iter_modules(screens.__path__, f"{screens.__name__}."):
        classes = vars(importlib.import_module(module.name)).values()
        found |= {
            kind
            for kind in classes
            if isinstance(kind, type) and issubclass(kind, Screen) and kind.__module__ == module.name
        }
    # WaitScreen takes no keys; test_library types while it is open.
    shown = {kind for kind in found if not kind.__name__.startswith("_")} - {WaitScreen}
    assert shown | {MainScreen} == SCREENS.keys()


class _Bursts:
    """Sends bursts of keys to a dialog that is opened anew for each."""

    def __init__(self, seat: Seat, kind: type[Screen[Any]], opening: tuple[str, ...] | Flow, folder: Path):
        self.seat, self.kind, self.opening, self.folder = seat, kind, opening, folder

    @property
    def is_open(self) -> bool:
        """Whether the dialog, or the search line, has the keys."""
        return self.seat.main.is_searching if self.kind is MainScreen else self.seat.is_on(self.kind)

    async def send(self, *bursts: tuple[str, ...]) -> bool:
        """Open the dialog and press keys, all at once; whether it is still open. Closes it then.

        Several bursts are sent in one go, with as many Escapes between them as close everything.
        """
        seat = self.seat
        seat.study.set_status(["one"], "done")
        seat.study.set_status(["two", "three", "four", "five", "six", "seven"], "todo")
        seat.state.go_to("one")
        if isinstance(self.opening, tuple):
            separator = ("escape",) * 3
            seat.send(*(key for burst in bursts for key in (*separator, *self.opening, *burst)))
        else:
            for keys in bursts:
                await self._open(self.opening(seat, self.folder), keys)
        await seat.settle()
        is_open = self.is_open
        await self._close(bursts)
        return is_open

    async def _open(self, flow: Coroutine[Any, Any, object], keys: tuple[str, ...]) -> None:
        async def run() -> None:
            await flow

        await self._close(keys)
        self.seat.app.start_flow(run())
        self.seat.send(*keys)
        await self.seat.settle()

    async def _close(self, sent: object) -> None:
        seat = self.seat
        for _ in range(40):
            is_busy = seat.main.is_searching or seat.app.is_holding_input
            if len(seat.app.screen_stack) == 1 and not is_busy:
                break
            seat.send("escape")
            await seat.settle()
        else:
            raise AssertionError(
                (sent, seat.app.screen_stack, seat.main.is_searching, seat.app.is_holding_input)
            )
        assert len(seat.app.screen_stack) == 1, sent
        assert seat.app.crash is None, sent


@pytest.mark.parametrize(
    ("kind", "opening"),
    [
        pytest.param(kind, opening, id=f"{kind.__name__}-{number}")
        for kind, openings in SCREENS.items()
        for number, opening in enumerate(openings)
    ],
)
async def test_every_pair_of_keys_in_every_dialog(
    stage: Stage,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[Screen[Any]],
    opening: tuple[str, ...] | Flow,
) -> None:
    """All pairs of keys that leave the dialog open are pressed without opening it anew.

    Of the first keys every fifth is tried; all with ROADMAP_TUI_ALL_PAIRS=1, which takes two minutes.
    """
    monkeypatch.chdir(tmp_path)  # the plan is exported there
    scope = "find" if kind is MainScreen else getattr(kind, "SCOPE", "")
    commands = [command.keys for command in KEYMAP.in_scope(scope) if command.keys]
    others = {key for keys in commands for key in keys[1:]}  # of which each is another key's equal
    if kind is HelpScreen:
        others |= {"G"}  # goes to the last row, which quits the program
    keys = sorted({*COMMON, *(keys[0] for keys in commands)} - others)
    async with stage.seat(place=AT_ONE) as seat:
        bursts = _Bursts(seat, kind, opening, tmp_path)
        assert await bursts.send(())
        await bursts.send(("enter", "enter"))
        staying = [key for key in keys if await bursts.send((key,))]
        for first in keys if os.environ.get("ROADMAP_TUI_ALL_PAIRS") else keys[::5]:
            row = [key for second in staying for key in (first, second)] if first in staying else []
            together = staying if row and await bursts.send(tuple(row)) else []
            await bursts.send(*((first, second) for second in keys if second not in together))
        assert await bursts.send(())


async def test_two_enters_write_one_line_and_the_second_is_a_command(stage: Stage) -> None:
    async with stage.seat(place=AT_ONE) as seat:
        seat.send("a", "h", "i", "enter", "enter")
        await seat.until(lambda: seat.pane == "detail")
        assert seat.note == "hi"


async def test_text_after_a_dialog_that_closed_is_for_the_next_one(stage: Stage) -> None:
    async with stage.seat(place=AT_ONE) as seat:
        seat.send("a", *"one", "enter", "a", *"two", "enter", "/", *"Two", "enter", "a", *"three", "enter")
        await seat.until(lambda: seat.cursor == "two" and seat.note == "three")
        assert seat.study.note_text("one") == "one\ntwo"


async def test_a_wrong_time_is_asked_again_and_gets_the_rest(stage: Stage) -> None:
    async with stage.seat(place=AT_ONE) as seat:
        seat.send("ctrl+t", *"nonsense", "enter", "ctrl+u", *"45m", "enter", "j", "space")
        await seat.until(lambda: seat.study.state("two").status == "done")
        assert seat.study.time_tracker.seconds("one") == 45 * 60
