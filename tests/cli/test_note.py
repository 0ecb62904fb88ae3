"""The ``note`` command."""

from __future__ import annotations

import io
import json
import sys

import pytest

from tests.cli.program_runs import CliRunner


def test_note_is_written_printed_and_removed(tui: CliRunner) -> None:
    nothing = tui("note", "relu")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "ReLU: no note\n")
    assert tui("note", "relu", "first\nsecond").out == "ReLU: note saved\n"
    assert tui("note", "relu").out == "first\nsecond\n"
    assert tui("note", "relu", "first\nsecond").out == "ReLU: the note has not changed\n"
    tui("note", "relu", "--append", "third")
    assert tui("note", "relu").out == "first\nsecond\nthird\n"
    assert tui("note", "relu", "--edit").err == (
        "roadmap-tui: note: an editor needs a terminal, and stdin is none; give TEXT, or - to read it\n"
    )
    assert tui("note", "relu", "").out == "ReLU: note removed\n"
    assert tui("note", "relu").out == ""
    assert tui("note", "basics", "on a section").code == 0
    assert tui("note", "basics").out == "on a section\n"


def test_note_json(tui: CliRunner) -> None:
    tui("note", "relu", "words")
    found = tui("note", "relu", "--json").json
    at = found["versions"][0].pop("at")
    assert found == {"id": "relu", "title": "ReLU", "note": "words", "versions": [{"text": "words"}]}
    assert at[10] == "T"
    assert tui("note", "relu", "other", "--json").json["note"] == "other"
    assert tui("note", "sets", "--json").json == {"id": "sets", "title": "Sets", "note": "", "versions": []}


def test_two_versions_of_a_note_are_printed_and_replaced(tui: CliRunner) -> None:
    tui("note", "relu", "one")
    log = next((tui.home / "log").iterdir())
    twin = json.loads(log.read_text().splitlines()[-1]) | {"id": "zz-other-1", "x": "two"}
    (tui.home / "log" / "other.jsonl").write_text(json.dumps(twin) + "\n")
    result = tui("note", "relu")
    assert result.out == "one\n\ntwo\n"
    assert "2 versions" in result.err
    assert tui("show", "relu", "--json").json[0]["note"] == "one\n\ntwo"
    tui("note", "relu", "both")
    assert len(tui("note", "relu", "--json").json["versions"]) == 1


class _Broken(io.BytesIO):
    def read(self, size: int | None = -1) -> bytes:
        raise OSError(5, "Input/output error")


def test_a_note_is_read_from_stdin(tui: CliRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    feed("piped ✓\nand more\n".encode())
    assert tui("note", "relu", "-").out == "ReLU: note saved\n"
    assert tui("note", "relu").out == "piped ✓\nand more\n"
    feed(b"\xff\xfe")
    assert tui("note", "relu", "-").code == 65
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(_Broken()))
    assert tui("note", "relu", "-").code == 66
    feed(b"x" * 200_000)
    assert tui("note", "relu", "-").code == 2
    assert tui("note", "relu").out == "piped ✓\nand more\n"


def test_a_note_that_is_too_long_is_refused_not_truncated(tui: CliRunner) -> None:
    assert tui("note", "relu", "x" * 20_000).code == 0
    for much in ("x" * 20_001, "x" + "\t" * 10_000 + "x", "x" * 3_000_000):
        result = tui("note", "relu", much)
        assert result.code == 2
        assert "at most 20,000" in result.err
    assert tui("note", "relu", "--append", "y").code == 2
    assert tui("note", "relu").out == "x" * 20_000 + "\n"


def test_append_without_text_is_refused(tui: CliRunner) -> None:
    assert tui("note", "relu", "--append").code == 2


# History
