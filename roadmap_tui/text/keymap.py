"""The keymap: the commands with the user's keys, and the key hints, help and table made from it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from roadmap_tui.core.progress.statuses import STATUS_COMMANDS
from roadmap_tui.text.commands import COMMANDS, DETAIL, RESOURCES, Command

# The commands that do something of their own in the detail pane, most used first.
_DETAIL_COMMANDS: Final = (
    *("down", "up", "choose", "tick", "enter", "copy", "back", "other_pane", "out"),
    *("half_down", "half_up", "page_down", "page_up", "top", "bottom"),
)
_LABELS: Final = {
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "escape": "esc",
    "pagedown": "pgdn",
    "pageup": "pgup",
}
_ARROWS: Final = {ord(label): key for key, label in _LABELS.items() if len(label) == 1}
# Other names that people use in their configuration.
_ALIASES: Final = {label: key for key, label in _LABELS.items()} | {
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "pgdown": "pagedown",
}
# What every terminal can send besides characters and ctrl with a letter.
_NAMED_KEYS: Final = {
    *("up", "down", "left", "right", "home", "end", "pageup", "pagedown", "insert", "delete"),
    *(
        "tab",
        "shift+tab",
        "enter",
        "escape",
        "space",
        "backspace",
        *(f"f{number}" for number in range(1, 13)),
    ),
}
# Keys that edit a text or move in it.
_EDITING_KEYS: Final = {"space", "backspace", "delete", "left", "right", "home", "end"}
# Used by the terminal or on every screen, or the same code as another key.
_RESERVED: Final = {f"ctrl+{letter}" for letter in "cqzimhj["}


def key_name(key: str) -> str:
    """Format a key for people: ``esc``, ``↓``."""
    return _LABELS.get(key, key)


def keys_shown(command: Command) -> str:
    """Format all keys of a command for people: ``j ↓``, ``1–9``."""
    keys = [key for key in command.keys if key]
    if len(command.keys) == 9 and keys:
        return f"{keys[0]}–{keys[-1]}"
    return " ".join(map(key_name, keys))


def spell_arrows(keys: str) -> str:
    """Replace arrows by their names, for ASCII terminals: a ``v`` for an arrow would be another key."""
    return keys.translate(_ARROWS)


def parse_key(name: str) -> str:
    """Return the key that a name means: ``Esc`` is escape, ``ctrl+D`` is ctrl+d."""
    name = name if len(name) == 1 else name.lower()
    return _ALIASES.get(name, name)


def is_key(name: str) -> bool:
    """Return True for a key that a command can have: a character, ``ctrl+`` a letter, or a named key."""
    if name in _RESERVED:
        return False
    if name in _NAMED_KEYS or re.fullmatch("ctrl[+][a-z]", name):
        return True
    # Combining and invisible characters would be unreadable in the footer.
    return len(name) == 1 and (name.isalnum() or (name.isascii() and name.isprintable() and name != " "))


class KeyRow(NamedTuple):
    """A row of the help: the keys of a command, what they do, and its id."""

    keys: str
    help: str
    id: str


class Keymap:
    """The commands with their keys; the default keymap is ``KEYMAP``."""

    def __init__(self, commands: tuple[Command, ...] = COMMANDS) -> None:
        self.commands = commands
        self._by_id = {command.id: command for command in commands}
        self._by_scope: dict[str, list[Command]] = {}
        for command in commands:
            self._by_scope.setdefault(command.scope, []).append(command)

    def __getitem__(self, command_id: str) -> Command:
        """Return the command of an id. Raises KeyError."""
        return self._by_id[command_id]

    def in_scope(self, scope: str = "") -> list[Command]:
        """Return the commands of a dialog, by default those of the main screen."""
        return self._by_scope.get(scope, [])

    def key(self, command_id: str) -> str:
        """Format the first key of a command, empty if it has none."""
        return key_name(next(filter(None, self[command_id].keys), ""))

    def table(self, scope: str | None = None) -> list[tuple[str, list[KeyRow]]]:
        """Return the sections with their rows, of one scope or of all."""
        sections: dict[str, list[KeyRow]] = {}
        for command in self.commands if scope is None else self.in_scope(scope):
            sections.setdefault(command.section, []).append(self._row(command))
        return list(sections.items())

    def _row(self, command: Command) -> KeyRow:
        """Return the row of a command; one without a key is run from the palette."""
        keys = keys_shown(command) or f"{self.key('palette')} {command.name}"
        return KeyRow(keys, command.help, command.id)

    def table_of_pane(self, *, in_detail: bool) -> list[tuple[str, list[KeyRow]]]:
        """Return the sections of the main screen; the rows that matter most in the detail pane come first."""
        sections = self.table("")
        if not in_detail:
            return sections
        detail_rows = [self._row(self[name]) for name in _DETAIL_COMMANDS]
        rest = [(name, [row for row in rows if row not in detail_rows]) for name, rows in sections]
        rest.sort(key=lambda section: section[0] != RESOURCES)
        return [(DETAIL, detail_rows), *((name, rows) for name, rows in rest if rows)]

    def footer(self, *, in_detail: bool = False, selected: int = 0) -> list[tuple[str, str]]:
        """Return the key hints of the main screen's footer, most used first: key and name.

        They differ in the detail pane, and while items are selected; ``selected`` is their number.
        """
        if selected:
            statuses = " ".join(command.id for command in STATUS_COMMANDS)
            keys = self._keys(f"toggle {statuses} quick_note pick back help quit")
            return [(str(selected), "selected"), *keys]
        key = self.key_label("down")
        move = [(key, "select" if in_detail else "move")] if key else []
        rest = self._keys("tick copy open back qr toggle note help quit") if in_detail else self.hint("")
        return [*move, *rest]

    def hint_suffix(self, command_id: str, does: str) -> str:
        """Return a message suffix such as ``; u takes it back``, or "" if the command has no key."""
        key = self.key(command_id)
        return f"; {key} {does}" if key else ""

    def _keys(self, ids: str) -> list[tuple[str, str]]:
        return [(self.key(name), self[name].name) for name in ids.split() if self[name].keys]

    def hint(self, scope: str) -> list[tuple[str, str]]:
        """Return the key hints of a dialog's footer: key and name."""
        commands = [command for command in self.in_scope(scope) if command.footer_order and command.keys]
        commands.sort(key=lambda command: command.footer_order)
        return [(self.key_label(command.id), command.name) for command in commands]

    def hint_texts(self, scope: str) -> list[str]:
        """Return the key hints of a dialog's footer as texts: ``esc close``."""
        return [f"{key} {name}" for key, name in self.hint(scope)]

    def key_label(self, command_id: str) -> str:
        """Format the first key of a command; ``down`` commands include the key of ``up``: ``j/k``."""
        keys = [self.key(command_id)]
        if command_id.endswith("down"):
            keys.append(self.key(command_id.removesuffix("down") + "up"))
        return "/".join(filter(None, keys))

    def rebind(self, settings: Iterable[tuple[str, tuple[str, ...]]]) -> tuple[Keymap, list[tuple[str, str]]]:
        """Return a keymap with the user's keys for some command ids; also each refused id and the reason.

        A key that the user sets is taken from the command that has it by default. It is refused if the user
        gave it to another command too, or if a command of a dialog would be left without any key.
        """
        errors = []
        accepted: dict[str, tuple[str, ...]] = {}
        for command_id, names in settings:
            keys = tuple(dict.fromkeys(map(parse_key, names)))
            if why := self._why_invalid(command_id, keys):
                errors.append((command_id, why))
            else:
                accepted[command_id] = keys
        while conflict := self._conflict(accepted):
            command_id, key, other = conflict
            errors.append((command_id, f'"{key}" is used by {other}'))
            del accepted[command_id]
        commands = (command._replace(keys=self._keys_left(command, accepted)) for command in self.commands)
        return Keymap(tuple(commands)), errors

    def _keys_left(self, command: Command, accepted: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        """Return the user's keys of a command, or its default keys that the user gave to no other command.

        A command with nine keys keeps nine; those that it lost are empty.
        """
        if command.id in accepted:
            return accepted[command.id]
        taken = {key for name, keys in accepted.items() if self[name].scope == command.scope for key in keys}
        if len(command.keys) == 9:
            return tuple("" if key in taken else key for key in command.keys)
        return tuple(key for key in command.keys if key not in taken)

    def _why_invalid(self, command_id: str, keys: tuple[str, ...]) -> str:
        """Return why a command cannot have these keys, regardless of other commands; empty if it can."""
        if command_id not in self._by_id:
            from difflib import get_close_matches  # deferred: only needed after a typing mistake

            similar = get_close_matches(command_id[:50], list(self._by_id), n=1)
            hint = f"did you mean {similar[0]}?" if similar else "`roadmap-tui keys --json` lists them"
            return f"no such command; {hint}"
        command = self[command_id]
        if bad := [key for key in keys if not is_key(key)]:
            if bad[0] in _RESERVED:
                return f'"{bad[0]}" always does the same and cannot be reassigned'
            return f'"{bad[0]}" is not a key; use one character, or a name such as "ctrl+d" or "f5"'
        if len(command.keys) == 9 and len(keys) != 9:
            return "it needs nine keys"
        if not command.scope:
            return ""
        if not keys:
            return "it needs a key"
        # A dialog without single-character commands has a text field.
        has_text = all(len(key) > 1 for other in self.in_scope(command.scope) for key in other.keys)
        types_text = {key for key in keys if len(key) == 1 or key in _EDITING_KEYS}
        if has_text and (typed := sorted(types_text.difference(command.keys))):
            return f'"{typed[0]}" types text there'
        return ""

    def _conflict(self, accepted: dict[str, tuple[str, ...]]) -> tuple[str, str, str] | None:
        """Find a setting whose key cannot be taken from another command: command id, key, the other's id."""
        for command_id, keys in accepted.items():
            for other in self.in_scope(self[command_id].scope):
                shared = set(keys) & set(accepted.get(other.id, other.keys))
                is_needed = bool(other.scope) and not any(self._keys_left(other, accepted))
                if other.id != command_id and shared and (other.id in accepted or is_needed):
                    return command_id, min(shared), other.id
        return None


KEYMAP: Final = Keymap()
