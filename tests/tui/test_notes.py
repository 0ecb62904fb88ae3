"""What a reader writes in the screen: lines, drafts, items and resources of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input, Static, TextArea

from roadmap_tui.core.progress.events import NoteWritten
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.store.drafts import Drafts, NoteDraft
from roadmap_tui.store.library import is_removed
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.screens.input import InputScreen
from roadmap_tui.tui.screens.note import NoteScreen
from roadmap_tui.tui.screens.resource import ResourceScreen
from tests.tui.stage import FIRST, SMALL, Seat, Stage

PAPER = "https://arxiv.org/abs/1706.03762"


def _at(node_id: str) -> ViewState:
    return ViewState(node_id, ())


# Lines


async def test_a_title_that_does_not_fit_says_so(stage: Stage) -> None:
    study = stage.study(Roadmap("r", "R", children=(Item("one", "Long " * 30),)))
    async with stage.seat(study, place=_at("one")) as seat:
        await seat.press("a")
        heading = seat.app.screen.query_one(".heading", Static)
        assert heading.render_line(0).text.rstrip().endswith("…")


async def test_a_line_is_added_to_the_note(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("a")
        assert seat.is_on(InputScreen)
        await seat.write("first q")
        await seat.press("enter")
        assert (seat.is_on(MainScreen), seat.note) == (True, "first q")
        await seat.press("a")
        await seat.write("second")
        await seat.press("ctrl+s")
        assert seat.note == "first q\nsecond"
        await seat.press("a", "escape", "a", "enter")
        assert len(seat.study.history()) == 2


async def test_a_line_goes_to_all_that_are_picked(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("v", "v", "a")
        await seat.write("both")
        await seat.press("enter")
        assert [seat.study.note_text(name) for name in ("one", "two", "three")] == ["both", "both", ""]
        assert seat.bar == "Noted on 2 items; u undoes them one by one"
        assert not seat.state.rows.selected


async def test_a_line_for_one_that_is_picked_names_it(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("v")
        assert seat.cursor == "two"
        await seat.press("a")
        assert seat.app.screen.query(".heading").first(Static).content == "Add to the note on One"
        await seat.write("it")
        await seat.press("enter")
        assert [seat.study.note_text(name) for name in ("one", "two")] == ["it", ""]
        assert not seat.state.rows.selected


# Drafts


def _drafts(stage: Stage) -> str:
    return str(stage.folder / "drafts")


async def test_a_draft_outlives_the_program(stage: Stage) -> None:
    async with stage.seat(place=_at("one"), drafts=Drafts(_drafts(stage))) as seat:
        await seat.press("e")
        await seat.write("hm")
        await seat.press("escape", "q")
        assert seat.app.return_value == 0
    async with stage.seat(place=_at("one"), drafts=Drafts(_drafts(stage))) as seat:
        assert seat.bar == "Unsaved note on One; e opens it"
        await seat.press("e")
        assert seat.app.screen.query_one(TextArea).text == "hm"
        assert "Restored draft, not saved yet." in "\n".join(seat.screen)
        await seat.press("ctrl+s")
        assert seat.note == "hm"
    assert Drafts(_drafts(stage)).for_roadmap("small") == []


async def test_a_draft_is_offered_once_and_opened_from_anywhere(stage: Stage) -> None:
    drafts = Drafts(_drafts(stage))
    drafts.save(NoteDraft("small", "two", "half a thought", ""))
    async with stage.seat(place=_at("six"), drafts=drafts) as seat:
        assert seat.bar == "Unsaved note on Two; e opens it"
        await seat.press("e")
        assert seat.app.screen.query_one(TextArea).text == "half a thought"
        await seat.press("escape")
        assert seat.state.node_id == "two"
        await seat.press("j", "e")  # from then on the key is for the item under the cursor
        assert seat.app.screen.query_one(TextArea).text == ""
        await seat.press("escape")
    for offered, message in ((False, "Unsaved note on Two; e opens it"), (True, "")):
        drafts = Drafts(_drafts(stage))
        assert [draft.offered for draft in drafts.for_roadmap("small")] == [offered]
        async with stage.seat(place=_at("six"), drafts=drafts) as seat:
            assert seat.state.message == message
            await seat.press("j", "e")
            assert seat.app.screen.query_one(TextArea).text == ""
            await seat.press("escape")


async def test_a_draft_of_another_session_that_became_the_note_is_not_offered(stage: Stage) -> None:
    drafts = Drafts(_drafts(stage))
    stage.study().write_note("one", "saved meanwhile")
    drafts.save(NoteDraft("small", "one", "saved meanwhile", ""))
    async with stage.seat(place=_at("one"), drafts=drafts) as seat:
        assert (seat.state.message, drafts.for_roadmap("small")) == ("", [])


async def test_drafts_whose_item_or_roadmap_is_gone_are_offered_once_too(stage: Stage) -> None:
    library = stage.folder / "roadmaps"
    (library / "removed").mkdir(parents=True)
    (library / "removed/away.json").write_text("{}")
    (library / "removed/back.json").write_text("{}")
    (library / "back.json").write_text("{}")

    def read() -> Drafts:
        return Drafts(_drafts(stage), lambda name: is_removed(name, str(library)))

    drafts = read()
    drafts.save(NoteDraft("small", "vanished", "half a thought", "", offered=True))
    for roadmap in ("away", "back"):
        drafts.save(NoteDraft(roadmap, "first", f"of {roadmap}", ""))
    study = stage.study()
    study.write_note("", "saved")
    async with stage.seat(study, place=_at("six"), drafts=read()) as seat:
        assert seat.bar == "Unsaved note on Small roadmap; e opens it"
        await seat.press("e")
        parts = seat.app.screen.query_one(TextArea).text.split("\n\n")
        assert parts[0] == "saved"
        assert set(parts[1:]) == {"vanished:\nhalf a thought", "away / first:\nof away"}
        await seat.press("ctrl+s")
    assert study.note_text("") == "\n\n".join(parts)
    left = read()
    assert left.for_roadmap("small") == left.for_roadmap("away") == []
    assert [draft.text for draft in left.for_roadmap("back")] == ["of back"]


async def test_what_is_being_typed_is_kept_before_long(stage: Stage) -> None:
    async with stage.seat(place=_at("one"), drafts=Drafts(_drafts(stage))) as seat:
        await seat.press("e")
        await seat.write("not yet saved")
        await seat.until(
            lambda: [one.text for one in Drafts(_drafts(stage)).for_roadmap("small")] == ["not yet saved"]
        )
        assert seat.is_on(NoteScreen)


async def test_a_signal_keeps_what_is_being_typed(stage: Stage) -> None:
    async with stage.seat(place=_at("one"), drafts=Drafts(_drafts(stage))) as seat:
        await seat.press("e")
        await seat.write("hm")
        seat.app.post_message(seat.app.SignalReceived(15))
        await seat.until(lambda: not seat.app.is_running)
    assert Drafts(_drafts(stage)).for_roadmap("small") == [NoteDraft("small", "one", "hm", "")]


async def test_a_draft_knows_that_the_note_became_another(stage: Stage) -> None:
    drafts = Drafts(_drafts(stage))
    drafts.save(NoteDraft("small", "one", "mine", "before"))
    study = stage.study()
    study.write_note("one", "theirs")
    async with stage.seat(study, place=_at("one"), drafts=drafts) as seat:
        await seat.press("e")
        assert "Draft; meanwhile the note changed to: theirs" in "\n".join(seat.screen)
        await seat.press("ctrl+s")
        assert seat.note == "mine"


async def test_a_long_note_beside_a_draft_leaves_room_to_write(stage: Stage) -> None:
    drafts = Drafts(_drafts(stage))
    drafts.save(NoteDraft("small", "one", "mine", ""))
    study = stage.study()
    study.write_note("one", "a line of it\n" * 99)
    async with stage.seat(study, place=_at("one"), drafts=drafts, size=(60, 16)) as seat:
        await seat.press("e")
        assert seat.app.screen.query_one(TextArea).size.height
        assert seat.app.screen.query_one(".hint").region.bottom <= 16


class _Elsewhere:
    """Stands for the suspended screen of an app that has no terminal."""

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


async def test_the_own_editor_goes_on_with_a_draft(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    drafts = Drafts(_drafts(stage))
    drafts.save(NoteDraft("small", "one", "half a thought", ""))
    editor = stage.folder / "editor"
    async with stage.seat(place=_at("one"), drafts=drafts) as seat:
        monkeypatch.setattr(seat.app, "suspend", _Elsewhere)
        monkeypatch.setenv("VISUAL", str(editor))
        for script, note, waits in (
            ("true", "", True),
            ('echo and more >>"$1"', "half a thought\nand more", False),
        ):
            editor.write_text(f"#!/bin/sh\n{script}\n")
            editor.chmod(0o700)
            await seat.press("E")
            assert (seat.note, bool(drafts.for_roadmap("small"))) == (note, waits)
            assert seat.bar.startswith("Not saved; the draft is kept; e opens it") == waits
        drafts.save(NoteDraft("small", "one", "another thought", "before"))
        await seat.press("E")
        assert seat.bar == "The note has changed since its draft was written; e shows both"
        assert (seat.note, len(drafts.for_roadmap("small"))) == ("half a thought\nand more", 1)


def test_a_damaged_draft_is_left_where_it_is(tmp_path: Path) -> None:
    drafts = Drafts(str(tmp_path))
    drafts.save(NoteDraft("small", "one", "x", ""))
    (kept,) = tmp_path.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    (tmp_path / "bad.json").write_bytes(b"\xff{")
    (tmp_path / "worse.json").write_text('{"roadmap": 1, "node": "", "text": "", "before": ""}')
    (tmp_path / "worst.json").write_text("[" * 10_000)
    assert Drafts(str(tmp_path)).for_roadmap("small") == [NoteDraft("small", "one", "x", "")]
    assert len(list(tmp_path.iterdir())) == 4


def test_a_draft_that_can_not_be_written_is_unsafe(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("a file, no folder")
    drafts = Drafts(str(tmp_path / "drafts"))
    drafts.save(NoteDraft("small", "one", "x", ""))
    assert (drafts.unwritten_count, len(drafts.for_roadmap("small"))) == (1, 1)
    drafts.drop("small", "one")
    assert drafts.unwritten_count == 0


async def test_two_versions_are_told_and_made_one(stage: Stage) -> None:
    study, other = stage.study(), stage.study()
    study.write_note("one", "from here")
    other.apply([])
    written = study.history()[-1]
    assert isinstance(written, NoteWritten)
    twin = written._replace(stamp=written.stamp._replace(id="zz-other-1"), text="from there")
    study.apply([twin])
    async with stage.seat(study, place=_at("one")) as seat:
        assert "Note · 2 versions" in seat.detail
        await seat.press("e")
        assert "2 versions, one below the other; saving merges them." in "\n".join(seat.screen)
        await seat.press("ctrl+s")
        assert [note.text for note in seat.study.state("one").notes] == ["from here\n\nfrom there"]


async def test_what_another_session_wrote_meanwhile_stays_beside_it(stage: Stage) -> None:
    study, other = stage.study(), stage.study()
    study.write_note("one", "before")
    async with stage.seat(study, place=_at("one")) as seat:
        await seat.press("e", "ctrl+u")
        await seat.write("mine")
        other.apply(other.journal.read())
        other.write_note("one", "theirs")
        await seat.until(lambda: seat.study.note_text("one") == "theirs")
        await seat.press("ctrl+s")
        assert [note.text for note in seat.study.state("one").notes] == ["theirs", "mine"]
        assert seat.bar == "Another session changed this note; both versions are kept; e merges them"
        await seat.press("e", "ctrl+s")
        assert [note.text for note in seat.study.state("one").notes] == ["theirs\n\nmine"]


# Own items


async def _add(seat: Seat, title: str) -> None:
    await seat.press("A")
    assert seat.is_on(InputScreen)
    await seat.write(title)
    await seat.press("enter")


async def test_an_own_item_is_added_below_the_section(stage: Stage) -> None:
    async with stage.seat(place=_at("two")) as seat:
        before = seat.study.counts_at().total
        await _add(seat, "My own Quest")
        assert seat.here == "○ My own Quest"
        assert seat.study.counts_at().total == before + 1
        assert "Your own item" in seat.detail
        assert seat.row("Alpha").endswith("0/6")
        await seat.press("space")
        assert seat.here == "✓ My own Quest"
        await seat.press("u", "u")
        assert seat.study.counts_at().total == before
        assert not any("Quest" in row for row in seat.outline)
        await seat.press("ctrl+r", "ctrl+r")
        assert seat.row("My own Quest")[1:].strip() == "✓ My own Quest"


async def test_an_own_item_is_there_next_time_and_in_other_sessions(stage: Stage) -> None:
    async with stage.seat(place=_at("two")) as seat:
        await _add(seat, "Mine")
        await seat.press("space")
    async with stage.seat(place=_at("gamma")) as seat:
        assert seat.row("Mine")[1:].strip() == "✓ Mine"
        other = stage.study()
        other.custom.add_item("gamma", "Theirs")
        await seat.until(lambda: any("Theirs" in row for row in seat.outline))
        assert seat.cursor == "gamma"


async def test_an_own_item_is_renamed_and_removed(stage: Stage) -> None:
    async with stage.seat(place=_at("two")) as seat:
        await _add(seat, "Mine")
        await seat.press("A")
        assert seat.app.screen.query_one(Input).value == "Mine"
        await seat.press("x", "enter")
        assert seat.here == "○ Minex"
        await seat.press("A", "ctrl+u", "enter")
        assert not any("Mine" in row for row in seat.outline)
        assert (seat.bar, seat.cursor) == ("Removed: Minex; u restores it", "alpha")
        await seat.press("u")
        assert seat.row("Minex")


async def test_an_own_item_of_the_roadmap_itself(stage: Stage) -> None:
    async with stage.seat() as seat:
        await _add(seat, "Loose")
        assert seat.here == "○ Loose"
        assert [section.title for section in seat.study.tree.sections(seat.state.cursor)] == ["Yours"]
        await _add(seat, "Another")
        assert [section.title for section in seat.study.tree.sections(seat.state.cursor)] == ["Yours"]


async def test_folds_and_picks_stay_where_they_are(stage: Stage) -> None:
    async with stage.seat(place=ViewState("two", ("beta",))) as seat:
        await seat.press("v", "j", "j", "j")
        assert seat.state.selected_ids == ["two"]
        await seat.press("g", "j")
        await _add(seat, "Mine")
        assert seat.state.selected_ids == ["two"]
        assert seat.row("Beta")[1:].strip().startswith("▸")


# Own resources


async def test_an_own_resource_is_added_and_stands_apart(stage: Stage) -> None:
    async with stage.seat(place=_at("one"), size=(120, 40)) as seat:
        await seat.press("+")
        assert seat.is_on(ResourceScreen)
        await seat.write(PAPER)
        await seat.press("enter")
        await seat.write("Attention")
        await seat.press("ctrl+s")
        assert seat.is_on(MainScreen)
        apart = seat.detail.partition("Your own")[2]
        assert "4 · paper   Attention" in apart
        await seat.press("4", "x")
        assert PAPER in seat.detail
        assert PAPER in seat.ticks
        await seat.press("u", "u")
        assert "Your own" not in seat.detail


async def test_an_own_resource_is_changed_and_removed(stage: Stage) -> None:
    study = stage.study()
    study.custom.set_resource("one", PAPER, "Attention", "paper")
    async with stage.seat(study, place=_at("one")) as seat:
        await seat.press("4", "enter", "+")
        assert [line.value for line in seat.app.screen.query(Input)] == [PAPER, "Attention"]
        await seat.press("v", "2", "enter", "enter", "enter")
        assert [(one.url, one.kind) for one in seat.study.resources("one")][3:] == [(f"{PAPER}v2", "paper")]
        await seat.press("+", "ctrl+u", "ctrl+s")
        assert len(seat.study.resources("one")) == 3
        await seat.press("u")
        assert len(seat.study.resources("one")) == 4


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("no address", "Not a URL; use http:// or https://"),
        (FIRST, "This address is already listed; tick it, or give another"),
    ],
)
async def test_a_resource_that_can_not_be_is_asked_for_again(stage: Stage, address: str, why: str) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("+")
        await seat.write(address)
        await seat.press("ctrl+s")
        assert seat.is_on(ResourceScreen)
        assert why in "\n".join(seat.screen)
        assert seat.app.screen.query_one("#url", Input).value == address
        await seat.press("escape")
        assert seat.study.history() == []


async def test_tab_goes_from_line_to_line(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("+")
        await seat.write(PAPER)
        await seat.press("tab")
        await seat.write("Attention")
        await seat.press("down", "up", "up", "v", "2", "ctrl+s")
        assert [(one.title, one.url) for one in seat.study.resources("one")[3:]] == [
            ("Attention", f"{PAPER}v2")
        ]


async def test_where_it_is_low_the_keys_are_still_named(stage: Stage) -> None:
    async with stage.seat(place=_at("one"), size=(40, 10)) as seat:
        await seat.press("+")
        assert "ctrl+s save   esc cancel  " in seat.screen[7]  # and no piece of the third
        await seat.press("tab", "tab", "left")
        assert "[website]" in seat.screen[5]


async def test_the_kind_is_guessed_from_the_address_and_chosen_from_a_list(stage: Stage) -> None:
    async with stage.seat(place=_at("one")) as seat:
        await seat.press("+")
        await seat.write(PAPER)
        await seat.press("enter", "enter")
        assert " book  course  video [paper] docs  article " in "\n".join(seat.screen)
        await seat.press("right", "r", "left", "v")
        assert "[video]" in "\n".join(seat.screen)
        await seat.press("shift+tab", "shift+tab", "x", "enter", "enter", "enter")
        assert seat.study.resources("one")[-1][1:3] == (f"{PAPER}x", "video")


@pytest.mark.parametrize("key", ["a", "A", "+", "e"])
async def test_view_only_says_so_before_anything_is_typed(stage: Stage, key: str) -> None:
    async with stage.seat(stage.study(SMALL, log=None), place=_at("one")) as seat:
        await seat.press(key)
        assert seat.is_on(MainScreen)
        assert seat.bar.startswith("View only")
