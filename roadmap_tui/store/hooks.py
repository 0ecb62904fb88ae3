"""Hooks: programs that the user wants run after something was done.

They are read only from the platform's user config folder, never from a data folder, which somebody else may
have prepared, and only if nobody but the user can write the file.
"""

from __future__ import annotations

import json
import os
import stat
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, NamedTuple

from roadmap_tui.core.sanitize import clean
from roadmap_tui.store.config import FILE_NAME, HOOKS_TABLE, MAX_BYTES
from roadmap_tui.store.files import printable_path, read_regular
from roadmap_tui.store.locations import user_config_folder

HOOKS: Final = ("done", "review", "sync")
TIME_LIMIT: Final = 5  # seconds
# Outlives this program, so that no command waits for its hooks, and kills what takes too long.
_SUPERVISOR: Final = f"""
import os, signal, subprocess, sys, time
os.setsid()
os.chdir(os.path.expanduser("~") if os.path.isdir(os.path.expanduser("~")) else "/")
null = subprocess.DEVNULL
hook = subprocess.Popen(sys.argv[1:], stdout=null, stderr=null, start_new_session=True)
end = time.monotonic() + {TIME_LIMIT}
while time.monotonic() < end:
    hook.poll()
    try:
        os.killpg(hook.pid, 0)
    except OSError:
        sys.exit()
    time.sleep(0.02)
os.killpg(hook.pid, signal.SIGKILL)
hook.wait()
"""


class Hooks(NamedTuple):
    """The argument list of each hook, and why hooks are refused, one line each."""

    commands: Mapping[str, tuple[str, ...]] = {}
    errors: tuple[str, ...] = ()

    def run(self, name: str, event: Mapping[str, Any]) -> None:
        """Start a hook, if there is one, with the event as JSON on its stdin; it runs in the background."""
        _children[:] = [child for child in _children if os.waitpid(child, os.WNOHANG)[0] == 0]
        if not (arguments := self.commands.get(name)):
            return
        from tempfile import TemporaryFile

        # Not a pipe, which could be full before anybody reads it.
        with suppress(OSError), TemporaryFile() as file:
            text = json.dumps({"hook": name, **event}, ensure_ascii=False)
            file.write(text.encode("utf-8", "backslashreplace"))
            file.seek(0)
            null = [(os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_WRONLY, 0) for number in (1, 2)]
            streams = [(os.POSIX_SPAWN_DUP2, file.fileno(), 0), *null]
            child = os.posix_spawn(
                sys.executable,
                [sys.executable, "-I", "-S", "-c", _SUPERVISOR, *arguments],
                os.environ,
                file_actions=streams,
            )
            _children.append(child)


_children: list[int] = []  # to be waited for


def read_hooks() -> Hooks:
    """Read the hooks of the user. Never raises."""
    folder = user_config_folder()
    path = os.path.join(folder or "", FILE_NAME)
    if folder is None or not os.path.exists(path):
        return Hooks()
    try:
        import tomllib

        tables = tomllib.loads(read_regular(path, MAX_BYTES).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return Hooks()  # what is wrong with the file is reported with the settings
    table = tables.get(HOOKS_TABLE)
    if table is None:
        return Hooks()
    try:
        why = _why_unsafe(path)
    except OSError as error:
        why = error.strerror or str(error)
    if why:
        return Hooks(errors=(f"hooks are not run: {why}",))
    if not isinstance(table, dict):
        return Hooks(errors=(f"{FILE_NAME}: {HOOKS_TABLE}: it is a table, to be written as [{HOOKS_TABLE}]",))
    commands, errors = {}, []
    for name, value in table.items():
        shown = clean(str(name), 80, one_line=True)
        try:
            commands[name] = _arguments(value)
            why = "" if name in HOOKS else f"no such hook; use {', '.join(HOOKS)}"
        except ValueError as error:
            why = str(error)
        if why:
            errors.append(f"{FILE_NAME}: {HOOKS_TABLE}.{shown}: {why}; it is not run")
    return Hooks(commands, tuple(errors))


def _arguments(value: object) -> tuple[str, ...]:
    """Return the argument list of a hook; no shell ever sees it. Raises ValueError."""
    if isinstance(value, str):
        import shlex

        try:
            value = shlex.split(value)
        except ValueError as error:
            raise ValueError(f"it cannot be split into arguments ({str(error).lower()})") from None
    if not isinstance(value, list) or not value or not all(isinstance(one, str) for one in value):
        raise ValueError('not a command such as "notify-send done" or a list such as ["notify-send", "done"]')
    if any("\0" in one for one in value):
        raise ValueError("a NUL character in it")
    program = os.path.expanduser(value[0])
    folders = [""] if os.sep in program else os.get_exec_path()
    if not any(os.access(os.path.join(folder, program), os.X_OK) for folder in folders):
        raise ValueError(f"no program {clean(program, 80, one_line=True)}")
    return program, *value[1:]


def _why_unsafe(path: str) -> str:
    """Return why somebody else could change a file, "" if nobody can. Raises OSError.

    Whoever can write one of the folders that contain it can replace the file.
    """
    links = {os.path.abspath(path), os.path.realpath(path)}
    checked = {part for link in links for part in (link, *_parents(link))}
    for part in sorted(checked, key=len, reverse=True):
        status = os.stat(part)
        is_own = part in links or part in map(os.path.dirname, links)
        if status.st_uid != os.geteuid() and (is_own or status.st_uid):
            return f"{printable_path(part)} is not yours"
        is_sticky = stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_ISVTX
        if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and (is_own or not is_sticky):
            return f"others can write {printable_path(part)}; run `chmod go-w` on it"
    return ""


def _parents(path: str) -> list[str]:
    parents = []
    while path != (path := os.path.dirname(path)):
        parents.append(path)
    return parents
