"""The ``log`` command."""

from __future__ import annotations

import json

from tests.cli.program_runs import CliRunner


def test_log_prints_the_history_of_a_roadmap_and_of_an_item(tui: CliRunner) -> None:
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


def test_log_json(tui: CliRunner) -> None:
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


def test_log_prints_the_last_twenty_events_by_default(tui: CliRunner) -> None:
    for n in range(12):
        tui("note", "relu", f"a{n}")
        tui("undo")
    assert len(tui("log").out.splitlines()) == 20


# The roadmap that is meant
