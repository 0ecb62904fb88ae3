"""Back up the journal once a day; keep seven daily and four weekly backups."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from typing import Final

from roadmap_tui.store.files import atomic_write
from roadmap_tui.store.log_lines import read_logs
from roadmap_tui.store.log_reader import is_event

DAILY: Final = 7
WEEKLY: Final = 4
_SUFFIX: Final = ".jsonl.gz"


def back_up(log: str, backups: str, today: date) -> str | None:
    """Write today's backup if there is none yet, and delete the ones past their retention.

    Returns the path of the new backup, or None if none was written: it exists already, or there is no
    event to back up (an empty backup must never replace a full one). Raises OSError.
    """
    path = os.path.join(backups, f"{today.isoformat()}{_SUFFIX}")
    if os.path.exists(path):
        return None
    logs = read_logs(log, everything=True).logs if os.path.isdir(log) else {}
    lines = list(dict.fromkeys(line for lines in logs.values() for line in lines))
    if not any(map(is_event, lines)):
        return None
    import gzip

    # The fastest level takes half the time for a tenth more bytes.
    atomic_write(path, gzip.compress(b"\n".join(lines) + b"\n", compresslevel=1, mtime=0))
    # Backups dated in the future, from a wrong clock, do not count against the retention.
    days = {day for day in _backup_days(backups) if day <= today}
    for day in days - retention(list(days)):
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(backups, day.isoformat() + _SUFFIX))
    return path


def _backup_days(backups: str) -> list[date]:
    """Return the days that have a backup; files with other names are ignored."""
    days = []
    for name in os.listdir(backups):
        try:
            day = date.fromisoformat(name.removesuffix(_SUFFIX))
        except ValueError:
            continue
        if name == day.isoformat() + _SUFFIX:
            days.append(day)
    return days


def retention(days: list[date]) -> set[date]:
    """Return the days to keep: the newest seven, and the newest day of each of the four weeks before."""
    newest_first = sorted(days, reverse=True)
    weekly: dict[tuple[int, int], date] = {}
    for day in newest_first[DAILY:]:
        weekly.setdefault(day.isocalendar()[:2], day)
    return {*newest_first[:DAILY], *list(weekly.values())[:WEEKLY]}
