"""The list of keys is searched, and runs commands; the notes of all roadmaps are one list."""

from __future__ import annotations

from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.notes import NoteEntry, collect_notes
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.screens.filter import FilterScreen
from roadmap_tui.tui.screens.help import HelpScreen
from roadmap_tui.tui.screens.palette import PaletteScreen
from tests.tui.stage import Seat, Stage


def _shown(seat: Seat) -> str:
    return "\n".join(seat.screen)


async def test_keys_are_searched_and_run(stage: Stage) -> None:
    async with stage.seat(place=ViewState("one", ())) as seat:
        await seat.press("?")
        assert seat.is_on(HelpScreen)
        await seat.press("/")
        await seat.write("mark in prog")
        assert "▌ i  " in _shown(seat)
        assert "Undo" not in _shown(seat)
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(MainScreen))
        await seat.settle()
        assert seat.marks == {"one": "doing"}
        await seat.press("?", "j", "k", "/", "z", "z", "escape")
        assert "Go to the next row" in _shown(seat)
        await seat.press("escape")
        assert seat.is_on(MainScreen)


async def test_the_cursor_of_the_help_stays_in_view(stage: Stage) -> None:
    async with stage.seat() as seat:
        await seat.press("?", "G")
        assert any(line.strip(" │").startswith("▌ q ") for line in seat.screen)
        await seat.press("g")
        assert any("▌ j ↓" in line for line in seat.screen)


async def test_a_key_of_a_dialog_is_run_there(stage: Stage) -> None:
    async with stage.seat() as seat:
        await seat.press("f", "?", "/")
        await seat.write("turn the choice")
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(FilterScreen))
        await seat.settle()
        assert "[✓] to do" in _shown(seat)


async def test_notes_and_own_items_are_one_list(stage: Stage) -> None:
    study = stage.study()
    study.write_note("six", "Mind the sum.\nOver the batch.")
    study.write_note("two", "Another thing.")
    study.custom.add_item("alpha", "Mine")
    async with stage.seat(study) as seat:
        await seat.press("B")
        assert seat.is_on(PaletteScreen)
        assert "Notes and your own items" in _shown(seat)
        assert all(text in _shown(seat) for text in ("Six  Mind the sum.", "Two  Another thing.", "Mine"))
        await seat.write("batch")
        assert "Six  Over the batch." in _shown(seat)
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(MainScreen))
        assert seat.cursor == "six"


def test_the_notes_of_other_roadmaps_name_them(stage: Stage) -> None:
    study = stage.study()
    other = study.for_roadmap(Roadmap("other", "Other", children=(Item("x", "X"), Item("y", "Y"))))
    writer = stage.study(other.source)
    writer.write_note("y", "There.")
    study.apply(study.journal.read())
    study.write_note("", "Of the roadmap.")
    entries = collect_notes([study, study.for_roadmap(other.source)])
    assert entries == [
        NoteEntry("small", "", "Small roadmap", "Of the roadmap.", ""),
        NoteEntry("other", "y", "Y", "There.", "Other"),
    ]
