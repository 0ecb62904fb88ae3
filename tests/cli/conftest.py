"""Fixtures of the command line's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from roadmap_tui.store.view_state import ViewState, save_view_state
from tests.cli.program_runs import CliRunner, small


@pytest.fixture
def tui(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    """Return a runner of the program on the small roadmap, which was opened last."""
    monkeypatch.delenv("ROADMAP_TUI_HOME", raising=False)
    small(tmp_path)
    save_view_state(str(tmp_path / "state"), "small", "small", ViewState())
    return CliRunner(tmp_path, capsys)


# Totals
