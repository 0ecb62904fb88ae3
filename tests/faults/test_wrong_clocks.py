"""Records whose clock is far ahead: they block neither their item nor undo, and honest ones are kept."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import Excluded, StatusSet
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.records import CLOCK_END
from roadmap_tui.core.progress.wrong_clocks import find_wrong_clocks
from roadmap_tui.store.journal import dump
from roadmap_tui.study.study import Study
from tests.cli.program_runs import process
from tests.faults.table import Loss
from tests.journals import FAR, NOON, ROADMAP, Clock, ids, journal, mark, replay
from tests.store.machines import Machine, needs_git, remote
from tests.tui.pty_program import Terminal

Open = Callable[..., Terminal]
END = CLOCK_END - 1


def _write(log: Path, clock: int, target: str = "vectors") -> StatusSet:
    """Write a record with a wrong clock, as damage or a foreign program would."""
    event = mark(target, "skipped", clock=clock, session="wrong", title=target)
    log.mkdir(parents=True, exist_ok=True)
    with (log / "wrong.jsonl").open("a") as file:
        file.write(f"\n\n{dump(event)}\n")
    return event


def test_a_clock_at_the_end_of_time(tmp_path: Path, open_terminal: Open, loss: Loss) -> None:
    home, log = tmp_path, tmp_path / "log"
    item = json.loads(process(home, "next", "--json").stdout)[0]["id"]
    wrong = _write(log, END, item)._replace(roadmap="ml-dl")
    (log / "wrong.jsonl").write_text(f"\n\n{dump(wrong)}\n")
    refused = process(home, "mark", "done", item)
    assert refused.returncode == 2
    assert "run `roadmap-tui doctor --fix`" in refused.stderr
    found = json.loads(process(home, "doctor", "--json").stdout)
    (line,) = found["log"]["clocks"]
    assert (line["file"], line["line"]) == ("wrong.jsonl", 3)
    # Nobody is there to confirm.
    assert process(home, "doctor", "--fix").returncode == 65
    terminal = open_terminal("doctor", "--fix", size=(120, 40))
    terminal.until_text("Exclude it?")
    terminal.type("y\r")
    assert terminal.wait() == 0
    assert "excluded log/wrong.jsonl:3" in terminal.text
    assert process(home, "mark", "done", item).returncode == 0
    status = {value["id"]: value["status"] for value in json.loads(process(home, "show", "--json").stdout)}
    loss.count("clock at the end of time", 1, [item], [item] if status[item] == "done" else [])
    assert wrong.stamp.id in replay(log)
    assert process(home, "undo").returncode == 0
    assert "exclude" in process(home, "undo").stdout
    assert json.loads(process(home, "doctor", "--json").stdout)["log"]["clocks"]


def _honest(log: Path, sessions: int = 3) -> list[str]:
    """Mark things in sessions of their own, above whatever is there; return the ids."""
    done = []
    for number in range(sessions):
        study = Study(ROADMAP, journal(log, f"host{number}"))
        for target in ("vectors", "limits", "vectors"):
            study.set_status([target], "done" if number % 2 else "doing")
        study.undo()
        study.close()
        done += [event.stamp.id for event in study.history()]
    return list(dict.fromkeys(done))


@pytest.mark.parametrize("is_gone", [False, True])
def test_honest_events_above_such_a_clock_are_never_excluded(log: Path, loss: Loss, is_gone: bool) -> None:
    wrong = _write(log, FAR)
    honest = [one for one in _honest(log) if one != wrong.stamp.id]
    if is_gone:
        (log / "wrong.jsonl").unlink()
    events = journal(log).read()
    assert sum(event.stamp.clock > FAR for event in events) > 10
    named = [event.stamp.id for event in find_wrong_clocks(events)]
    assert named == ([] if is_gone else [wrong.stamp.id])
    name = f"honest events above a wrong clock{', without it' if is_gone else ''}"
    loss.count(name, 1, honest, {*ids(events)} - {*named})


@needs_git
def test_an_exclusion_reaches_every_machine_in_any_order(tmp_path: Path, loss: Loss) -> None:
    hub = remote(tmp_path / "hub")
    box, lap = (Machine(tmp_path / name, name, hub) for name in ("box", "lap"))
    wrong = _write(box.log, END)
    box.sync()
    lap.sync()
    study = lap.sit()
    with pytest.raises(UsageError, match="at the end of time"):
        study.set_status(["vectors"], "done")
    study.set_status(["limits"], "done")
    study.write(Excluded(study.journal.next_stamp(), "maths", "vectors", (wrong.stamp.id,)))
    study.set_status(["vectors"], "done")
    study.close()
    for machine in (lap, box, lap):
        machine.sync()
    events = journal(box.log).read()
    expected = lap.shown()
    for seed in range(20):
        random.Random(seed).shuffle(events)
        progress = Progress(events)
        assert progress.state("maths", "vectors") == lap.sit().progress.state("maths", "vectors")
    assert box.shown() == expected
    assert box.sit().status("vectors") == "done"
    loss.count("exclusion synced", 1, ["done"], [box.sit().status("vectors")])


def test_undo_after_a_session_whose_clock_was_years_ahead(log: Path, loss: Loss) -> None:
    ahead = Study(ROADMAP, journal(log, "ahead", Clock(NOON.replace(year=2041))))
    ahead.set_status(["limits"], "done")
    ahead.close()
    study = Study(ROADMAP, journal(log))
    study.set_status(["vectors"], "done")
    study.set_status(["matrices"], "done")
    assert study.undo().ids == ("matrices",)
    assert study.undo().ids == ("vectors",)
    assert study.redo().ids == ("vectors",)
    assert study.undo().ids == ("vectors",)
    assert study.undo().ids == ("limits",)
    assert study.redo().ids == ("limits",)
    marked = [name for name in ("vectors", "matrices", "limits") if study.status(name) == "done"]
    loss.count("clock years ahead: undo", 1, ["limits"], marked)
