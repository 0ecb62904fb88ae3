"""Roadmap files that change under an open screen or a running command: no progress disappears from view."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.cli.program_runs import process
from tests.faults.table import Loss
from tests.tui.pty_program import Terminal

Open = Callable[..., Terminal]


def _import(home: Path, *titles: str) -> None:
    """Import a README, or update from it."""
    readme = home / "README.md"
    items = "".join(f"- [ ] {title}\n" for title in titles)
    readme.write_text(f"# Letters\n\n## Greek\n\n{items}")
    done = process(home, "import", str(readme))
    assert done.returncode == 0, done.stderr


def _shown(home: Path) -> dict[str, str]:
    """The status of each item that the roadmap shows, retired ones included, by its title."""
    values = json.loads(process(home, "--roadmap", "letters", "show", "--json").stdout)
    retired = process(home, "--roadmap", "letters", "show", "~retired", "--json")
    values += json.loads(retired.stdout or "[]")
    return {value["title"]: value["status"] for value in values if value["status"]}


def _orphaned(home: Path) -> int:
    return int(json.loads(process(home, "doctor", "--json").stdout)["progress"]["orphaned"])


def test_an_item_that_leaves_under_the_cursor(tmp_path: Path, open_terminal: Open, loss: Loss) -> None:
    _import(tmp_path, "Alpha", "Beta", "Gamma")
    terminal = open_terminal("letters")
    terminal.until_drawn()
    terminal.type("=ggjjj")
    terminal.until(lambda: terminal.here == "○ Beta")
    _import(tmp_path, "Alpha", "Gamma", "Delta")
    terminal.type(" ")  # before or after the screen notices
    terminal.until_text("1 item new, 1 item gone")
    terminal.until(lambda: terminal.here == "✓ Beta")  # now under Retired
    terminal.until_text("Greek")
    # Its details say where it was.
    assert any("Retired" in line and "Greek" in line for line in terminal.lines)
    terminal.type("q")
    assert terminal.wait() == 0
    shown = _shown(tmp_path)
    loss.count("item removed under an open screen", 1, ["Beta"], [t for t, s in shown.items() if s == "done"])
    assert shown == {"Alpha": "todo", "Gamma": "todo", "Delta": "todo", "Beta": "done"}
    assert not _orphaned(tmp_path)


def test_a_roadmap_that_is_removed_and_imported_again(
    tmp_path: Path, open_terminal: Open, loss: Loss
) -> None:
    _import(tmp_path, "Alpha", "Beta", "Gamma")
    terminal = open_terminal("letters")
    terminal.until_drawn()
    terminal.type("=ggjj")
    terminal.until(lambda: terminal.here == "○ Alpha")
    (tmp_path / "roadmaps" / "letters.json").unlink()
    terminal.until_text("It stays open as it was")
    terminal.type(" ")
    terminal.until(lambda: terminal.here == "✓ Alpha")
    _import(tmp_path, "Beta", "Gamma")
    terminal.until_text("1 item gone")
    assert terminal.here == "✓ Alpha"
    terminal.type("q")
    assert terminal.wait() == 0
    shown = _shown(tmp_path)
    loss.count("roadmap lost and imported again", 1, ["Alpha"], [t for t, s in shown.items() if s == "done"])
    assert not _orphaned(tmp_path)


def test_an_older_file_that_is_put_back(tmp_path: Path, loss: Loss) -> None:
    _import(tmp_path, "Alpha", "Beta")
    path = tmp_path / "roadmaps" / "letters.json"
    shutil.copy2(path, tmp_path / "older.json")
    _import(tmp_path, "Alpha", "Delta")
    assert process(tmp_path, "--roadmap", "letters", "mark", "done", "Delta").returncode == 0
    shutil.copy2(tmp_path / "older.json", path)
    shown = _shown(tmp_path)
    loss.count("older roadmap file put back", 1, ["Delta"], [t for t, s in shown.items() if s == "done"])
    assert not _orphaned(tmp_path)
