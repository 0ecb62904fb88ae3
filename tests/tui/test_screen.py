"""The main screen over time: resuming, other sessions, trouble with the disk, hostile text, any size."""

from __future__ import annotations

import asyncio
import json
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from rich.cells import cell_len
from textual.widgets import Input, Static, TextArea

from roadmap_tui.core.errors import CANNOT_SAVE
from roadmap_tui.core.progress.events import NoteWritten, SessionStarted, Stamp
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.store.journal import dump
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.text.styled_text import ASCII, UNICODE, Glyphs
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.screens.questions import ConfirmScreen
from roadmap_tui.tui.terminal.textual_private import driver_of
from tests.tui.stage import FIRST, LONG, MORNING, SMALL, Seat, Stage


def _at(node_id: str, *folded: str) -> ViewState:
    return ViewState(node_id, folded)


# Resuming


async def test_it_opens_where_it_was_left(stage: Stage) -> None:
    async with stage.seat() as seat:
        await seat.press("j", "j", "j", "j", "h", "space")
        # At once: whoever is killed now comes back to what they marked.
        assert stage.kept == [ViewState("three", ("three",))]
        await seat.press("G", "h", "k", "k", "h", "h", "h")
        shown, left = seat.outline, seat.state.view_state
        await seat.press("q")
    assert stage.kept[-1] == left == ViewState("beta", ("three", "beta", "gamma"))
    async with stage.seat(place=stage.kept[-1]) as seat:
        assert seat.outline == shown
        assert seat.cursor == "beta"
        assert seat.marks == {"three": "done"}


async def test_a_place_is_kept_without_a_mark_too(stage: Stage) -> None:
    async with stage.seat() as seat:
        await seat.press("j", "h")
        await seat.until(lambda: stage.kept == [ViewState("alpha", ("alpha",))], seconds=2)


async def test_a_place_that_is_gone_is_the_top(stage: Stage) -> None:
    async with stage.seat(place=_at("nowhere", "alpha", "gone")) as seat:
        assert seat.cursor == ""
        assert seat.row("Alpha").strip().startswith("▸")


# Other sessions


