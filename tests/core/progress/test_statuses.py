"""The status table: one row is all that a new status needs."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.core.progress.statuses import STATUS_OF_CHECKBOX, STATUS_TABLE, STATUSES
from roadmap_tui.text.styled_text import STYLES
from tests.cli.program_runs import ROOT, environment, item, section, write_roadmap


def test_skipped_items_are_not_counted() -> None:
    counts = Counts(todo=1, doing=1, done=2, skipped=5)
    assert (counts.total, counts.percent, counts.unfinished) == (4, 50, 2)
    assert Counts(done=1, skipped=9).percent == 100


ROW = """\
    StatusInfo(
        "blocked", "blocked", "✗", "!", "warning", "", "!", "!", "⛔", True, False,
        StatusCommand("block", "B", "blocked", "Blocked: waits for something else"),
    ),
"""
BEFORE = '    StatusInfo("done",'
# What the screen does with the status: presses its key and prints the row, the counts and the filter's label.
SCREEN = """
from roadmap_tui.core.search.filters import CHOICES, Filter, label
from roadmap_tui.store import library
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import ASCII
from roadmap_tui.text.keymap import KEYMAP
from roadmap_tui.tui.main.actions import Actions
from roadmap_tui.tui.main.state import MainState

study = Study.open(library.find({path!r}, None), {log!r})
state = MainState(study, ASCII, ViewState("maps", ()))
Actions(state).handlers[next(c.id for c in KEYMAP.in_scope() if c.keys == ("B",))]()
study.close()
row = state.rows.line(state.tree_view.cursor_row, 40)
facets = study.search.facets()
print("".join(span.text for span in row).split())
print(study.counts_at().summary())
blocked = Filter(frozenset({{"blocked"}}))
print([study.tree.ids[index] for index, found in facets.items() if blocked.matches(found)])
print(label("blocked"), CHOICES.index("blocked"))
"""


def test_ids_glyphs_checkboxes_and_keys_are_unique() -> None:
    for column in ("id", "label", "glyph", "ascii_glyph", "checkbox", "html_sign"):
        assert len({getattr(row, column) for row in STATUS_TABLE}) == len(STATUS_TABLE)
    keys = [row.command.key for row in STATUS_TABLE if row.command]
    assert len(set(keys)) == len(keys)


def test_styles_exist_and_ids_are_those_that_journals_contain() -> None:
    assert {row.style for row in STATUS_TABLE} | {row.title_style for row in STATUS_TABLE} - {""} <= {*STYLES}
    assert STATUSES == ("todo", "doing", "done", "skipped")
    assert STATUS_OF_CHECKBOX == {"/": "doing", "-": "skipped"}


class Program:
    """A copy of the program whose status table has one more row."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.package = folder / "package"
        shutil.copytree(
            ROOT / "roadmap_tui", self.package / "roadmap_tui", ignore=shutil.ignore_patterns("__pycache__")
        )
        (self.package / "data").symlink_to(ROOT / "data")
        table = self.package / "roadmap_tui" / "core" / "progress" / "statuses.py"
        source = table.read_text(encoding="utf-8")
        assert source.count(BEFORE) == 1
        table.write_text(source.replace(BEFORE, ROW + BEFORE), encoding="utf-8")
        self.roadmap = write_roadmap(
            self.home / "roadmaps" / "small.json",
            [section("basics", "Basics", item("sets", "Sets"), item("maps", "Maps", prerequisites=["sets"]))],
        )

    def python(self, *args: str, code: int = 0) -> str:
        """Run Python with this copy; returns what it prints."""
        done = subprocess.run(
            [sys.executable, *args],
            capture_output=True,
            check=False,
            timeout=60,
            cwd=self.package,
            env=environment(self.home) | {"PYTHONPATH": str(self.package)},
        )
        assert done.returncode == code, done.stderr.decode()
        return done.stdout.decode()

    def __call__(self, *args: str, code: int = 0) -> str:
        return self.python("-m", "roadmap_tui", *args, "--roadmap", "small", code=code)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_a_fifth_status_is_one_row(program: Program, tmp_path: Path) -> None:
    assert "done|doing|blocked|skipped|todo" in program("mark", "--help")
    assert "Sets: blocked (was todo)" in program("mark", "blocked", "sets")

    counts = json.loads(program("status", "--json"))
    assert counts == counts | {"total": 2, "done": 0, "blocked": 1, "doing": 0, "todo": 1, "skipped": 0}
    nodes = json.loads(program("show", "--status", "blocked", "--json"))
    assert [(node["id"], node["status"]) for node in nodes] == [("sets", "blocked")]
    assert program("show", "--ascii").splitlines()[2:] == ["Basics  0/2", "  ! Sets", "  . Maps"]
    assert "sets" not in program("next")  # neither in progress nor to do
    assert json.loads(program("log", "--json"))[-1]["status"] == "blocked"
    assert json.loads(program("stats", "--json"))["sections"][0]["blocked"] == 1

    markdown = program("export")
    assert "- [!] Sets" in markdown
    assert '<span class="sign" title="blocked">⛔</span>' in program("export", "--format", "html")
    assert (
        json.loads(program("export", "--format", "json"))["children"][0]["children"][0]["status"] == "blocked"
    )

    (tmp_path / "plan.md").write_text("# Trees\n\n## Part\n\n- [!] Waits\n- [ ] Sets\n- [x] Ticked\n")
    program("import", str(tmp_path / "plan.md"), "--ticks", "adopt")
    plan = json.loads(program.python("-m", "roadmap_tui", "show", "--roadmap", "trees", "--json"))
    assert [node["status"] for node in plan] == [None, "blocked", "todo", "done"]

    (tmp_path / "small.md").write_text("# Small\n\n## Basics\n\n- [ ] Sets\n- [ ] Maps\n")
    program("export", "--into", str(tmp_path / "small.md"))
    assert (tmp_path / "small.md").read_text() == "# Small\n\n## Basics\n\n- [!] Sets\n- [ ] Maps\n"

    assert "| `B` | Blocked: waits for something else |" in program("keys", "--markdown")
    shown = program.python("-c", SCREEN.format(path=str(program.roadmap), log=str(program.home / "log")))
    assert shown.splitlines() == [
        "['|', '!', 'Maps']",
        "done 0 · blocked 2 · in progress 0 · to do 0",
        "['sets', 'maps']",
        "blocked 2",
    ]
    assert json.loads(program("status", "--json"))["blocked"] == 2
    program("undo")
    assert json.loads(program("status", "--json"))["blocked"] == 1
