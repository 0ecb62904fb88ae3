"""A tmux of one's own, to run the program in."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from tests.cli.program_runs import environment


class Tmux:
    """A server with its socket in a folder, and its configuration: quick, or as tmux comes.

    Called with the words of a command it gives what that prints.
    """

    def __init__(
        self, home: Path, *, as_it_comes: bool = False, more: Mapping[str, str] | None = None
    ) -> None:
        config = home / "tmux.conf"
        config.write_text("" if as_it_comes else "set -g status off\nset -g escape-time 0\n")
        self.start = ("tmux", "-S", str(home / "tmux"), "-f", str(config))
        self._environment = environment(home, LC_ALL="C.UTF-8", **(more or {}))

    def __call__(self, *words: str) -> str:
        done = subprocess.run(
            [*self.start, *words],
            capture_output=True,
            check=False,
            timeout=10,
            text=True,
            env=self._environment,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def until(self, text: str, *words: str) -> str:
        """What it prints, once that holds a text."""
        deadline = time.monotonic() + 10
        while text not in (shown := self(*words)):
            assert time.monotonic() < deadline, shown
            time.sleep(0.05)
        return shown
