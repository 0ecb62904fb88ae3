"""Hooks, with real programs."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from roadmap_tui.core.schemas import SCHEMAS
from roadmap_tui.store.hooks import Hooks
from tests.cli.program_runs import one_line, process, small
from tests.store.machines import needs_git, remote
from tests.tui.pty_program import Terminal

linux = pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks at processes in /proc")

DEADLINE = 20
# Writes its arguments and stdin where no reader can see half of it.
RECORD = """#!/bin/sh
cat >"$0.$$"
printf '%s|' "$@" >>"$0.$$"
mv "$0.$$" "$1"
"""


def _wait(condition: Callable[[], Any]) -> Any:
    end = time.monotonic() + DEADLINE
    while not (found := condition()):
        assert time.monotonic() < end
        time.sleep(0.02)
    return found


class Home:
    """A home folder with a config file, and a program that a hook can run."""

    def __init__(self, path: Path) -> None:
        self.home = path / "home"
        self.config = self.home / ".config" / "roadmap-tui" / "config.toml"
        self.config.parent.mkdir(parents=True)
        for folder in (path, self.home, self.home / ".config", self.config.parent):
            folder.chmod(0o700)
        self.data = path / "data"
        small(self.data)
        self.record = self.program("record", RECORD)
        self.seen = self.home / "seen"

    def program(self, name: str, text: str) -> Path:
        path = self.home / name
        path.write_text(text)
        path.chmod(0o700)
        return path

    def hooks(self, text: str, mode: int = 0o600) -> None:
        self.config.write_text(f"[hooks]\n{text}\n")
        self.config.chmod(mode)

    def run(self, *args: str, home: bool = True, **more: str) -> Any:
        folders = {"HOME": str(self.home), "XDG_CONFIG_HOME": "", **more}
        where = ["--data-dir", str(self.data), "--roadmap", "small"] if home else []
        return process(None, *where, *args, **folders)

    def event(self) -> tuple[dict[str, Any], str]:
        text = _wait(lambda: self.seen.exists() and self.seen.read_text())
        self.seen.unlink()
        event, _, arguments = text.rpartition("}")
        return json.loads(event + "}"), arguments


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_hooks_get_the_event_on_stdin_and_their_arguments_without_a_shell(home: Home) -> None:
    home.hooks(f"""done = ["{home.record}", "{home.seen}", "$HOME; *", ""]
review = "{home.record} {home.seen} 'two words'" """)
    assert home.run("mark", "done", "sets").stderr == ""
    event, arguments = home.event()
    assert (event["hook"], event["roadmap"], event["kind"]) == ("done", "small", "status")
    assert (event["items"], event["status"]) == (["sets"], "done")
    assert arguments == f"{home.seen}|$HOME; *||"
    Draft202012Validator(SCHEMAS["hook"]).validate(event)
    home.run("mark", "doing", "maps")
    home.run("review", "--grade", "good", "sets")
    event, arguments = home.event()  # only what is done is told
    assert (event["hook"], event["rating"]) == ("review", 3)
    assert arguments == f"{home.seen}|two words|"
    Draft202012Validator(SCHEMAS["hook"]).validate(event)


@linux
def test_what_takes_too_long_is_killed_with_its_group(home: Home) -> None:
    pids = home.home / "pids"
    slow = f"""#!/bin/sh
