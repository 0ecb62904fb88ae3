"""``review`` on a terminal: questions line by line, also where the terminal can do nothing else."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.program_runs import process, small
from tests.tui.pty_program import Terminal
from tests.tui.tmux import Tmux

NOTE = "Nearby.\n\nQ: What is $x^2$?\nA: a **square**\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The small roadmap with three items that were done long ago, one of them with a question."""
    small(tmp_path)
    for words in (("mark", "done", "sets", "relu", "oral"), ("note", "sets", "-")):
        feed = NOTE if words[0] == "note" else ""
        assert process(tmp_path, "--roadmap", "small", *words, feed=feed).returncode == 0
    for log in (tmp_path / "log").iterdir():
        lines = [json.loads(line) for line in log.read_text().splitlines() if line]
        log.write_text(
            "".join(f"{json.dumps(line | {'at': '2026-01-05T12:00:00+00:00'})}\n" for line in lines)
        )
    return tmp_path


def records(home: Path, *kinds: str) -> list[dict[str, object]]:
    lines = [line for path in (home / "log").iterdir() for line in path.read_text().split("\n") if line]
    found = sorted(map(json.loads, lines), key=lambda record: int(record["c"]))
    return [record for record in found if record["k"] in kinds]


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminal]:
    opened = Terminal("--roadmap", "small", "review", home=home, size=(80, 60), TERM="dumb")
    yield opened
    opened.close()


def test_a_whole_session_on_a_dumb_terminal(home: Path, terminal: Terminal) -> None:
    terminal.until_text("1 of 3 · Sets · your question")
    terminal.until_text("  What is x²?")
    terminal.type("3\n")
    terminal.until_text("Answer it first")
    terminal.type("\n")
    terminal.until_text("3 Good")
    assert "a square" in terminal.text
    assert "Nearby." in terminal.text
    terminal.type("1\n")
    terminal.until_text("2 of 4 · ReLU")
    terminal.until_text("Explain it aloud.")
    terminal.type("+\n")
    terminal.until_text("Question: ")
    terminal.type("Where is the kink?\n")
    terminal.until_text("Answer: ")
    terminal.type("at 0\n")
    terminal.until_text("ReLU · your question")
    terminal.type("x\n")
    terminal.until_text("q ends")
    terminal.type("\n")
    terminal.until_text("  at 0")
    terminal.type("\n\n4\n\n3\n")
    terminal.until_text("3 reviewed in")
    terminal.until_text("Forgotten: Sets")
    assert terminal.wait() == 0
    assert b"\x1b" not in terminal.output
    graded = [(record["t"], record["g"]) for record in records(home, "review")]
    assert graded == [("sets", 1), ("relu", 3), ("oral", 4), ("sets", 3)]
    asked = [str(record.get("q", ""))[:2] for record in records(home, "review")]
    assert asked == ["n:", "n:", "", "n:"]
    # Without a terminal it lists as ever.
    assert process(home, "--roadmap", "small", "review").stderr.startswith("nothing is due; ")


def test_undo_and_quit(home: Path, terminal: Terminal) -> None:
    terminal.until_text("What is x²?")
    terminal.type("u\n")
    terminal.until_text("Nothing to undo")
    terminal.type("@\n")
    terminal.until_text("it is in your note")
    terminal.type("\n4\nu\n")
    terminal.until(lambda: terminal.text.count("1 of 3") == 2)
    terminal.type("q\n")
    terminal.until_text("Nothing was graded")
    assert terminal.wait() == 0
    assert [record["k"] for record in records(home, "review", "undo")] == ["review", "undo"]


def test_the_end_of_the_input_ends_it(home: Path, terminal: Terminal) -> None:
    terminal.until_text("What is x²?")
    terminal.type("\n3\n")
    terminal.until_text("2 of 3")
    terminal.type("\x04")
    terminal.until_text("Reviewed 1; 2 are left today")
    assert terminal.wait() == 0


