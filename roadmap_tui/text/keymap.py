"""The commands with the keys that they have for this reader, and what is said of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NamedTuple

from roadmap_tui.text.commands import COMMANDS, DETAIL, RESOURCES, Command

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
_ARROWS: Final = {ord(sign): name for name, sign in _SHOWN.items() if len(sign) == 1}
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


def in_words(keys: str) -> str:
    """Keys as they are written for people, where no arrow can be shown: in ASCII a v is another key."""
    return keys.translate(_ARROWS)


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


class KeymapError(NamedTuple):
    """A wish for a key that can't be granted: the command's id as it was written, and why not."""

    id: str
    why: str


class Keymap:
    """The commands, each with the keys it has for this reader."""

    def __init__(self, commands: tuple[Command, ...] = COMMANDS) -> None:
        self.commands = commands
        self._by_id = {command.id: command for command in commands}
        self._by_scope: dict[str, list[Command]] = {}
        for command in commands:
            self._by_scope.setdefault(command.scope, []).append(command)

    def __getitem__(self, command_id: str) -> Command:
        """The command of an id. Raises KeyError."""
        return self._by_id[command_id]

    def in_scope(self, where: str = "") -> list[Command]:
        """The commands of a dialog, by default of the main screen."""
        return self._by_scope.get(where, [])

    def key(self, command_id: str) -> str:
        """The first key of a command as it is written for people, empty where it has none."""
        return shown(next(iter(self[command_id].keys), ""))

    def table(self, where: str | None = None) -> list[tuple[str, list[tuple[str, str]]]]:
        """The groups in order, each with rows of the keys as shown and a sentence; of one dialog, or all."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for command in self.commands if where is None else self.in_scope(where):
            groups.setdefault(command.section, []).append((keys_shown(command), command.help))
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

        These are others in the detail pane, and while ``picked`` items are picked.
        """
        if picked:
            keys = self._keys("toggle doing skip reset quick_note pick back help quit")
            return [(str(picked), "picked"), *keys]
        move = [(self.key_label("down"), "choose" if in_detail else "move")] if self.key_label("down") else []
        if in_detail:
            return [*move, *self._keys("tick copy open back qr toggle note help quit")]
        return [*move, *self.hint("")]

    def hint_suffix(self, command_id: str, does: str) -> str:
        """The end of a sentence that says what a key does: ``; u takes it back``. Empty where it has none."""
        key = self.key(command_id)
        return f"; {key} {does}" if key else ""

    def _keys(self, ids: str) -> list[tuple[str, str]]:
        return [(self.key(name), self[name].name) for name in ids.split() if self[name].keys]

    def hint(self, where: str) -> list[tuple[str, str]]:
        """What the foot of a dialog says: the keys as shown and a word, in their order."""
        placed = [command for command in self.in_scope(where) if command.footer_order and command.keys]
        placed.sort(key=lambda one: one.footer_order)
        return [(self.key_label(command.id), command.name) for command in placed]

    def key_label(self, command_id: str) -> str:
        """The first key of a command; of one that goes down, with that of its counterpart."""
        keys = [self.key(command_id)]
        if command_id.endswith("down"):
            keys.append(self.key(command_id.removesuffix("down") + "up"))
        return "/".join(filter(None, keys))

    def rebind(self, wishes: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[Keymap, list[KeymapError]]:
        """The keymap with other keys for some commands, and the wishes that it could not grant.

        A key that another command has is only granted where that one gets other keys by the same wishes.
        """
        faults = []
        wanted: dict[str, tuple[str, ...]] = {}
        for name, written in wishes:
            keys = tuple(dict.fromkeys(map(key_named, written)))
            if why := self._refused(name, keys):
                faults.append(KeymapError(name, why))
            else:
                wanted[name] = keys
        while clash := self._conflict(wanted):
            name, key, other = clash
            faults.append(KeymapError(name, f'"{key}" is the key of {other}'))
            del wanted[name]
        changed = (one._replace(keys=wanted.get(one.id, one.keys)) for one in self.commands)
        return Keymap(tuple(changed)), faults

    def _refused(self, name: str, keys: tuple[str, ...]) -> str:
        """Why a command can't have these keys, whatever the others have; empty where it can."""
        if name not in self._by_id:
            return f"there is no such command{_like(name, self._by_id)}"
        command = self[name]
        if bad := [key for key in keys if not is_key(key)]:
            if bad[0] in _TAKEN:
                return f"\"{bad[0]}\" always does the same and can't be another's"
            return f'"{bad[0]}" is no key; one character is, and so are "ctrl+d" and "f5"'
        if len(command.keys) == 9 and len(keys) != 9:
            return "it needs nine keys"
        if not command.scope:
            return ""
        if not keys:
            return "it needs a key: a dialog has no palette"
        # Where no command is a character, characters are typed as text.
        is_text = all(len(key) > 1 for one in self.in_scope(command.scope) for key in one.keys)
        if is_text and (typed := [key for key in keys if len(key) == 1 or key in _TYPED]):
            return f'"{typed[0]}" is typed as text there'
        return ""

    def _conflict(self, wanted: dict[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
        """A wish that can't be granted beside the others: its command, its key, and whose that is."""
        for name, keys in wanted.items():
            for other in self.in_scope(self[name].scope):
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
