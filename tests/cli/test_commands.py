"""What each command prints and writes, in this process."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from roadmap_tui.cli.commands import COMMANDS
from roadmap_tui.store.view_state import ViewState, save_view_state
from tests.cli.program_runs import ROOT, Here, item, section, small, write_roadmap

RELU = {
    "id": "relu",
    "type": "item",
    "title": "ReLU",
    "path": ["Nets", "Deep nets"],
    "depth": 2,
    "status": "todo",
    "ticked": False,
    "note": "",
    "resources": [],
}


@pytest.fixture
def tui(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Here:
    """The program on the small roadmap, opened last."""
    monkeypatch.delenv("ROADMAP_TUI_HOME", raising=False)
    small(tmp_path)
    save_view_state(str(tmp_path / "state"), "small", "small", ViewState())
    return Here(tmp_path, capsys)


# Totals


def test_status_is_one_short_line(tui: Here) -> None:
    assert tui("status").out == "0/5 · 0%\n"
    tui("mark", "done", "sets", "oral")
    tui("mark", "doing", "relu")
    assert tui("status").out == "2/5 · 40% · doing 1\n"
    assert tui("status", "--ascii").out == "2/5, 40%, doing 1\n"


def test_status_json(tui: Here) -> None:
    tui("mark", "done", "sets")
    tui("mark", "skipped", "oral")
    assert tui("status", "--json").json == {
        "roadmap": "small",
        "title": "Small",
        "total": 4,
        "done": 1,
        "doing": 0,
        "todo": 3,
        "skipped": 1,
        "retired": 2,
        "percent": 25,
        "due": 0,
    }


def test_list_marks_the_one_that_is_worked_on(tui: Here) -> None:
    tui("mark", "done", "sets")
    lines = tui("list").out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("  ml-dl ")
    assert lines[1] == "* small        1/5   20%  Small"
    assert tui("list", "--roadmap", "ml-dl").out.startswith("* ml-dl")


def test_list_json_is_a_status_for_each(tui: Here) -> None:
    tui("mark", "done", "sets")
    found = tui("list", "--json").json
    assert [one["roadmap"] for one in found] == ["ml-dl", "small"]
    assert found[1] == tui("status", "--json").json


def test_list_goes_on_behind_a_broken_roadmap(tui: Here) -> None:
    (tui.home / "roadmaps" / "broken.json").write_text("{")
    result = tui("list", "--json")
    assert result.code == 65
    assert [one["roadmap"] for one in result.json] == ["ml-dl", "small"]
    assert result.err.startswith("roadmap-tui: ")
    assert result.err.count("\n") == 1


# Nodes


def test_show_is_an_outline(tui: Here) -> None:
    tui("mark", "done", "sets")
    tui("mark", "doing", "maps")
    tui("mark", "skipped", "relu")
    assert tui("show").out.splitlines() == [
        "Small  1/4 · 25% · doing 1",
        "",
        "Basics  1/2",
        "  ✓ Sets",
        "  ▶ Maps of sets",
        "Nets  0/0",
        "  Deep nets  0/0",
        "    – ReLU",
        "· Exam",
        "  · Oral exam",
    ]
    assert tui("show", "basics", "--ascii").out == "Basics  1/2\n  x Sets\n  / Maps of sets\n"


def test_show_a_section_by_a_piece_of_its_title(tui: Here) -> None:
    assert tui("show", "DEEP").out == "Deep nets  0/1\n  · ReLU\n"
    assert tui("show", "nets").out.splitlines()[0] == "Nets  0/1"
    result = tui("show", "s")
    assert result.code == 2
    assert result.err.splitlines()[1:] == ["basics: Basics", "nets: Nets", "deep: Deep nets"]


def test_show_only_some(tui: Here) -> None:
    tui("mark", "done", "oral")
    tui("mark", "doing", "relu")
    assert tui("show", "--status", "done", "--status", "doing").out.splitlines()[2:] == [
        "Nets  0/1",
        "  Deep nets  0/1",
        "    ▶ ReLU",
        "· Exam",
        "  ✓ Oral exam",
    ]
    only = tui("show", "--status", "done", "--json").json
    assert [one["id"] for one in only] == ["oral"]
    assert tui("show", "basics", "--status", "done").out == ""


def test_show_an_item_tells_all(tui: Here) -> None:
    tui("note", "sets", "my words")
    out = tui("show", "sets").out
    for words in ("· Sets  todo", "Basics  sets", "Opens\n  · Maps of sets  maps", "Your note\nmy words"):
        assert words in out
    assert "  1 · video  A film\n      https://example.org/film" in out
    assert "Needs\n  · Sets  sets" in tui("show", "maps").out
    assert "A hinge." in tui("show", "relu").out
    assert tui("show", "exam").out.endswith("\n\n· Oral exam\n")


def test_show_json(tui: Here) -> None:
    tui("note", "sets", "my words")
    found = tui("show", "--json").json
    assert [one["id"] for one in found] == ["basics", "sets", "maps", "nets", "deep", "relu", "exam", "oral"]
    assert [one["depth"] for one in found] == [0, 1, 1, 0, 1, 2, 0, 1]
    assert found[0] == {
        "id": "basics",
        "type": "section",
        "title": "Basics",
        "path": [],
        "depth": 0,
        "status": None,
        "ticked": False,
        "note": "",
        "resources": [],
    }
    assert found[1] == {
        "id": "sets",
        "type": "item",
        "title": "Sets",
        "path": ["Basics"],
        "depth": 1,
        "status": "todo",
        "ticked": True,
        "note": "my words",
        "resources": [
            {"title": "A film", "url": "https://example.org/film", "kind": "video", "ticked": False}
        ],
    }
    assert found[5] == RELU
    assert list(found[5]) == list(RELU)
    assert [one["id"] for one in tui("show", "deep", "--json").json] == ["deep", "relu"]


def test_next(tui: Here) -> None:
    tui("mark", "doing", "oral")
    assert tui("next", "-n", "2").out == "1 ▶ Oral exam  ()  oral\n2 · Sets  (Basics)  sets\n"
    assert "(Nets > Deep nets)" in tui("next", "--ascii").out
    found = tui("next", "--json").json
    assert [one["id"] for one in found] == ["oral", "sets", "relu"]
    assert found[2] == RELU


def test_next_when_all_is_done(tui: Here) -> None:
    tui("mark", "done", "--branch", "basics", "nets", "exam")
    assert tui("next").out == ""
    assert tui("next", "--json").json == []


# Marks


def test_mark_says_what_it_did(tui: Here) -> None:
    assert tui("mark", "done", "relu").out == "ReLU: done (was todo)\n1/5 · 20%\n"
    assert tui("mark", "done", "relu", "Sets").out == (
        "ReLU: already done\nSets: done (was todo)\n2/5 · 40%\n"
    )
    again = tui("mark", "done", "relu")
    assert (again.code, again.out) == (0, "ReLU: already done\n2/5 · 40%\n")
    assert tui("mark", "todo", "relu").out.startswith("ReLU: todo (was done)\n")


def test_several_are_one_event(tui: Here) -> None:
    tui("mark", "done", "relu", "sets", "relu")
    events = tui("log", "--json").json
    assert [one["items"] for one in events] == [["relu", "sets"]]
    tui("undo")
    assert tui("status", "--json").json["done"] == 0


def test_all_are_found_before_any_is_marked(tui: Here) -> None:
    result = tui("mark", "done", "relu", "nothing")
    assert (result.code, result.out) == (2, "")
    assert tui("log").out == ""


def test_a_branch_is_one_event(tui: Here) -> None:
    tui("mark", "done", "maps")
    assert tui("mark", "done", "--branch", "basics").out == "Basics: 2 items done (1 already)\n2/5 · 40%\n"
    assert tui("mark", "done", "--branch", "exam", "nets").out.splitlines()[:2] == [
        "Exam: 2 items done",
        "Nets: 1 item done",
    ]
    events = tui("log", "--json").json
    assert [(one["items"], one["title"]) for one in events] == [
        (["maps"], "Maps of sets"),
        (["sets"], "Basics"),
        (["exam", "oral", "relu"], "3 items"),
    ]


def test_mark_json(tui: Here) -> None:
    tui("mark", "done", "maps")
    assert tui("mark", "done", "--branch", "basics", "--json").json == [
        {"id": "sets", "title": "Sets", "from": "todo", "to": "done"},
        {"id": "maps", "title": "Maps of sets", "from": "done", "to": "done"},
    ]


def test_a_section_is_marked_only_as_a_branch(tui: Here) -> None:
    result = tui("mark", "done", "basics")
    assert result.code == 2
    assert "--branch" in result.err


def test_a_branch_without_items(tui: Here) -> None:
    path = write_roadmap(tui.home / "roadmaps" / "bare.json", [section("bare-section", "Bare")])
    result = tui("--roadmap", str(path), "mark", "done", "--branch", "bare")
    assert result.code == 2
    assert "no item" in result.err


# Naming an item


@pytest.mark.parametrize("wanted", ["relu", "ReLU", "rel", " RELU ", "re\u200blu"])
def test_ways_to_name_an_item(tui: Here, wanted: str) -> None:
    assert tui("mark", "done", wanted).out.startswith("ReLU: done")


def test_a_whole_title_is_not_ambiguous(tui: Here) -> None:
    assert tui("mark", "done", "exam").out.startswith("Exam: done")
    assert tui("mark", "done", "SETS").out.startswith("Sets: done")


def test_ambiguous(tui: Here) -> None:
    result = tui("mark", "done", "set")
    assert (result.code, result.out) == (2, "")
    first, *others = result.err.splitlines()
    assert first == "roadmap-tui: item 'set': 2 titles have that in them; use more of the title, or an id"
    assert others == ["sets: Sets", "maps: Maps of sets"]


def test_very_ambiguous(tui: Here) -> None:
    many = write_roadmap(tui.home / "many.json", [item(f"n-{n}", f"Number {n}") for n in range(300)])
    lines = tui("--roadmap", str(many), "mark", "done", "number").err.splitlines()
    assert len(lines) == 22
    assert lines[-1] == "and 280 more"


@pytest.mark.parametrize(
    ("wanted", "near"), [("relo", "relu (ReLU)"), ("orall", "oral"), ("", "show"), ("zzz", "show")]
)
def test_not_found(tui: Here, wanted: str, near: str) -> None:
    result = tui("mark", "done", wanted)
    assert result.code == 2
    assert near in result.err
    assert result.err.count("\n") == 1


def test_what_was_typed_is_cleaned(tui: Here) -> None:
    for wanted in ("\x1b[31mred\n", "\udcff", "x" * 100_000, "[/]", "\u202e"):
        result = tui("mark", "done", wanted)
        assert result.code == 2
        assert result.err.count("\n") == 1
        assert result.err[:-1].isprintable()


# Notes


def test_note(tui: Here) -> None:
    nothing = tui("note", "relu")
    assert (nothing.code, nothing.out, nothing.err) == (0, "", "ReLU: no note\n")
    assert tui("note", "relu", "first\nsecond").out == "ReLU: note written\n"
    assert tui("note", "relu").out == "first\nsecond\n"
    assert tui("note", "relu", "first\nsecond").out == "ReLU: the note is so already\n"
    tui("note", "relu", "--append", "third")
    assert tui("note", "relu").out == "first\nsecond\nthird\n"
    assert tui("note", "relu", "--edit").err == (
        "roadmap-tui: note: an editor needs a terminal, and stdin is none; give TEXT, or - to read it\n"
    )
    assert tui("note", "relu", "").out == "ReLU: note removed\n"
    assert tui("note", "relu").out == ""
    assert tui("note", "basics", "on a section").code == 0
    assert tui("note", "basics").out == "on a section\n"


def test_note_json(tui: Here) -> None:
    tui("note", "relu", "words")
    found = tui("note", "relu", "--json").json
    at = found["versions"][0].pop("at")
    assert found == {"id": "relu", "title": "ReLU", "note": "words", "versions": [{"text": "words"}]}
    assert at[10] == "T"
    assert tui("note", "relu", "other", "--json").json["note"] == "other"
    assert tui("note", "sets", "--json").json == {"id": "sets", "title": "Sets", "note": "", "versions": []}


def test_two_versions_of_a_note(tui: Here) -> None:
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


def test_a_note_from_stdin(tui: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    def feed(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))

    feed("piped ✓\nand more\n".encode())
    assert tui("note", "relu", "-").out == "ReLU: note written\n"
    assert tui("note", "relu").out == "piped ✓\nand more\n"
    feed(b"\xff\xfe")
    assert tui("note", "relu", "-").code == 65
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(_Broken()))
    assert tui("note", "relu", "-").code == 66
    feed(b"x" * 200_000)
    assert tui("note", "relu", "-").code == 2
    assert tui("note", "relu").out == "piped ✓\nand more\n"


def test_a_note_is_never_cut(tui: Here) -> None:
    assert tui("note", "relu", "x" * 20_000).code == 0
    for much in ("x" * 20_001, "x" + "\t" * 10_000 + "x", "x" * 3_000_000):
        result = tui("note", "relu", much)
        assert result.code == 2
        assert "at most 20,000" in result.err
    assert tui("note", "relu", "--append", "y").code == 2
    assert tui("note", "relu").out == "x" * 20_000 + "\n"


def test_append_needs_text(tui: Here) -> None:
    assert tui("note", "relu", "--append").code == 2


# History


def test_undo_and_redo(tui: Here) -> None:
    tui("mark", "done", "relu")
    assert tui("undo").out == "took back: done ReLU\n0/5 · 0%\n"
    assert tui("redo").out == "brought back: done ReLU\n1/5 · 20%\n"
    found = tui("undo", "--json").json
    assert (found["kind"], found["items"], found["undone"]) == ("status", ["relu"], True)
    assert tui("redo", "--json").json["undone"] is False
    assert tui("redo").code == 2


def test_nothing_to_undo(tui: Here) -> None:
    result = tui("undo")
    assert (result.code, result.out) == (2, "")
    assert result.err == "roadmap-tui: undo: nothing was done yet; mark something first\n"


def test_log(tui: Here) -> None:
    tui("mark", "done", "relu")
    tui("note", "sets", "some\nwords")
    tui("undo")
    tui("redo")
    tui("undo")
    tui("undo")
    lines = [line[18:] for line in tui("log").out.splitlines()]
    assert lines == [
        "done     ReLU  (undone)",
        "note     Sets: some words  (undone)",
        "undo     Sets",
        "redo     Sets",
        "undo     Sets",
        "undo     ReLU",
    ]
    assert len(tui("log", "-n", "2").out.splitlines()) == 2
    assert len(tui("log", "-n", "0").out.splitlines()) == 6
    assert [line[18:] for line in tui("log", "relu").out.splitlines()] == [
        "done     ReLU  (undone)",
        "undo     ReLU",
    ]


def test_log_json(tui: Here) -> None:
    tui("mark", "done", "relu")
    tui("note", "sets", "words")
    log = next((tui.home / "log").iterdir())
    record = json.loads(log.read_text().splitlines()[-1])
    url = "https://example.org/film"
    tick = record | {"id": "zz-1", "c": record["c"] + 1, "k": "tick", "url": url, "on": True}
    (tui.home / "log" / "other.jsonl").write_text(json.dumps(tick) + "\n")
    tui("undo")
    tui("redo")
    found = tui("log", "--json").json
    head = ["id", "at", "kind", "items", "title", "undone"]
    assert [list(one) for one in found] == [
        [*head, "status"],
        [*head, "text"],
        [*head, "url", "on"],
        [*head, "ref"],
        [*head, "ref"],
    ]
    assert [one["kind"] for one in found] == ["status", "note", "tick", "undo", "redo"]
    assert found[0]["status"] == "done"
    assert found[1]["text"] == "words"
    assert (found[2]["url"], found[2]["on"]) == (url, True)
    assert found[4]["ref"] == found[3]["id"]


def test_more_events_than_are_shown(tui: Here) -> None:
    for n in range(12):
        tui("note", "relu", f"a{n}")
        tui("undo")
    assert len(tui("log").out.splitlines()) == 20


# The roadmap that is meant


def test_without_a_roadmap_opened_it_is_the_bundled_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    here = Here(tmp_path, capsys)
    assert here("status", "--json").json["roadmap"] == "ml-dl"
    assert here("list").out.startswith("* ml-dl")
    assert not any(tmp_path.iterdir())  # reading writes nothing


@pytest.mark.parametrize(
    "last", ["gone", "/nowhere/x.json", "a\x00b", "x/\x00.json", "\ud800/x.json", "\x1b[2J\n"]
)
def test_the_roadmap_opened_last_is_gone(tui: Here, last: str) -> None:
    (tui.home / "state" / "place.json").write_text(json.dumps({"last": last}))
    result = tui("status", "--json")
    assert result.code == 0
    assert result.json["roadmap"] == "ml-dl"
    assert result.err.startswith("roadmap-tui: roadmap '")
    assert result.err.count("\n") == 1
    assert result.err[:-1].isprintable()


def test_options_behind_the_command(tui: Here) -> None:
    for words in (["--roadmap", "ml-dl", "status"], ["status", "--roadmap", "ml-dl"]):
        assert tui(*words, *(["--json"])).json["roadmap"] == "ml-dl"
    other = tui.home / "other"
    tui("mark", "done", "backpropagation", "--data-dir", str(other))
    assert (other / "log").is_dir()


def test_no_such_roadmap(tui: Here) -> None:
    result = tui("--roadmap", "nope", "status")
    assert (result.code, result.out) == (66, "")
    assert tui("--roadmap", "/nowhere.json", "status").code == 66


def test_a_backup_a_day(tui: Here) -> None:
    tui("status")
    assert not (tui.home / "state" / "backups").exists()
    tui("mark", "done", "relu")
    assert len(list((tui.home / "state" / "backups").iterdir())) == 1


def test_a_backup_that_fails_is_only_said(tui: Here) -> None:
    (tui.home / "state" / "backups").write_text("in the way")
    result = tui("mark", "done", "relu")
    assert (result.code, result.out) == (0, "ReLU: done (was todo)\n1/5 · 20%\n")
    assert result.err.startswith("roadmap-tui: no backup: ")
    assert result.err.count("\n") == 1


# Keys and doctor


def test_keys(tui: Here) -> None:
    from roadmap_tui.text import keymap

    found = tui("keys", "--json").json
    assert [one["id"] for one in found] == [one.id for one in keymap.KEYMAP.commands]
    assert all(list(one) == ["id", "keys", "name", "help", "group"] for one in found)
    rows = [row for _, rows in keymap.KEYMAP.table() for row in rows]
    text, markdown = tui("keys").out, tui("keys", "--markdown").out
    for shown, what in rows:
        assert any(line.split() == f"{shown} {what}".split() for line in text.splitlines())
        assert what.replace("|", r"\|") in markdown
    lines = markdown.splitlines()
    assert len(lines) == 2 + len(rows) + len(keymap.KEYMAP.table())
    assert all(line.startswith("|") and line.endswith("|") for line in lines)


def test_doctor(tui: Here) -> None:
    tui("mark", "done", "relu")
    assert tui("doctor").out.endswith("problem:  none\n")
    assert "display   only the cells that differ, Textual 8.2." in tui("doctor").out
    found = tui("doctor", "--json").json
    assert list(found) == [
        "version",
        "python",
        "platform",
        "folders",
        "view_only",
        "terminal",
        "display",
        "log",
        "roadmaps",
        "backups",
        "problems",
        "fixed",
    ]
    assert found["folders"] == {
        "data": str(tui.home),
        "state": str(tui.home / "state"),
        "config": str(tui.home / "config"),
    }
    assert (found["view_only"], found["problems"]) == ("", [])
    assert (len(found["log"]["files"]), found["log"]["events"]) == (1, 2)
    assert found["roadmaps"] == [{"name": "ml-dl", "faults": []}, {"name": "small", "faults": []}]
    assert len(found["backups"]) == 1


def test_doctor_tells_that_a_later_toolkit_is_drawn_as_it_draws_itself(
    tui: Here, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("roadmap_tui.store.textual_version.version", lambda: "8.3.0")
    assert "display   whole regions: Textual 8.3.0 is not one it was tested with" in tui("doctor").out
    assert tui("doctor", "--json").json["display"] == {"textual": "8.3.0", "known": False}


def test_doctor_tells_what_it_takes_the_terminal_for(tui: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("LC_ALL", "C.UTF-8")):
        monkeypatch.setenv(name, value)
    for name in ("NO_COLOR", "SSH_CONNECTION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TMUX", "/tmp/tmux")
    found = tui("doctor", "--json").json["terminal"]
    assert (found["name"], found["colours"], found["unicode"], found["tmux"]) == (
        "xterm-256color", "true", True, True,
    )  # fmt: skip
    assert "true colours, UTF-8, dark ground, tmux" in tui("doctor").out
    monkeypatch.setenv("NO_COLOR", "1")
    assert tui("doctor", "--json").json["terminal"]["colours"] == "none"


def test_the_readme_lists_every_command() -> None:
    readme = (ROOT / "README.md").read_text()
    table = readme[readme.index("| Command | What it does |") :].split("\n\n")[0]
    assert [name for name in COMMANDS if f"`{name}" not in table] == []


def test_doctor_finds_what_is_wrong(tui: Here) -> None:
    tui("mark", "done", "relu")
    log = next((tui.home / "log").iterdir())
    with log.open("a") as file:
        file.write('{"torn\n{"v":9}\n')
    (tui.home / "roadmaps" / "broken.json").write_text("[]")
    result = tui("doctor", "--json")
    assert result.code == 65
    found = result.json
    assert [list(one) for one in found["log"]["bad"] + found["log"]["newer"]] == [
        ["file", "line", "reason"]
    ] * 2
    assert found["roadmaps"][1]["name"] == "broken"
    assert found["roadmaps"][1]["faults"]
    assert len(found["problems"]) == 3
    text = tui("doctor")
    assert text.code == 65
    assert f"{log.name}:" in text.out
