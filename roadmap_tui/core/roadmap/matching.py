"""Which node of an old roadmap is which of a new one.

An id carries ticks, notes and reviews, so a wrong match is worse than none: what is not certain is left.
Nothing is matched by its position, nor by the path of headings above it: authors change both freely.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Final, TypeAlias

from roadmap_tui.core.roadmap.model import TOPICS, Item, Node, Resource, Roadmap
from roadmap_tui.core.roadmap.titles import normalize_title, strip_brackets
from roadmap_tui.core.roadmap.tree import FlatTree

_ROOT: Final = -1  # the roadmap itself, as a parent
_NOWHERE: Final = -2  # the parent of a retired item: where it stood is not known any more
_SHORTEST_SOURCE_ID: Final = 16  # of 21 characters, without signs


def is_curated(resource: Resource) -> bool:
    """Whether somebody chose a resource for the roadmap: no reader of sources fills in who made it."""
    return bool(resource.by)


class Version:
    """One version laid out flat, its retired items behind all others, with what is compared of each."""

    def __init__(self, roadmap: Roadmap) -> None:
        order = FlatTree(roadmap)
        retired = list(FlatTree(roadmap._replace(children=roadmap.retired)).items())
        self.live = len(order)
        self.nodes: list[Node] = [*order.nodes, *retired]
        self.parents = [*order.parents, *[_NOWHERE] * len(retired)]
        self.below: dict[int, list[int]] = {}
        for at, parent in enumerate(order.parents):
            self.below.setdefault(parent, []).append(at)
        self.is_item = [isinstance(node, Item) for node in self.nodes]
        self.loose = [normalize_title(node.title, heading=not isinstance(node, Item)) for node in self.nodes]
        self.bare = [strip_brackets(node.title) for node in self.nodes]
        self.urls = [frozenset([r.url for r in node.resources if not is_curated(r)]) for node in self.nodes]
        has_ids = roadmap.source.kind == TOPICS
        self.source_ids = [_source_id(node.id) if has_ids else "" for node in self.nodes]

    def items(self) -> Iterator[int]:
        """The positions of all items, the retired ones last."""
        return (at for at, is_item in enumerate(self.is_item) if is_item)

    def above(self, at: int) -> list[int]:
        """The positions of what a node stands below, nearest first."""
        path: list[int] = []
        while (at := self.parents[at]) >= 0:
            path.append(at)
        return path


_Key: TypeAlias = Callable[[Version, int], Hashable]  # None where a node has no such thing
_Fits: TypeAlias = Callable[[Version, int, Version, int], bool]


class Matcher:
    """The pairs of nodes that are one; what is found is never taken back."""

    def __init__(self, old: Version, new: Version) -> None:
        self.old = old
        self.new = new
        self.new_of: dict[int, int] = {_ROOT: _ROOT}
        self.old_of: dict[int, int] = {_ROOT: _ROOT}
        self._pairs = [(_ROOT, _ROOT)]  # in the order in which they were found
        self._looked_below = 0
        self._looked_for_brackets = 0

    def run(self) -> None:
        """Go through the stages; what one of them finds settles what stands below it before the next."""
        live, all_of_them = range(self.old.live), range(len(self.old.nodes))
        for olds in (live, all_of_them):
            self._look_everywhere(_source_id_and_title, olds)
        self._look_below()
        for key in (_heading, _place, _title_and_urls, _title):
            for olds in (live, all_of_them):
                self._look_everywhere(key, olds)
                self._look_below()
        # After the titles: authors also give a node to another topic while the first lives on elsewhere.
        for olds in (live, all_of_them):
            self._look_everywhere(_own_source_id, olds)
            self.propagate()
        # What was there until now is more likely to have another title than what had gone.
        for olds in (live, all_of_them):
            self._look_everywhere(_urls, olds)
            self.propagate()
            self._look_everywhere(_bare_title, olds, _is_one_topic)
            self.propagate()

    def pair(self, old: int, new: int) -> None:
        """Take two nodes for one."""
        self.new_of[old] = new
        self.old_of[new] = old
        self._pairs.append((old, new))

    def propagate(self) -> None:
        """Look again where pairs were added."""
        self._look_below()
        self._look_for_renamed_sections()
        self._look_for_brackets()

    def has_moved(self, old: int, new: int) -> bool:
        """Whether two nodes stand below different ones."""
        return self.new_of.get(self.old.parents[old]) != self.new.parents[new]

    def _children(self, above: tuple[int, int]) -> tuple[list[int], list[int]]:
        """What is not matched yet below a pair of parents."""
        olds = [at for at in self.old.below.get(above[0], ()) if at not in self.new_of]
        return olds, [at for at in self.new.below.get(above[1], ()) if at not in self.old_of] if olds else []

    def _look_below(self) -> None:
        """Find the same titles below the same parents, the best evidence there is."""
        while self._looked_below < len(self._pairs):
            above = self._pairs[self._looked_below]
            self._looked_below += 1
            for key in (_same, _same_but_urls, _same_but_wording):
                self._pair_children(above, key)
            self._pair_identical_siblings(above)

    def _pair_children(self, above: tuple[int, int], key: _Key, fits: _Fits | None = None) -> None:
        olds, news = self._children(above)
        there = _unique_keys(self.new, news, key)
        for what, old in _unique_keys(self.old, olds, key).items():
            new = there.get(what)
            if new is not None and (fits is None or fits(self.old, old, self.new, new)):
                self.pair(old, new)

    def _pair_identical_siblings(self, above: tuple[int, int]) -> None:
        """Pair those that nothing tells apart in their order, where all of them are as they were.

        Otherwise reading the same bytes again would change something.
        """
        olds, news = self._children(above)
        before, after = (
            _grouped(side, left) for side, left in ((self.old, olds), (self.new, news if olds else []))
        )
        for what, group in before.items():
            others = after.get(what, [])
            if [_same(self.old, at) for at in group] == [_same(self.new, at) for at in others]:
                for old, new in zip(group, others, strict=True):
                    self.pair(old, new)

    def _look_everywhere(self, key: _Key, olds: range, fits: _Fits | None = None) -> None:
        """Pair what has a key that nothing else has, be it matched or not: twins belong where they stand."""
        there = _unique_keys(self.new, range(len(self.new.nodes)), key)
        for what, old in _unique_keys(self.old, olds, key).items():
            new = there.get(what)
            if new is None or old in self.new_of or new in self.old_of:
                continue
            if fits is None or fits(self.old, old, self.new, new):
                self.pair(old, new)

    def _look_for_renamed_sections(self) -> None:
        """Pair sections where more than half of what one holds is more than half of what the other holds."""
        looked = 0
        while looked < len(self._pairs):
            looked = len(self._pairs)
            shared: Counter[tuple[int, int]] = Counter()
            for old, new in self._pairs[1:]:
                shared[self.old.parents[old], self.new.parents[new]] += 1
            for (old, new), count in shared.items():
                if old < 0 or new < 0 or old in self.new_of or new in self.old_of:
                    continue
                most = max(len(self.old.below[old]), len(self.new.below[new]))
                if count * 2 > most and not self.old.is_item[old] and not self.new.is_item[new]:
                    self.pair(old, new)
            self._look_below()

    def _look_for_brackets(self) -> None:
        """Find titles below the same parents that brackets were added to or removed from."""
        while self._looked_for_brackets < len(self._pairs):
            above = self._pairs[self._looked_for_brackets]
            self._looked_for_brackets += 1
            self._pair_children(above, _bare_title, _has_more_or_less)
            self._look_below()


def _unique_keys(side: Version, positions: Iterable[int], key: _Key) -> dict[Hashable, int]:
    """The keys that one position alone has, and that position."""
    found: dict[Hashable, int] = {}
    twice: set[Hashable] = set()
    for at in positions:
        what = key(side, at)
        if what is not None and found.setdefault(what, at) != at:
            twice.add(what)
    return {what: at for what, at in found.items() if what not in twice}


def _grouped(side: Version, positions: Iterable[int]) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = {}
    for at in positions:
        groups.setdefault(_same_but_wording(side, at), []).append(at)
    return groups


# What is compared below the same parent


def _same(side: Version, at: int) -> Hashable:
    return side.is_item[at], side.nodes[at].title, side.urls[at]


def _same_but_urls(side: Version, at: int) -> Hashable:
    return side.is_item[at], side.nodes[at].title


def _same_but_wording(side: Version, at: int) -> Hashable:
    return side.is_item[at], side.loose[at]


# What is compared everywhere


def _source_id(id: str) -> str:
    """The id of a node of the source that an id ends in, empty where it ends in none."""
    end = id.rpartition("-")[2]
    return end if len(end) >= _SHORTEST_SOURCE_ID else ""


def _source_id_and_title(side: Version, at: int) -> Hashable:
    return (side.source_ids[at], side.loose[at]) if side.source_ids[at] else None


def _own_source_id(side: Version, at: int) -> Hashable:
    return side.source_ids[at] or None


def _heading(side: Version, at: int) -> Hashable:
    return None if side.is_item[at] else side.loose[at]


def _place(side: Version, at: int) -> Hashable:
    """The titles of the item, its parent and the nearest heading; the parent can be that."""
    if not side.is_item[at] or at >= side.live:
        return None
    above = side.above(at)
    heading = next((side.loose[i] for i in above if not side.is_item[i]), "")
    return heading, side.loose[above[0]] if above else "", side.loose[at]


def _title_and_urls(side: Version, at: int) -> Hashable:
    return (side.loose[at], side.urls[at]) if side.is_item[at] and side.urls[at] else None


def _title(side: Version, at: int) -> Hashable:
    return side.loose[at] if side.is_item[at] else None


def _urls(side: Version, at: int) -> Hashable:
    return side.urls[at] or None if side.is_item[at] else None


def _bare_title(side: Version, at: int) -> Hashable:
    return side.bare[at].words if side.is_item[at] else None


def _has_more_or_less(old: Version, before: int, new: Version, after: int) -> bool:
    return old.bare[before].differs_only_by_brackets(new.bare[after])


def _is_one_topic(old: Version, before: int, new: Version, after: int) -> bool:
    """Whether titles differ by brackets alone, and neither is but a part of the item above it."""
    parents = (old, old.parents[before]), (new, new.parents[after])
    apart = all(parent < 0 or not side.is_item[parent] for side, parent in parents)
    return apart and _has_more_or_less(old, before, new, after)
