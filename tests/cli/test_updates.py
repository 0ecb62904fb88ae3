"""Updates are events: they are undone and redone, and a source updates the roadmap made from it."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.import_ import import_file
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import StatusSet
from tests.cli.program_runs import CliRunner, one_line
from tests.journals import NOON, Clock, journal
from tests.tui.pty_program import Terminal


@pytest.fixture
def tui(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> CliRunner:
    return CliRunner(tmp_path / "home", capsys)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return tmp_path / "trees.md"


def _write(source: Path, *items: str) -> None:
    source.write_text("# Trees\n\n" + "".join(f"- [ ] {item}\n" for item in items))


def _items(tui: CliRunner) -> list[tuple[str, str]]:
    return [(item["id"], item["status"]) for item in tui("--roadmap", "trees", "show", "--json").json]


def test_an_update_is_undone_and_redone(tui: CliRunner, source: Path) -> None:
    _write(source, "Oak", "Elm", "Ash")
    tui("import", str(source))
    tui("--roadmap", "trees", "mark", "done", "oak", "elm")
    _write(source, "Oak", "Ash", "Yew")
    tui("update", "trees")
    assert _items(tui) == [("oak", "done"), ("ash", "todo"), ("yew", "todo")]
    assert tui("--roadmap", "trees", "status", "--json").json["retired"] == 1
    (event,) = tui("--roadmap", "trees", "log", "--json", "-n", "1").json
    assert (event["kind"], event["new"], event["undone"]) == ("update", ["yew"], False)

    assert tui("--roadmap", "trees", "log", "-n", "1").out.endswith("  update   Trees: 1 new item\n")

    undone = tui("--roadmap", "trees", "undo")
    assert undone.out == "undid: update Trees: 1 new item\n2/3 · 67%\n"
    assert _items(tui) == [("oak", "done"), ("elm", "done"), ("ash", "todo")]
    tui("--roadmap", "trees", "redo")
    assert _items(tui) == [("oak", "done"), ("ash", "todo"), ("yew", "todo")]
    assert tui("--roadmap", "trees", "status", "--json").json["retired"] == 1


def test_a_mark_on_an_item_that_an_undone_update_brought_stays_under_retired(
    tui: CliRunner, source: Path
) -> None:
    _write(source, "Oak", "Elm")
    tui("import", str(source))
    _write(source, "Oak", "Elm", "Yew")
    tui("update", "trees")
    # Another machine, whose clock is behind.
    other = journal(tui.home / "log", "other", Clock(NOON - timedelta(days=9999)))
    other.append(StatusSet(other.next_stamp(), "trees", ("yew",), "Yew", "done"))
    other.close()
    assert tui("--roadmap", "trees", "status").out == "1/3 · 33%\n"
    assert tui("--roadmap", "trees", "undo").out == "undid: update Trees: 1 new item\n0/2 · 0%\n"
    assert tui("--roadmap", "trees", "status", "--json").json["retired"] == 1
    assert tui("--roadmap", "trees", "redo").out == "redid: update Trees: 1 new item\n1/3 · 33%\n"
    assert tui("--roadmap", "trees", "status", "--json").json["retired"] == 0


def test_three_updates_are_undone_and_a_version_that_is_not_here_is_named(
    tui: CliRunner, source: Path
) -> None:
    names = ["Oak", "Elm", "Ash", "Yew", "Fir"]
    _write(source, *names[:1])
    tui("import", str(source))
    tui("--roadmap", "trees", "mark", "done", "oak")
    for count in range(2, 6):
        _write(source, *names[:count])
        tui("update", "trees")
    for count in (4, 3, 2):
        assert tui("--roadmap", "trees", "undo").code == 0
        assert len(_items(tui)) == count
    refused = tui("--roadmap", "trees", "undo")
    assert refused.code == 2
    assert "and its other version is not on this machine; do it where the update was made" in refused.err
    # It does not skip to an older event.
    assert _items(tui) == [("oak", "done"), ("elm", "todo")]
    assert len(list((tui.home / "roadmaps" / ".versions").iterdir())) == 4


def test_an_update_of_another_machine_is_not_undone_here(tui: CliRunner, source: Path) -> None:
    _write(source, "Oak")
    tui("import", str(source))
    tui("--roadmap", "trees", "mark", "done", "oak")
    _write(source, "Oak", "Elm")
    tui("update", "trees")
    shutil.rmtree(tui.home / "roadmaps" / ".versions")  # which sync leaves where it is
    before = (tui.home / "roadmaps" / "trees.json").read_bytes()
    assert tui("--roadmap", "trees", "undo").code == 2
    assert (tui.home / "roadmaps" / "trees.json").read_bytes() == before
    assert _items(tui)[0] == ("oak", "done")


def test_an_update_that_cannot_be_written_changes_nothing(tui: CliRunner, source: Path) -> None:
    _write(source, "Oak")
    tui("import", str(source))
    before = (tui.home / "roadmaps" / "trees.json").read_bytes()
    _write(source, "Oak", "Elm")
    (tui.home / "log").write_text("a file, no folder")
    refused = tui("update", "trees")
    assert refused.code == 74
    assert "roadmap-tui: not saved: view only: not" in refused.err
    assert (tui.home / "roadmaps" / "trees.json").read_bytes() == before


def test_a_source_updates_the_roadmap_that_was_made_from_it(tui: CliRunner, source: Path) -> None:
    """Not the one that was opened last, here the one that comes with the program."""
    _write(source, "Oak", "Elm")
    tui("import", str(source))
    _write(source, "Oak", "Elm", "Ash")
    assert tui("update", str(source), "--dry-run").out.splitlines()[0] == "Trees"
    assert tui("update", str(source), "--json").json["roadmap"] == "trees"
    assert len(_items(tui)) == 3
    assert tui("status", "--json").json["roadmap"] == "ml-dl"
    # Of two that were made from it, the one that is open.
    tui("import", str(source), "--name", "woods")
    _write(source, "Oak", "Elm", "Ash", "Yew")
    assert tui("--roadmap", "woods", "update", str(source), "--json").json["roadmap"] == "woods"
    # A removed one is not meant.
    for name in ("trees", "woods"):
        (tui.home / "roadmaps" / "removed").mkdir(exist_ok=True)
        (tui.home / "roadmaps" / f"{name}.json").rename(tui.home / "roadmaps" / "removed" / f"{name}.json")
    refused = tui("update", str(source))
    assert (refused.code, "would leave 0 of the 156 items" in one_line(refused.err)) == (2, True)


def test_opening_a_file_does_not_retire_most_of_the_progress_unasked(tui: CliRunner, source: Path) -> None:
    _write(source, "Oak", "Elm", "Ash", "Fir")
    tui("import", str(source))
    tui("--roadmap", "trees", "mark", "done", "oak", "elm", "ash", "fir")
    _write(source, "Rocket science", "Oak")
    context = CliContext()
    context.data_dir = str(tui.home)
    with pytest.raises(UsageError, match="it would retire 3 of 4 items with your progress") as error:
        import_file(context, str(source))
    assert error.value.remedy.endswith(f"`roadmap-tui import {source} --force`")
    assert len(_items(tui)) == 4


def test_the_screen_undoes_an_update(tui: CliRunner, source: Path) -> None:
    _write(source, "Oak", "Elm", "Ash")
    tui("import", str(source))
    tui("--roadmap", "trees", "mark", "done", "elm")
    _write(source, "Oak", "Ash", "Yew")
    tui("update", "trees")
    terminal = Terminal("trees", home=tui.home, size=(80, 24))
    try:
        terminal.until_drawn()
        terminal.until_text("Yew")
        terminal.type("u")
        terminal.until(lambda: "Yew" not in terminal.text and "Elm" in terminal.text)
        assert "Undid: Trees: update of the roadmap; ctrl+r restores it" in terminal.text
        terminal.type("\x12")
        terminal.until_text("Yew")
        terminal.type("q")
        assert terminal.wait() == 0
    finally:
        terminal.close()


def test_the_preview_names_an_item_with_a_status_that_became_a_group(tui: CliRunner, source: Path) -> None:
    _write(source, "Oak", "Elm", "Ash")
    tui("import", str(source))
    tui("--roadmap", "trees", "mark", "done", "oak")
    _write(source, "Oak\n  - [ ] Cork oak", "Elm\n  - [ ] Field elm", "Ash")
    preview = tui("update", "trees", "--dry-run").out
    assert "1 turned into a group:\n  Oak is now a group; its status stays in the history\n" in preview
    assert [one["id"] for one in tui("update", "trees", "--json").json["grouped"]] == ["oak"]
