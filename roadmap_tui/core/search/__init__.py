"""Finding the one node of a roadmap that a reader means."""

from __future__ import annotations

from typing import Final, NamedTuple, TypeAlias

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.model import Item, Node, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.sanitize import clean

Kind: TypeAlias = type[Item] | type[Section]
EITHER: Final[tuple[Kind, ...]] = (Item, Section)

SHOWN: Final = 20  # of the nodes that could be meant
_NEAR: Final = 3
_LONGEST: Final = 100  # of what was typed, where titles that resemble it are looked for


class Candidate(NamedTuple):
    """A node that could be meant."""

    id: str
    title: str


class NotFound(UsageError):
    """No node is meant."""


class Ambiguous(UsageError):
    """More than one node is meant: ``candidates`` are the first of them in reading order."""

    def __init__(self, what: str, count: int, candidates: tuple[Candidate, ...]) -> None:
        super().__init__(what, f"{count} titles have that in them", "use more of the title, or an id")
        self.count = count
        self.candidates = candidates


def matches(tree: FlatTree, wanted: str, kinds: tuple[Kind, ...]) -> list[int]:
    """The positions of the nodes of some kinds that ``wanted`` may mean, in reading order.

    That is the node of this id, else the nodes of this whole title, else those with this piece
    of a title. Case does not count.
    """
    wanted = _folded(wanted)
    at = tree.index_of.get(wanted)
    if at is not None and isinstance(tree.nodes[at], kinds):
        return [at]
    if not wanted:
        return []
    titles = [(at, node.title.casefold()) for at, node in enumerate(tree.nodes) if isinstance(node, kinds)]
    whole = [at for at, title in titles if title == wanted]
    return whole or [at for at, title in titles if wanted in title]


def find(tree: FlatTree, wanted: str, kinds: tuple[Kind, ...]) -> int:
    """The position of the one node that ``wanted`` means. Raises NotFound and Ambiguous."""
    found = matches(tree, wanted, kinds)
    if len(found) == 1:
        return found[0]
    noun = " or ".join(kind.__name__.lower() for kind in kinds)
    what = f"{noun} '{clean(wanted, _LONGEST, one_line=True)}'"
    if found:
        nodes = [tree.nodes[at] for at in found[:SHOWN]]
        raise Ambiguous(what, len(found), tuple([Candidate(node.id, node.title) for node in nodes]))
    like = near(tree, wanted, kinds)
    remedy = (
        "did you mean " + " or ".join(f"{node.id} ({node.title})" for node in like)
        if like
        else "`roadmap-tui show` lists them"
    )
    raise NotFound(what, "none has that id or title", remedy + ("?" if like else ""))


def near(tree: FlatTree, wanted: str, kinds: tuple[Kind, ...]) -> list[Node]:
    """The few nodes of which the id, the title or a word of the title resembles ``wanted``."""
    wanted = _folded(wanted)
    if not 0 < len(wanted) <= _LONGEST:
        return []
    from difflib import get_close_matches

    known: dict[str, list[Node]] = {}
    for node in tree.nodes:
        if isinstance(node, kinds):
            title = node.title.casefold()
            for words in {node.id, title, *title.split()}:
                known.setdefault(words, []).append(node)
    like = get_close_matches(wanted, known, n=_NEAR, cutoff=0.75)
    return list({node.id: node for words in like for node in known[words]}.values())[:_NEAR]


def _folded(text: str) -> str:
    # Titles went through the same when they were loaded.
    return clean(text, one_line=True).casefold()
