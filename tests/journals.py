"""What the tests of journals share: a clock to turn, a small roadmap, events made of anything."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

from hypothesis import strategies as st

from roadmap_tui.core.progress.events import (
    STATUSES,
    Action,
    Event,
    Excluded,
    GoalSet,
    NeedSet,
    NoteWritten,
    QuestionHidden,
    ResourceTicked,
    ReviewGraded,
    RoadmapUpdated,
    SessionStarted,
    Snoozed,
    Stamp,
    Status,
    StatusSet,
    Undone,
)
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.core.sanitize import clean
from roadmap_tui.store.journal import Journal

FAR = 1 << 50  # a clock that is more than a year ahead of any time of these tests
NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[1]
BOOK = "https://example.org/book"

ROADMAP = Roadmap(
    "maths",
    "Mathematics",
    resources=(Resource("Overview", "https://example.org/overview"),),
    children=(
        Section(
            "algebra",
            "Algebra",
            children=(
                Item("vectors", "Vectors", resources=(Resource("Book", BOOK, "book"),)),
                Item("matrices", "Matrices", prerequisites=("vectors",)),
                Item(
                    "tensors",
                    "Tensors",
                    prerequisites=("matrices",),
                    children=(Item("einsum", "Einsum"), Item("rank", "Rank")),
                    kind="topic",
                ),
            ),
        ),
        Section("analysis", "Analysis", children=(Item("limits", "Limits"),)),
    ),
)


class Clock:
    """A wall clock that stands still until it is turned."""

    def __init__(self, time: datetime = NOON) -> None:
        self.time = time

    def __call__(self) -> datetime:
        return self.time

    def turn(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def journal(folder: Path, host: str = "box", clock: Clock | None = None) -> Journal:
    return Journal(str(folder), clock or Clock(), host=host)


def mark(
    target: str = "vectors", status: Status = "done", *, clock: int = 1, session: str = "s", title: str = "x"
) -> StatusSet:
    """An event that no journal stamped."""
    return StatusSet(stamp(clock, session), "maths", (target,), title, status)


def stamp(clock: int, session: str = "s") -> Stamp:
    return Stamp(f"{clock:012x}-{session}-1", clock, NOON + timedelta(seconds=clock % 10**6))


def append(to: Journal, target: str = "vectors", status: Status = "done", above: int = 0) -> StatusSet:
    """Write an event, as a study would."""
    event = StatusSet(to.next_stamp(above), "maths", (target,), target, status)
    to.append(event)
    return event


def ids(events: list[Event]) -> list[str]:
    """The ids of what was done, openings left out."""
    return [event.stamp.id for event in events if not isinstance(event, SessionStarted)]


def replay(folder: Path) -> list[str]:
    """The ids of what a new reader finds in a folder, each once, sorted."""
    return sorted(set(ids(journal(folder).read())))


def kill(session: Journal) -> None:
    """End a session as SIGKILL would: nothing is synced, and its lock goes with its descriptor."""
    writer = session._writer
    assert writer is not None
    with writer._lock:
        if writer._handle >= 0:
            os.close(writer._handle)
        writer._handle = -1
    writer._closing.set()
    writer._dirty.set()
    if writer._thread:
        writer._thread.join()


def run_python(code: str, *arguments: str, env: dict[str, str] | None = None) -> str:
    """What a program printed, run by another interpreter; its failure is the test's."""
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**(os.environ if env is None else env), "PYTHONPATH": str(ROOT)},
        cwd="/",
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


_offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
_times = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=_offsets).map(  # noqa: DTZ001
    lambda time: time.replace(microsecond=0)
)


def _is_name(text: str) -> bool:
    return bool(text) and text.isprintable()


_names = st.text(min_size=1, max_size=30).map(lambda text: clean(text, 200, one_line=True)).filter(_is_name)
_lines = st.text(max_size=60).map(lambda text: clean(text, 500, one_line=True))
_stamps = st.builds(Stamp, _names, st.integers(0, 2**62 - 1), _times, st.sampled_from(["", "mcp"]))
_urls = st.text(max_size=60).map(lambda text: clean(f"https://example.org/{text}", 2000, one_line=True))

