"""The reader's settings: the file ``config.toml``, and over it the environment. Read once, never written to.

Whatever is wrong with them is told, and what holds then is the value below: the file's, or the default.
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

NAME: Final = "config.toml"
LARGEST: Final = 1 << 20  # bytes
KEYS: Final = "keys"
_MOST_FAULTS: Final = 20
_LONGEST_NAME: Final = 80
_LONGEST_STATEMENT: Final = 200  # lines
_LONGEST_LOOK: Final = 1 << 17  # characters
_PLACE: Final = re.compile(r" \(at line ([0-9]+), column [0-9]+\)$")


class ConfigError(NamedTuple):
    """Something wrong in the settings: where, and what; ``str()`` is the line to tell."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


class Config:
    """The settings in force, where each is from, and what was wrong with them.

    ``origins`` has the file, a variable or an option for each setting that is not the default.
    """

    def __init__(self, text: str = "", tables: Mapping[str, Any] | None = None) -> None:
        self._text = text
        self.settings = DEFAULTS
        self.origins: dict[str, str] = {}
        self.faults: list[ConfigError] = []
        self.more_faults = 0
        known = {setting.name: setting for setting in SETTINGS}
        keys: list[tuple[str, tuple[str, ...]]] = []
        for name, value in _flat(tables or {}, {setting.name.partition(".")[0] for setting in SETTINGS}):
            if name in known:
                self.override(known[name], NAME, value)
            elif name.startswith(f"{KEYS}."):
                self._wish(keys, name.removeprefix(f"{KEYS}."), value)
            else:
                self._unknown(name, list(known), is_table=isinstance(value, dict))
        self.settings = self.settings._replace(keys=tuple(keys))

    def override(self, setting: Setting, origin: str, value: object, *, text: bool = False) -> None:
        """Let another value hold, if it is allowed; ``text`` where it is one that stands for it."""
        try:
            read = setting.read_text(value) if text and isinstance(value, str) else setting.read(value)
        except ValueError as error:
            held = setting.write(self.settings)
            what = f"{error}; using {held}"
            self._blame(setting.name, what, "" if origin == NAME else origin)
        else:
            self.settings = self.settings._replace(**{setting.field: read})
            self.origins[setting.name] = origin

    def add_warning(self, name: str, why: str) -> None:
        """Take note that what a setting says can't be had."""
        origin = self.origins.pop(name, NAME)
        self._blame(name, why, "" if origin == NAME else origin)

    def origin_of(self, name: str) -> str:
        """Where a setting is from: ``default``, a line of the file, a variable or an option."""
        origin = self.origins.get(name, "default")
        return self._line(name) if origin == NAME else origin

    @property
    def warnings(self) -> list[str]:
        """What is wrong, a line each."""
        lines = [str(fault) for fault in self.faults]
        if self.more_faults:
            lines.append(f"{NAME}: and {self.more_faults} more")
        return lines

    def _wish(self, keys: list[tuple[str, tuple[str, ...]]], command: str, value: object) -> None:
        wished = [value] if isinstance(value, str) else value
        if isinstance(wished, list) and len(wished) <= 9 and all(isinstance(key, str) for key in wished):
            keys.append((command, tuple(dict.fromkeys(clean(key, 20, one_line=True) for key in wished))))
            self.origins[f"{KEYS}.{command}"] = NAME
        else:
            self._blame(f"{KEYS}.{command}", 'it is no key such as "d", nor a list such as ["d", "f5"]')

    def _unknown(self, name: str, known: list[str], *, is_table: bool) -> None:
        if len(self.faults) >= _MOST_FAULTS:
            self.more_faults += 1
            return
        # Loaded only for who has mistyped something.
        from difflib import get_close_matches

        name = _plain(name)
        tables = [*dict.fromkeys(one.partition(".")[0] for one in known), KEYS]
        if name in tables:
            self._blame(name, f"it is a table, to be written as [{name}]")
            return
        near = get_close_matches(name, tables if is_table else known, n=1)
        if not near and not is_table:
            short = {one.rpartition(".")[2]: one for one in known}
            near = [short[one] for one in get_close_matches(name.rpartition(".")[2], list(short), n=1)]
        hint = f"did you mean {near[0]}?" if near else "`roadmap-tui config` lists them"
        self._blame(name, f"there is no such {'table' if is_table else 'setting'}; {hint}")

    def _blame(self, name: str, what: str, where: str = "") -> None:
        if len(self.faults) >= _MOST_FAULTS:
            self.more_faults += 1
        elif where:
            self.faults.append(ConfigError(where, what))
        else:
            self.faults.append(ConfigError(self._line(name), f"{_plain(name)}: {what}"))

    def _line(self, name: str) -> str:
        line = self._lines.get(name)
        return f"{NAME}:{line}" if line else NAME

    @cached_property
    def _lines(self) -> dict[str, int]:
        return _lines_of(self._text)


