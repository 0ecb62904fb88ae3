"""The reader's own keys: what they are shown by, what they do, and what can't be one."""

from __future__ import annotations

from pathlib import Path

import pytest

from roadmap_tui.core.settings import DEFAULTS
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.study import Study
from roadmap_tui.text.keymap import KEYMAP, keys_shown, parse_key
from roadmap_tui.text.styled_text import UNICODE
from roadmap_tui.tui.screens.help import HelpScreen, KeyTable
from roadmap_tui.tui.screens.note import NoteScreen
from roadmap_tui.tui.screens.palette import PaletteScreen
from roadmap_tui.tui.widgets.bindings import build_bindings
from tests.tui.pty_program import Terminal
from tests.tui.stage import HOST, SMALL, Stage, text_of


def _study(stage: Stage, *wishes: tuple[str, tuple[str, ...]]) -> Study:
    journal = Journal(str(stage.log), stage.clock, host=HOST)
    return Study(SMALL, journal, DEFAULTS._replace(keys=wishes))


AT_ONE = ViewState("one", ())


async def test_a_key_of_one_s_own_is_shown_everywhere_and_works(stage: Stage) -> None:
    study = _study(stage, ("doing", ("d",)), ("redo", ("U",)), ("note.save", ("f2",)), ("help", ("f1",)))
    async with stage.seat(study, place=AT_ONE, size=(120, 40)) as seat:
        await seat.press("i")
        assert seat.marks == {}
        await seat.press("d")
        assert seat.marks == {"one": "doing"}
        assert "d in progress" in seat.bar
        assert "f1 keys" in seat.bar
        await seat.press("u")
        assert seat.bar.endswith("; U restores it")
        await seat.press("f1")
        assert seat.is_on(HelpScreen)
        assert any("d       Mark in progress" in line for line in seat.screen)
        await seat.press("escape", "e")
        assert seat.is_on(NoteScreen)
        assert any("f2 save" in line for line in seat.screen)
        await seat.press("x", "ctrl+s")
        assert seat.is_on(NoteScreen)
        await seat.press("f2")
        assert seat.note == "x"
        await seat.press("ctrl+p")
        assert seat.is_on(PaletteScreen)
        await seat.write("in progress")
        await seat.until(
            lambda: any("▌ Mark in progress" in line and " d  │" in line for line in seat.screen)
        )


async def test_two_keys_can_be_swapped(stage: Stage) -> None:
    async with stage.seat(_study(stage, ("doing", ("s",)), ("skip", ("i",))), place=AT_ONE) as seat:
        await seat.press("s")
        assert seat.marks == {"one": "doing"}
        await seat.press("i")
        assert seat.marks == {"one": "skipped"}


async def test_a_command_can_go_without_a_key(stage: Stage) -> None:
    study = _study(stage, ("doing", ()), ("undo", ()), ("branch", ()), ("down", ()), ("up", ()))
    async with stage.seat(study, place=ViewState("alpha", ())) as seat:
        await seat.press("s")
        assert seat.bar == "A section has no status of its own"
        await seat.press("f12")
        assert "doing" not in seat.bar
        assert "move" not in seat.bar
        assert "Mark in progress" in "".join(
            text_of(line) for line in KeyTable(seat.state.keymap.table(""), UNICODE).lines(76)
        )


async def test_keys_of_one_s_own_that_open_a_dialog_hold_what_is_typed_ahead(stage: Stage) -> None:
    async with stage.seat(_study(stage, ("note", (",",)), ("copy", ("e",))), place=AT_ONE) as seat:
        seat.send("comma", "j", "j", "ctrl+s")
        await seat.until(lambda: seat.note == "jj")
        assert seat.cursor == "one"


