"""Read the settings: ``config.toml``, overridden by environment variables.

An invalid value is reported, and the value from the level below is used: the file's, or the default.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from typing import Any, Final, NamedTuple

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import DEFAULTS, SETTINGS, Setting
from roadmap_tui.store.files import make_folder, read_regular, sync, write_all

FILE_NAME: Final = "config.toml"
MAX_BYTES: Final = 1 << 20  # bytes
KEYS: Final = "keys"
_MAX_ERRORS: Final = 20
_MAX_NAME: Final = 80
_MAX_STATEMENT_LINES: Final = 200  # lines
_MAX_SCAN: Final = 1 << 17  # characters
_POSITION: Final = re.compile(r" \(at line ([0-9]+), column [0-9]+\)$")


class ConfigError(NamedTuple):
    """An error in the settings: where and what. ``str()`` returns the message."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Config:
    """The effective settings, the origin of each, and the errors found.

    ``origins`` maps each setting that is not the default to the file, a variable or an option.
    """

    def __init__(self, text: str = "", tables: Mapping[str, Any] | None = None) -> None:
        self._text = text
        self.settings = DEFAULTS
        self.origins: dict[str, str] = {}
        self.errors: list[ConfigError] = []
        self.more_errors = 0
        known = {setting.name: setting for setting in SETTINGS}
        keys: list[tuple[str, tuple[str, ...]]] = []
        for name, value in _flatten(tables or {}, {setting.name.partition(".")[0] for setting in SETTINGS}):
            if name in known:
                self.override(known[name], FILE_NAME, value)
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
            held = setting.write(self.settings)
            what = f"{error}; using {held}"
            self._add_error(setting.name, what, "" if origin == FILE_NAME else origin)
        else:
            self.settings = self.settings._replace(**{setting.field: read})
            self.origins[setting.name] = origin

    def add_warning(self, name: str, why: str) -> None:
        """Report that the value of a setting cannot be used."""
        origin = self.origins.pop(name, FILE_NAME)
        self._add_error(name, why, "" if origin == FILE_NAME else origin)

    def origin_of(self, name: str) -> str:
        """Return the origin of a setting: ``default``, a line of the file, a variable or an option."""
        origin = self.origins.get(name, "default")
        return self._line(name) if origin == FILE_NAME else origin

    @property
    def warnings(self) -> list[str]:
        """The errors, one line each."""
        lines = [str(fault) for fault in self.errors]
        if self.more_errors:
            lines.append(f"{FILE_NAME}: and {self.more_errors} more")
        return lines

    def _read_keys(self, keys: list[tuple[str, tuple[str, ...]]], command: str, value: object) -> None:
        wished = [value] if isinstance(value, str) else value
        if isinstance(wished, list) and len(wished) <= 9 and all(isinstance(key, str) for key in wished):
            keys.append((command, tuple(dict.fromkeys(clean(key, 20, one_line=True) for key in wished))))
            self.origins[f"{KEYS}.{command}"] = FILE_NAME
        else:
            self._add_error(f"{KEYS}.{command}", 'it is no key such as "d", nor a list such as ["d", "f5"]')

    def _report_unknown(self, name: str, known: list[str], *, is_table: bool) -> None:
        if len(self.errors) >= _MAX_ERRORS:
            self.more_errors += 1
            return
        # Imported only after a typing error.
        from difflib import get_close_matches

        name = _printable(name)
        tables = [*dict.fromkeys(one.partition(".")[0] for one in known), KEYS]
        if name in tables:
            self._add_error(name, f"it is a table, to be written as [{name}]")
            return
        near = get_close_matches(name, tables if is_table else known, n=1)
        if not near and not is_table:
            short = {one.rpartition(".")[2]: one for one in known}
            near = [short[one] for one in get_close_matches(name.rpartition(".")[2], list(short), n=1)]
        hint = f"did you mean {near[0]}?" if near else "`roadmap-tui config` lists them"
        self._add_error(name, f"there is no such {'table' if is_table else 'setting'}; {hint}")

    def _add_error(self, name: str, what: str, where: str = "") -> None:
        if len(self.errors) >= _MAX_ERRORS:
            self.more_errors += 1
        elif where:
            self.errors.append(ConfigError(where, what))
        else:
            self.errors.append(ConfigError(self._line(name), f"{_printable(name)}: {what}"))

    def _line(self, name: str) -> str:
        line = self._lines.get(name)
        return f"{FILE_NAME}:{line}" if line else FILE_NAME

    @cached_property
    def _lines(self) -> dict[str, int]:
        return _lines_of(self._text)


