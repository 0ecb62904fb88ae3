"""The common tasks take no more keys than they should, on a terminal of 80x24."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from roadmap_tui.store.journal import Journal
from roadmap_tui.store.library import load_bundled
from roadmap_tui.study.study import Study, wall_clock
from tests.store.machines import needs_git
from tests.tui.pty_program import Terminal

FIRST, SECOND = "▌     ○ Linear", "▌     ○ Calculus"


@needs_git
def test_ten_common_tasks_take_few_keys(tmp_path: Path) -> None:
    journal = Journal(str(tmp_path / "log"), lambda: wall_clock() - timedelta(days=3))
    study = Study(load_bundled(), journal)
    for item_id in ("backpropagation", "lenet", "dropout-and-normalization"):
        study.set_status([item_id], "done")
    study.close()
    terminal = Terminal("ml-dl", home=tmp_path, XDG_STATE_HOME=os.environ["XDG_STATE_HOME"])

    def take(count: int, keys: str, shown: str) -> None:
        assert len(keys) == count
        terminal.type(keys)
        terminal.until_text(shown, 20)

    try:
        terminal.until_text(FIRST, 20)  # resume: no key
        take(2, " ]", SECOND)  # done, and the next one
        take(1, "t", "Timing Calculus")
        terminal.type("k")
        take(1, "t", "t starts one here")  # stopped from elsewhere
        take(2, "2y", "Copied to")  # the second link
        take(1 + len("mind it") + 1, "amind it\r", "✎")
        take(1 + len("ppo") + 1, "/ppo\r", "  ppo")
        terminal.until(lambda: any("▌" in line and "PPO" in line for line in terminal.lines), 20)
        take(2 + 1, "f2\r", "shown: in progress")
        terminal.type("ff")
        take(7, "r" + "  " * 3, "3 reviewed")
        terminal.type("\x1b")
        terminal.until_text("Reviewed 3")
        take(1, "S", "no remote is set")  # sync; with a remote, see test_syncing
    finally:
        terminal.close()
