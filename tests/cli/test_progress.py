"""The spinner: shown only for long operations and only on a terminal."""

from __future__ import annotations

import io
import sys
import threading

import pytest

from roadmap_tui.cli import progress


class _Screen(io.StringIO):
    def __init__(self, *, terminal: bool = True) -> None:
        super().__init__()
        self.terminal = terminal
        self.shown = threading.Event()

    def isatty(self) -> bool:
        return self.terminal

    def write(self, text: str) -> int:
        if "Reading" in text:
            self.shown.set()
        return super().write(text)


def _screen(monkeypatch: pytest.MonkeyPatch, *, terminal: bool = True) -> _Screen:
    screen = _Screen(terminal=terminal)
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setenv("TERM", "xterm")
    return screen


def test_the_spinner_appears_after_the_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _screen(monkeypatch)
    monkeypatch.setattr(progress, "DELAY_SECONDS", 0.01)
    with progress.spinner("Reading [/]\x1b]0;x\x07"):
        assert screen.shown.wait(10)
    assert "\x1b]0;" not in screen.getvalue()


def test_no_spinner_appears_for_a_short_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _screen(monkeypatch)
    with progress.spinner("Reading"):
        pass
    assert screen.getvalue() == ""


def test_no_spinner_appears_without_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = _screen(monkeypatch, terminal=False)
    monkeypatch.setattr(progress, "DELAY_SECONDS", 0.0)
    with progress.spinner("Reading"):
        assert not screen.shown.wait(0.3)
    assert screen.getvalue() == ""
