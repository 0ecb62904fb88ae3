"""Carries out the commands of the main screen that need no dialog and no terminal."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final

from roadmap_tui.core.humanize import capitalize, format_duration, pluralize
from roadmap_tui.core.progress.events import Status, TimeLogged
from roadmap_tui.core.progress.statuses import STATUS_COMMANDS, UNFINISHED
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.tree_view import TreeView
from roadmap_tui.study.goal import goal_item, set_goal
from roadmap_tui.study.today import ready_reason
from roadmap_tui.text.describe import describe_action, format_stopped
from roadmap_tui.text.styled_text import truncate
from roadmap_tui.text.today import format_reason
from roadmap_tui.tui.main import links
from roadmap_tui.tui.main.search import IncrementalSearch
from roadmap_tui.tui.main.state import MainState

_TITLE_WIDTH: Final = 40  # cells, so that the key hint after it stays visible
_JUMPS: Final = ("top", "bottom", "half_down", "half_up", "page_down", "page_up")


class _ActionGroup:
    """Base class of command handlers; each method is named after its command."""

    def __init__(self, state: MainState) -> None:
        self.state = state

    @property
    def tree_view(self) -> TreeView:
        """The current tree view."""
        return self.state.tree_view  # a new one after each change of the tree

    def hint(self, command: str, does: str) -> str:
        """Return the message suffix that names the key of a command."""
        return self.state.keymap.hint_suffix(command, does)


class _NavigationActions(_ActionGroup):
    """Moves the cursor and folds branches."""

    def down(self) -> None:
        """Move the cursor, or the selection in the details, down."""
        self._step(1)

    def up(self) -> None:
        """Move the cursor, or the selection in the details, up."""
        self._step(-1)

    def _step(self, by: int) -> None:
        state = self.state
        if state.pane == "outline":
            self.tree_view.move(by)
        else:
            links.move_selection(state, by)

    def into(self) -> None:
        """Unfold the branch under the cursor, or go to its first child."""
        index = self.state.cursor
        if self.state.pane == "detail" or not self.tree_view.is_branch(index):
            return
        if self.tree_view.is_folded(index):
            self.tree_view.unfold(index)
        else:
            self.tree_view.move(1)

    def out(self) -> None:
        """Fold the branch under the cursor, or go to the parent; leave the details."""
        index = self.state.cursor
        if self.state.pane == "detail":
            self.state.pane = "outline"
        elif self.tree_view.is_branch(index) and not self.tree_view.is_folded(index):
            self.tree_view.fold(index)
        elif (parent := self.tree_view.parent(index)) >= 0:
            self.tree_view.go_to(parent)

    def jump(self, command: str) -> None:
        """Move the cursor to an end of the outline, or by a page or half a page."""
        rows, page = len(self.tree_view.rows), self.state.page_rows
        steps = {"top": rows, "bottom": rows, "half": max(1, page // 2), "page": max(1, page - 1)}
        is_up = command == "top" or command.endswith("up")
        by = steps[command.partition("_")[0]]
        self.tree_view.move(-by if is_up else by)

    def go_to_unfinished(self, step: int) -> None:
        """Go to the next (1) or previous (-1) item that is not done."""
        study, tree = self.state.study, self.state.study.tree

        def is_unfinished(index: int) -> bool:
            is_active = index < tree.active_count and tree.has_status(index)
            return is_active and study.status_at(index) in UNFINISHED

        index = self.tree_view.find(is_unfinished, step)
        if index is None:
            where = " that is shown" if self.state.filter.chosen else ""
            self.state.show_message(f"Nothing{where} is left to do")
        else:
            self.tree_view.go_to(index)

    def go_to_ready(self, step: int) -> None:
        """Go to the next (1) or previous (-1) ready item, and show why it is ready."""
        study = self.state.study
        index = self.tree_view.find(study.ranking.is_ready, step)
        if index is None:
            where = " that is shown" if self.state.filter.chosen else ""
            self.state.show_message(f"Nothing{where} is ready")
        else:
            self.tree_view.go_to(index)
            reason = format_reason(ready_reason(study, study.tree.ids[index]), study.now())
            self.state.show_message(capitalize(reason))

    def fold_all(self) -> None:
        """Fold every branch."""
        self.tree_view.fold_all()

    def unfold_all(self) -> None:
        """Unfold every branch."""
        self.tree_view.unfold_all()

    def other_pane(self) -> None:
        """Move the focus to the other pane."""
        self.state.pane = "detail" if self.state.pane == "outline" else "outline"

    def jump_back(self) -> None:
        """Return from the last jump."""
        links.jump_back(self.state)

    def enter(self) -> None:
        """Follow the selected link, tick the resource, fold the section or show the details."""
        if links.follow_link(self.state):
            return
        if self.state.pane == "detail":
            self.state.tick_resource()
        elif self.state.item is None and self.state.cursor >= 0:
            self.state.toggle_fold()
        else:
            self.state.pane = "detail"

    def back(self) -> None:
        """Leave the details, or clear the selection, or end the highlighting of matches."""
        if self.state.pane == "detail":
            self.state.pane = "outline"
        elif self.state.rows.selected:
            self.state.rows.selected.clear()
        else:
            self.state.rows.found = None


class _ItemActions(_ActionGroup):
    """Changes and selects items, undoes and redoes."""

    def toggle(self) -> None:
        """Toggle done for the selected items or the one at the cursor; fold a section."""
        if self.state.target_ids:
            ids = self.state.target_ids
            self._set_status(ids, self.state.toggled_status(ids), "")
        elif self.state.cursor >= 0:
            self.state.toggle_fold()

    def branch(self) -> None:
        """Toggle done for the whole branch under the cursor."""
        state = self.state
        ids, is_whole = state.branch_ids()
        title = state.title if is_whole and len(ids) > 1 else ""
        if self._set_status(ids, state.toggled_status(ids), title) and state.message:
            state.show_message(state.message + self.hint("undo", "undoes it"))

    def pick(self) -> None:
        """Select or deselect the item under the cursor."""
        if not (self.state.cursor >= 0 and self.state.study.tree.has_status(self.state.cursor)):
            self._show_only_items_hint()
            return
        self.state.rows.selected ^= {self.state.cursor}
        self.tree_view.move(1)

    def pick_range(self) -> None:
        """Select the items from the nearest selected one to the cursor."""
        rows, end = self.tree_view.rows, self.tree_view.cursor_row
        selected = [row for row, index in enumerate(rows) if index in self.state.rows.selected]
        start = max((row for row in selected if row < end), default=min(selected, default=end))
        indexes = rows[min(start, end) : max(start, end) + 1]
        items = {index for index in indexes if index >= 0 and self.state.study.tree.has_status(index)}
        if not items:
            self._show_only_items_hint()
        self.state.rows.selected |= items

    def _show_only_items_hint(self) -> None:
        self.state.show_message(f"Only items can be selected{self.hint('branch', 'marks a whole section')}")

    def mark(self, status: Status) -> None:
        """Set the status; the same key again resets it."""
        ids = self.state.target_ids
        if not ids:
            hint = self.hint("branch", "marks the whole section")
            what = "section" if self.state.item is None else "group"
            self.state.show_message(f"A {what} has no status of its own{hint}")
            return
        if all(self.state.study.status(node_id) == status for node_id in ids):
            status = "todo"
        self._set_status(ids, status, "")

    def clear_new(self) -> None:
        """Stop marking items as new."""
        new = self.state.study.new_items
        ids = new.ids
        new.see(ids)
        cleared = f"{pluralize(len(ids), 'item')} no longer marked as new"
        self.state.show_message(cleared if ids else "No new items")

    def _set_status(self, ids: list[str], status: Status, title: str) -> bool:
        change = None
        with self.state.showing_errors():
            change = self.state.study.set_status(ids, status, title)
            self.state.rows.selected.clear()
            if change is not None and len(ids) > 1:
                self.state.show_message(describe_action(change.action))
        return change is not None

    def undo(self) -> None:
        """Undo the last change."""
        with self.state.showing_errors():
            change = self.state.study.undo()
            hint = self.hint("redo", "restores it")
            self.state.show_message(f"Undid: {describe_action(change.action)}{hint}")
            self.state.show_change(change)

    def redo(self) -> None:
        """Redo the last undone change."""
        with self.state.showing_errors():
            change = self.state.study.redo()
            self.state.show_message(f"Redid: {describe_action(change.action)}")
            self.state.show_change(change)

    def choose(self, number: int) -> None:
        """Select the resource with this number, from 1."""
        if number <= len(self.state.resources):
            self.state.selections[self.state.node_id] = number - 1
            self.state.selected_link = "", 0
            if self.state.pane == "outline":
                self.state.numbered_node = self.state.node_id
                title = truncate(
                    self.state.resources[number - 1].title, _TITLE_WIDTH, self.state.glyphs.ellipsis
                )
                self.state.show_message(
                    f"{number} {title}{self.hint('copy', 'copies it')}{self.hint('tick', 'ticks it')}"
                )
        else:
            self.state.show_message("No resource with this number")

    def tick(self) -> None:
        """Tick or untick the selected resource."""
        self.state.tick_resource()

    def goal(self) -> None:
        """Set the item under the cursor as the goal, or remove the goal if it is that item."""
        if self.state.item is None:
            self.state.show_message("Only an item can be the goal")
        else:
            toggle_goal(self.state, self.state.item)

    def explain(self) -> None:
        """Show which items the progress counts."""
        study = self.state.study
        counts = study.counts_at()
        items = " items" if study.tree.counts_material else ""
        of = f"{counts.done} of {counts.total}{items}"
        self.state.show_message(f"{counts.percent}% = {of}: {study.count_summary()}")

    def timer(self) -> None:
        """Stop the running timer, wherever the cursor is; with none running, start one here."""
        state, tracker = self.state, self.state.study.time_tracker
        running = tracker.running()
        with state.showing_errors():
            if not running:
                tracker.start(state.node_id)
                title = truncate(state.title, _TITLE_WIDTH, state.glyphs.ellipsis)
                state.show_message(f"Timing {title}{self.hint('timer', 'stops it')}")
                return
            actions = [tracker.stop(entry).action for entry in running]
            message = ", ".join(
                format_stopped(action) for action in actions if isinstance(action, TimeLogged)
            )
            if (state.study.roadmap.id, state.node_id) != running[-1][:2]:
                hint = self.hint("timer", "starts one here") if state.item else ""
            else:
                hint = f"; {format_duration(tracker.seconds(state.node_id))} total"
            state.show_message(f"{message}{hint}")


def toggle_goal(state: MainState, item: Item) -> None:
    """Set an item as the goal, or remove the goal if it is that item."""
    old = goal_item(state.study)
    is_goal = old is not None and old.id == item.id
    with state.showing_errors():
        set_goal(state.study, "" if is_goal else item.id)
        title = truncate(item.title, _TITLE_WIDTH, state.glyphs.ellipsis)
        hint = state.keymap.hint_suffix("undo", "undoes it")
        state.show_message(f"{'No longer the goal' if is_goal else 'Goal'}: {title}{hint}")


class Actions:
    """Maps command ids to handlers; the handler of a command with nine keys takes the key's number."""

    def __init__(self, state: MainState) -> None:
        self.search = IncrementalSearch(state)
        navigation, items = _NavigationActions(state), _ItemActions(state)
        groups = navigation, items, self.search
        self.handlers: dict[str, Callable[..., None]] = {
            **{command: partial(navigation.jump, command) for command in _JUMPS},
            "next_ready": partial(navigation.go_to_ready, 1),
            "previous_ready": partial(navigation.go_to_ready, -1),
            "next_unfinished": partial(navigation.go_to_unfinished, 1),
            "previous_unfinished": partial(navigation.go_to_unfinished, -1),
            "branch": items.branch,
            "undo": items.undo,
            **{command.id: partial(items.mark, status) for command, status in STATUS_COMMANDS.items()},
        }
        for command in state.keymap.in_scope():
            for group in groups:
                if command.runs_in == "main" and hasattr(group, command.id):
                    self.handlers[command.id] = getattr(group, command.id)
