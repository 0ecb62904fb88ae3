"""Every command of the main screen, declared once.

Bindings, footer, help, palette, `roadmap-tui keys` and the README's table all follow from
``COMMANDS``. No toolkit is imported here: the command line prints the table too.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Command(NamedTuple):
    """One thing the user can do: a method of that id on the desk or, ``by_app``, an action of the app.

    ``name`` is its short form, for the key bar and the palette; ``bar`` is its place in the
    key bar, 0 for the commands that are not shown there. Digits are one command with nine keys.
    """

    id: str
    keys: tuple[str, ...]
    name: str
    help: str
    group: str
    bar: int = 0
    by_app: bool = False


MOVE: Final = "Move"
MARK: Final = "Mark"
RESOURCES: Final = "Notes and resources"
PROGRAM: Final = "Program"

COMMANDS: Final[tuple[Command, ...]] = (
    Command("down", ("j", "down"), "down", "Next row, or next resource in the detail pane", MOVE),
    Command("up", ("k", "up"), "up", "Previous row, or previous resource", MOVE),
    Command("out", ("h", "left"), "fold", "Fold the section, or go to the one above", MOVE),
    Command("into", ("l", "right"), "unfold", "Unfold the section, or go into it", MOVE),
    Command("top", ("g", "home"), "top", "First row", MOVE),
    Command("bottom", ("G", "end"), "bottom", "Last row", MOVE),
    Command("half_down", ("ctrl+d",), "half a page down", "Half a page down", MOVE),
    Command("half_up", ("ctrl+u",), "half a page up", "Half a page up", MOVE),
    Command("page_down", ("pagedown",), "page down", "A page down", MOVE),
    Command("page_up", ("pageup",), "page up", "A page up", MOVE),
    Command("next_unfinished", ("]",), "next unfinished", "Next item that is not done", MOVE, 5),
    Command("previous_unfinished", ("[",), "previous unfinished", "Previous item that is not done", MOVE),
    Command("fold_all", ("-",), "fold all", "Fold every section", MOVE),
    Command("unfold_all", ("=",), "unfold all", "Unfold every section", MOVE),
    Command("other_pane", ("tab",), "other pane", "Go to the other pane and back", MOVE),
    Command("enter", ("enter",), "details", "Fold the section; open the item; tick its resource", MOVE, 4),
    Command("back", ("escape",), "back", "One level back", MOVE),
    Command("toggle", ("space",), "done", "Done, or not after all; a section folds", MARK, 2),
    Command("doing", ("i",), "doing", "Doing: what you are at", MARK, 3),
    Command("skip", ("s",), "skip", "Skipped: does not count", MARK),
    Command("reset", ("0",), "to do", "Back to do", MARK),
    Command("branch", ("D",), "branch done", "The whole branch done, or not after all", MARK),
    Command("pick", ("v",), "pick", "Pick the item: marks go to all that are picked", MARK),
    Command("pick_range", ("V",), "pick up to here", "Pick from the last picked row to this one", MARK),
    Command("undo", ("u",), "undo", "Take the last change back", MARK, 7),
    Command("redo", ("ctrl+r",), "redo", "Bring it back again", MARK),
    Command("note", ("e",), "note", "Write a note", RESOURCES, 6, by_app=True),
    Command(
        "note_editor",
        ("E",),
        "note in $EDITOR",
        "Write the note in $VISUAL or $EDITOR",
        RESOURCES,
        by_app=True,
    ),
    Command("choose", tuple("123456789"), "choose resource", "Choose a resource by its number", RESOURCES),
    Command("tick", ("x",), "tick resource", "Tick the chosen resource", RESOURCES),
    Command(
        "copy", ("y",), "copy address", "Copy the address of the chosen resource", RESOURCES, 8, by_app=True
    ),
    Command("explain", ("%",), "explain the number", "What the number at the top counts", PROGRAM),
    Command("library", ("R",), "roadmaps", "Open, import, update, remove roadmaps", PROGRAM, by_app=True),
    Command("palette", ("ctrl+p",), "palette", "Find a command by its name", PROGRAM, by_app=True),
    Command("help", ("?",), "keys", "These keys", PROGRAM, 9, by_app=True),
    Command("redraw", ("ctrl+l",), "redraw", "Draw the screen anew", PROGRAM, by_app=True),
    Command("quit", ("q",), "quit", "Leave; everything is saved already", PROGRAM, 10, by_app=True),
)

_SHOWN: Final = {
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
}


def shown(key: str) -> str:
    """A key as it is written for people."""
    return _SHOWN.get(key, key)


def keys_shown(command: Command) -> str:
    """All keys of a command as they are written for people: ``j ↓``, ``1–9``."""
    keys = command.keys
    if len(keys) > 2:
        return f"{keys[0]}–{keys[-1]}"
    return " ".join(map(shown, keys))


def table() -> list[tuple[str, list[tuple[str, str]]]]:
    """The groups in order, each with rows of the keys as shown and a sentence."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for command in COMMANDS:
        groups.setdefault(command.group, []).append((keys_shown(command), command.help))
    return list(groups.items())


def key_bar(*, in_detail: bool = False) -> list[tuple[str, str]]:
    """What the key bar says, most used first: the keys as shown and a word; other ones in the detail pane."""
    if in_detail:
        by_id = {command.id: command for command in COMMANDS}
        found = [by_id[name] for name in ("tick", "copy", "back", "toggle", "note", "help", "quit")]
        return [("j/k", "choose"), *((shown(command.keys[0]), command.name) for command in found)]
    placed = sorted((command for command in COMMANDS if command.bar), key=lambda command: command.bar)
    return [("j/k", "move"), *((shown(command.keys[0]), command.name) for command in placed)]