def read(folder: str | None, environment: Mapping[str, str] = os.environ) -> Config:
    """The settings of the file in a folder (None: there is none), and over them those of the environment.

    Raises nothing: a file that can't be read or understood is a fault like others.
    """
    config = _read_file(os.path.join(folder, NAME)) if folder else Config()
    for setting in SETTINGS:
        # An empty one is as good as none: many shells can't take a variable away for one command.
        if said := environment.get(setting.variable):
            config.override(setting, setting.variable, said, text=True)
    return config


def _read_file(path: str) -> Config:
    try:
        data = read_regular(path, LARGEST)
    except FileNotFoundError:
        return Config()
    except OSError as error:
        return _invalid_file(error.strerror or str(error))
    if len(data) > LARGEST:
        return _invalid_file(f"it is larger than {LARGEST >> 20} MiB")
    # Only who has such a file waits for its reader.
    import tomllib

    try:
        text = data.decode("utf-8-sig")
        return Config(text, tomllib.loads(text))
    except UnicodeDecodeError as error:
        return _invalid_file("it is not UTF-8", data.count(b"\n", 0, error.start) + 1)
    except tomllib.TOMLDecodeError as error:
        why = str(error)
        place = _PLACE.search(why)
        return _invalid_file(f"it is not TOML: {_PLACE.sub('', why)}", int(place[1]) if place else 0)
    except (RecursionError, ValueError):  # a number of thousands of digits, lists in lists in lists
        return _invalid_file("it is more than a file of settings can be")


def _invalid_file(why: str, line: int = 0) -> Config:
    config = Config()
    where = f"{NAME}:{line}" if line else NAME
    config.faults.append(ConfigError(where, f"{clean(why, 200, one_line=True)}; nothing in it is used"))
    return config


def _flat(tables: Mapping[str, Any], known: set[str]) -> Iterator[tuple[str, object]]:
    """The settings of the file by their names; a table that means nothing as one of them."""
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
    """The names of a file, tables too, each with the line where it begins; the first, where it has several.

    The reader of TOML does not tell, so it is given one statement after the other: as many lines as it takes.
    """
    import tomllib

    lines: dict[str, int] = {}
    table = ""
    statement, start = "", 0
    for number, line in enumerate(text[:_LONGEST_LOOK].split("\n"), 1):
        if not statement:
            start = number
        statement += f"{line}\n"
        try:
            found = tomllib.loads(statement)
        except (ValueError, RecursionError):
            if number - start > _LONGEST_STATEMENT:
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
    """The names of everything in a table, each before what is below it; three deep: no setting is deeper."""
    below = [("", tables, 0)]
    while below:
        before, table, depth = below.pop()
        for key, value in table.items():
            yield f"{before}{key}"
            if isinstance(value, dict) and depth < 2:
                below.append((f"{before}{key}.", value, depth + 1))


def _plain(name: str) -> str:
    return clean(name, _LONGEST_NAME, one_line=True)


def template() -> str:
    """A file with every setting as it is without one, commented out."""
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
    """Write the file of settings (0600) where there is none yet; its path. Raises Refused and CannotSave."""
    path = os.path.join(folder, NAME)
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
