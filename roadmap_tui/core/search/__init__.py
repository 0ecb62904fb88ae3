"""Find the node that a user names by id or title."""

from __future__ import annotations

from typing import Final, TypeAlias

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.model import Item, Node, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.sanitize import clean

Kind: TypeAlias = type[Item] | type[Section]
EITHER: Final[tuple[Kind, ...]] = (Item, Section)

SHOWN: Final = 20  # candidates in an error message
_MAX_SIMILAR: Final = 3
_MAX_NAME: Final = 100  # longer names are not compared with titles


class NotFound(UsageError):
    """No node matches."""


class Ambiguous(UsageError):
    """Several nodes match; ``candidates`` are the first of them in tree order."""

    def __init__(self, what: str, count: int, candidates: list[Node]) -> None:
        super().__init__(what, f"{count} items match", "type more of the title, or an id")
        self.count = count
        self.candidates = candidates


def matches(tree: FlatTree, name: str, kinds: tuple[Kind, ...]) -> list[int]:
    """Return the indexes of the nodes whose id is ``name``, else whose title equals or contains it."""
    name = _fold(name)
    index = tree.index_of.get(name)
    if index is not None and isinstance(tree.nodes[index], kinds):
        return [index]
    if not name:
        return []
    titles = [(i, node.title.casefold()) for i, node in enumerate(tree.nodes) if isinstance(node, kinds)]
    exact = [i for i, title in titles if title == name]
    return exact or [i for i, title in titles if name in title]


def find(tree: FlatTree, name: str, kinds: tuple[Kind, ...]) -> int:
    """Return the index of the only node that matches. Raises NotFound and Ambiguous."""
    found = matches(tree, name, kinds)
    if len(found) == 1:
        return found[0]
    noun = " or ".join(kind.__name__.lower() for kind in kinds)
    what = f"{noun} '{clean(name, _MAX_NAME, one_line=True)}'"
    if found:
        raise Ambiguous(what, len(found), [tree.nodes[index] for index in found[:SHOWN]])
    similar = " or ".join(f"{node.id} ({node.title})" for node in similar_nodes(tree, name, kinds))
    remedy = f"did you mean {similar}?" if similar else "`roadmap-tui show` lists them"
    raise NotFound(what, "no such item", remedy)


def similar_nodes(tree: FlatTree, name: str, kinds: tuple[Kind, ...]) -> list[Node]:
    """Return a few nodes whose id, title or a word of the title is similar to a name."""
    name = _fold(name)
    if not 0 < len(name) <= _MAX_NAME:
        return []
    from difflib import get_close_matches

    known: dict[str, list[Node]] = {}
    for node in tree.nodes:
        if isinstance(node, kinds):
            title = node.title.casefold()
            for key in {node.id, title, *title.split()}:
                known.setdefault(key, []).append(node)
    keys = get_close_matches(name, known, n=_MAX_SIMILAR, cutoff=0.75)
    return list({node.id: node for key in keys for node in known[key]}.values())[:_MAX_SIMILAR]


def _fold(text: str) -> str:
    # Titles were cleaned when they were loaded.
    return clean(text, one_line=True).casefold()