def read(folder: str | None, environment: Mapping[str, str] = os.environ) -> Config:
    """Read the settings file of a folder (None: no file) and the environment.

    Never raises: an unreadable or invalid file is reported like any other error.
    """
    config = _read_file(os.path.join(folder, FILE_NAME)) if folder else Config()
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
        return _invalid_file("it is more than a file of settings can be")


def _invalid_file(why: str, line: int = 0) -> Config:
    config = Config()
    where = f"{FILE_NAME}:{line}" if line else FILE_NAME
    config.errors.append(ConfigError(where, f"{clean(why, 200, one_line=True)}; nothing in it is used"))
    return config


def _flatten(tables: Mapping[str, Any], known: set[str]) -> Iterator[tuple[str, object]]:
    """Yield dotted names and values; an unknown table is yielded as a whole."""
    for name, value in tables.items():
        if isinstance(value, dict) and name == KEYS:
            for key, keys in value.items():
                if isinstance(keys, dict):
                    yield from ((f"{KEYS}.{key}.{inner}", keys[inner]) for inner in keys)
                else:
                    yield f"{KEYS}.{key}", keys
        elif isinstance(value, dict) and name in known:
            yield from ((f"{name}.{key}", value[key]) for key in value)
        else:
            yield name, value


def _lines_of(text: str) -> dict[str, int]:
    """Return the first line number of each name and table in a TOML file.

    tomllib does not report positions, so each statement is parsed by itself.
    """
    import tomllib

    lines: dict[str, int] = {}
    table = ""
    statement, start = "", 0
    for number, line in enumerate(text[:_MAX_SCAN].split("\n"), 1):
        if not statement:
            start = number
        statement += f"{line}\n"
        try:
            found = tomllib.loads(statement)
        except (ValueError, RecursionError):
            if number - start > _MAX_STATEMENT_LINES:
                break
            continue
        names = list(_names(found))
        if statement.lstrip().startswith("["):
            table = f"{names[-1]}."
        else:
            names = [table + name for name in names]
        for name in names:
            lines.setdefault(name, start)
        statement = ""
    return lines


def _names(tables: Mapping[str, Any]) -> Iterator[str]:
    """Yield the dotted names in a table, parents first, at most three levels deep."""
    below = [("", tables, 0)]
    while below:
        before, table, depth = below.pop()
        for key, value in table.items():
            yield f"{before}{key}"
            if isinstance(value, dict) and depth < 2:
                below.append((f"{before}{key}.", value, depth + 1))


def _printable(name: str) -> str:
    return clean(name, _MAX_NAME, one_line=True)


def template() -> str:
    """Return a config file with every setting at its default, commented out."""
    lines = [
        "# The settings of roadmap-tui. What is commented out is as it is without this file.",
        "# `roadmap-tui config` prints what is in force, and from where.",
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
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    try:
        make_folder(folder)
        if os.path.lexists(path):
            raise UsageError(path, "it is there already", "edit it, or move it away first")
        handle = os.open(path, flags, 0o600)
    except OSError as error:
        raise SaveError("not saved", error.strerror or str(error), f"look at {folder}") from None
    try:
        try:
            write_all(handle, text.encode())
            sync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        with suppress(OSError):
            os.unlink(path)
        raise SaveError("not saved", error.strerror or str(error), f"look at {folder}") from None
    return path
