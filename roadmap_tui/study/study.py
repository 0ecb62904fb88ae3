"""A study: an open roadmap with its reader's progress. Every change writes one event."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.progress.events import (
    STATUSES,
    Action,
    NoteWritten,
    ResourceTicked,
    RoadmapUpdated,
    Status,
    StatusSet,
    TimeLogged,
    clock_limit,
    is_one_step,
)
from roadmap_tui.core.progress.states import NO_HISTORY
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap
from roadmap_tui.core.sanitize import LONGEST_TEXT, clean
from roadmap_tui.core.settings import DEFAULTS, Settings
from roadmap_tui.store.journal import LONGEST_WAIT_SECONDS, PATIENCE_SECONDS, Journal
from roadmap_tui.study.custom_items import CustomItems
from roadmap_tui.study.event_store import Change, EventStore
from roadmap_tui.study.new_items import NewItems
from roadmap_tui.study.ranking import Ranking
from roadmap_tui.study.time_tracking import TimeTracker

if TYPE_CHECKING:
    from roadmap_tui.core.stats import Statistics
    from roadmap_tui.study.reviews import Reviews
    from roadmap_tui.study.search import Search
    from roadmap_tui.study.updates import RoadmapUpdates

__all__ = ["Change", "Clock", "Study", "wall_clock"]

Clock: TypeAlias = Callable[[], datetime]


def wall_clock() -> datetime:
    """Return the current time in the local time zone."""
    return datetime.now(UTC).astimezone()


class Study(EventStore):
    """An open roadmap with its journal, and every action of the reader on it.

    Methods that change something write an event before they return: they raise SaveError, with the state
    unchanged, if that fails, UsageError for invalid requests, and return None if there is nothing to change.
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
        """Open a roadmap with the journal in the folder ``log`` (None: in memory only)."""
        return cls(roadmap, Journal(log, clock, cache=cache, review=settings.review_model), settings)

    def for_roadmap(self, roadmap: Roadmap) -> Study:
        """Return a read-only study of another roadmap that shares this journal and its current state."""
        return Study(roadmap, self.journal, self.settings, self.progress)

    # Services, created on first use: a shell prompt needs neither reviews nor search

    @cached_property
    def custom(self) -> CustomItems:
        """The custom items and resources."""
        return CustomItems(self)

    @cached_property
    def time_tracker(self) -> TimeTracker:
        """The time tracker."""
        return TimeTracker(self)

    @cached_property
    def updates(self) -> RoadmapUpdates:
        """The updates of the roadmap."""
        from roadmap_tui.study.updates import RoadmapUpdates

        return RoadmapUpdates(self)

    @cached_property
    def reviews(self) -> Reviews:
        """The review queue."""
        from roadmap_tui.study.reviews import Reviews

        return Reviews(self, self.ranking)

    @property
    def counted_due(self) -> int | None:
        """The number of due items if it was counted before, else None; never slow."""
        return self.reviews.cached_due_count if "reviews" in self.__dict__ else None

    @cached_property
    def search(self) -> Search:
        """The search index and filter facets."""
        from roadmap_tui.study.search import Search

        # The lambda defers loading the reviews until a filter asks for them.
        return Search(self, self.ranking, self.new_items, lambda: self.reviews)

    @cached_property
    def ranking(self) -> Ranking:
        """The ready items and their order."""
        return Ranking(self)

    @cached_property
    def new_items(self) -> NewItems:
        """The items that the last update added and the reader has not seen."""
        return NewItems(self)

    def statistics(self, since: date | None = None) -> Statistics:
        """Return the statistics of this roadmap, without the days before ``since``."""
        from roadmap_tui.core.stats import FORECAST_DAYS, statistics

        name = self.source.id, self.roadmap.title
        stats = statistics(self.progress, name, self.tree, self.counts, self.now(), self.settings, since)
        leeches = tuple(map(self.title, self.reviews.leech_ids()))
        return stats._replace(due_by_day=self.reviews.forecast_days(FORECAST_DAYS), leeches=leeches)

    # Queries

    def note_text(self, node_id: str) -> str:
        """Return the note on a node, including unsaved changes; conflicting versions are joined."""
        return "\n\n".join(filter(None, self.note_versions(node_id).values()))

    def status(self, node_id: str) -> Status:
        """Return the status of an item, including changes that are not saved yet."""
        return self.pending_status(node_id) or self.status_at(self.tree.index_of[node_id])

    def count_summary(self) -> str:
        """Describe which items the roadmap's progress percentage counts and leaves out."""
        parts = [self.counts_at().summary()]
        material = self.counts.material_counts()
        if any(material):
            parts.append(f"material {material.done}/{material.total}, not counted")
        if retired := self.tree.retired:
            parts.append(f"retired {retired}, not counted")
        return " · ".join(parts)

    def prerequisites(self, item: Item) -> list[Item]:
        """Return the prerequisites of an item, without those that have left the roadmap."""
        return self.items(self.graph.prerequisites(item.id))

    def unlocks(self, item: Item) -> list[Item]:
        """Return the items that have this one as a prerequisite."""
        return self.items(self.graph.dependents(item.id))

    def items(self, ids: Iterable[str]) -> list[Item]:
        """Return the items with these ids."""
        nodes = [self.tree.nodes[self.tree.index_of[item_id]] for item_id in ids]
        return [node for node in nodes if isinstance(node, Item)]

    # Changes

    def set_status(self, ids: Sequence[str], status: Status, title: str = "") -> Change | None:
        """Set the status of items as one event, titled ``title``; skip items that already have the status."""
        if status not in STATUSES:
            raise UsageError(f"status {status!r}", "no such status", f"use {', '.join(STATUSES)}")
        for node_id in ids:
            node = self.node(node_id)
            if not self.tree.has_status(self.tree.index_of[node_id]):
                what = f"{'group' if isinstance(node, Item) else 'section'} {node_id!r}"
                raise UsageError(
                    what, "sections have no status", "mark an item, or the section with --branch"
                )
        changed = tuple(name for name in dict.fromkeys(ids) if self.status(name) != status)
        if not changed:
            return None
        if not title:
            title = self.node(changed[0]).title if len(changed) == 1 else f"{len(changed)} items"
        stamp = self.next_stamp(*changed)
        return self.write(StatusSet(stamp, self.roadmap.id, changed, title, status))

    def adopt_ticks(self) -> Change | None:
        """Mark as done the items that the author ticked and the reader never changed."""
        tree = self.tree
        ticked = [item.id for item in tree.items() if item.ticked and tree.has_status(tree.index_of[item.id])]
        ids = [node_id for node_id in ticked if self.state(node_id) == NO_HISTORY]
        return self.set_status(ids, "done", f"{self.roadmap.title}, as its author ticked it") if ids else None

    def note_versions(self, node_id: str) -> dict[str, str]:
        """Return the versions of a note by their ids, including unsaved ones."""
        notes = {note.id: note.text for note in self.state(node_id).notes}
        for event in self.pending(node_id):
            if isinstance(event, NoteWritten):
                notes = {key: text for key, text in notes.items() if key not in event.bases}
                notes[event.stamp.id] = event.text
        return notes

    def write_note(self, node_id: str, text: str, bases: Collection[str] | None = None) -> Change | None:
        """Write the note of a node; an empty text removes it.

        It replaces the versions in ``bases``, by default all; others stay beside it.
        """
        title = self.title(node_id)
        if len(text) > LONGEST_TEXT:
            raise UsageError("note", f"it has more than {LONGEST_TEXT:,} characters", "make it shorter")
        text = clean(text).strip()
        notes = self.note_versions(node_id)
        if bases is not None:
            notes = {key: old for key, old in notes.items() if key in bases}
        if [old for old in notes.values() if old] == ([text] if text else []):
            return None
        stamp = self.next_stamp(node_id)
        return self.write(NoteWritten(stamp, self.roadmap.id, node_id, title, text, tuple(notes)))

    def ticked_addresses(self, node_id: str, resource: Resource) -> list[str]:
        """Return the ticked addresses of a resource, former ones first, including unsaved ticks."""
        ticks = set(self.state(node_id).ticks)
        for event in self.pending(node_id):
            if isinstance(event, ResourceTicked):
                (ticks.add if event.on else ticks.discard)(event.url)
        return [address for address in reversed(resource.addresses) if address in ticks]

    def tick_resource(self, node_id: str, url: str, on: bool) -> Change | None:
        """Tick or untick a resource, with its former URLs, or the exercise of a node."""
        resource = next((resource for resource in self.tickable(node_id) if resource.url == url), None)
        if resource is None:
            raise UsageError(
                f"resource {clean(url, 200, one_line=True)!r}",
                f"{node_id or 'the roadmap'} has none of that address",
                f"`roadmap-tui show {node_id}` lists them",
            )
        ticked = self.ticked_addresses(node_id, resource)
        if bool(ticked) == on:
            return None
        title, change = self.title(node_id), None
        for address in [url] if on else ticked:
            stamp = self.next_stamp(node_id)
            change = self.write(ResourceTicked(stamp, self.roadmap.id, node_id, title, address, on))
        return change

    def earlier_undo(self) -> tuple[Action, date] | None:
        """Return the action that ``undo`` would undo and its study day, if it was made on an earlier day."""
        last = self.progress.undoable(self.roadmap.id)
        if last is None or (day := self.day(last[0].stamp.at)) >= self.today():
            return None
        return last[0], day

    def undo(self) -> Change:
        """Undo the last active change, on whichever machine it was made."""
        latest = clock_limit(self.now())
        last = self.progress.undoable(self.roadmap.id, latest)
        if last is None:
            if self.progress.redoable(self.roadmap.id, latest):
                raise UsageError("undo", "nothing left to undo", "redo restores it")
            raise UsageError("undo", "nothing to undo", "mark something first")
        action, superseded_clock = last
        if isinstance(action, RoadmapUpdated):
            return self.updates.revert(action, action.stamp.id, superseded_clock, is_redo=False)
        change = self.revert(action, action.stamp.id, superseded_clock, _undo_seconds(action))
        other = self.progress.undoable(self.roadmap.id, latest)
        if other and is_one_step(action, other[0]):
            change = Change(action, (*change.ids, *self.revert(other[0], other[0].stamp.id, other[1]).ids))
        return change

    def redo(self) -> Change:
        """Redo the change that was undone last."""
        last = self.progress.redoable(self.roadmap.id, clock_limit(self.now()))
        if last is None:
            raise UsageError("redo", "nothing to redo", "undo something first")
        undo, action, superseded_clock = last
        if isinstance(action, RoadmapUpdated):
            return self.updates.revert(action, undo.stamp.id, superseded_clock, is_redo=True)
        change = self.revert(action, undo.stamp.id, superseded_clock, _undo_seconds(action))
        other = self.progress.redoable(self.roadmap.id, clock_limit(self.now()))
        if other and is_one_step(action, other[1]):
            change = Change(action, (*change.ids, *self.revert(other[1], other[0].stamp.id, other[2]).ids))
        return change


def _undo_seconds(action: Action) -> float:
    """Return how long to wait for an undo of an action: one part of a step is followed by another."""
    is_part = (isinstance(action, StatusSet) and action.how) or isinstance(action, TimeLogged)
    return LONGEST_WAIT_SECONDS if is_part else PATIENCE_SECONDS