any_event: st.SearchStrategy[Event] = st.one_of(
    st.builds(
        StatusSet,
        _stamps,
        _names,
        st.lists(_names, min_size=1, max_size=4).map(tuple),
        _lines,
        st.sampled_from(STATUSES),
        st.sampled_from(["", "placement"]),
    ),
    st.builds(
        NoteWritten,
        _stamps,
        _names,
        _names | st.just(""),
        _lines,
        st.text(max_size=200).map(clean),
        st.lists(_names, max_size=3).map(tuple),
    ),
    st.builds(ResourceTicked, _stamps, _names, _names | st.just(""), _lines, _urls, st.booleans()),
    st.builds(
        RoadmapUpdated, _stamps, _names, _lines, _names, _names, st.lists(_names, max_size=3).map(tuple)
    ),
    st.builds(NeedSet, _stamps, _names, _names, _lines, _names, st.booleans()),
    st.builds(Snoozed, _stamps, _names, _names, _lines, st.dates().map(str) | st.just("")),
    st.builds(
        GoalSet,
        _stamps,
        _names,
        _names | st.just(""),
        _lines,
        st.just("") | st.dates().map(str),
        st.just(0) | st.integers(1, 168) | st.floats(0.5, 168),
    ),
    st.builds(
        ReviewGraded,
        *(_stamps, _names, _names, _lines, st.integers(1, 4), st.integers(0, 10**9), _names | st.just("")),
    ),
    st.builds(QuestionHidden, _stamps, _names, _names, _lines, _names, st.booleans()),
    st.builds(Excluded, _stamps, _names, _lines, st.lists(_names, max_size=3).map(tuple)),
    st.builds(Undone, _stamps, _names, _lines, _names),
    st.builds(SessionStarted, _stamps, _lines.map(lambda line: line[:100].strip()), st.integers(0, 9)),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Event]:
    """Events of two roadmaps by three writers, close together: with ties, with undos of anything,
    of nothing, of themselves and of each other, with notes in place of any others, with wrong clocks and
    their exclusions.
    """
    clocks = st.integers(1, 12) | st.integers(FAR, FAR + 2)
    places = draw(st.lists(st.tuples(clocks, st.sampled_from("abc")), unique=True, min_size=1, max_size=14))
    stamps = [stamp(clock, session) for clock, session in places]
    some_id = st.sampled_from([*(one.id for one in stamps), "nowhere"])
    events: list[Event] = []
    for one in stamps:
        roadmap, target = draw(st.sampled_from(["maths", "physics"])), draw(st.sampled_from(["x", "y"]))
        body: Action
        match draw(
            st.sampled_from(
                [
                    "status",
                    "status",
                    "note",
                    "tick",
                    "hide",
                    "need",
                    "goal",
                    "snooze",
                    "update",
                    "undo",
                    "undo",
                    "exclude",
                    "open",
                ]
            )
        ):
            case "status":
                several = draw(st.sampled_from([(target,), ("x", "y")]))
                events.append(StatusSet(one, roadmap, several, "", draw(st.sampled_from(STATUSES))))
            case "exclude":
                refs = draw(st.lists(some_id, min_size=1, max_size=3))
                events.append(Excluded(one, roadmap, "", tuple(refs)))
            case "need":
                other = draw(st.sampled_from(["x", "y"]))
                events.append(NeedSet(one, roadmap, target, "", other, draw(st.booleans())))
            case "snooze":
                events.append(Snoozed(one, roadmap, target, "", draw(st.sampled_from(["", "2025-03-04"]))))
            case "update":
                events.append(RoadmapUpdated(one, roadmap, "", "was", "is", (target,)))
            case "goal":
                events.append(GoalSet(one, roadmap, draw(st.sampled_from([target, ""])), "", "", 2))
            case "note":
                bases = tuple(draw(st.lists(some_id, max_size=2)))
                body = NoteWritten(one, roadmap, target, "", draw(st.sampled_from(["", "p", "q"])), bases)
                events.append(body)
            case "tick":
                url = draw(st.sampled_from(["https://a.org", "https://b.org"]))
                events.append(ResourceTicked(one, roadmap, target, "", url, draw(st.booleans())))
            case "hide":
                question = draw(st.sampled_from(["b:one", "b:two"]))
                events.append(QuestionHidden(one, roadmap, target, "", question, draw(st.booleans())))
            case "undo":
                events.append(Undone(one, roadmap, "", draw(some_id)))
            case _:
                events.append(SessionStarted(one, "test", 1))
    return events
