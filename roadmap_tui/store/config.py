"""Read the settings: ``config.toml``, overridden by environment variables.

An invalid value is reported, and the value from the level below is used: the file's, or the default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Final

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import DEFAULTS, SETTINGS, Setting
from roadmap_tui.store.files import atomic_write, printable_path, read_regular
from roadmap_tui.store.locations import user_config_folder

FILE_NAME: Final = "config.toml"
MAX_BYTES: Final = 1 << 20  # bytes
KEYS: Final = "keys"
HOOKS_TABLE: Final = "hooks"  # see store/hooks.py
_TABLES: Final = tuple(dict.fromkeys(setting.name.partition(".")[0] for setting in SETTINGS))
_MAX_ERRORS: Final = 20
_MAX_NAME: Final = 80
_MAX_STATEMENT_LINES: Final = 200  # lines
_MAX_SCAN: Final = 1 << 17  # characters
_POSITION: Final = re.compile(r" \(at line ([0-9]+), column [0-9]+\)$")


class Config:
    """The effective settings, the origin of each, and the errors found.

    ``origins`` maps each setting that is not the default to the file, a variable or an option.
    """

    def __init__(self, text: str = "", tables: Mapping[str, Any] | None = None) -> None:
        self._text = text
        self.settings = DEFAULTS
        self.origins: dict[str, str] = {}
        self.errors: list[str] = []
        self.has_hooks = False
        self._more_errors = 0
        known = {setting.name: setting for setting in SETTINGS}
        keys: list[tuple[str, tuple[str, ...]]] = []
        for name, value in _flatten(tables or {}):
            if name in known:
                self.override(known[name], FILE_NAME, value)
            elif name == HOOKS_TABLE:
                self.has_hooks = bool(value)
            elif name.startswith(f"{KEYS}."):
                self._read_keys(keys, name.removeprefix(f"{KEYS}."), value)
            else:
                self._report_unknown(name, list(known), is_table=isinstance(value, dict))
        self.settings = self.settings._replace(keys=tuple(keys))

    def override(self, setting: Setting, origin: str, value: object, *, text: bool = False) -> None:
        """Override a setting if the value is valid; ``text=True`` parses the value from a string."""
        try:
            read = setting.read_text(value) if text and isinstance(value, str) else setting.read(value)
        except ValueError as error:
            self._add_error(setting.name, f"{error}; using {setting.write(self.settings)}", origin)
        else:
            self.settings = self.settings._replace(**{setting.field: read})
            self.origins[setting.name] = origin

    def add_warning(self, name: str, why: str) -> None:
        """Report that the value of a setting cannot be used."""
        self._add_error(name, why, self.origins.pop(name, FILE_NAME))

    def origin_of(self, name: str) -> str:
        """Return the origin of a setting: ``default``, a line of the file, a variable or an option."""
        origin = self.origins.get(name, "default")
        return self._line(name) if origin == FILE_NAME else origin

    @property
    def warnings(self) -> list[str]:
        """The errors, one line each."""
        more = [f"{FILE_NAME}: and {self._more_errors} more"] if self._more_errors else []
        return self.errors + more

    def _read_keys(self, keys: list[tuple[str, tuple[str, ...]]], command: str, value: object) -> None:
        wished = [value] if isinstance(value, str) else value
        if isinstance(wished, list) and len(wished) <= 9 and all(isinstance(key, str) for key in wished):
            keys.append((command, tuple(dict.fromkeys(clean(key, 20, one_line=True) for key in wished))))
            self.origins[f"{KEYS}.{command}"] = FILE_NAME
        else:
            self._add_error(f"{KEYS}.{command}", 'not a key such as "d" or a list such as ["d", "f5"]')

    def _report_unknown(self, name: str, known: list[str], *, is_table: bool) -> None:
        if len(self.errors) >= _MAX_ERRORS:
            self._more_errors += 1
            return
        # Imported only after a typing error.
        from difflib import get_close_matches

        name = _printable(name)
        if name in {*_TABLES, KEYS}:
            self._add_error(name, f"it is a table, to be written as [{name}]")
            return
        near = get_close_matches(name, [*_TABLES, KEYS] if is_table else known, n=1)
        if not near and not is_table:
            short = {one.rpartition(".")[2]: one for one in known}
            near = [short[one] for one in get_close_matches(name.rpartition(".")[2], list(short), n=1)]
        hint = f"did you mean {near[0]}?" if near else "`roadmap-tui config` lists them"
        self._add_error(name, f"no such {'table' if is_table else 'setting'}; {hint}")

    def _add_error(self, name: str, what: str, origin: str = FILE_NAME) -> None:
        if len(self.errors) >= _MAX_ERRORS:
            self._more_errors += 1
        elif origin == FILE_NAME:
            self.errors.append(f"{self._line(name)}: {_printable(name)}: {what}")
        else:
            self.errors.append(f"{origin}: {what}")

    def _line(self, name: str) -> str:
        return _where(self._lines.get(name, 0))

    @cached_property
    def _lines(self) -> dict[str, int]:
        return _lines_of(self._text)


def read(folder: str | None, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the settings file of a folder (None: no file) and the environment. Never raises."""
    config = _read_file(os.path.join(folder, FILE_NAME)) if folder else Config()
    if config.has_hooks and folder != (user_folder := user_config_folder()):
        path = os.path.join(user_folder or "~/.config/roadmap-tui", FILE_NAME)
        config.add_warning(HOOKS_TABLE, f"hooks are only read from {printable_path(path)}; not run")
    for setting in SETTINGS:
        # An empty variable counts as unset: many shells cannot unset one for a single command.
        if said := environment.get(setting.variable):
            config.override(setting, setting.variable, said, text=True)
    return config


