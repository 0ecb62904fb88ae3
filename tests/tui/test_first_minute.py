"""Who is new is told four keys, once: until the first mark."""

from __future__ import annotations

from pathlib import Path

from roadmap_tui.core.settings import DEFAULTS
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.study import Study
from tests.cli.program_runs import process
from tests.tui.pty_program import Emulator, Terminal
from tests.tui.stage import HOST, SMALL, Stage

LINE = "New here?  j/k move   space done   enter open   K what you know   ? all keys"
AT_ONE = ViewState("one", ())


async def test_it_goes_away_for_good_after_the_first_mark(stage: Stage) -> None:
    async with stage.seat(place=AT_ONE) as seat:
        assert seat.bar == LINE
        await seat.press("j", "k", "?", "escape")
        assert seat.bar == LINE
        await seat.press("tab")
        assert seat.bar.startswith("j/k select")
        await seat.press("tab", "space")
        assert seat.bar.startswith("j/k move")
        await seat.press("u", "j")
        assert seat.bar.startswith("j/k move")
    async with stage.seat(place=AT_ONE) as seat:
        assert seat.bar.startswith("j/k move")


async def test_it_names_the_reader_s_own_keys_and_only_those_there_are(stage: Stage) -> None:
    keys = (("toggle", ("m",)), ("help", ("f1",)), ("enter", ()))
    study = Study(SMALL, Journal(str(stage.log), stage.clock, host=HOST), DEFAULTS._replace(keys=keys))
    async with stage.seat(study) as seat:
        assert seat.bar == "New here?  j/k move   m done   K what you know   f1 all keys"


async def test_where_it_does_not_fit_the_keys_are_as_ever(stage: Stage) -> None:
    async with stage.seat(size=(50, 20)) as seat:
        assert seat.bar.startswith("j/k move")


def test_the_first_frame_says_it_too(tmp_path: Path) -> None:
    terminal = Terminal(home=tmp_path)
    try:
        terminal.until_drawn()
        terminal.settle(0.15)
        first = Emulator(terminal.size)
        first.feed(terminal.output.partition(b"\x1b[?1000h")[0])
        assert first.lines[-1].strip() == terminal.lines[-1].strip() == LINE
        terminal.type("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()


def test_the_screen_keeps_the_status_file_current(tmp_path: Path) -> None:
    file = Path(process(tmp_path, "status", "--file").stdout.strip())
    terminal = Terminal(home=tmp_path)
    try:
        terminal.until_drawn()
        terminal.type(" ")
        terminal.until(lambda: file.read_text(encoding="utf-8").startswith("1/127 · 1% · 20"))
        terminal.type("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()
