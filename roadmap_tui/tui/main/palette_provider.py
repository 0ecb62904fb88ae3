"""What the palette offers: every command, every item and every roadmap, by a piece of its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal, NamedTuple

from roadmap_tui.core.search.index import Entry, Found, Index
from roadmap_tui.text.commands import MOVE, Command
from roadmap_tui.text.format import sentence
from roadmap_tui.text.keymap import Keymap, keys_shown
from roadmap_tui.tui.main.state import MainState

SHOWN: Final = 50


class Offer(NamedTuple):
    """One thing that can be chosen; ``what`` is a command's id, a node's, or a roadmap's name."""

    kind: Literal["command", "item", "roadmap"]
    what: str
    title: str
    help: str
    keys: str = ""


def offered(keymap: Keymap) -> list[Command]:
    """The commands that the palette offers; what moves the cursor comes last, as nobody looks for that."""
    commands = [command for command in keymap.of() if command.id not in {"choose", "palette"}]
    return sorted(commands, key=lambda command: command.group == MOVE)


class Offers:
    """Finds what a reader may want, on a desk."""

    def __init__(self, desk: MainState) -> None:
        self._desk = desk
        self.commands = [
            Offer("command", one.id, sentence(one.name), one.help, keys_shown(one))
            for one in offered(desk.keymap)
        ]
        self.roadmaps: list[Offer] = []
        self._commands = _indexed(self.commands)
        self._roadmaps = _indexed(())

    def take_in(self, roadmaps: Sequence[tuple[str, str]]) -> None:
        """Offer these roadmaps, each a name and a title, but for the one that is open."""
        here = self._desk.study.roadmap.id
        self.roadmaps = [
            Offer("roadmap", name, f"Open {title}", name) for name, title in roadmaps if name != here
        ]
        self._roadmaps = _indexed(self.roadmaps)

    def matching(self, typed: str) -> list[Offer]:
        """The best of those that have the words of what was typed in them; for nothing typed the commands.

        Where none have, those that have words like them.
        """
        if not typed.strip():
            return [*self.commands, *self.roadmaps]
        search = self._desk.study.search
        found = self._commands.find(typed), self._roadmaps.find(typed), search.find(typed)
        # What only resembles it is noise beside what has it.
        exact = any(one.positions and not one.alike for one in found)
        commands, roadmaps, items = (Found() if exact and one.alike else one for one in found)
        ranked = [
            *((rank, 0, at) for rank, at in self._commands.best(commands, SHOWN)),
            *((rank, 1, at) for rank, at in self._roadmaps.best(roadmaps, SHOWN)),
            *((rank, 2, at) for rank, at in search.best(items, SHOWN)),
        ]
        ranked.sort(key=lambda one: (one[0][0], one[1], one[0][1], one[2]))
        return [self._offer(group, at) for _, group, at in ranked[:SHOWN]]

    def _offer(self, group: int, at: int) -> Offer:
        if group < 2:
            return (self.commands, self.roadmaps)[group][at]
        study = self._desk.study
        if at < 0:
            return Offer("item", "", study.roadmap.title, "About this roadmap")
        node = study.order.nodes[at]
        above = study.order.sections(at)
        return Offer("item", node.id, node.title, above[-1].title if above else "")


def _indexed(offers: Sequence[Offer]) -> Index:
    return Index(Entry(offer.title, offer.help) for offer in offers)
