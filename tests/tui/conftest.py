"""What every test of the screen starts from: an empty folder and a terminal that says nothing of itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui.stage import Stage

_SAID_BY_TERMINALS = ("NO_COLOR", "COLORTERM", "COLORFGBG", "TMUX", "VISUAL", "EDITOR")


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    for name in _SAID_BY_TERMINALS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    stage = Stage(tmp_path)
    yield stage
    stage.close()
