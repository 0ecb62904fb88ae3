"""Logs as sets of lines: comparing, and appending without replacing or shortening anything."""

from __future__ import annotations

import fcntl
import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.store.files import is_safe_name
from roadmap_tui.store.log_lines import (
    append_lines,
    count_events,
    lines_of,
    missing_lines,
    write_new,
)
from tests.journals import run_python

FULL = """
import resource, signal, sys
from roadmap_tui.store.files import is_safe_name
from roadmap_tui.store.log_lines import append_lines, write_new
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (150, 150))
for write in (append_lines, write_new):
    try:
        write(sys.argv[1], "box.jsonl", [b"x" * 1000])
    except OSError as error:
        print(error.strerror)
"""

_lines = st.lists(st.sampled_from([b"a", b"b", b"c", b"{}", b"\xff", b"d\r"]), max_size=6)
_logs = st.dictionaries(st.sampled_from(["x.jsonl", "y.jsonl"]), _lines)


@given(_logs, _logs)
def test_missing_lines_complete_a_log_and_come_once(
    here: dict[str, list[bytes]], there: dict[str, list[bytes]]
) -> None:
    missing = missing_lines(here, there)
    known = {line for lines in here.values() for line in lines}
    came = [line for lines in missing.values() for line in lines]
    assert len(came) == len(set(came))
    assert not known & set(came)
    assert known | set(came) == known | {line for lines in there.values() for line in lines}
    assert all(set(lines) <= set(there[name]) for name, lines in missing.items())


def test_an_incomplete_last_line_is_left_out() -> None:
    assert lines_of([b'\n{"a"', b':1}\n\n \n{"b":']) == [b'{"a":1}']
    assert lines_of([b'{"a":1}']) == [b'{"a":1}']
    assert lines_of([b"\n12"]) == lines_of([]) == []
    assert lines_of([b"torn\n12\n"]) == [b"torn", b"12"]
    assert lines_of([b"x" * 1_000_000, b"x" * 1_000_000, b"\n12\n"]) == [b"12"]  # above 1 MiB


def test_session_starts_are_not_counted_as_events() -> None:
    lines = [b'{"v":9,"k":"dream"}', b"torn", b'{"v":1,"k":"unheard of"}']
    at = b'"c":1,"at":"2025-01-01T00:00:00+00:00"'
    lines.append(b'{"v":1,"id":"a",' + at + b',"k":"open","app":"x","min_reader":1}')
    lines.append(b'{"v":1,"id":"b",' + at + b',"k":"status","r":"r","t":"t","s":"done"}')
    assert count_events(lines) == 3


def test_lines_are_appended_to_the_same_file(tmp_path: Path) -> None:
    log = tmp_path / "log"
    assert append_lines(str(log), "lap.jsonl", [b"one"]) == "lap.jsonl"
    inode = (log / "lap.jsonl").stat().st_ino
    with (log / "lap.jsonl").open("ab") as file:
        file.write(b"torn")
    assert append_lines(str(log), "lap.jsonl", [b"two", b"three"]) == "lap.jsonl"
    assert (log / "lap.jsonl").read_bytes() == b"\none\ntorn\ntwo\n\nthree\n"
    assert (log / "lap.jsonl").stat().st_ino == inode
    assert stat.S_IMODE(log.stat().st_mode) == 0o700
    assert stat.S_IMODE((log / "lap.jsonl").stat().st_mode) == 0o600


def test_a_locked_log_is_left_alone_and_so_is_a_locked_second_file(tmp_path: Path) -> None:
    names = []
    held = []
    for _ in range(3):
        names.append(append_lines(str(tmp_path), "box.jsonl", [b"one"]))
        held.append(os.open(tmp_path / names[-1], os.O_RDWR))
        fcntl.flock(held[-1], fcntl.LOCK_EX)
    for handle in held:
        os.close(handle)
    assert names[:2] == ["box.jsonl", "box.sync.jsonl"]
    assert names[2].startswith("box.sync-")


@pytest.mark.parametrize(
    "name", ["../x.jsonl", "-x.jsonl", ".x.jsonl", "a/b.jsonl", "x\n.jsonl", "x.json", "x" * 300 + ".jsonl"]
)
def test_an_unsafe_name_is_replaced(tmp_path: Path, name: str) -> None:
    assert not is_safe_name(name, ".jsonl")
    assert append_lines(str(tmp_path / "log"), name, [b"one"]) == "from-sync.jsonl"
    assert [path.name for path in tmp_path.rglob("*")] == ["log", "from-sync.jsonl"]


def test_a_partial_write_on_a_full_disk_is_removed(tmp_path: Path) -> None:
    (tmp_path / "box.jsonl").write_bytes(b"\n" + b"y" * 98 + b"\n")
    assert run_python(FULL, str(tmp_path)).splitlines() == ["File too large"] * 2
    assert [path.name for path in tmp_path.iterdir()] == ["box.jsonl"]
    assert (tmp_path / "box.jsonl").stat().st_size == 100


def test_a_new_log_never_replaces_another(tmp_path: Path) -> None:
    one, other = (write_new(str(tmp_path), "restored", [b"one"]) for _ in range(2))
    assert one != other
    assert (tmp_path / one).read_bytes() == (tmp_path / other).read_bytes() == b"\none\n"


@pytest.mark.parametrize("name", [".hidden.jsonl", "-rf.jsonl", "a/b.jsonl"])
def test_a_name_that_is_not_safe_is_not_used(tmp_path: Path, name: str) -> None:
    assert append_lines(str(tmp_path), name, [b"{}"]) == "from-sync.jsonl"
    assert os.listdir(tmp_path) == ["from-sync.jsonl"]
