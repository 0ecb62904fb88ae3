"""Finding on a desk: what is done while something is typed, and the commands that go from match to match."""

from __future__ import annotations

from bisect import bisect_left

from roadmap_tui.core.search.index import SearchResult
from roadmap_tui.core.tree_view import SavedView
from roadmap_tui.tui.main.state import MainState


class IncrementalSearch:
    """Finds nodes of a desk's study; its commands are ``find_next`` and ``find_previous``.

    While something is typed, ``look`` follows; ``keep`` or ``leave`` ends that. ``typed`` is the last
    search that was kept.
    """

    def __init__(self, state: MainState) -> None:
        self.state = state
        self.typed = ""
        self._began_in = state.tree_view
        self._began: SavedView | None = None
        self._found_before: SearchResult | None = None
        self._pane_before = state.pane

    def start(self) -> None:
        """Remember where one is; the index is made now, so that the first letter does not wait for it."""
        desk = self.state
        self._began_in, self._began = desk.tree_view, desk.tree_view.view
        self._found_before, self._pane_before = desk.rows.found, desk.pane
        desk.pane = "outline"
        desk.rows.found = None
        desk.study.search.find("")

    def update(self, typed: str) -> None:
        """Mark what has the words in it, and go to the nearest from where one began."""
        self._go_back()
        self._mark(typed)
        self._go(1, stay=True)

    def accept(self, typed: str) -> None:
        """Stay there and remember the search; of nothing typed, the last one is repeated."""
        desk = self.state
        again = not typed.strip()
        self._go_back()
        self._began = None
        desk.rows.dims = False
        if again and not self.typed:
            desk.rows.found, desk.pane = self._found_before, self._pane_before
            return
        self.typed = self.typed if again else typed.strip()
        self._mark(self.typed)
        desk.rows.dims = False
        self._tell(self._go(1, stay=not again))

    def cancel(self) -> None:
        """Be again where one began, with its folds."""
        desk = self.state
        self._go_back()
        self._began = None
        desk.rows.found, desk.rows.dims, desk.pane = self._found_before, False, self._pane_before

    @property
    def tally(self) -> str:
        """Which of the matches one is at: ``3/17``; that there are none, or only similar ones."""
        found = self.state.rows.found
        if found is None or not found.terms:
            return ""
        if not found.positions:
            return "nothing"
        place = bisect_left(found.positions, self.state.cursor) + 1 if self.state.cursor in found else 0
        return f"{place}/{len(found.positions)}{' alike' if found.is_fuzzy else ''}"

    def find_next(self) -> None:
        """The next match."""
        self._again(1)

    def find_previous(self) -> None:
        """The match before."""
        self._again(-1)

    def _again(self, step: int) -> None:
        if not self.typed:
            self.state.show_message(
                f"Nothing was looked for yet{self.state.keymap.hint_suffix('find', 'finds')}"
            )
            return
        self._mark(self.typed)
        self.state.rows.dims = False
        self._tell(self._go(step))

    def _tell(self, more: str) -> None:
        desk, found = self.state, self.state.rows.found
        if found is not None and found.positions:
            desk.show_message(f"{self.tally}  {self.typed}{more}")
            return
        desk.rows.found = None
        if hidden := len(desk.study.search.find(self.typed).positions):
            desk.show_message(
                f"Nothing that is shown has that in it; the filter hides {hidden}: {self.typed}"
            )
        else:
            desk.show_message(f"Nothing has that in it: {self.typed}")

    def _mark(self, typed: str) -> None:
        """Find, among what is shown."""
        desk = self.state
        found = desk.study.search.find(typed)
        if desk.filter.chosen:
            shown = tuple([at for at in found.positions if desk.tree_view.is_shown(at)])
            found = found._replace(positions=shown)
        desk.rows.found = found if found.terms else None
        desk.rows.dims = bool(found.positions)

    def _go(self, step: int, *, stay: bool = False) -> str:
        """Go to a match: the next or the one before; ``stay`` prefers titles, and may stay where one is.

        A word on it where that went round at an end, else nothing.
        """
        desk, found = self.state, self.state.rows.found
        if found is None or not found.positions:
            return ""
        places, here = found.positions, desk.cursor
        if stay:
            desk.tree_view.go_to(desk.study.search.nearest(found, here))
            return ""
        place = bisect_left(places, here + 1) if step > 0 else bisect_left(places, here) - 1
        desk.tree_view.go_to(places[place % len(places)])
        if 0 <= place < len(places):
            return ""
        return ", from the top again" if step > 0 else ", from the bottom again"

    def _go_back(self) -> None:
        # Where the outline is another by now, because something was added to it, one stays.
        if self._began is not None and self._began_in is self.state.tree_view:
            self.state.tree_view.go_back(self._began)
