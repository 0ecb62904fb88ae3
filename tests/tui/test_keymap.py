"""The keymap is whole: what it declares is there, and what shows it is fresh."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest
from click.testing import CliRunner

from roadmap_tui.cli.keys import keys_command
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.text.commands import COMMANDS, Command
from roadmap_tui.text.keymap import KEYMAP, is_key, keys_shown
from roadmap_tui.text.styled_text import UNICODE, length
from roadmap_tui.tui import screens
from roadmap_tui.tui.app import RoadmapApp
from roadmap_tui.tui.base_app import BaseApp
from roadmap_tui.tui.flows.commands import CommandFlows
from roadmap_tui.tui.flows.links import LinkFlows
from roadmap_tui.tui.flows.notes import NoteFlows
from roadmap_tui.tui.main.actions import Actions
from roadmap_tui.tui.main.search_input import SearchInput
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.screens.help import HelpScreen, KeyTable
from roadmap_tui.tui.terminal.textual_private import bindings_of, key_name
from roadmap_tui.tui.widgets.modal import DIRECTIONS, Modal
from tests.journals import ROOT
from tests.tui.stage import Stage

# What the palette leaves out, and why.
NOT_IN_PALETTE = {
    "choose": "it needs a number, which is typed faster",
    "palette": "it is the palette",
}


def _each() -> list[pytest.param]:  # type: ignore[valid-type]
    return [pytest.param(command, id=command.id) for command in COMMANDS]


def test_ids_and_keys_are_used_once() -> None:
    ids = [command.id for command in COMMANDS]
    assert len(set(ids)) == len(ids)
    for where in {command.scope for command in COMMANDS}:
        keys = [key for command in KEYMAP.in_scope(where) for key in command.keys]
        assert len(set(keys)) == len(keys)
        places = [command.footer_order for command in KEYMAP.in_scope(where) if command.footer_order]
        assert len(set(places)) == len(places)


@pytest.mark.parametrize("command", KEYMAP.in_scope(), ids=lambda command: command.id)
def test_every_command_is_carried_out_by_one_of_our_own(command: Command, stage: Stage) -> None:
    # Not getattr: Textual's App has actions of its own, which would hide a missing one of ours.
    actions = vars(BaseApp) | vars(RoadmapApp)
    flows = vars(CommandFlows) | vars(LinkFlows) | vars(NoteFlows)
    by_app = flows.get(command.id) or actions.get(f"action_{command.id}")
    by_hand = Actions(MainState(stage.study(), UNICODE, ViewState())).handlers.get(command.id)
    assert (by_app is not None) is (command.runs_in != "main")
    # `D` and `u` ask in a dialog first, in some cases.
    assert by_hand is not None or command.runs_in != "main"
    if by_hand is not None:
        arguments = list(inspect.signature(by_hand).parameters)
        assert arguments == (["number"] if len(command.keys) == 9 else [])


def test_nothing_is_carried_out_that_is_no_command(stage: Stage) -> None:
    deeds = Actions(MainState(stage.study(), UNICODE, ViewState())).handlers
    assert deeds.keys() <= {command.id for command in KEYMAP.in_scope()}


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.scope], ids=lambda command: command.id)
def test_every_command_of_a_dialog_is_an_action_of_it(command: Command) -> None:
    for module in iter_modules(screens.__path__):
        import_module(f"{screens.__name__}.{module.name}")
    dialogs = {getattr(kind, "SCOPE", ""): kind for kind in _kinds(Modal)}
    name = command.id.rpartition(".")[2]
    # The line to find with is a part of the main screen; what every dialog has is the base's.
    if command.scope == "find":
        if name == "keys":
            return
        method = getattr(SearchInput, name)
    elif name in dialogs.get(command.scope, Modal).RESULTS:
        return
    elif name in DIRECTIONS:
        assert hasattr(dialogs[command.scope], "action_move")
        return
    else:
        method = getattr(dialogs.get(command.scope, Modal), f"action_{name}")
    arguments = list(inspect.signature(method).parameters)
    assert arguments == (["self", "number"] if len(command.keys) == 9 else ["self"])


def _kinds(kind: type[Any]) -> list[type[Any]]:
    return [one for below in kind.__subclasses__() for one in (below, *_kinds(below))]


async def test_every_key_is_bound_on_the_main_screen(stage: Stage) -> None:
    async with stage.seat() as seat:
        bound = set(bindings_of(seat.main).key_to_bindings)
        assert bound == {_as_bound(key) for command in KEYMAP.in_scope() for key in command.keys}


def _as_bound(key: str) -> str:
    return key_name(key) if len(key) == 1 else key


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_key_can_be_typed_everywhere(command: Command) -> None:
    for key in command.keys:
        assert key.isascii()
        assert not re.search(r"alt|meta|super|shift\+(?!tab)", key)
        assert is_key(key)
        assert command.scope or key != "ctrl+s"  # a terminal may stop at it


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_is_said_in_words(command: Command) -> None:
    assert command.name
    assert command.name[0].islower() or command.name.startswith(("$", "QR"))
    assert command.help[0].isupper()
    assert not command.help.endswith(".")
    assert len(command.help) <= 60


def test_nothing_that_leaves_the_palette_is_left_out_without_a_reason() -> None:
    from roadmap_tui.tui.main.palette_provider import palette_commands

    ids = {command.id for command in KEYMAP.in_scope()}
    assert {command.id for command in palette_commands(KEYMAP)} == ids - set(NOT_IN_PALETTE)
    assert set(NOT_IN_PALETTE) <= ids


@pytest.mark.parametrize("width", [40, 76, 118])
def test_help_shows_every_command_once(width: int) -> None:
    for in_detail in (False, True):
        groups = KEYMAP.table_of_pane(in_detail=in_detail)
        table = KeyTable(groups, UNICODE)
        table.selected = -1
        lines = table.lines(width)
        assert all(length(line) <= width for line in lines)
        # What is wrapped stands under itself, in a column of its own.
        words = Counter(" ".join(" ".join(span.text for span in line) for line in lines).split())
        listed = [row for _, rows in groups for row in rows]
        said = [group for group, _ in groups] + [part for row in listed for part in row[:2]]
        assert words == Counter(" ".join(said).split())
        assert sorted(row[1:] for row in listed) == sorted(
            (command.help, command.id) for command in KEYMAP.in_scope()
        )


async def test_help_fits_into_its_place(stage: Stage) -> None:
    from textual.containers import VerticalScroll

    async with stage.seat(size=(120, 50)) as seat:
        await seat.press("question_mark")
        assert seat.is_on(HelpScreen)
        assert seat.app.screen.query_one(VerticalScroll).max_scroll_y == 0


def test_the_key_bar_has_its_commands_in_their_order() -> None:
    named = {command.name: command.footer_order for command in KEYMAP.in_scope() if command.footer_order}
    shown = [name for _, name in KEYMAP.footer()]
    assert shown == ["move", *sorted(named, key=named.__getitem__)]
    assert shown[-2:] == ["keys", "quit"]


def test_the_table_in_the_documentation_is_what_the_program_prints() -> None:
    page = (ROOT / "docs" / "keys.md").read_text(encoding="utf-8")
    printed = CliRunner().invoke(keys_command.build(), ["--markdown"])
    assert printed.exit_code == 0
    assert page.count("<!-- keys -->") == 1
    there = page.partition("<!-- keys -->")[2].partition("<!-- /keys -->")[0]
    assert there.strip() == printed.stdout.strip()


def test_no_sign_of_the_program_is_a_key_s_name() -> None:
    assert all(shown.strip() == shown for shown in (keys_shown(command) for command in COMMANDS))
    assert UNICODE.cursor not in "".join(keys_shown(command) for command in COMMANDS)
