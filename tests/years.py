"""A year of study, made up: what three machines of one reader wrote, ten thousand events in all.

The reader lives in Berlin, so that the clocks change twice; spends three weeks in Tokyo; and crosses the
date line from Pago Pago to Kiritimati, where a date is left out, and back, where one comes twice. Something
is done on every day of the last ``STREAK`` days that the reader had, on most of the days before, on none
of two weeks in summer. Nothing in it depends on the machine or on the day of the test.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from roadmap_tui.core.progress.events import (
    Action,
    Event,
    NoteWritten,
    ResourceTicked,
    ReviewGraded,
    SessionStarted,
    Stamp,
    Status,
    StatusSet,
    TimeLogged,
    Undone,
)
from roadmap_tui.core.progress.records import encode
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.core.roadmap.tree import FlatTree

HOSTS: Final = ("box", "laptop", "tower")
BERLIN: Final = ZoneInfo("Europe/Berlin")
NOW: Final = datetime(2026, 11, 22, 21, 30, tzinfo=BERLIN)
FIRST: Final = date(2025, 11, 17)
STREAK: Final = 40
EVENTS: Final = 10_000
# From each of these days on the reader is somewhere else. On 9 June there is no 9 June to be had.
_WHEREABOUTS: Final = (
    (FIRST, BERLIN),
    (date(2026, 2, 2), ZoneInfo("Asia/Tokyo")),
    (date(2026, 2, 23), BERLIN),
    (date(2026, 6, 1), ZoneInfo("Pacific/Pago_Pago")),
    (date(2026, 6, 10), ZoneInfo("Pacific/Kiritimati")),
    (date(2026, 6, 20), BERLIN),
)
_LEFT_OUT: Final = date(2026, 6, 9)
_HOLIDAY: Final = (date(2026, 8, 3), date(2026, 8, 16))
_BUSY: Final = 0.8  # the share of the other days on which something is done


def zone_on(day: date) -> ZoneInfo:
    """Where the reader is."""
    return [zone for since, zone in _WHEREABOUTS if since <= day][-1]


def days_of_study() -> list[date]:
    """The days on which something is done."""
    chance = random.Random(1)
    last = NOW.date()
    days = [FIRST + timedelta(days=number) for number in range((last - FIRST).days + 1)]
    kept = []
    for day in days:
        busy = chance.random() < _BUSY or day == FIRST or (last - day).days < STREAK
        around = abs((day - _LEFT_OUT).days) <= 3
        idle = day == _LEFT_OUT or _HOLIDAY[0] <= day <= _HOLIDAY[1] or (last - day).days == STREAK
        if (busy or around) and not idle:
            kept.append(day)
    return kept


def year(roadmap: Roadmap) -> dict[str, list[Event]]:
    """What each machine wrote in a year at a roadmap, in the order in which it did."""
    return _Reader(roadmap).live()


def write(logs: dict[str, list[Event]], folder: Path) -> None:
    """Write the logs of machines into the folder of a journal, a file each."""
    folder.mkdir(parents=True, exist_ok=True)
    for host, events in logs.items():
        lines = [json.dumps(encode(event), ensure_ascii=False, separators=(",", ":")) for event in events]
        path = folder / f"{host}.jsonl"
        path.write_text("".join(f"\n{line}\n" for line in lines), encoding="utf-8")
        path.chmod(0o600)


class _Reader:
    def __init__(self, roadmap: Roadmap) -> None:
        self.name = roadmap.id
        self.items = list(FlatTree(roadmap).items())
        self.chance = random.Random(2)
        self.logs: dict[str, list[Event]] = {host: [] for host in HOSTS}
        self.clock = 0
        self.number = 0
        self.host = HOSTS[0]
        self.known: list[Item] = []
        self.notes: dict[str, str] = {}

    def live(self) -> dict[str, list[Event]]:
        days = days_of_study()
        pace = 0.65 * len(self.items) / len(days)
        weights = self.chance.choices((0.3, 0.6, 1, 1.5, 2.2), k=len(days))
        for at, day in enumerate(days):
            self.host = self.chance.choice(HOSTS)
            moments = self._evening(day)
            self._open(next(moments))
            # The first day: what was known before.
            for _ in range(int(self.chance.random() < pace) if at else 8):
                self._learn(moments)
            wanted = round(EVENTS * sum(weights[: at + 1]) / sum(weights))
            while sum(map(len, self.logs.values())) < wanted:
                self._practise(moments)
        return self.logs

    def _evening(self, day: date) -> Iterator[datetime]:
        """The moments of a day on which something is done; some are after midnight."""
        zone = zone_on(day)
        moment = datetime.combine(day, time(19, 40), zone).astimezone(UTC)
        if day == NOW.date():
            moment -= timedelta(hours=8)
        while True:
            moment += timedelta(seconds=self.chance.randint(60, 540))
            yield moment.astimezone(zone)

    def _stamp(self, at: datetime) -> Stamp:
        self.number += 1
        # As it is on the disk: an offset and no zone, no fractions.
        at = datetime.fromisoformat(at.isoformat(timespec="seconds"))
        self.clock = max(int(at.timestamp() * 1000), self.clock + 1)
        return Stamp(f"{self.clock:012x}-{self.host:0<8.8}-{self.number}", self.clock, at)

    def _open(self, at: datetime) -> None:
        self.logs[self.host].append(SessionStarted(self._stamp(at), "made up", 1))

    def _do(self, action: Action | Undone) -> str:
        self.logs[self.host].append(action)
        return action.stamp.id

    def _mark(self, item: Item, status: Status, at: datetime) -> str:
        return self._do(StatusSet(self._stamp(at), self.name, (item.id,), item.title, status))

    def _learn(self, moments: Iterator[datetime]) -> None:
        todo = [item for item in self.items if item not in self.known]
        if not todo:
            return
        item = todo[0]
        self._mark(item, "doing", next(moments))
        self._time(item, moments)
        if self.chance.random() < 0.1:
            slip = self._mark(item, "skipped", next(moments))
            self._do(Undone(self._stamp(next(moments)), self.name, item.title, slip))
        self._mark(item, "done", next(moments))
        self.known.append(item)

    def _practise(self, moments: Iterator[datetime]) -> None:
        item = self.chance.choice(self.known)
        match self.chance.choices(("review", "time", "tick", "note"), (70, 9, 6, 6))[0]:
            case "review":
                rating = self.chance.choices((1, 2, 3, 4), (12, 13, 60, 15))[0]
                ms = self.chance.randint(4_000, 60_000)
                stamp = self._stamp(next(moments))
                self._do(ReviewGraded(stamp, self.name, item.id, item.title, rating, ms))
            case "time":
                self._time(item, moments)
            case "tick" if item.resources:
                url = self.chance.choice(item.resources).url
                on = self.chance.random() < 0.9
                stamp = self._stamp(next(moments))
                self._do(ResourceTicked(stamp, self.name, item.id, item.title, url, on))
            case _:
                bases = (self.notes[item.id],) if item.id in self.notes else ()
                stamp = self._stamp(next(moments))
                text = f"What I make of {item.title}, for the {self.number}th time."
                self.notes[item.id] = self._do(
                    NoteWritten(stamp, self.name, item.id, item.title, text, bases)
                )

    def _time(self, item: Item, moments: Iterator[datetime]) -> None:
        begun = self._stamp(next(moments))
        root = self._do(TimeLogged(begun, self.name, item.id, item.title, None, begun.at))
        seconds = self.chance.randint(300, 2700)
        over = self._stamp(begun.at + timedelta(seconds=seconds))
        self._do(TimeLogged(over, self.name, item.id, item.title, seconds, begun.at, root))
