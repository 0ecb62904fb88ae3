"""The ledger of a study: a roadmap, the journal, and what the journal's events add up to for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from roadmap_tui.core.errors import SaveError, UsageError
from roadmap_tui.core.progress.counts import Counts, StatusCounts
from roadmap_tui.core.progress.events import Action, Event, SessionStarted, Status, StatusSet, Undone, targets
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.roadmap.custom_items import with_custom_items
from roadmap_tui.core.roadmap.model import Node, Resource, Roadmap
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.settings import DEFAULTS, Settings
from roadmap_tui.core.study_day import study_day
from roadmap_tui.store.journal import Journal


class Change(NamedTuple):
    """What a verb did: the event it wrote (the one taken back or brought back, for undo and redo)."""

    action: Action
    ids: tuple[str, ...]


class EventStore:
    """A roadmap with its reader's progress, and the one way to add to that.

    ``roadmap`` and ``order`` are the source's with the reader's own items in them; ``shape`` is another
    number whenever those became others. Each of ``watchers`` is given the ids of the nodes that changed.
    """

    def __init__(
        self,
        roadmap: Roadmap,
        journal: Journal,
        settings: Settings = DEFAULTS,
        progress: Progress | None = None,
    ) -> None:
        """``progress`` is what the journal comes to where that is known already."""
        self.source = roadmap
        self.journal = journal
        self.settings = settings
        self.progress = journal.progress() if progress is None else progress
        self.journal.observe_clock(self.progress.latest_clock)
        self.tree_version = 0
        self.listeners: list[Callable[[tuple[str, ...]], None]] = []
        self._rebuild()

    def _rebuild(self) -> None:
        """Lay the roadmap out anew, own items included, and count."""
        self.custom_items = self.progress.custom_items(self.source.id)
        self.roadmap = with_custom_items(self.source, self.custom_items) if self.custom_items else self.source
        self.tree = FlatTree(self.roadmap, with_retired=True)
        self.counts = StatusCounts(self.tree, *self.progress.status_codes(self.source.id))

    @property
    def view_only(self) -> str:
        """Why nothing can be changed, empty where it can."""
        return self.journal.view_only

    def now(self) -> datetime:
        """The time by the clock of this study."""
        return self.journal.now()

    def today(self) -> date:
        """The study day that it is."""
        return self.day(self.now())

    def day(self, at: datetime) -> date:
        """The study day of a moment, on the clock of whoever wrote it down."""
        return study_day(at, at.tzinfo, self.settings.day_start)

    def state(self, node_id: str) -> ItemState:
        """Where the reader stands with a node."""
        return self.progress.state(self.source.id, node_id)

    def status_at(self, at: int) -> Status:
        """The status of the item at a position of ``order``; sections are always ``todo``."""
        return self.counts.status(at)

    def ids_of(self, status: Status) -> list[str]:
        """The ids of the items of a status other than ``todo``, retired ones left out, in reading order."""
        return self.counts.ids_of(status)

    def counts_at(self, at: int = -1) -> Counts:
        """The counts of the branch at a position of ``order``, of the whole roadmap for -1."""
        return self.counts.counts_for(at)

    def node(self, node_id: str) -> Node:
        """The node of an id. Raises Refused where there is none."""
        try:
            return self.tree.nodes[self.tree.index_of[node_id]]
        except KeyError:
            raise UsageError(
                f"item {node_id!r}", "this roadmap has none of that id", "`roadmap-tui show` lists them"
            ) from None

    def title(self, node_id: str) -> str:
        """The title of a node, of the roadmap for an empty id. Raises Refused where there is none."""
        return self.node(node_id).title if node_id else self.roadmap.title

    def resources(self, node_id: str) -> tuple[Resource, ...]:
        """The resources of a node, of the roadmap for an empty id: the source's, then the reader's own.

        Raises Refused where there is no such node.
        """
        given = self.node(node_id).resources if node_id else self.roadmap.resources
        own = self.state(node_id).resources
        if not own:
            return given
        known = {resource.url for resource in given}
        return (*given, *(one for one in own if one.url not in known))

    def pending(self, node_id: str) -> list[Event]:
        """What was done to a node and is not saved yet."""
        return [
            event
            for event in self.journal.pending
            if not isinstance(event, SessionStarted)
            and event.roadmap == self.source.id
            and node_id in targets(event)
        ]

    def pending_status(self, node_id: str) -> Status | None:
        """The status an item will have once what is unsaved can be saved; None where nothing waits."""
        status = None
        for event in self.pending(node_id):
            if isinstance(event, StatusSet):
                status = event.status
        return status

    def is_saved(self, node_id: str) -> bool:
        """Whether the status of an item is on the disk, as far as is known."""
        return not any(
            isinstance(event, StatusSet) and event.roadmap == self.source.id and node_id in event.targets
            for event in self.not_saved
        )

    @property
    def not_saved(self) -> list[Event]:
        """What this session did that is not on the disk, oldest first."""
        return [*self.journal.lost, *self.journal.pending]

    # Adding to it

    def min_clock(self, ids: Sequence[str]) -> int:
        """The clock that an event about these nodes has to be above."""
        return max(self.progress.clock(self.source.id, node_id) for node_id in ids)

    def write(self, action: Action) -> Change:
        """Write an event, then count it. Raises CannotSave, and nothing is changed then."""
        return Change(action, self.apply(self.journal.append(action)))

    def write_now(self, event: Action | Undone) -> tuple[str, ...]:
        """Write an event now or not at all; the ids of the nodes that changed.

        It is for what would surprise if it took effect later, after other changes. Raises CannotSave.
        """
        try:
            return self.apply(self.journal.append(event, waits=False))
        except SaveError as error:
            if self.view_only:
                raise
            raise SaveError("not saved", error.why, "nothing was changed, try again") from None

    def revert(self, action: Action, ref: str, above: int) -> Change:
        """Undo the event ``ref``, the action or the undo that took it back, by one above a clock.

        Raises CannotSave, and nothing is changed then.
        """
        if self.journal.pending:
            raise SaveError(
                f"not saved ({len(self.journal.pending)})",
                self.journal.pending_reason,
                "undo works again once that is saved",
            )
        undone = Undone(self.journal.next_stamp(above), self.roadmap.id, action.title, ref)
        return Change(action, self.write_now(undone))

    def apply(self, events: Iterable[Event]) -> tuple[str, ...]:
        """Count events that are written; the ids of the nodes that changed."""
        changed = self.progress.add(events)
        self.journal.observe_clock(self.progress.latest_clock)
        ids = tuple(node_id for roadmap, node_id in changed if roadmap == self.source.id)
        if self.progress.custom_items(self.source.id) != self.custom_items:
            self.tree_version += 1
            self._rebuild()
        else:
            self._recount(ids)
        for watch in self.listeners:
            watch(ids)
        return ids

    def _recount(self, ids: Iterable[str]) -> None:
        for node_id in ids:
            at = self.tree.index_of.get(node_id)
            if at is None or not self.tree.is_item(at):
                continue
            self.counts.set_status(at, self.state(node_id).status)
