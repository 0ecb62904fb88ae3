"""``doctor``: records whose clock is wrong, and their exclusion by ``--fix``."""

import sys
from typing import NamedTuple

import click

from roadmap_tui.core.progress.events import Action, Event, Excluded, Undone
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.wrong_clocks import clock_year, find_wrong_clocks
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.log_lines import locate
from roadmap_tui.store.log_reader import BadLine
from roadmap_tui.text.describe import action_label


class WrongClock(NamedTuple):
    """An event with a wrong clock, and its line in a log."""

    event: Action | Undone
    line: BadLine


def wrong_clocks(journal: Journal, events: list[Event]) -> list[WrongClock]:
    """Return the events with a wrong clock that are not excluded."""
    found = find_wrong_clocks(events)
    if not found or journal.folder is None:
        return []
    progress = Progress(events)
    found = [event for event in found if not progress.is_excluded(event)]
    places = locate(journal.folder, {event.stamp.id for event in found})
    result = []
    for event in found:
        file, line = places.get(event.stamp.id, ("", 0))
        label, subject = action_label(event)
        reason = (
            f"clock of the year {clock_year(event)}, written {event.stamp.at:%Y-%m-%d}: {label} {subject}"
        )
        result.append(WrongClock(event, BadLine(file, line, reason, False)))
    return result


def exclude(journal: Journal, found: list[WrongClock]) -> list[str]:
    """Ask about each event; write an exclusion for each confirmed one. Raises SaveError."""
    if sys.stdin is None or not sys.stdin.isatty():
        return []
    done = []
    for event, line in found:
        where = f"log/{line.file}:{line.line}"
        if click.confirm(f"{where}: {line.reason}\nExclude it? `undo` restores it", err=True):
            stamp = journal.next_stamp()
            journal.append(Excluded(stamp, event.roadmap, event.title, (event.stamp.id,)))
            done.append(f"excluded {where}")
    journal.close()
    return done
