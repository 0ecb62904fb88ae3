"""The ``show`` command."""

from __future__ import annotations

from tests.cli.program_runs import CliRunner

RELU = {
    "id": "relu",
    "type": "item",
    "kind": "topic",
    "title": "ReLU",
    "path": ["Nets", "Deep nets"],
    "depth": 2,
    "status": "todo",
    "ticked": False,
    "hours": None,
    "level": None,
    "note": "",
    "resources": [],
}


def test_show_prints_an_outline(tui: CliRunner) -> None:
    tui("mark", "done", "sets")
    tui("mark", "doing", "maps")
    tui("mark", "skipped", "relu")
    assert tui("show").out.splitlines() == [
        "Small  1/4 · 25% · in progress 1",
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


def test_show_finds_a_section_by_part_of_its_title(tui: CliRunner) -> None:
    assert tui("show", "DEEP").out == "Deep nets  0/1\n  · ReLU\n"
    assert tui("show", "nets").out.splitlines()[0] == "Nets  0/1"
    result = tui("show", "s")
    assert result.code == 2
    assert result.err.splitlines()[1:] == ["basics: Basics", "nets: Nets", "deep: Deep nets"]


def test_show_filters_by_status(tui: CliRunner) -> None:
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


def test_show_an_item_prints_its_details(tui: CliRunner) -> None:
    tui("note", "sets", "my words")
    out = tui("show", "sets").out
    for words in ("· Sets  todo", "Basics  sets", "Unlocks\n  · Maps of sets  maps", "Your note\nmy words"):
        assert words in out
    assert "  1 · video  A film\n      https://example.org/film" in out
    assert "\nBasics  sets\nabout 2.5 h · level 1\n" in out
    assert "about" not in tui("show", "maps").out
    assert "Needs\n  · Sets  sets" in tui("show", "maps").out
    assert "A hinge." in tui("show", "relu").out
    assert tui("show", "exam").out.endswith("\n\n· Oral exam\n")


def test_show_json(tui: CliRunner) -> None:
    tui("note", "sets", "my words")
    found = tui("show", "--json").json
    assert [one["id"] for one in found] == ["basics", "sets", "maps", "nets", "deep", "relu", "exam", "oral"]
    assert [one["depth"] for one in found] == [0, 1, 1, 0, 1, 2, 0, 1]
    assert found[0] == {
        "id": "basics",
        "type": "section",
        "kind": None,
        "title": "Basics",
        "path": [],
        "depth": 0,
        "status": None,
        "ticked": False,
        "hours": None,
        "level": None,
        "note": "",
        "resources": [],
    }
    assert found[1] == {
        "id": "sets",
        "type": "item",
        "kind": "topic",
        "title": "Sets",
        "path": ["Basics"],
        "depth": 1,
        "status": "todo",
        "ticked": True,
        "hours": 2.5,
        "level": 1,
        "note": "my words",
        "resources": [
            {
                "title": "A film",
                "url": "https://example.org/film",
                "kind": "video",
                "minutes": None,
                "ticked": False,
            }
        ],
    }
    assert found[5] == RELU
    assert list(found[5]) == list(RELU)
    assert [one["id"] for one in tui("show", "deep", "--json").json] == ["deep", "relu"]


def test_show_prints_study_material(tui: CliRunner) -> None:
    out = tui("show", "linear-algebra", "--roadmap", "ml-dl").out
    assert "\nYou can\n  - Read A·x as a mix of A's columns" in out
    assert "\nQuestions  (--answers prints the answers)\n  1 A is an m" in out
    assert "\n  2 Eigenvalues of [[2, 1], [1, 2]], with an eigenvector each?\n  3 " in out
    assert "\nExercise\n  In numpy" in out
    assert "\n  Check: The 5 values agree" in out
    out = tui("show", "linear-algebra", "--roadmap", "ml-dl", "--answers").out
    assert "\nQuestions\n" in out
    assert "each?\n      3 with (1, 1) and 1 with" in out
    assert "Questions" not in tui("show", "sets", "--answers").out


def test_show_fits_into_80_columns(tui: CliRunner) -> None:
    for item in ("ppo", "optimization", "implement-dqn", "mcp"):
        for line in tui("show", item, "--roadmap", "ml-dl", "--answers").out.splitlines():
            assert len(line) <= 80 or line.lstrip().startswith("https://"), line


def test_show_json_of_an_item_has_its_study_material(tui: CliRunner) -> None:
    [item] = tui("show", "linear-algebra", "--roadmap", "ml-dl", "--json").json
    assert list(item)[-3:] == ["goals", "questions", "exercise"]
    assert len(item["goals"]) == 3
    assert item["questions"][1] == {
        "id": "eig-2x2",
        "ask": "Eigenvalues of [[2, 1], [1, 2]], with an eigenvector each?",
    }
    assert list(item["exercise"]) == ["task", "check", "ticked"]
    [item] = tui("show", "linear-algebra", "--roadmap", "ml-dl", "--json", "--answers").json
    assert item["questions"][1]["answer"].startswith("3 with (1, 1)")
    assert tui("show", "relu", "--json").json == [RELU | {"goals": [], "questions": [], "exercise": None}]
