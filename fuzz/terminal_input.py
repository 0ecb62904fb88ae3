#!/usr/bin/env python3
"""Fuzz the terminal input of the real program on a pty: ``python fuzz/terminal_input.py --seconds 60``.

A session types lines for a note and moves about, while replies and pastes arrive between the keys, split and
delayed at random. Exits with 1, and prints the seed, if an event was written that no key asked for, if a
character was lost, or if the program ended.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.tui.pty_program import Terminal  # noqa: E402 - found by the line above

REPLIES: Final = (
    "\x1bP>|xterm.js(5.5.0)\x1b\\", "\x1bP1$r0 q\x1b\\", "\x1b]11;rgb:1c1c/1c1c/1c1c\x1b\\",
    "\x1b]10;rgb:d0d0/d0d0/d0d0\a", "\x1b[?62;4c", "\x1b[>41;330;0c", "\x1b[?997;1n", "\x1b[?2026;2$y",
    "\x1b[?2048;0$y", "\x1b_Gi=31;OK\x1b\\", "\x1b^DD\x1b\\", "\x1bXDD\x1b\\", "\x1b[106;1:1u", "\x1b[1;1:3B",
    "\x1b[106:74;2u", "\x1b[1114112u", "\x1b[48;9;9;9;9t", "\x1b[0n", "\x1b[I", "\x1b[O", "\x1b[<35;9;9M",
)  # fmt: skip
LETTERS: Final = "abcdDefgi jkOPX[]^_{}~|0123s/?!ü漢-"
# Long, so that it is not over when a busy machine delays this program.
ESCAPE_SECONDS: Final = 0.6
# Keys that write nothing on the main screen, wherever the cursor is.
HARMLESS: Final = ("j", "k", "\x1b[A", "\x1b[B", "\x1bOA", "g", "G", "\x1b", "\x1b[6~", "\x1b[5~")
ITEM: Final = "g]"  # to an item, from anywhere


class Typist:
    """Types into the program; ``lines`` are what must be in the notes."""

    def __init__(self, home: Path, dice: random.Random) -> None:
        self._home, self._dice = home, dice
        milliseconds = str(round(1000 * ESCAPE_SECONDS))
        self.terminal = Terminal(home=home, ROADMAP_TUI_ESCAPE_MS=milliseconds)
        self.terminal.until_drawn()
        self.terminal.settle()
        self.lines: list[str] = []
        self.sent: list[tuple[float, bytes]] = []

    def send(self, text: str) -> None:
        """Send a text in pieces, with pauses that are shorter than what makes a sequence keys."""
        dice, data = self._dice, text.encode()
        while data:
            size = dice.choice((1, 2, 5, len(data)))
            piece, data = data[:size], data[size:]
            self.terminal.answer(piece)
            self.sent.append((round(time.monotonic(), 3), piece))
            if dice.random() < 0.2:
                self._pause(dice.random() * ESCAPE_SECONDS / 4)

    def _pause(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            self.terminal.read(left)

    def write_line(self) -> None:
        """Add a line to the note, with replies and pastes between its characters."""
        dice, line = self._dice, "x"
        self.send(ITEM + "a")
        self.send(line)
        for _ in range(dice.randint(1, 12)):
            letters = "".join(dice.choices(LETTERS, k=dice.randint(1, 4)))
            kind = dice.random()
            if kind < 0.35:
                self.send(dice.choice(REPLIES))
            elif kind < 0.45:
                self.send(f"\x1b[200~{letters}\x1b[201~")
                line += letters
            else:
                self.send(letters)
                line += letters
        self.lines.append(line.strip())
        self.send("\r")

    def move(self) -> None:
        """Press keys that write nothing, with replies between them, some late."""
        dice = self._dice
        for _ in range(dice.randint(1, 6)):
            self.send(dice.choice(HARMLESS))
            reply = dice.choice(REPLIES)
            if dice.random() < 0.1:
                # Split after the escape, from before it counts as a key until long after.
                self.send("\x1b")
                self._pause(ESCAPE_SECONDS * dice.uniform(0, 1.4))
                reply = reply[1:]
            self.send(reply)

    def problem(self) -> str:
        """Wait for the last line; return what is wrong with the journal, "" if nothing."""
        deadline = time.monotonic() + 20
        while True:
            records = self._records()
            typed = [str(record.get("x", "")) for record in records]
            if {record["k"] for record in records} - {"note"}:
                return f"written: {records}"
            if typed and typed[-1].split("\n") == self.lines:
                return ""
            if self.terminal.process.poll() is not None:
                return f"it ended with {self.terminal.process.returncode}: {self.terminal.text}"
            if time.monotonic() > deadline:
                return f"expected {self.lines[-2:]}, got {typed[-1:]}\n{self.terminal.text}"
            self.terminal.read(0.05)

    def _records(self) -> list[dict[str, object]]:
        texts = [path.read_text() for path in (self._home / "log").glob("*.jsonl")]
        lines = [line for text in texts for line in text.split("\n") if line]
        return [record for record in map(json.loads, lines) if record["k"] != "open"]


def fuzz(seconds: float, seed: int) -> tuple[int, str]:
    """Type for a time; return the number of rounds, and a description of what went wrong."""
    dice, end, rounds = random.Random(seed), time.monotonic() + seconds, 0  # noqa: S311 - no secrets
    while time.monotonic() < end:
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            typist = Typist(Path(folder), dice)
            try:
                for _ in range(15):
                    if time.monotonic() > end:
                        break
                    typist.move()
                    typist.write_line()
                    rounds += 1
                    if problem := typist.problem():
                        return rounds, f"{problem}\nsent: {typist.sent[-60:]}"
            finally:
                typist.terminal.close()
    return rounds, ""


def main() -> int:
    """Fuzz for the time given; return the exit code."""
    parser = argparse.ArgumentParser(description="Fuzz the terminal input of the program on a pty.")
    parser.add_argument("--seconds", type=float, default=60, help="how long to type (default: 60)")
    parser.add_argument("--seed", type=int, default=os.getpid(), help="repeat a run")
    args = parser.parse_args()
    rounds, problem = fuzz(args.seconds, args.seed)
    print(f"fuzz: terminal_input: {'failed' if problem else 'ok'}, {rounds} lines typed, seed {args.seed}")
    if problem:
        print(problem)
    return bool(problem)


if __name__ == "__main__":
    sys.exit(main())
