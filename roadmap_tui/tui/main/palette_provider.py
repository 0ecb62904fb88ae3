"""Searches commands, items and roadmaps for the palette."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, Literal, NamedTuple

from roadmap_tui.core.search.index import SearchDocument, SearchIndex, SearchResult, fold
from roadmap_tui.study.notes import NoteEntry
from roadmap_tui.study.study import Study
from roadmap_tui.text.commands import MOVE, Command
from roadmap_tui.text.keymap import Keymap, keys_shown
from roadmap_tui.tui.main.state import MainState

MAX_HITS: Final = 50
_GO_TO: Final = "Go to "


class Hit(NamedTuple):
    """A search result; ``id`` is that of a command or node, "" for the roadmap, or a roadmap's name.

    For a note it is a number.
    """

    kind: Literal["command", "item", "roadmap", "note"]
    id: str
    title: str
    help: str
    keys: str = ""
    verb: str = ""  # before the title


def palette_commands(keymap: Keymap) -> list[Command]:
    """Return the commands that the palette offers; cursor movements last, as nobody searches for them."""
    commands = [command for command in keymap.in_scope() if command.id not in {"choose", "palette"}]
    return sorted(commands, key=lambda command: command.section == MOVE)


def without_verb(query: str, verb: str) -> str:
    """Remove the verb of a hit, such as ``Go to``, from the beginning of a query."""
    return query[len(verb) :] if verb and query.lower().startswith(verb.lower()) else query


class PaletteProvider:
    """Searches the commands, the items of the open roadmap, and the other roadmaps."""

    placeholder = "Command, item or roadmap"

    def __init__(self, state: MainState) -> None:
        self._state = state
        self.commands = [
            Hit("command", command.id, command.help, command.name, keys_shown(command))
            for command in palette_commands(state.keymap)
        ]
        self.roadmaps: list[Hit] = []
        self._command_index = _index(self.commands)
        self._roadmap_index = _index(())

    def add_roadmaps(self, roadmaps: Sequence[tuple[str, str]]) -> None:
        """Add roadmaps, given as (name, title), except the open one."""
        open_name = self._state.study.roadmap.id
        self.roadmaps = [
            Hit("roadmap", name, f"Open {title}", name) for name, title in roadmaps if name != open_name
        ]
        self._roadmap_index = _index(self.roadmaps)

    def search(self, query: str) -> list[Hit]:
        """Return the best hits for a query, all commands and roadmaps for an empty one.

        Similar words count only if nothing contains the words of the query.
        """
        if not query.strip():
            return [*self.commands, *self.roadmaps]
        indexes = [self._command_index, self._roadmap_index, self._state.study.search.index]
        queries = query, query, without_verb(query, _GO_TO)
        results = [index.find(words) for index, words in zip(indexes, queries, strict=True)]
        if any(result.positions and not result.is_fuzzy for result in results):
            results = [SearchResult() if result.is_fuzzy else result for result in results]
        ranked = [
            (rank, group, position)
            for group, (index, result) in enumerate(zip(indexes, results, strict=True))
            for rank, position in index.best(result, MAX_HITS)
        ]
        ranked.sort(key=lambda hit: (hit[0][0], hit[1], hit[0][1:], hit[2]))
        return [self._hit(group, position) for _, group, position in ranked[:MAX_HITS]]

    def _hit(self, group: int, position: int) -> Hit:
        if group < 2:
            return (self.commands, self.roadmaps)[group][position]
        study = self._state.study
        if position < 0:
            return Hit("item", "", study.roadmap.title, "About this roadmap", verb=_GO_TO)
        return _item_hit(study, position, _GO_TO)


class ItemProvider:
    """Searches active items. ``suggested`` ids are offered before anything is typed.

    ``verb`` returns the word before an item, by its id.
    """

    def __init__(
        self, study: Study, placeholder: str, suggested: Sequence[str], verb: Callable[[str], str]
    ) -> None:
        self.placeholder = placeholder
        self._study, self._suggested, self._verb = study, suggested, verb

    def add_roadmaps(self, roadmaps: Sequence[tuple[str, str]]) -> None:
        """Do nothing: only items of the open roadmap are searched."""

    def search(self, query: str) -> list[Hit]:
        """Return the items that match a query, the suggested ones for an empty one."""
        study, tree, index = self._study, self._study.tree, self._study.search.index
        found = [tree.index_of[node_id] for node_id in self._suggested]
        if query.strip():
            found = [at for _, at in sorted(index.best(index.find(query), MAX_HITS)) if at >= 0]
        ids = [(at, tree.ids[at]) for at in found if tree.is_active_item(tree.ids[at])]
        return [_item_hit(study, at, self._verb(node_id)) for at, node_id in ids[:MAX_HITS]]


class NoteProvider:
    """Searches notes and custom items; the id of a hit is its index in ``entries``."""

    placeholder = "A word of a note or a title"

    def __init__(self, entries: Sequence[NoteEntry]) -> None:
        self.entries = entries
        self._index = SearchIndex(SearchDocument(entry.title, entry.text) for entry in entries)

    def add_roadmaps(self, roadmaps: Sequence[tuple[str, str]]) -> None:
        """Do nothing: the entries of all roadmaps are known."""

    def search(self, query: str) -> list[Hit]:
        """Return the entries that match a query, all for an empty one, with the line that matches."""
        if not query.strip():
            return [self._hit(at, "") for at in range(len(self.entries))]
        found = sorted(self._index.best(self._index.find(query), MAX_HITS))
        return [self._hit(at, fold(query).split()[0]) for _, at in found]

    def _hit(self, at: int, word: str) -> Hit:
        entry = self.entries[at]
        lines = [line for line in entry.text.splitlines() if line.strip()] or [""]
        line = next((line for line in lines if word in fold(line)), lines[0])
        return Hit(
            "note", str(at), entry.title, " · ".join(filter(None, (entry.roadmap_title, line.strip())))
        )


def _item_hit(study: Study, position: int, verb: str) -> Hit:
    node, ancestors = study.tree.nodes[position], study.tree.sections(position)
    return Hit("item", node.id, node.title, ancestors[-1].title if ancestors else "", verb=verb)


def _index(hits: Sequence[Hit]) -> SearchIndex:
    return SearchIndex(SearchDocument(hit.title, hit.help) for hit in hits)
