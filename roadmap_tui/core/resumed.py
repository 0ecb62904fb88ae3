"""A progress that began at a checkpoint: the older events are read only where they are needed one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import compress

from roadmap_tui.core.checkpoint import Checkpoint, is_regular
from roadmap_tui.core.progress.events import (
    STATUSES,
    Action,
    Event,
    ReviewGraded,
    StatusSet,
    Undone,
    sort_key,
)
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.progress.states import Key, key_events


class Resumed(Progress):
    """Tells the same as a Progress of all events; ``everything`` reads those that the checkpoint was made of
    and no later ones, where it can't tell.

    That is so for histories, for undoing what is long past, and where events arrive late.
    """

    def __init__(self, checkpoint: Checkpoint, everything: Callable[[], Iterable[Event]]) -> None:
        self._everything = everything
        super().__init__(checkpoint.newest)
        self._checkpoint = checkpoint

    @property
    def is_whole(self) -> bool:
        """Whether all events are here by now."""
        return self._checkpoint is None

    def __len__(self) -> int:
        return len(self._events) + (self._checkpoint.count if self._checkpoint else 0)

    def add(self, events: Iterable[Event]) -> set[Key]:
        """Fold in events that are not yet known; the ``(roadmap, node id)`` of all whose state may differ."""
        if self._checkpoint is None:
            return super().add(events)
        events = list(events)
        return super().add(events) if self._can_count(events) else self._read_everything(events)

    def _can_count(self, events: list[Event]) -> bool:
        """Whether events can be counted without the older ones: none is one of those or acts on one."""
        floor = self._checkpoint.floor if self._checkpoint else (-1, "")
        fresh: dict[str, Event] = {}
        for event in events:
            id = event.stamp.id
            known = self._events.get(id) or fresh.get(id)
            if known is not None:
                if known != event:
                    return False
                continue
            if not is_regular(event.stamp) or sort_key(event) <= floor:
                return False
            if isinstance(event, Undone) and event.ref not in self._events and event.ref not in fresh:
                return False
            fresh[id] = event
        return True

    def _read_everything(self, events: Iterable[Event] = ()) -> set[Key]:
        """Do without the checkpoint from now on; every key there is."""
        before, known = set(self.nodes()), [*self._events.values(), *events]
        self._checkpoint = None
        self._begin()
        super().add(self._everything())
        super().add(known)
        return before | set(self._touching)

    def ids_with_events(self, roadmap: str) -> list[str]:
        """The ids of the nodes of a roadmap that any event is about."""
        older = self._checkpoint.nodes(roadmap).ids if self._checkpoint else ()
        return list(dict.fromkeys([*older, *super().ids_with_events(roadmap)]))

    def annotated_ids(self, roadmap: str) -> list[str]:
        """The ids of the nodes that may have notes or resources of the reader's own."""
        older = self._checkpoint.nodes(roadmap).written() if self._checkpoint else ()
        return list(dict.fromkeys([*older, *super().ids_with_events(roadmap)]))

    def status_codes(self, roadmap: str) -> tuple[list[str], bytes]:
        """The nodes of a roadmap that may not be to do, and the places of their statuses in ``STATUSES``.

        Of a node that comes twice the later is right.
        """
        if self._checkpoint is None:
            return super().status_codes(roadmap)
        older, fresh = self._checkpoint.nodes(roadmap), self._set_since(roadmap)
        codes = [STATUSES.index(one.status) for one in fresh.values()]
        set_before = compress(older.ids, older.codes)
        return [*set_before, *fresh], older.codes.replace(b"\0", b"") + bytes(codes)

    def _set_since(self, roadmap: str) -> dict[str, StatusSet]:
        """The last event after the checkpoint that set the status of a node, and stands, by node."""
        events = (event for event in self._newest(roadmap) if isinstance(event, StatusSet))
        return {target: event for event in events if self.is_active(event) for target in event.targets}

    def nodes(self) -> list[Key]:
        """Every ``(roadmap, node id)`` that any event is about."""
        kept = self._checkpoint
        older = [(name, target) for name in kept.roadmaps for target in kept.nodes(name).ids] if kept else ()
        return list(dict.fromkeys([*older, *super().nodes()]))

    def review_grades(self, since: datetime) -> list[ReviewGraded]:
        """The grades of all roadmaps that were given from a time on and stand, in no order."""
        older = self._checkpoint.grades(since) if self._checkpoint else ()
        return [*older, *super().review_grades(since)]

    def done_before(self, roadmap: str, moment: datetime) -> set[str]:
        """The nodes that were set done before a moment of whole seconds and have no reviews, where that is
        known without their states.
        """
        if self._checkpoint is None:
            return super().done_before(roadmap, moment)
        older, fresh = self._checkpoint.nodes(roadmap), self._set_since(roadmap)
        done = older.done_before(moment)
        done.difference_update(fresh)
        for target, event in fresh.items():
            if event.status == "done" and event.stamp.at < moment and not older.was_graded(target):
                done.add(target)
        done.difference_update(one.target for one in self._grades if one.roadmap == roadmap)
        return done

    def clock(self, roadmap: str, target: str) -> int:
        """The highest clock of the events about a node, 0 where there are none."""
        older = self._checkpoint.nodes(roadmap).clock(target) if self._checkpoint else 0
        return max(older, super().clock(roadmap, target))

    def active_actions(self, roadmap: str, target: str) -> list[Action]:
        """The actions about a node that are in force, oldest first."""
        self._be_whole()
        return super().active_actions(roadmap, target)

    def key_events(self, roadmap: str, target: str) -> list[Action]:
        """Of ``standing`` what the story of a node is told from."""
        older = self._older(roadmap, target)
        return key_events([*(older.actions if older else ()), *super().active_actions(roadmap, target)])

    def history(self, roadmap: str) -> list[Action | Undone]:
        """Every event of a roadmap, oldest first."""
        self._be_whole()
        return super().history(roadmap)

    def undoable(self, roadmap: str) -> tuple[Action, int] | None:
        """The action that an undo takes back: the last that stands. With the clock to write above."""
        return self._undoable(self._newest(roadmap)) or super().undoable(roadmap)

    def redoable(self, roadmap: str) -> tuple[Undone, Action, int] | None:
        """The undo that a redo takes back, what that brings back, and the clock to write above."""
        events = self._newest(roadmap)
        # What came before the last action does not matter, if only that is among them.
        if all(isinstance(event, Undone) for event in events):
            return super().redoable(roadmap)
        return self._redoable(events)

    def _newest(self, roadmap: str) -> list[Action | Undone]:
        """The events of a roadmap that the checkpoint does not stand for, oldest first."""
        floor = self._checkpoint.floor if self._checkpoint else (-1, "")
        return [event for event in super().history(roadmap) if sort_key(event) > floor]

    def _be_whole(self) -> None:
        if self._checkpoint:
            self._read_everything()
