"""Whatever two hosts go through, they end with the same progress and nothing that was saved is missing."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import STATUSES, Status
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.store.journal import Journal
from roadmap_tui.study.event_store import Change
from roadmap_tui.study.study import Study
from tests.journals import BOOK, ROADMAP, Clock, kill, replay

HOSTS = ("ada", "bob")
hosts = st.sampled_from(HOSTS)
sessions = st.tuples(hosts, st.integers(0, 2))
items = st.sampled_from(["vectors", "matrices", "limits"])


class TwoHosts(RuleBasedStateMachine):
    """Three sessions on each of two hosts, whose folders are copied to each other now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Path(tempfile.mkdtemp())
        self.logs = {host: self.top / host for host in HOSTS}
        self.clocks = {host: Clock() for host in HOSTS}
        self.open: dict[tuple[str, int], Study] = {}
        self.acknowledged: dict[str, set[str]] = {host: set() for host in HOSTS}
        self.copies = 0
        for log in self.logs.values():
            log.mkdir()

    def sit(self, session: tuple[str, int]) -> Study:
        if session not in self.open:
            host, _ = session
            log = Journal(str(self.logs[host]), self.clocks[host], host=host)
            self.open[session] = Study(ROADMAP, log)
        return self.open[session]

    def note(self, session: tuple[str, int], change: Change | None) -> None:
        """What a verb gave back is saved: it must never be missing from now on."""
        if change is not None:
            study = self.sit(session)
            self.acknowledged[session[0]].update(event.stamp.id for event in study.history())

    @rule(session=sessions, item=items, status=st.sampled_from(STATUSES))
    def mark(self, session: tuple[str, int], item: str, status: Status) -> None:
        study = self.sit(session)
        self.note(session, study.set_status([item], status))
        assert study.state(item).status == status

    @rule(session=sessions, item=items, text=st.sampled_from(["", "p", "q"]))
    def write(self, session: tuple[str, int], item: str, text: str) -> None:
        study = self.sit(session)
        self.note(session, study.write_note(item, text))
        assert [note.text for note in study.state(item).notes] == ([text] if text else [])

    @rule(session=sessions, on=st.booleans())
    def tick(self, session: tuple[str, int], on: bool) -> None:
        study = self.sit(session)
        self.note(session, study.tick_resource("vectors", BOOK, on))
        assert (BOOK in study.state("vectors").ticks) == on

    @rule(session=sessions, again=st.booleans())
    def take_back(self, session: tuple[str, int], again: bool) -> None:
        study = self.sit(session)
        try:
            change = study.redo() if again else study.undo()
        except UsageError:
            return
        assert study.progress.is_active(change.action) == again
        self.note(session, change)

    @rule(session=sessions)
    def look(self, session: tuple[str, int]) -> None:
        study = self.sit(session)
        study.apply(study.journal.read())

    @rule(session=sessions, rudely=st.booleans())
    def leave(self, session: tuple[str, int], rudely: bool) -> None:
        study = self.open.pop(session, None)
        if study is not None:
            kill(study.journal) if rudely else study.close()

    @rule(host=hosts, days=st.integers(-9000, 9000))
    def turn_clock(self, host: str, days: int) -> None:
        self.clocks[host].turn(days * 86400)

    @rule(
        host=hosts, junk=st.sampled_from([b"\n{", b"\x00" * 99, b"junk", b"\n\n", b'\n{"v":9}\n', b"\xff\n"])
    )
    def spoil(self, host: str, junk: bytes) -> None:
        held = {study.journal._writer.path for study in self.open.values() if study.journal._writer}
        for log in sorted(self.logs[host].glob("*.jsonl")):
            if str(log) not in held:
                with log.open("ab") as file:
                    file.write(junk)
                break

    @rule(session=sessions, renamed=st.booleans())
    def move_file(self, session: tuple[str, int], renamed: bool) -> None:
        """The file of a session that is there to see it was renamed, or replaced by a copy of itself."""
        study = self.open.get(session)
        path = Path(study.journal._writer.path) if study and study.journal._writer else None
        if study is None or path is None or not path.is_file() or study.journal._writer is None:
            return
        if not renamed:
            shutil.copy(path, self.top / "same")
            (self.top / "same").rename(path)
        elif study.journal._writer._handle >= 0:
            self.copies += 1
            path.rename(path.with_name(f"{path.stem} (old {self.copies}).jsonl"))
        study.flush_pending()

    @rule(source=hosts, as_conflict=st.booleans())
    def copy(self, source: str, as_conflict: bool) -> None:
        """What a sync tool does with the files of a host: put them beside the other's."""
        target = HOSTS[source == HOSTS[0]]
        for log in sorted(self.logs[source].glob(f"{source}*.jsonl")):
            self.copies += 1
            new = self.top / "new"
            shutil.copy(log, new)
            name = f"{log.stem}.sync-conflict-{self.copies}.jsonl" if as_conflict else log.name
            new.rename(self.logs[target] / name)

    @invariant()
    def nothing_is_missing(self) -> None:
        for host, told in self.acknowledged.items():
            if told:
                assert not told - {*replay(self.logs[host])}

    def teardown(self) -> None:
        for study in self.open.values():
            study.close()
        for source in HOSTS:
            self.copy(source=source, as_conflict=False)
        everything = set.union(*self.acknowledged.values())
        found = [Study(ROADMAP, Journal(str(log), Clock())) for log in self.logs.values()]
        for study in self.open.values():
            study.apply(study.journal.read())
        for study in [*found, *self.open.values()]:
            assert not everything - {event.stamp.id for event in study.history()}
            assert study.history() == found[0].history()
            assert study.counts_at() == found[0].counts_at()
            for node in study.tree.nodes:
                assert study.state(node.id) == found[0].state(node.id)
                if isinstance(node, Item):
                    assert study.status(node.id) == study.state(node.id).status
        shutil.rmtree(self.top)


TwoHosts.TestCase.settings = settings(
    max_examples=120, stateful_step_count=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestTwoHosts = TwoHosts.TestCase