sleep 600 &
echo $! >{pids}.new
echo $$ >>{pids}.new
mv {pids}.new {pids}
sleep 600
"""
    home.hooks(f'done = ["{home.program("slow", slow)}"]')
    home.run("mark", "done", "sets")
    both = [int(line) for line in _wait(lambda: pids.exists() and pids.read_text()).split()]
    assert len(both) == 2
    _wait(lambda: not any(map(_is_running, both)))


def test_nobody_waits_for_a_hook(home: Home) -> None:
    fifo = home.home / "fifo"
    os.mkfifo(fifo)
    hook = home.program("patient", f'#!/bin/sh\nread line <{fifo}\necho "{{}}$line" >{home.seen}\n')
    Hooks({"done": (str(hook),)}).run("done", {})
    # The hook gets its line only now; if it was waited for, it would have been killed.
    _wait(lambda: _write(fifo, b"line\n"))
    assert home.event() == ({}, "line\n")


def _write(fifo: Path, data: bytes) -> bool:
    try:
        handle = os.open(fifo, os.O_WRONLY | os.O_NONBLOCK)
    except OSError:  # no reader yet
        return False
    with open(handle, "wb") as file:
        file.write(data)
    return True


@needs_git
def test_a_sync_runs_its_hook(home: Home) -> None:
    home.hooks(f'sync = ["{home.record}", "{home.seen}"]')
    home.run("mark", "done", "sets")
    home.run("sync", "--remote", str(remote(home.home / "hub")))
    event, _ = home.event()
    assert (event["hook"], event["sent"]) == ("sync", 1)
    Draft202012Validator(SCHEMAS["hook"]).validate(event)


def test_the_screen_runs_hooks_and_reports_refused_ones(home: Home) -> None:
    def start() -> Terminal:
        return Terminal("small", home=home.data, size=(160, 24), HOME=str(home.home), XDG_CONFIG_HOME="")

    home.hooks(f'done = ["{home.record}", "{home.seen}"]')
    terminal = start()
    try:
        terminal.until_drawn()
        terminal.until_text("Sets", DEADLINE)
        terminal.type(" ")
        assert home.event()[0]["items"] == ["sets"]
        terminal.type("q")
        assert terminal.wait(DEADLINE) == 0
    finally:
        terminal.close()
    home.config.chmod(0o620)
    terminal = start()
    try:
        terminal.until_drawn()
        terminal.until_text("hooks are not run: others can write", DEADLINE)
    finally:
        terminal.close()


def _is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("part", ["file", "folder", "parent", "target"])
def test_hooks_that_others_could_change_are_refused_in_one_line_and_by_doctor(home: Home, part: str) -> None:
    home.hooks(f'done = ["{home.record}", "{home.seen}"]')
    places = {"file": home.config, "folder": home.config.parent, "parent": home.home}
    if part == "target":
        places[part] = home.home / "dotfiles"
        places[part].mkdir(0o700)
        home.config.rename(places[part] / "config.toml")
        home.config.symlink_to(places[part] / "config.toml")
    places[part].chmod(0o720)
    line = one_line(home.run("mark", "done", "sets", "maps").stderr)
    assert line == (
        f"roadmap-tui: hooks are not run: others can write {places[part]}; run `chmod go-w` on it"
    )
    doctor = home.run("doctor", "--json")
    assert any(problem.startswith("hooks are not run: ") for problem in json.loads(doctor.stdout)["problems"])
    assert not home.seen.exists()
    assert home.run("status").stderr == ""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_hooks_of_somebody_else_are_refused(home: Home) -> None:
    home.hooks(f'done = ["{home.record}", "{home.seen}"]')
    os.chown(home.config, 1234, -1)
    assert "is not yours" in one_line(home.run("mark", "done", "sets").stderr)


def test_hooks_in_a_data_folder_are_never_read(home: Home) -> None:
    folder = home.data / "config"
    folder.mkdir(0o700)
    (folder / "config.toml").write_text(f'[hooks]\ndone = ["{home.record}", "{home.seen}"]\n')
    line = one_line(home.run("mark", "done", "sets").stderr)
    assert line.endswith(f"hooks: hooks are only read from {home.config}; not run")
    again = home.run("mark", "done", "ml-ops", home=False, ROADMAP_TUI_HOME=str(home.data))
    assert "hooks are only read from" in again.stderr
    home.hooks(f'done = ["{home.record}", "{home.seen}", "mine"]')
    home.run("mark", "done", "maps")
    assert home.event()[1] == f"{home.seen}|mine|"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (
            "done = 5",
            'hooks.done: not a command such as "notify-send done" or a list such as ["notify-send", ',
        ),
        ("done = []", "hooks.done: not a command"),
        ("done = '\"x'", "hooks.done: it cannot be split into arguments (no closing quotation)"),
        ('done = ["/nowhere/x"]', "hooks.done: no program /nowhere/x"),
        ('finish = "true"', "hooks.finish: no such hook; use done, review, sync"),
    ],
)
def test_what_is_no_hook_is_reported(home: Home, text: str, why: str) -> None:
    home.hooks(text)
    assert why in one_line(home.run("mark", "done", "sets").stderr)
    assert home.run("mark", "doing", "sets").stderr == ""
    assert home.run("config").stderr == ""
