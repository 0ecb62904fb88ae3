"""A roadmap, its journal, and the state folded from the journal's events."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date, datetime
from typing import NamedTuple

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.progress.counts import Counts, StatusCounts
from roadmap_tui.core.progress.events import (
    Action,
    Event,
    SessionStarted,
    Stamp,
    Status,
    StatusSet,
    Undone,
    targets,
)
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.roadmap.custom_items import with_custom_items
from roadmap_tui.core.roadmap.graph import Edge, PrerequisiteGraph
from roadmap_tui.core.roadmap.model import Node, Resource, Roadmap
from roadmap_tui.core.roadmap.retired import find_orphans
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.settings import DEFAULTS, Settings
from roadmap_tui.core.study_day import study_day
from roadmap_tui.core.study_material import EMPTY, EXERCISE, StudyMaterial
from roadmap_tui.store.journal import LONGEST_WAIT_SECONDS, PATIENCE_SECONDS, Journal
from roadmap_tui.store.library import RoadmapFile


class Change(NamedTuple):
    """The action that was written (or undone, or redone), and the ids of the nodes it changed."""

    action: Action
    ids: tuple[str, ...]


class EventStore:
    """The progress on one roadmap, and the only way to write events.

    ``roadmap`` and ``tree`` contain the custom items and, as retired, all nodes with progress that are not
    in ``source``; ``file`` is its file, if that can change. ``tree_version`` changes whenever they are
    rebuilt. ``listeners`` are called with the ids of changed nodes.
    """

    def __init__(
        self,
        roadmap: Roadmap,
        journal: Journal,
        settings: Settings = DEFAULTS,
        progress: Progress | None = None,
    ) -> None:
        """Load the progress from the journal, unless it is given."""
        self.source = roadmap
        self.file: RoadmapFile | None = None
        self.journal = journal
        self.settings = settings
        self.progress = journal.progress() if progress is None else progress
        self.journal.observe_clock(self.progress.latest_clock)
        self.tree_version = 0
        self.listeners: list[Callable[[tuple[str, ...]], None]] = []
        self._graph: tuple[int, list[Edge], PrerequisiteGraph] | None = None
        self._rebuild()

    def _rebuild(self) -> None:
        self.custom_items = self.progress.custom_items(self.source.id)
        self.roadmap = with_custom_items(self.source, self.custom_items) if self.custom_items else self.source
        self.tree = FlatTree(self.roadmap, with_retired=True)
        if orphans := find_orphans(self.source, self.progress, self.tree.index_of):
            self.roadmap = self.roadmap._replace(retired=(*self.roadmap.retired, *orphans))
            self.tree = FlatTree(self.roadmap, with_retired=True)
        self.counts = StatusCounts(self.tree, *self.progress.status_codes(self.source.id))

    def change_source(self, source: Roadmap) -> None:
        """Replace the roadmap by another version of it, with the same progress."""
        self.source = source
        self.tree_version += 1
        self._rebuild()

    @property
    def view_only(self) -> str:
        """The reason why nothing can be changed, "" if changes are possible."""
        return self.journal.view_only

    def now(self) -> datetime:
        """Return the current time."""
        return self.journal.now()

    def today(self) -> date:
        """Return the current study day."""
        return self.day(self.now())

    def day(self, moment: datetime) -> date:
        """Return the study day of a moment, in the time zone it was recorded in."""
        return study_day(moment, moment.tzinfo, self.settings.day_start)

    def state(self, node_id: str) -> ItemState:
        """Return the state of a node."""
        return self.progress.state(self.source.id, node_id)

    def status_since(self, node_id: str) -> datetime | None:
        """Return when the status of a node was set, None without one."""
        return self.progress.status_since(self.source.id, node_id)

    def status_at(self, index: int) -> Status:
        """Return the status of the item at an index of the tree; ``todo`` for a section."""
        return self.counts.status(index)

    @property
    def graph(self) -> PrerequisiteGraph:
        """The prerequisites of the items, with the reader's changes."""
        changes = [
            Edge(need.target, need.prerequisite, need.on) for need in self.progress.needs(self.source.id)
        ]
        if self._graph is None or self._graph[:2] != (self.tree_version, changes):
            self._graph = self.tree_version, changes, PrerequisiteGraph(self.tree, changes)
        return self._graph[2]

    def counts_at(self, index: int = -1) -> Counts:
        """Return the counts of the branch at an index of the tree, by default of the whole roadmap."""
        return self.counts.counts_for(index)

    def node(self, node_id: str) -> Node:
        """Return the node with an id. Raises UsageError."""
        try:
            return self.tree.nodes[self.tree.index_of[node_id]]
        except KeyError:
            remedy = "`roadmap-tui show` lists them"
            raise UsageError(f"item {node_id!r}", "no such item in this roadmap", remedy) from None

    def title(self, node_id: str) -> str:
        """Return the title of a node, of the roadmap for "". Raises UsageError."""
        return self.node(node_id).title if node_id else self.roadmap.title

    def resources(self, node_id: str) -> tuple[Resource, ...]:
        """Return the resources of a node (of the roadmap for ""), the custom ones last. Raises UsageError."""
        given = self.node(node_id).resources if node_id else self.roadmap.resources
        custom = self.state(node_id).resources
        if not custom:
            return given
        known = {resource.url for resource in given}
        return (*given, *(resource for resource in custom if resource.url not in known))

    def material(self, node_id: str) -> StudyMaterial:
        """Return the study material of a node; empty if there is none."""
        from roadmap_tui.store import study_material  # most commands need none

        return study_material.find(self.source.id, self.tree, node_id) or EMPTY

    def tickable(self, node_id: str) -> tuple[Resource, ...]:
        """Return the resources of a node, then its exercise as a resource with an empty URL."""
        resources = self.resources(node_id)
        has_exercise = node_id and self.material(node_id).exercise
        return (*resources, Resource("Exercise", EXERCISE)) if has_exercise else resources

    def history(self, node_id: str | None = None) -> list[Action | Undone]:
        """Return the events of this roadmap, or of one of its nodes, oldest first."""
        events = self.progress.history(self.roadmap.id)
        if node_id is None:
            return events
        ids = {event.stamp.id for event in events if node_id in targets(event)}
        for event in events:
            if isinstance(event, Undone) and event.ref in ids:
                ids.add(event.stamp.id)
        return [event for event in events if event.stamp.id in ids]

    # Events that are not saved

    def pending(self, node_id: str) -> list[Event]:
        """Return the events of a node that could not be saved yet."""
        return [event for event in self.journal.pending if self._is_about(event, node_id)]

    def _is_about(self, event: Event, node_id: str) -> bool:
        if isinstance(event, SessionStarted) or event.roadmap != self.source.id:
            return False
        return node_id in targets(event)

    def pending_status(self, node_id: str) -> Status | None:
        """Return the status an item gets once the pending events are saved; None if they do not set one."""
        statuses = [event.status for event in self.pending(node_id) if isinstance(event, StatusSet)]
        return statuses[-1] if statuses else None

    def is_saved(self, node_id: str) -> bool:
        """Return False if a status change of an item is known not to be on disk."""
        return not any(
            isinstance(event, StatusSet) and self._is_about(event, node_id) for event in self.not_saved
        )

    @property
    def not_saved(self) -> list[Event]:
        """The events of this session that are not on disk, oldest first."""
        return [*self.journal.lost, *self.journal.pending]

    # Write events

    def next_stamp(self, *ids: str) -> Stamp:
        """Return the stamp for a new event about some nodes, later than all their events."""
        return self.journal.next_stamp(max(self.progress.clock(self.source.id, node_id) for node_id in ids))

    def write(self, action: Action) -> Change:
        """Append an event to the journal, then apply it. Raises SaveError, with the state unchanged.

        If the disk is slow, the event is pending when this returns, and applied by ``flush_pending``.
        """
        return Change(action, self.apply(self.journal.append(action)))

    def write_now(self, event: Action | Undone, seconds: float = LONGEST_WAIT_SECONDS) -> tuple[str, ...]:
        """Write an event, or drop it if that fails; return the ids of changed nodes. Raises SaveError.

        It also raises SaveError if a slow disk needs longer than ``seconds``; then the event is pending.
        """
        self.require_saved("nothing was changed; try again", seconds)
        try:
            ids = self.apply(self.journal.append(event, waits=False, seconds=seconds))
        except SaveError as error:
            if self.view_only:
                raise
            raise SaveError("not saved", error.why, "nothing was changed; try again") from None
        if self.journal.is_saving and seconds >= LONGEST_WAIT_SECONDS:
            raise SaveError("not saved yet", self.journal.pending_reason, "it is shown once it is saved")
        return ids

    def revert(
        self, action: Action, ref: str, superseded_clock: int, seconds: float = LONGEST_WAIT_SECONDS
    ) -> Change:
        """Undo the event ``ref``: the action itself or an earlier undo of it. Raises SaveError."""
        self.require_saved("undo works again after it was saved", seconds)
        stamp = self.journal.next_stamp(superseded_clock)
        return Change(action, self.write_now(Undone(stamp, self.roadmap.id, action.title, ref), seconds))

    def require_saved(self, remedy: str, seconds: float = PATIENCE_SECONDS) -> None:
        """Save the pending events, which the next one depends on. Raises SaveError if they stay pending."""
        if self.journal.pending:
            with suppress(SaveError):
                self.flush_pending(seconds)
        if unsaved := len(self.journal.pending):
            raise SaveError(f"not saved ({unsaved})", self.journal.pending_reason, remedy)

    def apply(self, events: Iterable[Event]) -> tuple[str, ...]:
        """Fold written events into the state; return the ids of the nodes that changed."""
        changed = self.progress.add(events)
        self.journal.observe_clock(self.progress.latest_clock)
        ids = tuple(node_id for roadmap, node_id in changed if roadmap == self.source.id)
        index_of = self.tree.index_of
        is_unknown = any(node_id and node_id not in index_of for node_id in ids)
        if is_unknown or self.progress.custom_items(self.source.id) != self.custom_items:
            self.change_source(self.source)
        else:
            for node_id in ids:
                index = index_of.get(node_id)
                if index is not None and self.tree.is_item(index):
                    self.counts.set_status(index, self.state(node_id).status)
        for listener in self.listeners:
            listener(ids)
        return ids

    def flush_pending(self, seconds: float = PATIENCE_SECONDS) -> tuple[str, ...]:
        """Try again to save unsaved events; return the ids of the nodes that changed."""
        self.journal.rewrite_lost()
        return self.apply(self.journal.flush_pending(seconds))

    def close(self) -> None:
        """Save everything and close the journal. Raises SaveError if something could not be saved."""
        try:
            if self.journal.pending:
                self.flush_pending(LONGEST_WAIT_SECONDS)
        finally:
            self.journal.close()
