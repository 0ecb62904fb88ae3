"""The ``path`` command."""

from __future__ import annotations

from pathlib import Path

from tests.cli.program_runs import CliRunner, one_line, write_roadmap


def test_path(tui: CliRunner, tmp_path: Path) -> None:
    items = [
        {"type": "item", "id": "a", "title": "Sets", "hours": 2},
        {"type": "item", "id": "b", "title": "Maps", "prerequisites": ["a"], "hours": 3},
    ]
    file = str(write_roadmap(tmp_path / "course.json", items))
    tui("mark", "--roadmap", file, "done", "a")
    out = tui("path", "--roadmap", file, "maps").out
    assert out.startswith("Path to Maps  1 of 2 · about 3 h left (")
    found = tui("path", "--roadmap", file, "maps", "--json").json
    assert {key: found[key] for key in ("id", "title", "done", "total", "estimated", "weakest")} == {
        "id": "b",
        "title": "Maps",
        "done": 1,
        "total": 2,
        "estimated": 0,
        "weakest": None,
    }
    assert set(found["hours"]) == {"low", "expected", "high"}
    assert [[step["id"] for step in level] for level in found["levels"]] == [["a"], ["b"]]
    assert found["levels"][1][0] == {
        "id": "b",
        "title": "Maps",
        "status": "todo",
        "recall": None,
        "hours": 3.0,
        "needs": ["a"],
    }
    assert "- [x] Sets" in tui("path", "--roadmap", file, "b", "--format", "markdown").out
    assert "n1 --> n2" in tui("path", "--roadmap", file, "b", "--format", "mermaid").out
    assert "did you mean b (Maps)?" in one_line(tui("path", "--roadmap", file, "mops").err)
