from __future__ import annotations

import gzip
import os
import stat
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.store.backup import DAILY, WEEKLY, back_up, retention
from roadmap_tui.store.log_reader import LogReader
from tests.journals import append, ids, journal, replay

TODAY = date(2025, 3, 12)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "log"


@pytest.fixture
def backups(tmp_path: Path) -> Path:
    return tmp_path / "state" / "backups"


def _names(backups: Path) -> list[str]:
    return sorted(path.name for path in backups.iterdir()) if backups.exists() else []


def test_a_backup_holds_every_line_and_is_made_once_a_day(log: Path, backups: Path, tmp_path: Path) -> None:
    one, two = journal(log), journal(log)
    for session in (one, two, one):
        append(session)
    (log / "copy.jsonl").write_bytes((log / "box.jsonl").read_bytes())
    (log / "odd.jsonl").write_bytes(b"torn \xff\n\nno newline at its end")
    made = back_up(str(log), str(backups), TODAY)
    assert made == str(backups / "2025-03-12.jsonl.gz")
    assert stat.S_IMODE(os.stat(made).st_mode) == 0o600
    assert stat.S_IMODE(backups.stat().st_mode) == stat.S_IMODE(backups.parent.stat().st_mode) == 0o700
    restored = tmp_path / "restored"
    restored.mkdir()
    (restored / "backup.jsonl").write_bytes(gzip.decompress(Path(made).read_bytes()))
    assert replay(restored) == replay(log)
    reader = LogReader(str(restored))
    assert len(ids(reader.read())) == 3
    assert len(reader.bad_lines) == 2
    append(one)
    content = Path(made).read_bytes()
    assert back_up(str(log), str(backups), TODAY) is None
    assert Path(made).read_bytes() == content
    assert back_up(str(log), str(backups), TODAY + timedelta(1)) is not None
    assert _names(backups) == ["2025-03-12.jsonl.gz", "2025-03-13.jsonl.gz"]
    one.close()
    two.close()


@pytest.mark.parametrize(
    "content", [None, b"", b"\n\n \n", b"\x00" * 5000, b"junk\n", b'{"v":1,"id":"0'], ids=repr
)
def test_a_log_without_an_event_makes_no_backup_and_drops_none(
    log: Path, backups: Path, content: bytes | None
) -> None:
    backups.mkdir(parents=True)
    full = [f"2025-01-{day:02}.jsonl.gz" for day in range(1, 31)]
    for name in full:
        (backups / name).write_bytes(b"full")
    if content is not None:
        log.mkdir()
        (log / "box.jsonl").write_bytes(content)
    assert back_up(str(log), str(backups), TODAY) is None
    assert _names(backups) == full


def test_events_of_a_later_version_are_worth_a_backup(log: Path, backups: Path) -> None:
    log.mkdir()
    (log / "box.jsonl").write_text('{"v":2,"k":"dream"}\n')
    assert back_up(str(log), str(backups), TODAY)


def test_seven_days_and_four_weeks_are_kept_and_other_files_left_alone(log: Path, backups: Path) -> None:
    session = journal(log)
    append(session)
    session.close()
    backups.mkdir(parents=True)
    strange = [
        "2025-3-1.jsonl.gz",
        "20250301.jsonl.gz",
        "mine.jsonl.gz",
        "2020-01-01.jsonl",
        "2099-01-01.txt",
    ]
    for name in strange:
        (backups / name).write_bytes(b"")
    for ago in range(99, -1, -1):
        back_up(str(log), str(backups), TODAY - timedelta(ago))
    kept = [name.removesuffix(".jsonl.gz") for name in _names(backups) if name not in strange]
    daily = [(TODAY - timedelta(ago)).isoformat() for ago in range(6, -1, -1)]
    weekly = ["2025-02-09", "2025-02-16", "2025-02-23", "2025-03-02"]  # Sundays; and the rest of a week:
    assert kept == [*weekly[1:], "2025-03-05", *daily]
    assert set(strange) < set(_names(backups))


def test_backups_from_a_wrong_clock_do_not_push_out_todays(log: Path, backups: Path) -> None:
    session = journal(log)
    append(session)
    session.close()
    for day in range(1, 20):
        back_up(str(log), str(backups), date(2099, 1, day))
    future = len(_names(backups))
    for day in range(1, 12):
        made = back_up(str(log), str(backups), date(2025, 3, day))
        assert made is not None
        assert Path(made).exists()
    assert len(_names(backups)) - future == DAILY + 2


@given(st.lists(st.dates(date(2023, 12, 1), date(2025, 2, 1)), unique=True, max_size=120))
def test_what_is_kept_is_the_newest_and_no_more_than_eleven(days: list[date]) -> None:
    kept = retention(days)
    assert kept <= {*days}
    assert {*sorted(days)[-DAILY:]} <= kept
    assert len(kept) <= DAILY + WEEKLY
    older = sorted(days)[:-DAILY]
    assert {*older[-1:]} <= kept
    weeks = {day.isocalendar()[:2] for day in older}
    assert len(kept) == min(DAILY, len(days)) + min(WEEKLY, len(weeks))


def test_a_log_that_cannot_be_read_is_not_in_the_way_of_the_others(log: Path, backups: Path) -> None:
    session = journal(log)
    append(session)
    session.close()
    (log / "gone.jsonl").symlink_to("nowhere")
    (log / "folder.jsonl").mkdir()
    os.mkfifo(log / "pipe.jsonl")
    assert back_up(str(log), str(backups), TODAY)


def test_what_cannot_be_written_is_said_and_leaves_nothing(log: Path, backups: Path) -> None:
    session = journal(log)
    append(session)
    session.close()
    backups.parent.write_text("in the way")
    with pytest.raises(OSError, match="exists"):
        back_up(str(log), str(backups), TODAY)