def _read_file(path: str) -> Config:
    try:
        data = read_regular(path, MAX_BYTES)
    except FileNotFoundError:
        return Config()
    except OSError as error:
        return _invalid_file(error.strerror or str(error))
    if len(data) > MAX_BYTES:
        return _invalid_file(f"it is larger than {MAX_BYTES >> 20} MiB")
    # Imported only if there is a file.
    import tomllib

    try:
        text = data.decode("utf-8-sig")
        return Config(text, tomllib.loads(text))
    except UnicodeDecodeError as error:
        return _invalid_file("it is not UTF-8", data.count(b"\n", 0, error.start) + 1)
    except tomllib.TOMLDecodeError as error:
        why = str(error)
        place = _POSITION.search(why)
        return _invalid_file(f"it is not TOML: {_POSITION.sub('', why)}", int(place[1]) if place else 0)
    except (RecursionError, ValueError):  # an over-long number, or too deep nesting
        return _invalid_file("not a settings file")


def _invalid_file(why: str, line: int = 0) -> Config:
    config = Config()
    config.errors.append(f"{_where(line)}: {clean(why, 200, one_line=True)}; the file is ignored")
    return config


def _where(line: int) -> str:
    return f"{FILE_NAME}:{line}" if line else FILE_NAME


def _flatten(tables: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield dotted names and values; an unknown table is yielded as a whole."""
    for name, value in tables.items():
        if isinstance(value, dict) and name == KEYS:
            for key, keys in value.items():
                if isinstance(keys, dict):
                    yield from ((f"{KEYS}.{key}.{inner}", keys[inner]) for inner in keys)
                else:
                    yield f"{KEYS}.{key}", keys
        elif isinstance(value, dict) and name in _TABLES:
            yield from ((f"{name}.{key}", value[key]) for key in value)
        else:
            yield name, value


def _lines_of(text: str) -> dict[str, int]:
    """Return the first line number of each name that ``_flatten`` yields for a TOML file.

    tomllib does not report positions, so each statement is parsed by itself, below the header of its table.
    """
    import tomllib

    lines: dict[str, int] = {}
    header = statement = ""
    start = 1
    for number, line in enumerate(text[:_MAX_SCAN].split("\n"), 1):
        statement += f"{line}\n"
        is_header = statement.lstrip().startswith("[")
        try:
            found = tomllib.loads(statement if is_header else header + statement)
        except (ValueError, RecursionError):
            if number - start > _MAX_STATEMENT_LINES:
                break
            continue
        for name, _ in _flatten(found):
            lines.setdefault(name, start)
        header = statement if is_header else header
        statement, start = "", number + 1
    return lines


def _printable(name: str) -> str:
    return clean(name, _MAX_NAME, one_line=True)


def template() -> str:
    """Return a config file with every setting at its default, commented out."""
    lines = [
        "# Settings of roadmap-tui. Commented-out lines show the defaults.",
        "# `roadmap-tui config` prints the settings in use and where each comes from.",
    ]
    table = ""
    for setting in SETTINGS:
        here, _, key = setting.name.partition(".")
        if here != table:
            table = here
            lines += ["", f"[{table}]"]
        lines.append(f"# {setting.help} Allowed: {setting.allowed}. {setting.variable}")
        lines.append(f"# {key} = {setting.write(DEFAULTS)}")
    return "\n".join(lines) + "\n"


def write(folder: str, text: str) -> str:
    """Create the config file (0600) and return its path. Raises UsageError and SaveError."""
    path = os.path.join(folder, FILE_NAME)
    if os.path.lexists(path):
        raise UsageError(path, "it already exists", "edit it, or move it first")
    try:
        atomic_write(path, text.encode())
    except OSError as error:
        raise SaveError("not saved", error.strerror or str(error), f"look at {folder}") from None
    return path
