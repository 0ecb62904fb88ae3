"""What the palette offers: every command, every item and every roadmap, by a piece of its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from roadmap_tui.core.humanize import capitalize
from roadmap_tui.core.search.index import SearchDocument, SearchIndex, SearchResult
from roadmap_tui.text.commands import MOVE, Command
from roadmap_tui.text.keymap import Keymap, keys_shown
from roadmap_tui.tui.main.state import MainState

SHOWN: Final = 50


class Hit(NamedTuple):
    """One thing that can be chosen; ``what`` is a command's id, a node's, or a roadmap's name."""

    kind: Literal["command", "item", "roadmap"]
    what: str
    title: str
    help: str
    keys: str = ""


def offered(keymap: Keymap) -> list[Command]:
    """The commands that the palette offers; what moves the cursor comes last, as nobody looks for that."""
    commands = [command for command in keymap.in_scope() if command.id not in {"choose", "palette"}]
    return sorted(commands, key=lambda command: command.section == MOVE)


class PaletteProvider:
    """Finds what a reader may want, on a desk."""

    def __init__(self, state: MainState) -> None:
        self._state = state
        self.commands = [
            Hit("command", one.id, capitalize(one.name), one.help, keys_shown(one))
            for one in offered(state.keymap)
        ]
        self.roadmaps: list[Hit] = []
        self._commands = _indexed(self.commands)
        self._roadmaps = _indexed(())

    def add_roadmaps(self, roadmaps: Sequence[tuple[str, str]]) -> None:
        """Offer these roadmaps, each a name and a title, but for the one that is open."""
        here = self._state.study.roadmap.id
        self.roadmaps = [
            Hit("roadmap", name, f"Open {title}", name) for name, title in roadmaps if name != here
        ]
        self._roadmaps = _indexed(self.roadmaps)

    def matching(self, typed: str) -> list[Hit]:
        """The best of those that have the words of what was typed in them; for nothing typed the commands.

        Where none have, those that have words like them.
        """
        if not typed.strip():
            return [*self.commands, *self.roadmaps]
        search = self._state.study.search
        found = self._commands.find(typed), self._roadmaps.find(typed), search.find(typed)
        # What only resembles it is noise beside what has it.
        exact = any(one.positions and not one.is_fuzzy for one in found)
        commands, roadmaps, items = (SearchResult() if exact and one.is_fuzzy else one for one in found)
        ranked = [
            *((rank, 0, at) for rank, at in self._commands.best(commands, SHOWN)),
            *((rank, 1, at) for rank, at in self._roadmaps.best(roadmaps, SHOWN)),
            *((rank, 2, at) for rank, at in search.best(items, SHOWN)),
        ]
        ranked.sort(key=lambda one: (one[0][0], one[1], one[0][1], one[2]))
        return [self._offer(group, at) for _, group, at in ranked[:SHOWN]]

    def _offer(self, group: int, at: int) -> Hit:
        if group < 2:
            return (self.commands, self.roadmaps)[group][at]
        study = self._state.study
        if at < 0:
            return Hit("item", "", study.roadmap.title, "About this roadmap")
        node = study.tree.nodes[at]
        above = study.tree.sections(at)
        return Hit("item", node.id, node.title, above[-1].title if above else "")


def _indexed(offers: Sequence[Hit]) -> SearchIndex:
    return SearchIndex(SearchDocument(offer.title, offer.help) for offer in offers)
