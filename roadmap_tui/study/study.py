"""A study: one open roadmap and what its reader did with it. Every change is one verb and one event."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import (
    STATUSES,
    Action,
    Event,
    NoteWritten,
    ResourceTicked,
    Status,
    StatusSet,
    Undone,
    targets,
)
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.progress.statuses import FINISHED
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.core.sanitize import LONGEST_TEXT, clean
from roadmap_tui.core.settings import DEFAULTS, Settings
from roadmap_tui.store.journal import Journal
from roadmap_tui.study.custom_items import CustomItems
from roadmap_tui.study.event_store import Change, EventStore
from roadmap_tui.study.time_tracking import TimeTracker

if TYPE_CHECKING:
    from roadmap_tui.study.reviews import Reviews
    from roadmap_tui.study.search import Search

__all__ = ["Change", "Clock", "Study", "wall_clock"]

Clock: TypeAlias = Callable[[], datetime]


def wall_clock() -> datetime:
    """The time, aware, in the zone of this machine."""
    return datetime.now(UTC).astimezone()


class Study(EventStore):
    """A roadmap with its reader's progress.

    Every verb writes its event before it returns; where that fails it raises CannotSave and
    the state stays as it was. A verb that would change nothing returns None and writes nothing.
    A verb that makes no sense raises Refused.
    """

    @classmethod
    def open(
        cls,
        roadmap: Roadmap,
        log: str | None,
        clock: Clock = wall_clock,
        settings: Settings = DEFAULTS,
        *,
        cache: str | None = None,
    ) -> Study:
        """The study of a roadmap whose journal is in the folder ``log`` (None: nothing is kept).

        ``cache`` is a folder for what makes the next start faster.
        """
        return cls(roadmap, Journal(log, clock, cache=cache), settings)

    def for_roadmap(self, roadmap: Roadmap) -> Study:
        """Another roadmap on the same journal, as it stands now: to look at, not to write to."""
        return Study(roadmap, self.journal, self.settings, self.progress)

    # Its parts. A line in a prompt needs neither reviews nor search: they are loaded when they are asked for

    @cached_property
    def custom(self) -> CustomItems:
        """What the reader adds to the roadmap."""
        return CustomItems(self)

    @cached_property
    def time_tracker(self) -> TimeTracker:
        """The time spent on items."""
        return TimeTracker(self)

    @cached_property
    def reviews(self) -> Reviews:
        """What is due for review, and the verbs of that."""
        from roadmap_tui.study.reviews import Reviews

        return Reviews(self)

    @cached_property
    def search(self) -> Search:
        """What finds and filters."""
        from roadmap_tui.study.search import Search

        # The lambda defers loading the reviews until a filter asks for them.
        return Search(self, self.is_ready, lambda: self.reviews.due_ids())  # noqa: PLW0108

    # What the reader sees

    def note_text(self, node_id: str) -> str:
        """The reader's note on a node; where there are several versions, one after the other."""
        return "\n\n".join(note.text for note in self.state(node_id).notes)

    def status(self, node_id: str) -> Status:
        """The status of an item as its reader wants it: what is not saved yet counts too."""
        return self.pending_status(node_id) or self.status_at(self.tree.index_of[node_id])

    def count_summary(self) -> str:
        """The whole roadmap's number in words: what it counts and what it leaves out."""
        words, retired = self.counts_at().summary(), self.tree.retired
        return f"{words} · retired {retired}, not counted" if retired else words

    def prerequisites(self, item: Item) -> list[Item]:
        """The prerequisites of an item; those that have left the source are needed no longer."""
        places = [self.tree.index_of.get(name) for name in item.prerequisites]
        nodes = [self.tree.nodes[at] for at in places if at is not None and at < self.tree.active_count]
        return [node for node in nodes if isinstance(node, Item)]

    def unlocks(self, item: Item) -> list[Item]:
        """The items that have this one as a prerequisite."""
        nodes = [self.tree.nodes[at] for at in self.tree.dependents.get(item.id, ())]
        return [node for node in nodes if isinstance(node, Item)]

    def next_items(self, count: int) -> list[Item]:
        """What to study next: what is being done, then what is ready, in the roadmap's order.

        Ready is an item of which every prerequisite is done or skipped, and whose own items are too.
        """
        places = [self.tree.index_of[name] for name in self.ids_of("doing")]
        found = [node for at in places if isinstance(node := self.tree.nodes[at], Item)]
        return [*found, *islice(self.ready(), max(0, count - len(found)))][:count]

    def ready(self) -> Iterator[Item]:
        """The items that are to do and ready, in the roadmap's order."""
        for at in range(self.tree.active_count):
            if self.tree.is_item(at) and self.status_at(at) == "todo":
                node = self.tree.nodes[at]
                if isinstance(node, Item) and self.is_ready(node):
                    yield node

    def is_ready(self, item: Item) -> bool:
        """Whether every prerequisite of an item is done or skipped, and every item below it."""
        before = [*self.prerequisites(item), *item.children]
        return all(self._is_settled(self.tree.index_of[one.id]) for one in before)

    def _is_settled(self, at: int) -> bool:
        if self.tree.is_item(at):
            return self.status_at(at) in FINISHED
        return not self.counts_at(at).unfinished

    def history(self, node_id: str | None = None) -> list[Action | Undone]:
        """The events of this roadmap, oldest first, or those about one of its nodes."""
        events = self.progress.history(self.roadmap.id)
        if node_id is None:
            return events
        about = {event.stamp.id for event in events if node_id in targets(event)}
        for event in events:
            if isinstance(event, Undone) and event.ref in about:
                about.add(event.stamp.id)
        return [event for event in events if event.stamp.id in about]

    # What the reader does

    def set_status(self, ids: Sequence[str], status: Status, title: str = "") -> Change | None:
        """Give items a status, in one step: those of ``ids`` that do not have it yet.

        ``title`` names what was marked when that is a branch; the default is the item's own.
        """
        if status not in STATUSES:
            raise UsageError(f"status {status!r}", "there is no such status", f"use {', '.join(STATUSES)}")
        for node_id in ids:
            if not isinstance(self.node(node_id), Item):
                raise UsageError(
                    f"section {node_id!r}", "only its items have a status", "mark the branch or an item"
                )
        moved = tuple(name for name in dict.fromkeys(ids) if self.status(name) != status)
        if not moved:
            return None
        if not title:
            title = self.node(moved[0]).title if len(moved) == 1 else f"{len(moved)} items"
        stamp = self.journal.next_stamp(self.min_clock(moved))
        return self.write(StatusSet(stamp, self.roadmap.id, moved, title, status))

    def adopt_ticks(self) -> Change | None:
        """Mark what the roadmap's author ticked, and the reader never touched, as done."""
        untouched = ItemState()
        ids = [item.id for item in self.tree.items() if item.ticked and self.state(item.id) == untouched]
        return self.set_status(ids, "done", f"{self.roadmap.title}, as its author ticked it") if ids else None

    def note_ids(self, node_id: str) -> tuple[str, ...]:
        """The ids of the versions of a note, those included that are not saved yet."""
        return tuple(self._versions(node_id))

    def _versions(self, node_id: str) -> dict[str, str]:
        notes = {note.id: note.text for note in self.state(node_id).notes}
        for event in self.pending(node_id):
            if isinstance(event, NoteWritten):
                notes = {key: old for key, old in notes.items() if key not in event.bases}
                notes[event.stamp.id] = event.text
        return notes

    def write_note(self, node_id: str, text: str, bases: Collection[str] | None = None) -> Change | None:
        """Write the note of a node in place of the versions there are; empty removes it.

        ``bases`` are the versions that the writer has seen, all there are by default: one that somebody
        else wrote meanwhile stays beside it.
        """
        title = self.title(node_id)
        if len(text) > LONGEST_TEXT:
            raise UsageError("note", f"it has more than {LONGEST_TEXT:,} characters", "make it shorter")
        text = clean(text).strip()
        notes = self._versions(node_id)
        if bases is not None:
            notes = {key: old for key, old in notes.items() if key in bases}
        if [old for old in notes.values() if old] == ([text] if text else []):
            return None
        stamp = self.journal.next_stamp(self.min_clock((node_id,)))
        return self.write(NoteWritten(stamp, self.roadmap.id, node_id, title, text, tuple(notes)))

    def tick_resource(self, node_id: str, url: str, on: bool) -> Change | None:
        """Tick or untick a resource of a node."""
        if all(resource.url != url for resource in self.resources(node_id)):
            raise UsageError(
                f"resource {clean(url, 200, one_line=True)!r}",
                f"{node_id or 'the roadmap'} has none of that address",
                f"`roadmap-tui show {node_id}` lists them",
            )
        ticked = url in self.state(node_id).ticks
        for event in self.pending(node_id):
            if isinstance(event, ResourceTicked) and event.url == url:
                ticked = event.on
        if ticked == on:
            return None
        stamp = self.journal.next_stamp(self.min_clock((node_id,)))
        return self.write(ResourceTicked(stamp, self.roadmap.id, node_id, self.title(node_id), url, on))

    def undo(self) -> Change:
        """Take back the last change that stands, whoever made it. Raises Refused if there is none."""
        last = self.progress.undoable(self.roadmap.id)
        if last is None:
            if self.progress.redoable(self.roadmap.id):
                raise UsageError("undo", "everything was taken back already", "redo brings it back")
            raise UsageError("undo", "nothing was done yet", "mark something first")
        action, above = last
        return self.revert(action, action.stamp.id, above)

    def redo(self) -> Change:
        """Bring back the last change that was taken back. Raises Refused if there is none."""
        last = self.progress.redoable(self.roadmap.id)
        if last is None:
            raise UsageError("redo", "nothing was undone since the last change", "undo something first")
        undo, action, above = last
        return self.revert(action, undo.stamp.id, above)

    def flush_pending(self) -> tuple[str, ...]:
        """Write what could not be saved; the ids of the nodes that changed by it. Raises CannotSave."""
        self.journal.rewrite_lost()
        return self.apply(self.journal.flush_pending())

    def apply_remote(self, events: Iterable[Event]) -> tuple[str, ...]:
        """Take in what other sessions wrote (``journal.read()``); the ids of the nodes that changed."""
        return self.apply(events)

    def close(self) -> None:
        """Put everything on the disk. Raises CannotSave where something is not saved."""
        try:
            if self.journal.pending:
                self.flush_pending()
        finally:
            self.journal.close()
