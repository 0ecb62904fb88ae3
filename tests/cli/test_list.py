"""The ``list`` command."""

from __future__ import annotations

from tests.cli.program_runs import CliRunner


def test_list_marks_the_current_roadmap(tui: CliRunner) -> None:
    tui("mark", "done", "sets")
    lines = tui("list").out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("  ml-dl ")
    assert lines[1] == "* small        1/5   20%  Small"
    assert tui("list", "--roadmap", "ml-dl").out.startswith("* ml-dl")


def test_list_json_has_the_status_object_of_each_roadmap(tui: CliRunner) -> None:
    tui("mark", "done", "sets")
    found = tui("list", "--json").json
    assert [one["roadmap"] for one in found] == ["ml-dl", "small"]
    assert found[1] == tui("status", "--json").json


def test_list_reports_a_broken_roadmap_and_lists_the_others(tui: CliRunner) -> None:
    (tui.home / "roadmaps" / "broken.json").write_text("{")
    result = tui("list", "--json")
    assert result.code == 65
    assert [one["roadmap"] for one in result.json] == ["ml-dl", "small"]
    assert result.err.startswith("roadmap-tui: ")
    assert result.err.count("\n") == 1


# Nodes
