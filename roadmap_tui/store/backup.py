"""One copy of the journal a day: seven days and four weeks of them."""

from __future__ import annotations

import os
from datetime import date
from typing import Final

from roadmap_tui.store.files import replace
from roadmap_tui.store.log_reader import SUFFIX

DAYS: Final = 7
WEEKS: Final = 4
_ENDING: Final = ".jsonl.gz"


def back_up(log: str, backups: str, today: date) -> str | None:
    """Keep all lines of the logs as today's backup, if there is none yet, and drop those past keeping.

    Returns the path of the new backup, None where none was made: it is there already, or there
    is nothing to keep, which must never push a full backup out. Raises OSError.
    """
    path = os.path.join(backups, f"{today.isoformat()}{_ENDING}")
    if os.path.exists(path):
        return None
    lines: list[bytes] = []
    for name in sorted(os.listdir(log)) if os.path.isdir(log) else []:
        if name.endswith(SUFFIX) and name[0] != "." and os.path.isfile(os.path.join(log, name)):
            with open(os.path.join(log, name), "rb") as file:
                lines.extend(line for line in file.read().split(b"\n") if line.strip())
    if not lines:
        return None
    import gzip

    replace(path, gzip.compress(b"\n".join(dict.fromkeys(lines)) + b"\n", mtime=0))
    kept = {day.isoformat() + _ENDING for day in worth_keeping(_days(backups))}
    for day in _days(backups):
        if (name := day.isoformat() + _ENDING) not in kept:
            os.unlink(os.path.join(backups, name))
    return path


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


def worth_keeping(days: list[date]) -> set[date]:
    """The newest seven days, and before them the newest day of each of the four newest weeks."""
    newest_first = sorted(days, reverse=True)
    weekly: dict[tuple[int, int], date] = {}
    for day in newest_first[DAYS:]:
        weekly.setdefault(day.isocalendar()[:2], day)
    return {*newest_first[:DAYS], *list(weekly.values())[:WEEKS]}