def test_named_items_are_reviewed_due_or_not_and_listed_elsewhere(home: Path) -> None:
    listed = process(home, "--roadmap", "small", "review", "nets", "exam").stdout.splitlines()
    assert [line.split()[-1] for line in listed] == ["relu", "oral"]
    assert process(home, "--roadmap", "small", "review", "maps").stderr.endswith("mark it done first\n")
    process(home, "--roadmap", "small", "review", "--grade", "easy", "relu")
    terminal = Terminal("--roadmap", "small", "review", "nets", home=home, TERM="dumb")
    try:
        terminal.until_text("1 of 1 · ReLU")
        terminal.type("q\n")
        assert terminal.wait() == 0
    finally:
        terminal.close()


def test_until_a_day_only_what_would_be_forgotten_is_reviewed(home: Path) -> None:
    def weak(day: str) -> list[str]:
        found = process(home, "--roadmap", "small", "review", "--until", day, "--json")
        return [item["id"] for item in json.loads(found.stdout)]

    assert weak("1d") == ["sets", "relu", "oral"]
    for grade in ("good", "easy"):
        process(home, "--roadmap", "small", "review", "--grade", grade, "sets" if grade == "good" else "relu")
    assert weak("1d") == ["oral"]
    assert weak("6d") == ["oral", "sets"]
    before = records(home, "review", "status", "note")
    assert process(home, "--roadmap", "small", "review", "--until", "6d", "relu").stderr == (
        "nothing to review: all of it would still be known\n"
    )
    assert records(home, "review", "status", "note") == before


def test_json_has_the_next_question(home: Path) -> None:
    first, second, _ = json.loads(process(home, "--roadmap", "small", "review", "--json").stdout)
    assert (first["question"]["ask"], first["question"]["answer"]) == ("What is $x^2$?", "a **square**")
    assert first["question"]["id"].startswith("n:")
    assert second["question"] is None


@pytest.mark.skipif(not shutil.which("tmux"), reason="tmux is not installed")
def test_a_whole_session_in_tmux(home: Path, tmp_path: Path) -> None:
    """The screen this time: show, Again, a question added, undo, and on to the next item."""
    tmux = Tmux(tmp_path)
    program = f"{sys.executable} -m roadmap_tui small; echo left with $?; cat"
    tmux("new-session", "-d", "-x", "80", "-y", "24", program)
    try:
        screen = ("capture-pane", "-p")
        tmux.until("3 due", *screen)
        for keys, shown in (
            ("r", "What is x²?"),
            ("Space", "a square"),
            ("1", "2 of 4"),
            ("u", "1 of 3"),
            ("1", "2 of 4"),
            ("+", "Question"),
        ):
            tmux("send-keys", keys)
            tmux.until(shown, *screen)
        tmux("send-keys", "-l", "Kink?")
        tmux("send-keys", "Enter")
        tmux("send-keys", "-l", "at 0")
        tmux.until("at 0", *screen)
        tmux("send-keys", "Enter")
        tmux.until("Question added", *screen)
        for keys, shown in (
            ("Enter", "at 0"),
            ("Enter", "3 of 4"),
            ("Space", "3 Good"),
            ("4", "What is x²?"),
            ("Space", "a square"),
            ("Space", "3 reviewed"),
        ):
            tmux("send-keys", keys)
            tmux.until(shown, *screen)
        assert "continues with Maps of sets" in tmux(*screen)
        tmux("send-keys", "Enter")
        tmux.until("Reviewed 3", *screen)
        tmux.until("▌", *screen)
        assert any("▌" in line and "Maps of sets" in line for line in tmux(*screen).splitlines())
        tmux("send-keys", "q")
        tmux.until("left with 0", *screen)
    finally:
        tmux("kill-server")
    graded = [(record["t"], record["g"]) for record in records(home, "review")]
    assert graded == [("sets", 1), ("sets", 1), ("relu", 3), ("oral", 4), ("sets", 3)]
