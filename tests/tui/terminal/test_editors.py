"""What an external editor wrote is never discarded, however it and the program end."""

from __future__ import annotations

import os
import shlex
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from roadmap_tui.core.progress.events import NoteWritten
from roadmap_tui.store import library
from roadmap_tui.store.drafts import Drafts, NoteDraft, read_edited
from roadmap_tui.store.editor import run_editor
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.view_state import ViewState, save_view_state
from roadmap_tui.study.study import Study, wall_clock
from tests.tui.pty_program import Terminal


class Desk:
    """A home folder, a note on an item, and an editor that is a shell script."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.terminals: list[Terminal] = []
        study = Study(library.load_bundled(), Journal(str(home / "log"), wall_clock))
        study.write_note("backpropagation", "As it was.")
        study.close()
        self.look_at("backpropagation")

    def look_at(self, item: str) -> None:
        save_view_state(str(self.home / "state"), "ml-dl", "ml-dl", ViewState(item, ()))

    def open(self, script: str, *args: str) -> Terminal:
        editor = self.home / "my-editor"
        editor.write_text(f"#!/bin/sh\n{script}\n")
        editor.chmod(0o700)
        self.terminals.append(
            Terminal(*args, home=self.home, EDITOR=shlex.quote(str(editor)), size=(120, 40))
        )
        if not args:
            self.terminals[-1].until_drawn()
            self.terminals[-1].settle(0.15)
        return self.terminals[-1]

    @property
    def notes(self) -> list[str]:
        events = Journal(str(self.home / "log"), wall_clock).progress().events()
        return [event.text for event in events if isinstance(event, NoteWritten)]

    @property
    def drafts(self) -> list[str]:
        found = Drafts(str(self.home / "state" / "drafts")).for_roadmap("ml-dl")
        return [draft.text.strip() for draft in found]

    def wait_for(self, name: str, terminal: Terminal) -> None:
        terminal.until((self.home / name).exists, 20)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path)
    yield desk
    for terminal in desk.terminals:
        terminal.close()


WRITE = 'echo "Half a thought." > "$1"'


def test_an_editor_that_fails_after_saving_leaves_a_draft(desk: Desk) -> None:
    terminal = desk.open(f"{WRITE}; exit 3")
    terminal.type("E")
    terminal.until_text("my-editor: it ended with status 3; the text is kept as a draft; e opens it")
    terminal.type("q")
    assert terminal.wait() == 0
    assert (desk.notes, desk.drafts) == (["As it was."], ["Half a thought."])

    desk.look_at("calculus")
    terminal = desk.open("true")
    terminal.until_text("Unsaved note on Backpropagation; e opens it")
    terminal.type("e")
    terminal.until_text("Half a thought.")
    assert "Restored draft" in terminal.text
    terminal.type("\x13")
    terminal.until(lambda: desk.notes == ["As it was.", "Half a thought."])
    terminal.type("q")
    assert terminal.wait() == 0
    assert desk.drafts == []


def test_an_editor_that_fails_without_saving_changes_nothing(desk: Desk) -> None:
    terminal = desk.open("exit 1")
    terminal.type("E")
    terminal.until_text("my-editor: it ended with status 1; the note is unchanged; e writes a note here")
    assert (desk.notes, desk.drafts) == (["As it was."], [])


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=["TERM", "HUP"])
@pytest.mark.parametrize("stubborn", [False, True])
def test_a_signal_while_the_editor_is_open_leaves_a_draft(
    desk: Desk, number: signal.Signals, stubborn: bool
) -> None:
    """Also of an editor that does not end then: it is left alone."""
    command = "" if stubborn else f"touch {desk.home}/told; exit 1"
    rest = f"touch {desk.home}/saved; until [ -e {desk.home}/go ]; do sleep 0.05; done"
    terminal = desk.open(f"trap '{command}' TERM HUP; {WRITE}; {rest}")
    terminal.type("E")
    desk.wait_for("saved", terminal)
    terminal.process.send_signal(number)
    assert terminal.wait() == 128 + number
    (desk.home / "go").touch()
    assert (desk.home / "told").exists() is not stubborn
    assert (desk.notes, desk.drafts) == (["As it was."], ["Half a thought."])
    terminal = desk.open("true")
    terminal.until_text("Unsaved note on Backpropagation; e opens it")


def test_a_lost_terminal_while_the_editor_is_open_leaves_a_draft(desk: Desk) -> None:
    terminal = desk.open(f"{WRITE}; touch {desk.home}/saved; exec sleep 60")
    terminal.type("E")
    desk.wait_for("saved", terminal)
    desk.terminals.remove(terminal)
    os.close(terminal._other)
    os.close(terminal.handle)
    assert terminal.process.wait(10) == 128 + signal.SIGHUP
    assert (desk.notes, desk.drafts) == (["As it was."], ["Half a thought."])


def test_what_an_editor_saves_after_it_returned_becomes_a_draft(desk: Desk) -> None:
    late = f"until [ -e {desk.home}/go ]; do sleep 0.05; done; {WRITE}; touch {desk.home}/saved"
    terminal = desk.open(f"({late}) </dev/null >/dev/null 2>&1 &")
    terminal.type("E")
    terminal.until_text("Unchanged. If my-editor is still open, what it saves becomes a draft")
    (desk.home / "go").touch()
    desk.wait_for("saved", terminal)
    terminal.type("e")
    terminal.until_text("Half a thought.")
    assert "Restored draft" in terminal.text
    terminal.type("\x13")
    terminal.until(lambda: desk.notes == ["As it was.", "Half a thought."])
    # It is still open, and saves once more.
    (file,) = (desk.home / "state" / "drafts").glob("*/note.md")
    file.write_text("A whole thought.\n")
    assert desk.drafts == ["A whole thought."]


@pytest.mark.parametrize("ends", ["fails", "TERM"])
def test_the_note_command_keeps_what_was_written(desk: Desk, ends: str) -> None:
    end = "exit 3" if ends == "fails" else f"touch {desk.home}/saved; exec sleep 60"
    terminal = desk.open(f"{WRITE}; {end}", "note", "backpropagation", "--edit")
    if ends == "fails":
        assert terminal.wait() == 2
        text = " ".join(terminal.text.split())
        assert "the editor: it ended with status 3; what you wrote is kept: --edit opens it again" in text
    else:
        desk.wait_for("saved", terminal)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.wait() == -signal.SIGTERM
    assert (desk.notes, desk.drafts) == (["As it was."], ["Half a thought."])
    terminal = desk.open('echo "And more." >> "$1"', "note", "backpropagation", "--edit")
    assert terminal.wait() == 0
    assert (desk.notes[-1], desk.drafts) == ("Half a thought.\nAnd more.", [])
    assert not list((desk.home / "state" / "drafts").iterdir())


def test_ctrl_c_in_an_editor_does_not_end_it(tmp_path: Path) -> None:
    """As it reads its keys as lines, the terminal sends the signal to both programs."""
    path = tmp_path / "note.md"
    script = "trap 'echo caught > \"$1\"; exit 0' INT; kill -INT $PPID $$; sleep 60"
    assert run_editor(["sh", "-c", script, "sh"], str(path)) == ("", 0)
    assert path.read_text() == "caught\n"


def test_a_text_of_an_editor_without_utf_8_and_one_too_long_for_a_note_are_kept(tmp_path: Path) -> None:
    drafts = Drafts(str(tmp_path))
    for text in (b"f\xfcr \xdc", b"x" * 30_000):
        path = drafts.begin_edit(NoteDraft("r", "one", "before", "before"))
        Path(path).write_bytes(text)
        assert read_edited(path) == text.decode("latin-1")
        (draft,) = Drafts(str(tmp_path)).for_roadmap("r")
        assert draft.text == text.decode("latin-1")
        drafts.drop("r", "one")


def test_a_text_typed_in_the_program_meanwhile_is_kept_too(tmp_path: Path) -> None:
    drafts = Drafts(str(tmp_path))
    path = drafts.begin_edit(NoteDraft("r", "one", "before", "before"))
    drafts.save(NoteDraft("r", "one", "typed", "before"))
    Path(path).write_text("edited")
    drafts.collect_edits()
    assert [draft.text for draft in drafts.for_roadmap("r")] == ["typed\n\nedited"]
    drafts.collect_edits()
    assert [draft.text for draft in drafts.for_roadmap("r")] == ["typed\n\nedited"]
    # nano, when the terminal is lost, leaves the file and saves beside it.
    Path(f"{path}.save").write_text("rescued")
    drafts.drop("r", "one")
    assert [draft.text for draft in Drafts(str(tmp_path)).for_roadmap("r")] == ["rescued"]


def test_only_some_files_of_editors_that_changed_nothing_are_kept(tmp_path: Path) -> None:
    drafts = Drafts(str(tmp_path))
    for number in range(25):
        drafts.begin_edit(NoteDraft("r", f"item-{number}", "same", "same"))
        time.sleep(0.002)  # each has a time of its own
    drafts.collect_edits()
    kept = {path.read_text() for path in tmp_path.glob("*/given.json")}
    assert len(kept) == 20
    assert any("item-24" in text for text in kept)
    assert not any("item-4" in text for text in kept)
