"""Three machines sync while they are killed: every acknowledged event reaches all of them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.validation import decode
from tests.cli.program_runs import environment
from tests.store.machines import Machine, edit, needs_git, remote, update

pytestmark = needs_git

SEED = 6
READ_AND_MARK = """
import random, sys, time
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.store.journal import Journal
from roadmap_tui.study.study import Study, wall_clock
log, host, seed = sys.argv[1:]
chance = random.Random(seed)
items = ["vectors", "matrices", "tensors", "limits"]
roadmap = Roadmap("maths", "Maths", children=tuple(Item(name, name) for name in items))
study = Study(roadmap, Journal(log, wall_clock, host=host))
while True:
    study.apply(study.journal.read())
    item = chance.choice(items)
    if chance.random() < 0.2:
        study.write_note(item, str(chance.random()))
    elif chance.random() < 0.2 and study.progress.undoable("maths"):
        study.undo()
    else:
        study.set_status([item], chance.choice(["todo", "doing", "done", "skipped"]))
    for event in study.history()[-1:]:
        sys.stdout.write(event.stamp.id + "\\n")
        sys.stdout.flush()
    time.sleep(chance.uniform(0.002, 0.03))
"""


def _sync_all(machines: list[Machine]) -> None:
    for machine in (*machines, *machines):
        done = machine.sync()
        assert done.why == ""


def _assert_equal(machines: list[Machine]) -> None:
    first = machines[0]
    for other in machines[1:]:
        assert other.ids() == first.ids()
        assert other.shown() == first.shown()
        assert other.roadmaps() == first.roadmaps()
        assert set(other.lines()) == set(first.lines())


def test_nothing_is_lost_when_sessions_and_syncs_are_killed(tmp_path: Path) -> None:
    chance = random.Random(SEED)
    hub = remote(tmp_path / "hub")
    # Two of them have the same host name.
    machines = [Machine(tmp_path / str(i), host, hub) for i, host in enumerate(["box", "lap", "box"])]
    acknowledged = tmp_path / "acknowledged"
    handle = os.open(acknowledged, os.O_CREAT | os.O_WRONLY | os.O_APPEND)

    def session(machine: Machine) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-c", READ_AND_MARK, str(machine.log), machine.host, str(chance.random())],
            env=environment(None),
            stdout=handle,
        )

    def until() -> float:
        # Two of three syncs are killed, at any point.
        return time.monotonic() + chance.choice([chance.uniform(0.05, 0.5), chance.uniform(0.2, 1.0), 60])

    started = time.monotonic()
    sessions = [session(machine) for machine in machines]
    syncs = [machine.start_sync() for machine in machines]
    ends = [until() for _ in machines]
    killed = whole = 0
    while time.monotonic() < started + 3 or ((killed < 5 or whole < 5) and time.monotonic() < started + 20):
        time.sleep(0.01)
        for i, machine in enumerate(machines):
            if syncs[i].poll() is not None or time.monotonic() > ends[i]:
                if syncs[i].poll() is None:
                    syncs[i].send_signal(signal.SIGKILL)
                    killed += 1
                elif syncs[i].returncode == 0:
                    whole += 1
                else:
                    out, _ = syncs[i].communicate()
                    pytest.fail(out.decode())
                syncs[i].communicate()
                syncs[i], ends[i] = machine.start_sync(), until()
            if chance.random() < 0.004:
                sessions[i].kill()
                sessions[i].wait()
                sessions[i] = session(machine)
    for one in (*sessions, *syncs):
        one.kill()
        one.communicate()
    os.close(handle)
    _sync_all(machines)
    acknowledged_ids = set(acknowledged.read_text().split("\n")[:-1])
    assert killed >= 5
    assert whole >= 5
    assert len(acknowledged_ids) > 50
    for machine in machines:
        assert not acknowledged_ids - machine.ids()
    _assert_equal(machines)


@pytest.mark.parametrize("seed", range(3))
def test_random_edits_and_syncs_in_any_order_converge(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    hub = remote(tmp_path / "hub")
    machines = [Machine(tmp_path / str(i), host, hub) for i, host in enumerate(["box", "lap", "box"])]
    studies = [machine.sit() for machine in machines]
    acknowledged_ids = set()
    update(machines[0], chance)
    for _ in range(60):
        i = chance.randrange(3)
        match chance.choice(["edit"] * 8 + ["sync", "look", "leave", "update"]):
            case "edit":
                acknowledged_ids.add(edit(studies[i], chance))
            case "sync":
                machines[i].sync()
            case "look":
                studies[i].apply(studies[i].journal.read())
            case "update":
                update(machines[i], chance)
            case "leave":
                studies[i].close()
                studies[i] = machines[i].sit()
    for study in studies:
        study.close()
    _sync_all(machines)
    for machine in machines:
        assert not acknowledged_ids - machine.ids() - {""}
    _assert_equal(machines)
    # Every item with progress is still in the roadmap, at least retired.
    plan = decode(machines[0].roadmaps()["plan.json"], "plan")
    shown = {node.id for node in FlatTree(plan, with_retired=True).nodes}
    progress = machines[0].sit(plan).progress
    assert {name for name in progress.ids_with_events("plan") if progress.has("plan", name)} <= shown


def test_machines_that_push_at_the_same_time_all_succeed(tmp_path: Path) -> None:
    hub = remote(tmp_path / "hub")
    machines = [Machine(tmp_path / str(i), f"host{i}", hub) for i in range(5)]
    for machine in machines:
        machine.mark()
    running = [machine.start_sync() for machine in machines]
    for one in running:
        out, _ = one.communicate(timeout=30)
        assert one.returncode == 0, out.decode()
    _sync_all(machines)
    assert len(machines[0].ids()) == 2 * len(machines)
    _assert_equal(machines)
