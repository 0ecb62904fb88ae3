"""Other programs of the terminal beside ours, on a list of as many lines, where they are installed."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import fmean, median
from typing import NamedTuple

from content import tasks
from pairs import Line, interleaved
from terminal import Session

Numbers = dict[str, float]

_INTO_DOOIT = """
from dooit.api import Todo, Workspace, manager

manager.connect()
plan = Workspace(description="A plan of study")
plan.save()
for line in open("README.md"):
    if line.startswith("- ["):
        Todo(description=line[6:].strip(), parent_workspace=plan).save()
"""


class Peer(NamedTuple):
    """How a program is started on the list, in a folder of its own; ``j`` goes a line down in all of them.

    ``first`` are keys to be at the list, ``fill`` a script for its own Python that puts the list into it.
    """

    command: list[str]
    first: str = ""
    fill: str = ""


PEERS: dict[str, Peer] = {
    "vim": Peer(["vim", "-u", "NONE", "-N", "README.md"]),
    "less": Peer(["less", "README.md"]),
    "lazygit": Peer(["lazygit"]),
    "dooit": Peer(["dooit"], "\t", _INTO_DOOIT),
}


def against_peers(
    environment: dict[str, str], folder: Path, count: int, ours: Callable[[], Numbers]
) -> Iterator[Line]:
    """A few lines for each peer that is on the path; a word on stderr for each that is not."""
    home = folder / "peers"
    home.mkdir(exist_ok=True)
    (home / "README.md").write_bytes(tasks(127))
    for name, peer in PEERS.items():
        path = shutil.which(name, path=environment.get("PATH"))
        if path is None:
            print(f"bench: {name} is not installed: it is left out", file=sys.stderr)
            continue
        theirs_environment = environment | {"HOME": str(home)}
        if peer.fill:
            python = Path(path).read_text().splitlines()[0].removeprefix("#!")
            subprocess.run([python, "-c", peer.fill], env=theirs_environment, cwd=home, check=True)
        theirs = _measured(peer._replace(command=[path, *peer.command[1:]]), theirs_environment, home)
        found = interleaved(ours, theirs, count)
        for what, unit in (("settled", "ms"), ("key", "ms"), ("bytes", "B")):
            pairs = [(one[what], other[what]) for one, other in found]
            yield Line(f"{what if what != 'bytes' else 'bytes of a key'} / {name}", pairs, unit, None)


def _measured(peer: Peer, environment: dict[str, str], folder: Path) -> Callable[[], Numbers]:
    def measure() -> Numbers:
        with Session(peer.command, environment, folder=str(folder)) as session:
            settled = session.settle()
            for key in peer.first:
                session.press(key)
            answers = [session.press("j") for _ in range(12)]
        return {
            "settled": settled,
            "key": median(answer.ms for answer in answers),
            "bytes": fmean(answer.bytes for answer in answers),
        }

    return measure
