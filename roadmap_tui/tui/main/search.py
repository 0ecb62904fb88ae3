"""Incremental search: highlights matches while typing, and goes from match to match."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from roadmap_tui.core.search.index import SearchResult
from roadmap_tui.core.tree_view import SavedView, TreeView
from roadmap_tui.tui.main.state import MainState


class _Origin(NamedTuple):
    """The view before the search started."""

    tree_view: TreeView
    view: SavedView
    found: SearchResult | None
    pane: str


class IncrementalSearch:
    """Searches the nodes of the main screen; ``last_query`` is the last accepted query.

    ``start``, then ``update`` for each change of the query, then ``accept`` or ``cancel``.
    """

    def __init__(self, state: MainState) -> None:
        self.state = state
        self.last_query = ""
        self._origin: _Origin | None = None
        self._has_moved = False  # to another match than the best one while the query was typed

    def start(self) -> None:
        """Remember the view, and build the search index before the first letter is typed."""
        state, self._has_moved = self.state, False
        self._origin = _Origin(state.tree_view, state.tree_view.view, state.rows.found, state.pane)
        state.pane = "outline"
        state.rows.found = None
        state.study.search.index.find("")

    def update(self, query: str) -> None:
        """Highlight the matches, and go to the best one from where the search started."""
        self._has_moved = False
        self._restore_view()
        self._highlight(query)
        self._go_to_best()

    def move(self, step: int) -> None:
        """Go to the next (1) or previous (-1) match while the query is typed."""
        cursor = self.state.cursor
        self._restore_view()
        self.state.tree_view.go_to(cursor)
        self._has_moved = True
        self._step(step)

    def accept(self, query: str) -> None:
        """Accept the search; an empty query repeats the last one."""
        repeats = not query.strip()
        if repeats and not self.last_query:
            self.cancel()
            return
        cursor = self.state.cursor
        self._restore_view()
        self._origin = None
        self.last_query = self.last_query if repeats else query.strip()
        self._highlight(self.last_query)
        self.state.rows.dim_others = False
        if repeats:
            self._show_result(self._step(1))
            return
        if self._has_moved:
            self.state.tree_view.go_to(cursor)
        else:
            self._go_to_best()
        self._show_result("")

    def cancel(self) -> None:
        """Restore the view from before the search."""
        self._restore_view()
        self.state.rows.dim_others = False
        if self._origin is not None:
            self.state.rows.found = self._origin.found
            self.state.pane = "detail" if self._origin.pane == "detail" else "outline"
            self._origin = None

    @property
    def position(self) -> str:
        """The cursor's position among the matches, as ``3/17``; "no match" if there are none."""
        found = self.state.rows.found
        if found is None or not found.terms:
            return ""
        if not found.positions:
            return "no match"
        number = bisect_left(found.positions, self.state.cursor) + 1 if self.state.cursor in found else 0
        return f"{number}/{len(found.positions)}{' fuzzy' if found.is_fuzzy else ''}"

    def find_next(self) -> None:
        """Go to the next match of the last query."""
        self._repeat(1)

    def find_previous(self) -> None:
        """Go to the previous match of the last query."""
        self._repeat(-1)

    def _repeat(self, step: int) -> None:
        """Go to the next or previous match of the last query."""
        if not self.last_query:
            hint = self.state.keymap.hint_suffix("find", "finds")
            self.state.show_message(f"No search yet{hint}")
            return
        self._highlight(self.last_query)
        self.state.rows.dim_others = False
        self._show_result(self._step(step))

    def _show_result(self, suffix: str) -> None:
        state, found = self.state, self.state.rows.found
        if found is not None and found.positions:
            state.show_message(f"{self.position}  {self.last_query}{suffix}")
            return
        state.rows.found = None
        if hidden := len(state.study.search.index.find(self.last_query).positions):
            reason = f"No match shown; the filter hides {hidden}"
        else:
            reason = "No match"
        state.show_message(f"{reason}: {self.last_query}")

    def _highlight(self, query: str) -> None:
        """Search the nodes that the filter shows, and highlight the matches."""
        state = self.state
        found = state.study.search.index.find(query)
        if state.filter.chosen:
            visible = tuple([index for index in found.positions if state.tree_view.is_shown(index)])
            found = found._replace(positions=visible)
        state.rows.found = found if found.terms else None
        state.rows.dim_others = bool(found.positions)

    def _go_to_best(self) -> None:
        """Go to the nearest match, preferring titles; the cursor may already be on it."""
        state, found = self.state, self.state.rows.found
        if found is not None and found.positions:
            state.tree_view.go_to(state.study.search.index.nearest(found, state.cursor))

    def _step(self, step: int) -> str:
        """Go to the next or previous match; return a remark if that wrapped around."""
        state, found = self.state, self.state.rows.found
        if found is None or not found.positions:
            return ""
        matches, cursor = found.positions, state.cursor
        number = bisect_left(matches, cursor + 1) if step > 0 else bisect_left(matches, cursor) - 1
        state.tree_view.go_to(matches[number % len(matches)])
        if 0 <= number < len(matches):
            return ""
        return ", wrapped to the top" if step > 0 else ", wrapped to the bottom"

    def _restore_view(self) -> None:
        # After custom items were added or removed the tree view is a new one: leave it unchanged.
        if self._origin is not None and self._origin.tree_view is self.state.tree_view:
            self.state.tree_view.go_back(self._origin.view)
