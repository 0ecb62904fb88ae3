"""Every command of the program, declared once.

Bindings, key bar, hints, help, palette, the user's own keys, `roadmap-tui keys` and the README's table
all follow from ``COMMANDS``. No toolkit is imported here: the command line prints the table too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple


class Command(NamedTuple):
    """One thing the user can do.

    On the main screen it is a method of that id of the hands or, ``by_app``, an action of the app;
    so is one that ``opens`` a dialog. One of a dialog has the dialog's name before a dot, and is an action of
    it. ``name`` is its short form; ``bar`` is its place in the key bar or the dialog's hint, 0 for those
    that are not shown there. Digits are one command with nine keys.
    """

    id: str
    keys: tuple[str, ...]
    name: str
    help: str
    group: str
    bar: int = 0
    by_app: bool = False
    opens: bool = False

    @property
    def is_action(self) -> bool:
        """Whether the app carries it out."""
        return self.by_app or self.opens

    @property
    def where(self) -> str:
        """The name of the dialog it belongs to, empty for the main screen."""
        return self.id.rpartition(".")[0]


MOVE: Final = "Move"
MARK: Final = "Mark"
RESOURCES: Final = "Notes and resources"
PROGRAM: Final = "Program"
DETAIL: Final = "In the details"
FIND: Final = "While finding"
FILTER: Final = "In the filter"
PALETTE: Final = "In the palette"
NOTE: Final = "In a note"
LINE: Final = "In a line to type"
RESOURCE: Final = "In a resource of your own"
TIMER: Final = "At a timer left running"
TODAY: Final = "In today"
QR: Final = "In a QR code"
REVIEW: Final = "In a review"
LIBRARY: Final = "In the list of roadmaps"
CHANGES: Final = "In the report of an import"
STATS: Final = "In the statistics"
HELP: Final = "In these keys"
ASK: Final = "In a question"
DIALOG: Final = "In every dialog"

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
    Command("next_unfinished", ("]",), "next unfinished", "Next item that is not done", MOVE, 10),
    Command("previous_unfinished", ("[",), "previous unfinished", "Previous item that is not done", MOVE),
    Command("fold_all", ("-",), "fold all", "Fold every section", MOVE),
    Command("unfold_all", ("=",), "unfold all", "Unfold every section", MOVE),
    Command("other_pane", ("tab",), "other pane", "Go to the other pane and back", MOVE),
    Command("find", ("/",), "find", "Find by title, summary, note, resource or host", MOVE, 4, opens=True),
    Command("find_next", ("n",), "next match", "Next match of what was found", MOVE),
    Command("find_previous", ("N",), "previous match", "Previous match", MOVE),
    Command("filter", ("f",), "filter", "Show only some: by status, note, resources, …", MOVE, opens=True),
    Command("enter", ("enter",), "details", "Fold the section; open the item; tick its resource", MOVE, 9),
    Command("back", ("escape",), "back", "One level back", MOVE),
    Command("toggle", ("space",), "done", "Done, or not after all; a section folds", MARK, 2),
    Command("doing", ("i",), "doing", "Doing: what you are at", MARK, 3),
    Command("skip", ("s",), "skip", "Skipped: does not count", MARK),
    Command("reset", ("0",), "to do", "Back to do", MARK),
    Command("branch", ("D",), "branch done", "The whole branch done, or not after all", MARK),
    Command("pick", ("v",), "pick", "Pick the item: marks go to all that are picked", MARK),
    Command("pick_range", ("V",), "pick up to here", "Pick from the last picked row to this one", MARK),
    Command("timer", ("t",), "timer", "Start the timer on the item, or stop it", MARK),
    Command("minutes", ("ctrl+t",), "minutes", "Correct the time on it, or add some", MARK, opens=True),
    Command("undo", ("u",), "undo", "Take the last change back", MARK, 8),
    Command("redo", ("ctrl+r",), "redo", "Bring it back again", MARK),
    Command("review", ("r",), "review", "Review what is due", MARK, opens=True),
    Command("review_this", ("!",), "review this", "Review this item now, due or not", MARK, opens=True),
    Command(
        "quick_note",
        ("a",),
        "note a line",
        "Add a line to the note, or to each one picked",
        RESOURCES,
        opens=True,
    ),
    Command("note", ("e",), "note", "Write a note", RESOURCES, 7, opens=True),
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
    Command("copy", ("y",), "copy link", "Copy the address of the chosen resource", RESOURCES, 5, True),
    Command("open", ("o",), "open", "Open it in a browser; without a display, copy it", RESOURCES, 6, True),
    Command("qr", ("Q",), "QR code", "Show its address as a QR code, for a phone", RESOURCES, opens=True),
    Command(
        "own_resource",
        ("+",),
        "own resource",
        "Add an own resource, or change the chosen one",
        RESOURCES,
        opens=True,
    ),
    Command("own_item", ("A",), "own item", "Add or rename an item of your own", RESOURCES, opens=True),
    Command("today", ("T",), "today", "Today: due, doing, ready, done", PROGRAM, opens=True),
    Command("explain", ("%",), "explain the number", "What the number at the top counts", PROGRAM),
    Command("stats", ("#",), "statistics", "Days, pace, hours, reviews: how it goes", PROGRAM, opens=True),
    Command(
        "library",
        ("R",),
        "roadmaps",
        "Open, import, update, remove roadmaps",
        PROGRAM,
        opens=True,
    ),
    Command("palette", ("ctrl+p",), "palette", "Find a command, an item, a roadmap", PROGRAM, opens=True),
    Command("help", ("?",), "keys", "These keys", PROGRAM, 11, opens=True),
    Command("redraw", ("ctrl+l",), "redraw", "Draw the screen anew", PROGRAM, by_app=True),
    Command("quit", ("q",), "quit", "Leave; everything is saved already", PROGRAM, 12, by_app=True),
    Command("find.accept", ("enter",), "stay", "Stay at the match; n and N go on", FIND),
    Command("find.leave", ("escape",), "go back", "Go back to where you were", FIND),
    Command("find.earlier", ("up",), "last search", "The last search again", FIND),
    Command("find.keys", ("f1",), "keys", "These keys", FIND),
    Command("filter.switch", ("space", "x"), "on or off", "Take it in, or leave it out", FILTER, 2),
    Command("filter.number", tuple("123456789"), "on or off", "The same, by its number", FILTER),
    Command("filter.apply", ("enter",), "show", "Show what is left", FILTER, 1),
    Command("filter.clear", ("f",), "show all", "Show everything", FILTER, 3),
    Command("filter.down", ("j", "down"), "down", "Next choice", FILTER),
    Command("filter.up", ("k", "up"), "up", "Previous choice", FILTER),
    Command("filter.leave", ("escape", "q"), "leave", "Leave it as it was", FILTER, 4),
    Command("palette.choose", ("enter",), "do it", "Do it, go there, open it", PALETTE, 1),
    Command("palette.down", ("down", "ctrl+n"), "move", "Next one", PALETTE, 2),
    Command("palette.up", ("up", "ctrl+p"), "up", "Previous one", PALETTE),
    Command("palette.page_down", ("pagedown",), "page down", "A page down", PALETTE),
    Command("palette.page_up", ("pageup",), "page up", "A page up", PALETTE),
    Command("palette.leave", ("escape",), "leave", "Leave", PALETTE, 3),
    Command("note.save", ("ctrl+s",), "save", "Keep the text as the note", NOTE, 1),
    Command("note.leave", ("escape",), "keep as a draft", "Leave; the text is kept as a draft", NOTE, 2),
    Command("line.keep", ("enter", "ctrl+s"), "keep", "Keep the line", LINE, 1),
    Command("line.leave", ("escape",), "leave", "Leave without it", LINE, 2),
    Command("resource.save", ("ctrl+s",), "save", "Keep the resource", RESOURCE, 1),
    Command("resource.leave", ("escape",), "leave", "Leave without it", RESOURCE, 2),
    Command("timer.keep", ("enter",), "keep", "End it now and keep the time", TIMER),
    Command("timer.edit", ("e",), "edit", "Say how long it really was", TIMER),
    Command("timer.discard", ("x",), "discard", "Drop the time", TIMER),
    Command("timer.leave", ("escape",), "let it run", "Let it run", TIMER),
    Command("today.open", ("enter", "space", "l"), "go to it", "Go to the item", TODAY, 1),
    Command("today.down", ("j", "down"), "move", "Next line", TODAY, 2),
    Command("today.up", ("k", "up"), "up", "Previous line", TODAY),
    Command("today.next_group", ("]", "tab"), "next group", "Next group", TODAY, 3),
    Command("today.previous_group", ("[",), "previous group", "Previous group", TODAY),
    Command("today.top", ("g", "home"), "top", "First line", TODAY),
    Command("today.bottom", ("G", "end"), "bottom", "Last line", TODAY),
    Command("today.close", ("escape", "q", "T"), "close", "Back to the outline", TODAY, 4),
    Command("qr.close", ("escape", "q", "Q", "enter"), "close", "Close", QR, 1),
    Command("review.reveal", ("space", "enter"), "show", "Show the answer", REVIEW),
    Command("review.again", ("1",), "again", "Again: it was not known", REVIEW),
    Command("review.hard", ("2",), "hard", "Hard: known with an effort", REVIEW),
    Command("review.good", ("3",), "good", "Good: known", REVIEW),
    Command("review.easy", ("4",), "easy", "Easy: known at once", REVIEW),
    Command("review.take_back", ("u",), "take back", "Take the last grade back", REVIEW),
    Command("review.note", ("n", "e"), "note", "Write a note", REVIEW),
    Command("review.copy", ("y",), "copy address", "Copy the address of the chosen resource", REVIEW),
    Command("review.set_back", ("d",), "doing", "Back to doing, offered after Again twice", REVIEW),
    Command("review.down", ("j", "down"), "next resource", "Next resource", REVIEW),
    Command("review.up", ("k", "up"), "previous resource", "Previous resource", REVIEW),
    Command("review.page_down", ("ctrl+d", "pagedown"), "page down", "Scroll on", REVIEW),
    Command("review.page_up", ("ctrl+u", "pageup"), "page up", "Scroll back", REVIEW),
    Command("review.leave", ("escape", "q"), "leave", "Back to the outline; all is saved", REVIEW),
    Command("library.open", ("enter", "o", "space"), "open", "Open the roadmap", LIBRARY, 1),
    Command("library.import", ("a", "+"), "import", "Import a file, a folder or an address", LIBRARY, 2),
    Command("library.update", ("u",), "update", "Take over a newer version of it", LIBRARY, 3),
    Command("library.remove", ("x",), "remove", "Remove it; its progress is kept", LIBRARY, 4),
    Command("library.down", ("j", "down"), "down", "Next roadmap", LIBRARY),
    Command("library.up", ("k", "up"), "up", "Previous roadmap", LIBRARY),
    Command("library.top", ("g", "home"), "top", "First roadmap", LIBRARY),
    Command("library.bottom", ("G", "end"), "bottom", "Last roadmap", LIBRARY),
    Command("library.close", ("escape", "q", "R"), "close", "Back to the outline", LIBRARY, 5),
    Command("changes.write", ("enter",), "write it", "Take the changes over", CHANGES, 1),
    Command("changes.take", tuple("123456789"), "take an offer", "Take what is perhaps the same", CHANGES),
    Command("changes.down", ("j", "down"), "scroll", "Scroll down", CHANGES, 2),
    Command("changes.up", ("k", "up"), "scroll up", "Scroll up", CHANGES),
    Command("changes.leave", ("escape", "q"), "leave it", "Leave everything as it was", CHANGES, 3),
    Command("stats.down", ("j", "down"), "scroll", "Scroll down", STATS, 1),
    Command("stats.up", ("k", "up"), "scroll up", "Scroll up", STATS),
    Command("stats.page_down", ("ctrl+d", "pagedown", "space"), "page down", "A page down", STATS),
    Command("stats.page_up", ("ctrl+u", "pageup"), "page up", "A page up", STATS),
    Command("stats.top", ("g", "home"), "top", "The beginning", STATS),
    Command("stats.bottom", ("G", "end"), "bottom", "The end", STATS),
    Command("stats.close", ("escape", "q", "#"), "close", "Back to the outline", STATS, 2),
    Command("help.down", ("j", "down"), "scroll", "Scroll down", HELP, 1),
    Command("help.up", ("k", "up"), "scroll up", "Scroll up", HELP),
    Command("help.page_down", ("ctrl+d", "pagedown", "space"), "page down", "A page down", HELP),
    Command("help.page_up", ("ctrl+u", "pageup"), "page up", "A page up", HELP),
    Command("help.close", ("escape", "q", "?", "f1", "enter"), "close", "Close", HELP, 2),
    Command("ask.yes", ("y",), "yes", "Yes", ASK),
    Command("ask.no", ("n", "escape"), "no", "No", ASK),
    Command("dialog.keys", ("?", "f1"), "keys", "Its keys; ? only where no text is typed", DIALOG),
)

# What does something of its own in the detail pane, most used first.
_IN_DETAIL: Final = (
    *("down", "up", "choose", "tick", "enter", "copy", "back", "other_pane", "out"),
    *("half_down", "half_up", "page_down", "page_up", "top", "bottom"),
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
# How people write some of them who have read them here or elsewhere.
_ALSO: Final = {name: key for key, name in _SHOWN.items()} | {
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgdown": "pagedown",
}
# Beside single characters and ctrl with a letter, what every terminal can send.
_NAMED: Final = {
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
    *("tab", "enter", "escape", "space", "backspace", *(f"f{number}" for number in range(1, 13))),
}
# Those that change a text, or move in it.
_TYPED: Final = {"space", "backspace", "delete", "left", "right", "home", "end"}
# The terminal's, the program's own on every screen, and those that are another key's code.
_TAKEN: Final = {f"ctrl+{letter}" for letter in "cqzimhj["}


def shown(key: str) -> str:
    """A key as it is written for people."""
    return _SHOWN.get(key, key)


def keys_shown(command: Command) -> str:
    """All keys of a command as they are written for people: ``j ↓``, ``1–9``."""
    keys = command.keys
    if len(keys) == 9:
        return f"{keys[0]}–{keys[-1]}"
    return " ".join(map(shown, keys))


def key_named(name: str) -> str:
    """The key of a name as people may write it: ``Esc`` is escape, ``ctrl+D`` is ctrl+d."""
    if len(name) > 1:
        name = name.lower()
    return _ALSO.get(name, name)


def is_key(name: str) -> bool:
    """Whether a command can have that key: a character, ``ctrl+`` a letter, or a named one."""
    if name in _TAKEN:
        return False
    if name.startswith("ctrl+"):
        return len(name) == 6 and name[5].isalpha() and name[5].isascii() and name[5].islower()
    if name in _NAMED:
        return True
    # What only joins another character, or is none to be seen, nobody could read in the key bar.
    return len(name) == 1 and (name.isalnum() or (name.isascii() and name.isprintable() and name != " "))


def bindable(key: str) -> str:
    """A key as the toolkit takes it, which splits what it is given at commas."""
    return "comma" if key == "," else key


class Fault(NamedTuple):
    """A wish for a key that can't be granted: the command's id as it was written, and why not."""

    id: str
    why: str


class Keymap:
    """The commands, each with the keys it has for this reader."""

    def __init__(self, commands: tuple[Command, ...] = COMMANDS) -> None:
        self.commands = commands
        self._by_id = {command.id: command for command in commands}

    def __getitem__(self, command_id: str) -> Command:
        """The command of an id. Raises KeyError."""
        return self._by_id[command_id]

    def of(self, where: str = "") -> list[Command]:
        """The commands of a dialog, by default of the main screen."""
        return [command for command in self.commands if command.where == where]

    def key(self, command_id: str) -> str:
        """The first key of a command as it is written for people, empty where it has none."""
        return shown(next(iter(self[command_id].keys), ""))

    def table(self, where: str | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
        """The groups in order, each with rows of the keys as shown and a sentence; of one dialog, or all."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for command in self.commands if where is None else self.of(where):
            groups.setdefault(command.group, []).append((keys_shown(command), command.help))
        return list(groups.items())

    def of_pane(self, *, in_detail: bool) -> list[tuple[str, list[tuple[str, str]]]]:
        """The groups of the main screen, those first that are for the pane where one is."""
        groups = self.table("")
        if not in_detail:
            return groups
        here = [self[name] for name in _IN_DETAIL]
        rows = [(keys_shown(command), command.help) for command in here]
        rest = [(group, [row for row in below if row not in rows]) for group, below in groups]
        rest.sort(key=lambda pair: pair[0] != RESOURCES)
        return [(DETAIL, rows), *((group, below) for group, below in rest if below)]

    def bar(self, *, in_detail: bool = False, picked: int = 0) -> list[tuple[str, str]]:
        """What the key bar says, most used first: the keys as shown and a word.

        It says others in the detail pane, and where ``picked`` items are picked.
        """
        if picked:
            keys = self._keys("toggle doing skip reset quick_note pick back help quit")
            return [(str(picked), "picked"), *keys]
        move = [(self.named("down"), "choose" if in_detail else "move")] if self.named("down") else []
        if in_detail:
            return [*move, *self._keys("tick copy open back qr toggle note help quit")]
        return [*move, *self.hint("")]

    def clause(self, command_id: str, does: str) -> str:
        """The end of a sentence that says what a key does: ``; u takes it back``. Empty where it has none."""
        key = self.key(command_id)
        return f"; {key} {does}" if key else ""

    def _keys(self, ids: str) -> list[tuple[str, str]]:
        return [(self.key(name), self[name].name) for name in ids.split() if self[name].keys]

    def hint(self, where: str) -> list[tuple[str, str]]:
        """What the foot of a dialog says: the keys as shown and a word, in their order."""
        placed = [command for command in self.of(where) if command.bar and command.keys]
        placed.sort(key=lambda one: one.bar)
        return [(self.named(command.id), command.name) for command in placed]

    def named(self, command_id: str) -> str:
        """The first key of a command; of one that goes down, with that of its counterpart."""
        keys = [self.key(command_id)]
        if command_id.endswith("down"):
            keys.append(self.key(command_id.removesuffix("down") + "up"))
        return "/".join(filter(None, keys))

    def with_keys(self, wishes: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[Keymap, list[Fault]]:
        """The keymap with other keys for some commands, and the wishes that it could not grant.

        A key that another command has is only granted where that one gets other keys by the same wishes.
        """
        faults = []
        wanted: dict[str, tuple[str, ...]] = {}
        for name, written in wishes:
            keys = tuple(dict.fromkeys(map(key_named, written)))
            if why := self._refused(name, keys):
                faults.append(Fault(name, why))
            else:
                wanted[name] = keys
        while clash := self._clash(wanted):
            name, key, other = clash
            faults.append(Fault(name, f'"{key}" is the key of {other}'))
            del wanted[name]
        changed = (one._replace(keys=wanted.get(one.id, one.keys)) for one in self.commands)
        return Keymap(tuple(changed)), faults

    def _refused(self, name: str, keys: tuple[str, ...]) -> str:
        """Why a command can't have these keys, whatever the others have; empty where it can."""
        if name not in self._by_id:
            return f"there is no such command{_like(name, self._by_id)}"
        command = self[name]
        if bad := [key for key in keys if not is_key(key)]:
            return f'"{bad[0]}" is no key that can be had, as one character, "ctrl+d" and "f5" are'
        if len(command.keys) == 9 and len(keys) != 9:
            return "it needs nine keys"
        if not command.where:
            return ""
        if not keys:
            return "it needs a key: a dialog has no palette"
        # Where no command is a character, characters are typed as text.
        is_text = all(len(key) > 1 for one in self.of(command.where) for key in one.keys)
        if is_text and (typed := [key for key in keys if len(key) == 1 or key in _TYPED]):
            return f'"{typed[0]}" is typed as text there'
        return ""

    def _clash(self, wanted: dict[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
        """A wish that can't be granted beside the others: its command, its key, and whose that is."""
        for name, keys in wanted.items():
            for other in self.of(self[name].where):
                theirs = wanted.get(other.id, other.keys)
                if other.id != name and (shared := set(keys) & set(theirs)):
                    return name, min(shared), other.id
        return None


def _like(name: str, known: Iterable[str]) -> str:
    # Loaded only for who has mistyped something.
    from difflib import get_close_matches

    near = get_close_matches(name[:50], list(known), n=1)
    return f"; did you mean {near[0]}?" if near else "; `roadmap-tui keys --json` lists them"


KEYMAP: Final = Keymap()