@pytest.mark.parametrize("key", [chr(code) for code in range(33, 127)])
def test_every_character_can_be_build_bindings(key: str) -> None:
    taken = {key: command for command in KEYMAP.in_scope() for key in command.keys}
    wishes: list[tuple[str, tuple[str, ...]]] = [("explain", (key,))]
    if (other := taken.get(key)) and other.id != "explain":
        free = tuple(f"f{number}" for number in range(2, 11))  # f1 is a key of the help
        spare = free if len(other.keys) == 9 else free[:1]
        wishes.append((other.id, spare))
    keymap, faults = KEYMAP.rebind(wishes)
    assert faults == []
    assert keymap.key("explain") == key
    assert len(build_bindings([keymap["explain"]], lambda command, _: command.id).key_to_bindings) == 1


def test_a_key_in_the_settings_is_taken_from_the_command_that_has_it_by_default() -> None:
    keymap, errors = KEYMAP.rebind([("doing", ("j", "1")), ("help.close", ("j",))])
    assert errors == []
    assert keymap["doing"].keys == ("j", "1")
    assert keymap["down"].keys == ("down",)
    assert keymap["choose"].keys == ("", *"23456789")
    assert keys_shown(keymap["choose"]) == "2–9"
    assert keymap["help.down"].keys == ("down",)
    bindings = build_bindings(keymap.in_scope(), lambda command, number: f"{command.id} {number}")
    assert [bindings.key_to_bindings[key][0].action for key in ("j", "1", "2")] == [
        "doing 0",
        "doing 0",
        "choose 2",
    ]


@pytest.mark.parametrize(
    ("command", "keys", "why"),
    [
        ("doin", ("d",), "no such command; did you mean doing?"),
        ("doing", ("ctrl+c",), '"ctrl+c" always does the same and cannot be reassigned'),
        ("doing", ("alt+x",), '"alt+x" is not a key; use one character, or a name such as "ctrl+d" or "f5"'),
        (
            "doing",
            ("\u0301",),
            '"\u0301" is not a key; use one character, or a name such as "ctrl+d" or "f5"',
        ),
        ("doing", ("",), '"" is not a key; use one character, or a name such as "ctrl+d" or "f5"'),
        ("choose", ("a", "b"), "it needs nine keys"),
        ("note.save", ("x",), '"x" types text there'),
        ("note.leave", (), "it needs a key"),
        ("ask.yes", ("n", "escape"), '"escape" is used by ask.no'),
    ],
)
def test_what_can_t_be_had_is_told_and_all_stays_as_it_was(
    command: str, keys: tuple[str, ...], why: str
) -> None:
    keymap, faults = KEYMAP.rebind([(command, keys)])
    assert faults == [(command, why)]
    assert keymap.commands == KEYMAP.commands


def test_keys_are_known_by_what_people_call_them() -> None:
    assert [parse_key(name) for name in ("Esc", "PgDn", "↓", "Ctrl+D", "Return", "G", "F5")] == [
        *("escape", "pagedown", "down", "ctrl+d", "enter", "G", "f5")
    ]


def test_a_long_key_leaves_the_help_in_its_columns() -> None:
    keymap, _ = KEYMAP.rebind([("copy", ("ctrl+y", "f10", "insert")), ("tick", ("題",))])
    lines = [text_of(line) for line in KeyTable(keymap.table(""), UNICODE).lines(76)]
    assert any(line.startswith("  ctrl+y f10 insert Copy the link") for line in lines)
    assert any(line.startswith("  題                Tick the selected") for line in lines)


def test_on_a_terminal_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "config.toml").write_text('[keys]\ndoing = "d"\nskip = "d"\nundo = "u"\n')
    terminal = Terminal(home=tmp_path)
    try:
        terminal.until_text('config.toml:2: keys.doing: "d" is used by skip; using i')
        terminal.settle()
        terminal.type("]")
        terminal.settle()
        terminal.type("d")
        terminal.until(lambda: terminal.here.startswith("–"))
        terminal.until(lambda: "i in progress" in terminal.lines[-1])
        terminal.type("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()