async def test_what_another_session_does_is_seen_within_two_seconds(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        other = stage.study()
        other.set_status(["two"], "done")
        other.write_note("one", "seen elsewhere")
        other.tick_resource("one", FIRST, True)
        start = time.monotonic()
        await seat.until(lambda: "✓ Two" in seat.row("Two"))
        assert time.monotonic() - start < 2
        assert "1/7" in seat.title
        assert seat.here.endswith("✎")
        assert "seen elsewhere" in seat.detail
        assert "1 ✓ book" in seat.detail
        assert seat.cursor == "one"
        other.undo()
        other.undo()
        other.undo()
        await seat.until(lambda: "· Two" in seat.row("Two"))
        await seat.press("u")
        assert seat.bar == "Undo: nothing left to undo; redo restores it"


async def test_what_this_session_does_is_seen_by_another(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        async with stage.seat(stage.study(), place=_at("two")) as other:
            await seat.press("space")
            await other.until(lambda: "✓ One" in other.row("One"), seconds=2)
            await other.press("space")
            await seat.until(lambda: "✓ Two" in seat.row("Two"), seconds=2)
        assert seat.marks == {"one": "done", "two": "done"}


# Nothing can be written


async def _view_only(seat: Seat, banner: str) -> None:
    assert seat.banner == banner
    before = seat.outline, seat.detail, seat.title
    for key in ("space", "i", "s", "D", "x", "u"):
        await seat.press(key)
        assert (seat.outline, seat.detail, seat.title) == before
        assert seat.banner == banner
        if key != "u":
            said = f"Not saved: v{banner[1:]}; nothing was changed"
            assert said.startswith(seat.bar.removesuffix("…"))
            assert seat.bar.startswith("Not saved: view only: ")
    for key in ("e", "E"):
        await seat.press(key)
        assert seat.is_on(MainScreen)
        assert seat.bar == banner
    assert seat.study.history() == []
    assert not seat.study.journal.pending
    await seat.press("j")
    assert seat.cursor == "two"
    assert seat.banner == banner
    await seat.press("q")
    assert not seat.app.is_running


async def test_without_a_home_folder_it_can_only_be_looked_at(stage: Stage) -> None:
    async with stage.seat(stage.study(log=None), size=(120, 40), place=_at("one")) as seat:
        await _view_only(seat, "View only: there is no home folder (set HOME or ROADMAP_TUI_HOME)")


def _newer_one_opens(stage: Stage) -> None:
    stage.log.mkdir(exist_ok=True)
    event = SessionStarted(Stamp("0-newer-1", 1, MORNING.replace(microsecond=0)), "roadmap-tui 9", 99)
    (stage.log / "other.jsonl").write_text(f"\n{dump(event)}\n", encoding="utf-8")


async def test_where_a_newer_version_writes_it_can_only_be_looked_at(stage: Stage) -> None:
    _newer_one_opens(stage)
    async with stage.seat(size=(140, 40), place=_at("one")) as seat:
        await _view_only(
            seat,
            "View only: a newer roadmap-tui wrote log/other.jsonl (update this one, or move that file away)",
        )


async def test_where_a_newer_version_begins_to_write_that_is_said(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        assert seat.banner == ""
        _newer_one_opens(stage)
        await seat.until(lambda: seat.banner.startswith("View only: a newer"), seconds=2)


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (40, 10)], ids=str)
async def test_a_message_is_wrapped_and_an_address_in_it_is_whole(
    stage: Stage, size: tuple[int, int]
) -> None:
    address = f"https://example.org/{'a-long-path/' * 8}?page=1"
    item = Item("one", "One", resources=(Resource("First", address),))
    async with stage.seat(
        stage.study(Roadmap("r", "R", children=(item,))), size=size, place=_at("one")
    ) as seat:
        rows = len(seat.screen)
        await seat.press("enter", "y")
        lines = [line.strip() for line in seat.screen]
        first = next(number for number, line in enumerate(lines) if line.startswith("Copied"))
        assert "".join(lines[first:]).endswith(address)
        assert len(lines) == rows
        await seat.press("j")
        assert seat.main.query_one("#keys").size.height == 1


async def test_a_message_takes_at_most_half_of_the_screen(stage: Stage) -> None:
    async with stage.seat(size=(40, 10)) as seat:
        seat.state.show_message("word " * 200)
        seat.main.sync()
        await seat.settle()
        assert seat.main.query_one("#keys").size.height == 5
        assert seat.screen[-1].rstrip().endswith("…")


# What can't be saved


@contextmanager
def _full() -> Iterator[Callable[[], None]]:
    """No file takes another byte, until this is called or left."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python ignores the signal that comes with it; others may not have.
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    def relieve() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield relieve
    finally:
        relieve()
        signal.signal(signal.SIGXFSZ, before)


async def test_what_is_not_saved_is_not_shown_as_done_until_it_is(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("space", "j")
        with _full() as relieve:
            await seat.press("space")
            assert seat.banner == "NOT SAVED (1): File too large"
            assert seat.here == "! Two"
            assert "not saved" in seat.detail.split("\n", maxsplit=1)[0]
            assert "1/7 · 14%" in seat.title
            assert "1/5" in seat.row("Alpha")
            assert seat.marks == {"one": "done"}
            await seat.press("j", "i", "e", "h", "m", "ctrl+s")
            assert seat.banner == "NOT SAVED (3): File too large"
            assert seat.here == "▾ ! Three"
            await seat.press("u")
            assert seat.bar.startswith("Not saved (3): File too large; undo works again")
            relieve()
            await seat.until(lambda: seat.banner == "", seconds=3)
        assert seat.bar == "Saved; the disk is writable again"
        assert seat.row("Two") == "    ✓ Two"
        assert seat.here.startswith("▾ ▶ Three")
        assert seat.here.endswith("✎")
        assert seat.marks == {"one": "done", "two": "done", "three": "doing"}
        assert "2/7" in seat.title
        await seat.press("q")
        assert seat.app.return_value == 0


@pytest.mark.parametrize("stay", ["n", "escape"])
async def test_leaving_asks_while_something_is_not_saved(stage: Stage, stay: str) -> None:
    async with stage.seat(place=_at("one")) as seat:
        with _full():
            await seat.press("space")
            for key in ("q", "ctrl+c"):
                await seat.press(key)
                assert seat.is_on(ConfirmScreen)
                question = str(seat.app.screen.query(Static).first().content)
                assert question.startswith("1 change is not saved: File too large.")
                # Asked once, however often they want to leave.
                await seat.press("ctrl+c", "q", "j", stay)
                assert seat.is_on(MainScreen)
                assert seat.app.is_running
            await seat.press("j", "space", "q")
            question = str(seat.app.screen.query(Static).first().content)
            assert question.startswith("2 changes are not saved: File too large.")
            await seat.press("y")
            assert seat.app.return_value == CANNOT_SAVE
            assert len(seat.study.journal.pending) == 2


async def test_leaving_does_not_ask_where_it_can_be_saved_by_then(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        with _full():
            await seat.press("space")
        await seat.press("q")
        assert seat.app.return_value == 0
        assert seat.marks == {"one": "done"}


async def test_a_log_that_is_deleted_is_written_again(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("space")
        for file in stage.log.iterdir():
            file.unlink()
        await seat.until(lambda: any(stage.log.iterdir()), seconds=2)
        assert seat.marks == {"one": "done"}


# Drawing


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
@pytest.mark.parametrize("key", ["j", "k", "space", "i", "x", "G", "]", "v", "%"])
async def test_a_key_is_one_update_for_all_that_changes(
    stage: Stage, key: str, size: tuple[int, int]
) -> None:
    async with stage.seat(size=size, place=_at("one")) as seat:
        with seat.watched() as drawn:
            driver = driver_of(seat.app)
            assert driver is not None
            before = seat.screen
            await seat.press(key)
            assert len(drawn) == 1
            assert seat.screen != before


async def test_nothing_is_drawn_while_idle(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage.seat(place=_at("one")) as seat:
        written: list[str] = []
        monkeypatch.setattr(driver_of(seat.app), "write", written.append)
        await seat.pilot.pause()  # the layout of the start is over
        with seat.watched() as drawn:
            await asyncio.sleep(2.5)
            assert (drawn, written) == ([], [])
            await seat.press("j")
            assert len(drawn) == 1


async def test_another_session_s_mark_draws_its_row_and_no_more(stage: Stage) -> None:
    async with stage.seat(stage.study(LONG), place=_at("i003")) as seat:
        other = stage.study(LONG)
        await seat.pilot.pause()
        with seat.watched() as drawn:
            other.set_status(["i090"], "done")
            await seat.until(lambda: "1/100" in seat.title)
            await seat.settle()
            assert len(drawn) == 1


@pytest.mark.parametrize("theme", ["nord", "textual-light", "ansi-dark", "ansi-light"])
async def test_a_theme_of_the_toolkit_will_do(stage: Stage, theme: str) -> None:
    async with stage.seat(theme=theme, place=_at("one")) as seat:
        await seat.press("space", "question_mark", "escape", "e", "escape")
        assert seat.here == "✓ One"


@pytest.mark.parametrize("key", ["e", "ctrl+p", "question_mark"])
async def test_nothing_blinks_in_a_dialog(stage: Stage, key: str) -> None:
    async with stage.seat() as seat:
        await seat.press(key)
        await seat.pilot.pause()
        for widget in seat.app.screen.query("Input, TextArea"):
            assert isinstance(widget, Input | TextArea)
            assert not widget.cursor_blink


# What others wrote

HOSTILE = (
    "[/]",
    "[@click=app.quit]x[/]",
    "[bold]bold[/bold] [link=https://example.org]x[/link]",
    "$primary {0} %s \\[ \\n",
    "深層学習と機械学習の基礎",
    "🧠 brain 🎓",
    "שלום עולם, مرحبا",
    "ne\u0301e\u0301 e\u0323\u0301\u0301",
    "Ünïcödé — “quotes”",
    "x" * 300,
    "w " * 150,
)


def _hostile() -> Roadmap:
    items = tuple(
        Item(
            f"i{number}",
            text,
            summary=text,
            note=text,
            resources=(Resource(text, f"https://example.org/{'y' * 300}", "book", text, text),),
            prerequisites=("i0",),
        )
        for number, text in enumerate(HOSTILE)
    )
    return Roadmap("hostile", HOSTILE[1], children=(Section("s", HOSTILE[0], HOSTILE[1], children=items),))


@pytest.mark.parametrize(
    ("size", "glyphs"),
    [((80, 24), UNICODE), ((40, 10), ASCII)],
    ids=["80x24", "40x10 in ascii"],
)
async def test_hostile_text_is_shown_as_it_is_and_runs_nothing(
    stage: Stage, size: tuple[int, int], glyphs: Glyphs
) -> None:
    async with stage.seat(stage.study(_hostile()), size=size, glyphs=glyphs) as seat:
        await seat.press("j")
        for text in HOSTILE:
            await seat.press("j")
            _fits(seat)
            if glyphs is UNICODE and len(text) < 35:
                assert text in seat.here
                assert text in seat.detail or size == (40, 10)
                assert any(text in line for line in seat.screen)
            row = next(y for y, line in enumerate(seat.outline) if line.startswith(glyphs.cursor))
            await seat.pilot.click("#outline", offset=(8, row))
            await seat.press("enter", "e")
            _fits(seat)
            if glyphs is UNICODE and len(text) < 30:
                assert any(seat.state.title in line for line in seat.screen)
            await seat.press("escape", "escape", "space")
            assert seat.app.is_running
        assert seat.marks
        if glyphs is ASCII:
            assert all(line.isascii() for line in seat.screen)


def _fits(seat: Seat) -> None:
    lines = seat.screen
    width, height = seat.app.size
    assert [cell_len(line) for line in lines] == [width] * height


async def test_notes_from_another_host_are_text(stage: Stage) -> None:
    stage.log.mkdir()
    text = "\x1b[2J\x1b]52;c;aGk=\x07[/] [@click=app.quit]out[/] \u202eback\u200b"
    event = NoteWritten(
        Stamp("5-far-1", 5, MORNING.replace(microsecond=0)), "small", "one", "[/]\x1b[2J", "?", ()
    )
    record = dump(event).replace('"?"', json.dumps(text))
    (stage.log / "far.jsonl").write_text(f"\n{record}\n", encoding="utf-8")
    async with stage.seat(size=(120, 40), place=_at("one")) as seat:
        shown = "\ufffd[2J\ufffd]52;c;aGk=\ufffd[/] [@click=app.quit]out[/] back"
        assert seat.note == shown
        assert " ".join(shown.split()) in " ".join(" ".join(seat.detail.split("\n")).split())
        _fits(seat)
        await seat.press("e")
        assert seat.app.screen.query_one(TextArea).text == shown
        _fits(seat)
        await seat.press("escape", "u")
        assert "\x1b" not in seat.bar
        assert "\ufffd[2J" in seat.bar
        assert seat.app.is_running


# Sizes

SIZES = [(40, 10), (80, 24), (120, 40), (200, 60), (20, 5), (1, 1), (100, 16), (99, 15), (3, 2), (2, 60)]
KEYS = (
    "j",
    "j",
    "space",
    "v",
    "V",
    "enter",
    "2",
    "x",
    "tab",
    "l",
    "-",
    "]",
    "=",
    "G",
    "ctrl+u",
    "D",
    "escape",
    *"u%g",
)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_any_size_will_do(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.seat(size=size) as seat:
        for key in KEYS:
            await seat.press(key)
            _fits(seat)
        for keys in (("question_mark", "j", "escape"), ("e", "a", "escape"), ("ctrl+p", "escape")):
            for key in keys:
                await seat.press(key)
                _fits(seat)
            await seat.until(lambda: seat.is_on(MainScreen))
        assert seat.app.is_running


async def test_resizing_under_the_hands(stage: Stage) -> None:
    async with stage.seat(stage.study(LONG)) as seat:
        for number, key in enumerate(KEYS * 2):
            await seat.pilot.resize_terminal(*SIZES[number % len(SIZES)])
            await seat.settle()
            await seat.press(key)
            _fits(seat)
        for size in ((80, 24), (120, 40)):
            await seat.pilot.resize_terminal(*size)
            await seat.settle()
            await seat.press("escape", "g")
            assert seat.screen == await _fresh(stage, seat, size)


async def _fresh(stage: Stage, seat: Seat, size: tuple[int, int]) -> list[str]:
    """What a new start shows at that size."""
    async with stage.seat(stage.study(LONG), size=size, place=seat.state.view_state) as other:
        return other.screen


@pytest.mark.parametrize("key", ["question_mark", "e", "ctrl+p"])
async def test_resizing_under_a_dialog(stage: Stage, key: str) -> None:
    async with stage.seat() as seat:
        await seat.press(key)
        for size in SIZES:
            await seat.pilot.resize_terminal(*size)
            await seat.settle()
            _fits(seat)
        await seat.press("escape")
        await seat.until(lambda: seat.is_on(MainScreen))


def test_the_small_roadmap_is_one_that_tells_its_nodes_apart() -> None:
    assert len({child.id for child in SMALL.children}) == 3
