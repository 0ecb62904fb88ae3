"""One copy of the journal a day: seven days and four weeks of them."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date
from typing import Final

from roadmap_tui.store.files import atomic_write
from roadmap_tui.store.log_reader import LOG_SUFFIX, is_event

DAYS: Final = 7
WEEKS: Final = 4
_ENDING: Final = ".jsonl.gz"


def back_up(log: str, backups: str, today: date) -> str | None:
    """Keep all lines of the logs as today's backup, if there is none yet, and drop those past keeping.

    Returns the path of the new backup, None where none was made: it is there already, or there
    is no event to keep, which must never push a full backup out. Raises OSError.
    """
    path = os.path.join(backups, f"{today.isoformat()}{_ENDING}")
    if os.path.exists(path):
        return None
    lines = _lines(log)
    if not any(map(is_event, lines)):
        return None
    import gzip

    # The fastest level: half the time for a tenth more bytes, and somebody may be waiting.
    atomic_write(path, gzip.compress(b"\n".join(lines) + b"\n", compresslevel=1, mtime=0))
    # A backup from the future, made while the clock was wrong, must not take a place from today's.
    days = {day for day in _days(backups) if day <= today}
    for day in days - retention(list(days)):
        with suppress(FileNotFoundError):
            os.unlink(os.path.join(backups, day.isoformat() + _ENDING))
    return path


def _lines(log: str) -> list[bytes]:
    """Every line of every log, once; a file of another user that can't be read is not ours to keep."""
    lines: dict[bytes, None] = {}
    for name in sorted(os.listdir(log)) if os.path.isdir(log) else []:
        path = os.path.join(log, name)
        if name.endswith(LOG_SUFFIX) and name[0] != "." and os.path.isfile(path):
            with suppress(PermissionError, FileNotFoundError), open(path, "rb") as file:
                lines.update(dict.fromkeys(file.read().split(b"\n")))
    return [line for line in lines if line.strip()]


def _days(backups: str) -> list[date]:
    """The days of which there is a backup; files of other names are not ours to touch."""
    days = []
    for name in os.listdir(backups):
        try:
            day = date.fromisoformat(name.removesuffix(_ENDING))
        except ValueError:
            continue
        if name == day.isoformat() + _ENDING:
            days.append(day)
    return days


def retention(days: list[date]) -> set[date]:
    """The newest seven days, and before them the newest day of each of the four newest weeks."""
    newest_first = sorted(days, reverse=True)
    weekly: dict[tuple[int, int], date] = {}
    for day in newest_first[DAYS:]:
        weekly.setdefault(day.isocalendar()[:2], day)
    return {*newest_first[:DAYS], *list(weekly.values())[:WEEKS]}
