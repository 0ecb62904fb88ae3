"""Every command of the keymap, by its key: what becomes of the study, the journal and the panes."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from textual.widgets import Input, TextArea

from roadmap_tui.core.roadmap.model import Item, Resource
from roadmap_tui.store.drafts import Drafts
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.study import Study
from roadmap_tui.text.commands import COMMANDS
from roadmap_tui.text.keymap import KEYMAP
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.screens.help import HelpScreen
from roadmap_tui.tui.screens.note import NoteScreen
from roadmap_tui.tui.screens.palette import PaletteScreen
from roadmap_tui.tui.screens.questions import ConfirmScreen
from roadmap_tui.tui.terminal.textual_private import LayoutUpdate, driver_of
from tests.tui.stage import FIRST, LONG, SECOND, SMALL, THIRD, Seat, Stage

WIDE = (120, 40)
NARROW = (80, 24)
BOTH = pytest.mark.parametrize("size", [NARROW, WIDE])


def _at(node_id: str, *folded: str) -> ViewState:
    return ViewState(node_id, folded)


# Moving


@pytest.mark.parametrize(("down", "up"), [("j", "k"), ("down", "up")])
@BOTH
async def test_a_row_down_and_up(stage: Stage, down: str, up: str, size: tuple[int, int]) -> None:
    async with stage.seat(size=size) as seat:
        assert (seat.cursor, seat.here) == ("", "About this roadmap")
        await seat.press(up)
        assert seat.cursor == ""
        await seat.press(down, down)
        assert (seat.cursor, seat.here) == ("one", "○ One")
        assert seat.detail_title.startswith("One ")
        await seat.press(up)
        assert (seat.cursor, seat.here.split()[:2]) == ("alpha", ["▾", "Alpha"])
        assert seat.detail_title.startswith("Alpha ")
        await seat.press(*[down] * 20)
        assert seat.here == "○ Seven"


@pytest.mark.parametrize(("out", "into"), [("h", "l"), ("left", "right")])
async def test_fold_and_go_out_unfold_and_go_in(stage: Stage, out: str, into: str) -> None:
    async with stage.seat(place=_at("four")) as seat:
        await seat.press(out)
        assert seat.here == "▾ ○ Three"
        await seat.press(out)
        assert seat.here == "▸ ○ Three"
        assert not any("Four" in row for row in seat.outline)
        await seat.press(out)
        assert seat.cursor == "alpha"
        await seat.press(out)
        assert seat.here.startswith("▸ Alpha")
        assert not any("One" in row for row in seat.outline)
        await seat.press(out)
        assert seat.cursor == "alpha"
        await seat.press(into)
        assert seat.here.startswith("▾ Alpha")
        await seat.press(into)
        assert seat.here == "○ One"
        await seat.press(into)
        assert seat.here == "○ One"


@pytest.mark.parametrize(("top", "bottom"), [("g", "G"), ("home", "end")])
async def test_the_first_and_the_last_row(stage: Stage, top: str, bottom: str) -> None:
    async with stage.seat(stage.study(LONG), place=_at("i050")) as seat:
        await seat.press(bottom)
        assert (seat.cursor, seat.outline[-1][1:].strip()) == ("i099", "○ Item 099")
        await seat.press(top)
        assert (seat.cursor, seat.outline[0][1:].strip()) == ("", "About this roadmap")


async def test_pages_and_half_pages(stage: Stage) -> None:
    async with stage.seat(stage.study(LONG), place=_at("i000")) as seat:
        height = len(seat.outline)
        assert height > 5
        for key, rows in (
            ("ctrl+d", height // 2),
            ("ctrl+u", -(height // 2)),
            ("pagedown", height - 1),
            ("pageup", 1 - height),
        ):
            before = seat.state.tree_view.cursor_row
            await seat.press(key)
            assert seat.state.tree_view.cursor_row - before == rows, key
            assert seat.here == f"○ Item {seat.state.tree_view.cursor_row - 2:03}"
        await seat.press("ctrl+u", "pageup")
        assert seat.cursor == ""


async def test_in_the_detail_pane_pages_and_ends_are_those_of_the_page(stage: Stage) -> None:
    study = stage.study(LONG)
    study.write_note("i005", "\n".join(f"line {number}" for number in range(90)))
    async with stage.seat(study, place=_at("i005")) as seat:
        await seat.press("tab")
        assert seat.detail.startswith("Item 005 ")
        await seat.press("ctrl+d")
        half, height = seat.detail, len(seat.detail.splitlines())
        first = int(half.split()[1])
        assert first == height // 2 - 4
        await seat.press("pagedown")
        assert int(seat.detail.split()[1]) == first + height
        await seat.press("pageup")
        assert seat.detail == half
        await seat.press("G")
        assert seat.detail.endswith("line 89")
        await seat.press("g")
        assert seat.detail.startswith("Item 005 ")
        await seat.press("end")
        assert seat.detail.endswith("line 89")
        await seat.press("home", "ctrl+d", "ctrl+u")
        assert seat.detail.startswith("Item 005 ")
        assert seat.cursor == "i005"


async def test_the_next_and_the_previous_unfinished_item(stage: Stage) -> None:
    study = stage.study()
    study.set_status(["one", "four"], "done")
    study.set_status(["five"], "skipped")
    study.set_status(["six"], "doing")
    async with stage.seat(study, place=ViewState("", ("three", "gamma"))) as seat:
        seen = []
        for key in ("}", "}", "}", "}", "}", "{", "{"):
            await seat.press(key)
            seen.append(seat.cursor)
        assert seen == ["two", "three", "six", "seven", "two", "seven", "six"]
        assert seat.here == "▶ Six"
        study.set_status(["two", "three", "six", "seven"], "done")
        await seat.press("}")
        assert seat.cursor == "six"
        assert seat.bar == "Nothing is left to do"
        await seat.press("{")
        assert seat.bar == "Nothing is left to do"


async def test_the_next_and_the_previous_ready_item_and_why(stage: Stage) -> None:
    study = stage.study()
    study.set_status(["three", "four", "five"], "skipped")
    async with stage.seat(study, place=ViewState("", ("gamma",))) as seat:
        assert [seat.row(name)[1:].split()[0] for name in ("One", "Two", "Seven")] == ["○", "·", "○"]
        seen = []
        for key in ("]", "]", "]", "]", "["):
            await seat.press(key)
            seen.append((seat.cursor, seat.bar))
        free = "No prerequisites"
        assert seen == [
            ("one", "Unlocks 1"), ("six", free), ("seven", free), ("one", "Unlocks 1"), ("seven", free),
        ]  # fmt: skip
        study.set_status(["one", "six", "seven"], "done")
        await seat.press("]")
        assert (seat.cursor, seat.bar) == ("two", "Unlocked by One (today)")
        study.set_status(["two"], "doing")
        await seat.press("[")
        assert (seat.cursor, seat.bar) == ("two", "Nothing is ready")


async def test_all_sections_fold_and_unfold(stage: Stage) -> None:
    async with stage.seat(place=_at("four")) as seat:
        await seat.press("-")
        assert [row[1:].split()[:2] for row in seat.outline] == [
            ["About", "this"],
            ["▸", "Alpha"],
            ["▸", "Beta"],
            ["○", "Seven"],
        ]
        assert (seat.cursor, seat.detail.split()[0]) == ("alpha", "Alpha")
        await seat.press("=")
        assert len(seat.outline) == 11
        assert seat.cursor == "alpha"


@BOTH
async def test_tab_goes_to_the_other_pane_and_back(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.seat(size=size, place=_at("one")) as seat:
        await seat.press("tab")
        assert seat.pane == "detail"
        assert seat.main.query_one("#outline").display is (size == WIDE)
        assert "▌1 · book" in seat.detail
        await seat.press("down")
        assert (seat.cursor, seat.state.selection) == ("one", 1)
        assert "▌2 · paper" in seat.detail
        await seat.press("tab")
        assert seat.pane == "outline"
        assert "▌" not in seat.detail
        assert seat.main.query_one("#outline").display
        await seat.press("down")
        assert seat.cursor == "two"


@BOTH
async def test_enter_goes_in_and_escape_comes_back(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.seat(size=size, place=_at("alpha")) as seat:
        outline, detail = seat.main.query_one("#outline"), seat.main.query_one("#detail")
        before = detail.size
        await seat.press("enter")
        assert seat.here.startswith("▸ Alpha")
        await seat.press("enter", "j", "enter")
        assert (seat.cursor, seat.pane) == ("one", "detail")
        if size == NARROW:
            assert not outline.display
            assert detail.size.height > before.height
        else:
            assert detail.size == before
        await seat.press("j", "enter")
        assert seat.ticks == {SECOND}
        assert "▌2 ✓ paper" in seat.detail
        await seat.press("escape")
        assert seat.pane == "outline"
        assert (outline.display, detail.size) == (True, before)
        await seat.press("escape")
        assert seat.pane == "outline"


async def test_left_comes_back_from_the_detail_pane_and_right_does_nothing_there(stage: Stage) -> None:
    async with stage.seat(place=_at("beta")) as seat:
        await seat.press("tab", "l")
        assert (seat.pane, seat.cursor) == ("detail", "beta")
        await seat.press("h")
        assert (seat.pane, seat.cursor) == ("outline", "beta")
        assert seat.here.startswith("▾ Beta")


# Marking


@BOTH
async def test_space_is_done_and_not_after_all(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.seat(size=size, place=_at("one")) as seat:
        assert "Small roadmap" in seat.title
        assert "0/7 · 0%" in seat.title
        await seat.press("space")
        assert seat.marks == {"one": "done"}
        assert seat.row("One") == "▌   ✓ One"
        assert "1/7 · 14%" in seat.title
        assert "1/5" in seat.row("Alpha")
        assert "done · 12 Oct" in seat.detail_title
        assert seat.cursor == "one"
        await seat.press("space")
        assert seat.marks == {}
        assert "○ One" in seat.here
        assert "0/7 · 0%" in seat.title
        assert "ready" in seat.detail_title + seat.detail


async def test_space_on_a_section_folds_it(stage: Stage) -> None:
    async with stage.seat(place=_at("alpha")) as seat:
        await seat.press("space")
        assert seat.here.startswith("▸ Alpha")
        await seat.press("space")
        assert seat.here.startswith("▾ Alpha")
        await seat.press("g", "space")
        assert seat.marks == {}


@pytest.mark.parametrize(
    ("key", "status", "label", "sign"), [("i", "doing", "in progress", "▶"), ("s", "skipped", "skipped", "–")]
)
async def test_doing_and_skipped_and_the_same_key_again(
    stage: Stage, key: str, status: str, label: str, sign: str
) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press(key)
        assert seat.marks == {"one": status}
        assert seat.here == f"{sign} One"
        assert label in seat.detail.split("\n", maxsplit=1)[0]
        assert ("0/6" in seat.title) is (status == "skipped")
        await seat.press(key)
        assert seat.marks == {}
        await seat.press("space", key)
        assert seat.marks == {"one": status}
        await seat.press("0")
        assert seat.marks == {}
        assert seat.here == "○ One"
        written = len(seat.study.history())
        await seat.press("0")
        assert len(seat.study.history()) == written


@pytest.mark.parametrize("key", ["i", "s", "0"])
async def test_a_section_has_no_status_and_that_is_said(stage: Stage, key: str) -> None:
    async with stage.seat(place=_at("alpha")) as seat:
        await seat.press(key)
        assert seat.marks == {}
        assert seat.bar == "A section has no status of its own; D marks the whole section"


async def test_a_whole_branch(stage: Stage) -> None:
    async with stage.seat(place=_at("three")) as seat:
        await seat.press("D")
        assert seat.marks == dict.fromkeys(("three", "four", "five"), "done")
        assert seat.bar == "Three (3 items): done; u undoes it"
        assert len(seat.study.history()) == 1
        await seat.press("D")
        assert seat.marks == {}
        assert seat.bar == "Three (3 items): to do; u undoes it"
        await seat.press("u")
        assert len(seat.marks) == 3
        await seat.press("j", "D")
        assert len(seat.marks) == 2
        assert seat.bar.startswith("j/k move")  # of one item its row says it all
        await seat.press("u", "g", "D")
        assert "Set all 7 items to done?" in "\n".join(seat.screen)
        await seat.press("escape")
        assert (seat.is_on(MainScreen), len(seat.marks)) == (True, 3)
        seat.send("D", "y")  # what is typed before the question is there answers it
        await seat.settle()
        await seat.until(lambda: len(seat.marks) == 7)
        assert "7/7 · 100%" in seat.title
        assert seat.bar == "Small roadmap (4 items): done; u undoes it"


async def test_the_first_undo_of_an_earlier_day_names_the_day_and_asks(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("space", "j", "space")
        stage.clock.time += timedelta(days=2)
        await seat.press("j", "space")
        done = dict.fromkeys(("one", "two"), "done")
        await seat.press("u")
        assert seat.marks == done  # today's is undone at once
        await seat.press("u")
        assert "The last change was made on 12 Oct: Two: done. Undo it?" in " ".join(seat.screen)
        await seat.press("n")
        assert (seat.is_on(MainScreen), seat.marks) == (True, done)
        await seat.press("u", "y")
        assert (seat.marks, seat.bar) == ({"one": "done"}, "Undid: Two: done; ctrl+r restores it")
        await seat.press("u")  # asked once
        assert (seat.is_on(MainScreen), seat.marks) == (True, {})
        await seat.press("ctrl+r", "ctrl+r", "ctrl+r")
        assert len(seat.marks) == 3


async def test_undo_asks_once_however_fast_it_is_typed(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("space", "j", "space")
        stage.clock.time += timedelta(days=1)
        seat.send("u", "u", "u", "j")
        await seat.until(lambda: seat.is_on(ConfirmScreen))
        await seat.press("n")
        await seat.until(lambda: seat.is_on(MainScreen))
        assert len(seat.marks) == 2


async def test_several_are_picked_and_marked_in_one_step(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("v")
        assert seat.cursor == "two"
        assert seat.row("One").startswith(" •")
        await seat.press("j", "j", "V")
        assert [row[:2] for row in seat.outline[2:7]] == [" •", " •", " •", "▌•", "  "]
        await seat.press("i")
        assert seat.marks == dict.fromkeys(("one", "two", "three", "four"), "doing")
        assert len(seat.study.history()) == 1
        assert seat.bar == "4 items: in progress"
        assert not any("•" in row for row in seat.outline)
        await seat.press("u")
        assert seat.marks == {}


@pytest.mark.parametrize(("key", "status"), [("space", "done"), ("s", "skipped")])
async def test_every_mark_goes_to_all_that_are_picked(stage: Stage, key: str, status: str) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("v", "v", "g", key)
        assert seat.marks == {"one": status, "two": status}


async def test_a_range_leaves_sections_out_and_goes_upwards_too(stage: Stage) -> None:
    async with stage.seat(place=_at("six")) as seat:
        await seat.press("v")
        await seat.press("g", *"jjjjjj", "V")
        assert seat.cursor == "five"
        assert {seat.study.tree.nodes[at].id for at in seat.state.rows.selected} == {"five", "six"}


async def test_picking_again_and_escape_let_go(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("v", "k", "v")
        assert seat.state.rows.selected == set()
        await seat.press("k", "v", "v", "escape")
        assert seat.state.rows.selected == set()
        assert not any("•" in row for row in seat.outline)
        await seat.press("g", "v")
        assert seat.bar == "Only items can be selected; D marks a whole section"
        assert seat.state.rows.selected == set()


async def test_undo_and_redo_say_what_and_show_where(stage: Stage) -> None:
    async with stage.seat(place=_at("four")) as seat:
        await seat.press("space", "h", "h", "G", "i")
        assert seat.marks == {"four": "done", "seven": "doing"}
        await seat.press("u")
        assert seat.bar == "Undid: Seven: in progress; ctrl+r restores it"
        await seat.press("u")
        assert seat.marks == {}
        assert seat.bar == "Undid: Four: done; ctrl+r restores it"
        assert seat.here == "○ Four"
        await seat.press("u")
        assert seat.bar == "Undo: nothing left to undo; redo restores it"
        await seat.press("ctrl+r")
        assert seat.marks == {"four": "done"}
        assert seat.bar == "Redid: Four: done"
        await seat.press("ctrl+r")
        assert seat.marks == {"four": "done", "seven": "doing"}
        assert (seat.cursor, seat.bar) == ("seven", "Redid: Seven: in progress")
        await seat.press("ctrl+r")
        assert seat.bar == "Redo: nothing to redo; undo something first"


async def test_notes_and_ticks_are_taken_back_too(stage: Stage) -> None:
    study = stage.study()
    study.write_note("one", "hm")
    study.tick_resource("one", FIRST, True)
    async with stage.seat(study) as seat:
        await seat.press("u")
        assert seat.bar == "Undid: One: resource ticked; ctrl+r restores it"
        assert (seat.cursor, seat.ticks) == ("one", frozenset())
        assert "1 · book" in seat.detail
        await seat.press("u")
        assert seat.bar == "Undid: One: note; ctrl+r restores it"
        assert seat.note == ""
        assert "✎" not in seat.here


async def test_the_bar_says_what_picks_are_for(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("v", "v")
        assert seat.bar.startswith("2 selected  space done  i in progress")
        assert seat.bar.endswith("? keys  q quit")
        await seat.press("escape")
        assert "selected" not in seat.bar
        await seat.press("g", "V")
        assert seat.bar == "Only items can be selected; D marks a whole section"


# Notes


@BOTH
async def test_a_note_is_written_in_the_program(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.seat(size=size, place=_at("one")) as seat:
        await seat.press("e")
        assert seat.is_on(NoteScreen)
        await seat.write("Quite unlike u")
        await seat.press("enter")
        await seat.write("?")
        assert seat.app.screen.query_one(TextArea).text == "Quite unlike u\n?"
        assert seat.study.history() == []
        await seat.press("ctrl+s")
        assert seat.is_on(MainScreen)
        assert seat.note == "Quite unlike u\n?"
        assert seat.here.endswith("✎")
        assert "Note\n Quite unlike u\n ?" in seat.detail
        assert len(seat.study.history()) == 1
        await seat.press("e", "backspace", "ctrl+s")
        assert seat.note == "Quite unlike u"
        await seat.press("e", "ctrl+s")
        assert len(seat.study.history()) == 2


async def test_a_note_that_is_left_is_a_draft(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        keys = seat.bar
        await seat.press("e", "escape")
        assert seat.bar == keys
        await seat.press("e")
        await seat.write("hm")
        await seat.press("escape")
        assert seat.bar == "Not saved; kept as a draft; e opens it again"
        assert (seat.note, seat.cursor) == ("", "one")
        await seat.press("j", "e")
        assert seat.app.screen.query_one(TextArea).text == ""
        await seat.press("escape", "k", "e")
        assert seat.app.screen.query_one(TextArea).text == "hm"
        await seat.press("m", "ctrl+s")
        assert seat.note == "hmm"
        await seat.press("e")
        assert seat.app.screen.query_one(TextArea).text == "hmm"


async def test_a_note_that_is_refused_is_a_draft(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("e")
        seat.app.screen.query_one(TextArea).text = "x" * 50_000
        await seat.press("ctrl+s")
        assert seat.is_on(MainScreen)
        assert seat.state.is_error
        assert (seat.note, seat.study.history()) == ("", [])
        await seat.press("e")
        assert len(seat.app.screen.query_one(TextArea).text) == 50_000


@pytest.mark.parametrize("key", ["ctrl+c", "ctrl+q"])
async def test_what_was_typed_is_not_lost_by_leaving(stage: Stage, key: str) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("e")
        await seat.write("hm")
        await seat.press(key)
        assert seat.app.is_running
        assert seat.is_on(MainScreen)
        assert seat.bar == "Not saved; kept as a draft; e opens it again"
        await seat.press("q")
        assert seat.is_on(ConfirmScreen)
        await seat.press("n", "e")
        assert seat.app.screen.query_one(TextArea).text == "hm"
        await seat.press("ctrl+s", "q")
        assert seat.app.return_value == 0
        assert seat.note == "hm"


async def test_a_note_of_the_roadmap_itself_and_of_a_section(stage: Stage) -> None:
    async with stage.seat() as seat:
        for _ in range(2):
            await seat.press("e")
            await seat.write("my own")
            await seat.press("ctrl+s")
            assert seat.note == "my own"
            assert "my own" in seat.detail
            await seat.press("j")


async def test_where_no_editor_can_be_started_that_is_said(stage: Stage) -> None:
    async with stage.seat(place=_at("one"), drafts=Drafts(str(stage.folder / "drafts"))) as seat:
        await seat.press("E")
        assert seat.bar == "No editor can be started here; e writes a note in the program"
        assert seat.note == ""


# Resources


@BOTH
async def test_digits_choose_a_resource(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.seat(size=size, place=_at("one")) as seat:
        await seat.press("3")
        assert (seat.pane, seat.state.selection) == ("outline", 2)
        assert seat.bar == "3 Third; y copies it; x ticks it"
        assert "▌3 · course" in seat.detail
        await seat.press("4")
        assert seat.state.selection == 2
        assert seat.bar == "No resource with this number"
        await seat.press("2", "j", "k", "tab")
        assert "▌2 · paper" in seat.detail


async def test_all_nine_digits(stage: Stage) -> None:
    one = LONG.children[0].children[0]
    resource = _resources(9)
    roadmap = LONG._replace(children=(one._replace(resources=resource),))
    async with stage.seat(stage.study(roadmap), place=_at(one.id)) as seat:
        for digit in "123456789":
            await seat.press(digit)
            assert seat.state.selection == int(digit) - 1
            assert seat.bar.startswith(f"{digit} R")


def _resources(count: int) -> tuple[Resource, ...]:
    return tuple(Resource(f"R{number}", f"https://example.org/{number}") for number in range(count))


async def test_a_resource_is_ticked_and_unticked(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("x")
        assert seat.ticks == {FIRST}
        assert "1 ✓ book" in seat.detail
        assert seat.pane == "outline"
        await seat.press("3", "x")
        assert seat.ticks == {FIRST, THIRD}
        assert "2/3" in seat.detail
        await seat.press("x", "1", "x")
        assert seat.ticks == frozenset()
        await seat.press("escape", "j", "x")
        assert seat.bar == "No resource here"
        await seat.press("g", "x")
        assert seat.ticks == {"https://example.org/overview"}
        assert seat.marks == {}


async def test_the_address_goes_to_the_clipboard(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async with stage.seat(place=_at("one")) as seat:
        sent: list[str] = []
        monkeypatch.setattr(driver_of(seat.app), "write", sent.append)
        await seat.press("2", "y")
        code = base64.b64encode(SECOND.encode()).decode()
        assert sent == [f"\x1b]52;c;{code}\a"]
        assert seat.app.clipboard == SECOND
        assert seat.bar == f"Copied to the clipboard: {SECOND}"
        await seat.press("escape", "j", "y")
        assert seat.bar == "No link here"
        assert len(sent) == 1


# The program


async def test_the_number_is_explained(stage: Stage) -> None:
    study = stage.study()
    study.set_status(["one", "two"], "done")
    study.set_status(["six"], "skipped")
    study.set_status(["seven"], "doing")
    async with stage.seat(study) as seat:
        await seat.press("%")
        assert "2/6 · 33%" in seat.title
        assert seat.bar == "33% = 2 of 6: done 2 · in progress 1 · to do 3 · skipped 1, not counted"


async def test_the_palette_runs_a_command(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("ctrl+p")
        assert not seat.is_on(MainScreen)
        await seat.write("skip")
        assert _first_offer(seat) == "▌ Skip (not counted) s"
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(MainScreen))
        await seat.until(lambda: bool(seat.study.history()))
        assert seat.marks == {"one": "skipped"}
        assert seat.here == "– One"


async def test_the_palette_hands_on_to_the_program_and_closes(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("ctrl+p")
        await seat.write("copy")
        assert _first_offer(seat).startswith("▌ Copy the link")
        await seat.press("enter")
        await seat.until(lambda: seat.bar.startswith("Copied"))
        assert seat.app.clipboard == FIRST
        await seat.press("ctrl+p", "escape")
        await seat.until(lambda: seat.is_on(MainScreen))


def _first_offer(seat: Seat) -> str:
    first = next(line for line in seat.screen if "▌" in line)
    return " ".join(first.strip(" │").split())


@pytest.mark.parametrize("close", ["escape", "q", "question_mark", "f1", "enter"])
async def test_help_opens_and_closes(stage: Stage, close: str) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("question_mark")
        assert seat.is_on(HelpScreen)
        await seat.press("space", "i", "u")
        assert seat.marks == {}
        await seat.press(close)
        assert seat.is_on(MainScreen)
        assert seat.app.is_running


async def test_help_scrolls_with_its_cursor(stage: Stage) -> None:
    from roadmap_tui.tui.screens.help import HelpScreen

    async with stage.seat() as seat:
        await seat.press("question_mark")
        screen = seat.app.screen
        assert isinstance(screen, HelpScreen)
        scroll = screen.query_one("VerticalScroll")
        page = scroll.size.height - 1
        for key, by in (("j", 1), ("down", 1), ("k", -1), ("up", -1), ("pagedown", page), ("pageup", -page)):
            before = screen.table.selected
            await seat.press(key)
            assert screen.table.selected - before == by, key
        await seat.press("end")
        assert scroll.scroll_y == scroll.max_scroll_y > 0
        await seat.press("home")
        assert scroll.scroll_y == 0


async def test_redraw_draws_every_cell(stage: Stage) -> None:
    async with stage.seat() as seat:
        with seat.watched() as drawn:
            await seat.press("j")
            assert not any(isinstance(update, LayoutUpdate) for update in drawn)
            await seat.press("ctrl+l")
        assert any(isinstance(update, LayoutUpdate) for update in drawn)


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_leaving(stage: Stage, key: str) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("space", "j", key)
        assert seat.app.return_value == 0
        assert not seat.app.is_running
        assert stage.kept[-1] == ViewState("two", ())
        assert seat.marks == {"one": "done"}


async def test_keys_are_dead_while_text_is_typed(stage: Stage) -> None:
    typed = [key for command in COMMANDS for key in command.keys if len(key) == 1 or key == "space"]
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("e")
        for key in typed:
            await seat.press(key)
        text = "".join(" " if key == "space" else key for key in typed)
        assert seat.app.screen.query_one(TextArea).text == text
        await seat.press("tab", "ctrl+r", "ctrl+p", "ctrl+l", "end")
        assert seat.is_on(NoteScreen)
        await seat.press("escape")
        assert seat.marks == {}
        assert (seat.cursor, seat.pane, seat.state.rows.selected) == ("one", "outline", set())


async def test_what_is_typed_ahead_is_the_dialog_s(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        seat.send("e", *"sDi0u", "space", "x", "ctrl+s")
        await seat.until(lambda: bool(seat.note))
        assert (seat.marks, seat.note) == ({}, "sDi0u x")
        await seat.until(lambda: seat.is_on(MainScreen))
        seat.send("j", "k", "ctrl+p", *"spaced")
        await seat.until(
            lambda: seat.is_on(PaletteScreen) and seat.app.screen.query_one(Input).value == "spaced"
        )
        await seat.press("escape")
        await seat.until(lambda: seat.is_on(MainScreen))
        seat.send("question_mark", "space", "j", "s", "D", "q")
        await seat.until(lambda: seat.is_on(HelpScreen))
        await seat.until(lambda: seat.is_on(MainScreen))
        assert (seat.marks, seat.cursor) == ({}, "one")
    async with stage.seat(stage.study(log=None), place=_at("one")) as seat:
        seat.send("e", "j", "j")
        await seat.until(lambda: seat.cursor == "three")


async def test_a_key_without_a_command_says_so_in_dialogs_too(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("~")
        assert seat.bar == "~ has no command here; ? shows the keys"
        await seat.press("%")
        assert "has no command" not in seat.bar
        await seat.press("f", "Z")
        assert "Z has no command here; ? shows the keys" in seat.screen[-2] + "".join(seat.screen)
        await seat.press("j")
        assert "has no command" not in "".join(seat.screen)


async def test_what_is_said_lasts_until_the_next_key(stage: Stage) -> None:
    async with stage.seat() as seat:
        await seat.press("]", "space", "u", "k", "j")  # no longer new
        keys = seat.bar
        assert keys.startswith("j/k move")
        await seat.press("%")
        said = seat.bar
        assert said.startswith("0% = 0 of 7")
        other = Study(seat.study.roadmap, stage.study().journal)
        other.set_status(["one"], "done")
        await seat.until(lambda: "✓ One" in seat.row("One"))
        assert seat.bar == said
        await seat.press("f12")
        assert seat.bar == "f12 has no command here; ? shows the keys"
        await seat.press("%", "j")
        assert seat.bar == keys


async def test_the_outline_is_current_when_the_details_make_room_for_it(stage: Stage) -> None:
    async with stage.seat() as seat:
        await seat.press("]", "enter", "space", "escape")
        assert seat.cursor == "one"
        assert "✓ One" in "".join(row for row in seat.screen if "One" in row)
        assert "1/5" in "".join(row for row in seat.screen if "Alpha" in row and "▾" in row)


async def test_the_key_bar_is_that_of_the_pane(stage: Stage) -> None:
    async with stage.seat() as seat:
        await seat.press("]", "space", "u", "g")
        assert seat.bar.startswith("j/k move")
        await seat.press("enter")
        assert seat.bar.startswith("j/k select  x tick resource")
        assert "esc back" in seat.bar
        await seat.press("escape")
        assert seat.bar.startswith("j/k move")


async def test_a_section_with_a_note_shows_that_it_has_one(stage: Stage) -> None:
    async with stage.seat() as seat:
        seat.study.write_note("alpha", "of the whole section")
        await seat.press("j")
        assert "✎" in seat.row("Alpha")


async def test_r_without_a_home_folder_says_so(stage: Stage) -> None:
    async with stage.seat() as seat:
        await seat.press("R")
        await seat.until(lambda: bool(seat.state.message))
        assert seat.bar == "No home folder to store roadmaps in"
        await seat.press("j")
        assert seat.here.startswith("▾ Alpha")


async def test_retired_items_are_shown_at_the_end_and_passed_over(stage: Stage) -> None:
    gone = Item("gone", "Gone")
    study = stage.study(SMALL._replace(retired=(gone,)))
    study.set_status([item.id for item in study.tree.items()], "done")
    async with stage.seat(study) as seat:
        await seat.press("G")
        assert (seat.outline[-2].split()[1], seat.here) == ("Retired", "· Gone")
        await seat.press("}")
        assert seat.bar == "Nothing is left to do"
        await seat.press("G", "space", "%")
        assert seat.bar == "100% = 7 of 7: done 7 · in progress 0 · to do 0 · retired 1, not counted"


def test_every_command_is_pressed_in_these_files() -> None:
    from pathlib import Path

    here = Path(__file__).parent
    source = "".join(path.read_text(encoding="utf-8") for path in here.glob("test_*.py"))
    names = {"?": "question_mark", "/": "slash"}
    missing = [
        key
        for command in KEYMAP.in_scope()
        for key in command.keys
        if f'"{names.get(key, key)}"' not in source and not key.isdigit()
    ]
    assert missing == []
