"""Match the nodes of an old version of a roadmap with those of a new one.

Notes, ticks and reviews follow an id, so a wrong match is worse than none: uncertain nodes stay unmatched.
Neither positions nor paths of headings are compared: authors change both freely.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Final, TypeAlias

from roadmap_tui.core.roadmap.model import TOPICS, Item, Node, Resource, Roadmap
from roadmap_tui.core.roadmap.titles import fold_words, normalize_title, strip_brackets
from roadmap_tui.core.roadmap.tree import FlatTree

_ROOT: Final = -1  # the index of the roadmap itself, as a parent
_UNKNOWN: Final = -2  # the parent of a retired item
_MIN_SOURCE_ID: Final = 16  # characters; roadmap.sh uses 21


def is_curated(resource: Resource) -> bool:
    """Return True if a resource was added to the roadmap by hand: importers never set ``by``."""
    return bool(resource.by)


class Version:
    """One version as a flat list of nodes, retired items last, with the properties that are compared."""

    def __init__(self, roadmap: Roadmap) -> None:
        tree = FlatTree(roadmap)
        retired = list(FlatTree(roadmap._replace(children=roadmap.retired)).items())
        self.active_count = len(tree)
        self.nodes: list[Node] = [*tree.nodes, *retired]
        self.parents = [*tree.parents, *[_UNKNOWN] * len(retired)]
        self.children: dict[int, list[int]] = {}
        for index, parent in enumerate(tree.parents):
            self.children.setdefault(parent, []).append(index)
        self.is_item = [isinstance(node, Item) for node in self.nodes]
        self.titles = [normalize_title(node.title, heading=not isinstance(node, Item)) for node in self.nodes]
        self.bare_titles = [strip_brackets(node.title) for node in self.nodes]
        self.urls = [frozenset([r.url for r in node.resources if not is_curated(r)]) for node in self.nodes]
        has_ids = roadmap.source.kind == TOPICS
        self.source_ids = [_source_id(node.id) if has_ids else "" for node in self.nodes]

    def items(self) -> Iterator[int]:
        """Yield the indexes of all items, retired ones last."""
        return (index for index, is_item in enumerate(self.is_item) if is_item)

    def ancestors(self, index: int) -> list[int]:
        """Return the indexes of a node's ancestors, the parent first."""
        path: list[int] = []
        while (index := self.parents[index]) >= 0:
            path.append(index)
        return path


_has_description = re.compile(r"\S(?::|\s[-–—]|\.)\s+\S").search

_Key: TypeAlias = Callable[[Version, int], Hashable]  # None: the node has no such key
_Check: TypeAlias = Callable[[Version, int, Version, int], bool]


class Matcher:
    """The pairs of matching nodes. A pair is never undone. Titles are normalized.

    Sections also match if more than half of their children match. Nodes with equal titles are never matched
    by their order, unless all of them are unchanged. Exchanged brackets in a title mean another topic.
    """

    def __init__(self, old: Version, new: Version) -> None:
        self.old = old
        self.new = new
        self.new_of: dict[int, int] = {_ROOT: _ROOT}
        self.old_of: dict[int, int] = {_ROOT: _ROOT}
        self._pairs = [(_ROOT, _ROOT)]  # in the order they were found
        self._children_done = 0  # how many of the pairs had their children matched
        self._brackets_done = 0

    def run(self) -> None:
        """Match in stages, the most certain first; each stage also matches the children of its pairs."""
        active, all_nodes = range(self.old.active_count), range(len(self.old.nodes))
        for olds in (active, all_nodes):
            self._match_unique(_source_id_and_title, olds)
        self._match_children()
        for key in (_heading, _title_in_context, _title_and_urls, _item_title):
            for olds in (active, all_nodes):
                self._match_unique(key, olds)
                self._match_children()
        for olds in (active, all_nodes):
            self._match_unique(_described_title, olds)
            self.propagate()
        # After the titles: authors also reuse an id for another topic while the first one moves elsewhere.
        for olds in (active, all_nodes):
            self._match_unique(_own_source_id, olds)
            self.propagate()
        # Active nodes first: they are more likely to have been renamed than retired ones.
        for olds in (active, all_nodes):
            self._match_unique(_item_urls, olds)
            self.propagate()
            self._match_unique(_bare_title, olds, _is_same_topic)
            self.propagate()

    def match_copies(self, status_of: Callable[[str], Hashable]) -> None:
        """Match identical items by order if some copies were removed and all have the same status.

        Then it does not matter which of them is left.
        """
        olds, news = self._unmatched_items()
        before, after = _group_everywhere(self.old, olds), _group_everywhere(self.new, news)
        for key, copies in before.items():
            others = after.get(key, [])
            statuses = {status_of(self.old.nodes[index].id) for index in copies}
            if others and len(copies) > len(others) and len(statuses) == 1:
                for old, new in zip(copies, others, strict=False):
                    self.pair(old, new)
        self.propagate()

    def match_moved(self) -> None:
        """Match unmatched items that differ only in location, if there is one of them in each version.

        They have links, or a title of several words: a single word such as Introduction may be anything.
        """
        olds, news = self._unmatched_items()
        self._pair_unique(_specific_content, olds, news, None)
        self.propagate()

    def _unmatched_items(self) -> tuple[list[int], list[int]]:
        """Return the indexes of unmatched items in both versions, without retired ones."""
        olds = [i for i in range(self.old.active_count) if self.old.is_item[i] and i not in self.new_of]
        news = [i for i in range(self.new.active_count) if self.new.is_item[i] and i not in self.old_of]
        return olds, news

    def pair(self, old: int, new: int) -> None:
        """Record that two nodes match."""
        self.new_of[old] = new
        self.old_of[new] = old
        self._pairs.append((old, new))

    def propagate(self) -> None:
        """Match children, parents and siblings of the pairs found since the last call."""
        self._match_children()
        self._match_renamed_sections()
        self._match_changed_brackets()

    def is_moved(self, old: int, new: int) -> bool:
        """Return True if the parents of two nodes do not match."""
        return self.new_of.get(self.old.parents[old]) != self.new.parents[new]

    def _unmatched_children(self, parents: tuple[int, int]) -> tuple[list[int], list[int]]:
        olds = [index for index in self.old.children.get(parents[0], ()) if index not in self.new_of]
        news = [index for index in self.new.children.get(parents[1], ()) if index not in self.old_of]
        return olds, news if olds else []

    def _match_children(self) -> None:
        """Match equal titles below matching parents, the best evidence there is."""
        while self._children_done < len(self._pairs):
            parents = self._pairs[self._children_done]
            self._children_done += 1
            for key in (_exact, _exact_title, _title):
                self._pair_unique(key, *self._unmatched_children(parents))
            self._match_identical_siblings(parents)

    def _match_identical_siblings(self, parents: tuple[int, int]) -> None:
        """Match siblings with equal titles in order, if all of them are unchanged."""
        olds, news = self._unmatched_children(parents)
        before, after = _group(self.old, olds), _group(self.new, news)
        for key, group in before.items():
            others = after.get(key, [])
            if [_exact(self.old, index) for index in group] == [_exact(self.new, index) for index in others]:
                for old, new in zip(group, others, strict=True):
                    self.pair(old, new)

    def _match_unique(self, key: _Key, olds: range, check: _Check | None = None) -> None:
        """Match nodes by a key that is unique among all nodes, matched or not, in each version."""
        self._pair_unique(key, olds, range(len(self.new.nodes)), check)

    def _pair_unique(
        self, key: _Key, olds: Iterable[int], news: Iterable[int], check: _Check | None = None
    ) -> None:
        new_keys = _unique_keys(self.new, news, key)
        for value, old in _unique_keys(self.old, olds, key).items():
            new = new_keys.get(value)
            if new is None or old in self.new_of or new in self.old_of:
                continue
            if check is None or check(self.old, old, self.new, new):
                self.pair(old, new)

    def _match_renamed_sections(self) -> None:
        """Match sections if more than half of the children of each match children of the other."""
        count = 0
        while count < len(self._pairs):
            count = len(self._pairs)
            shared: Counter[tuple[int, int]] = Counter()
            for old, new in self._pairs[1:]:
                shared[self.old.parents[old], self.new.parents[new]] += 1
            for (old, new), common in shared.items():
                if old < 0 or new < 0 or old in self.new_of or new in self.old_of:
                    continue
                size = max(len(self.old.children[old]), len(self.new.children[new]))
                if common * 2 > size and not self.old.is_item[old] and not self.new.is_item[new]:
                    self.pair(old, new)
            self._match_children()

    def _match_changed_brackets(self) -> None:
        """Match titles below matching parents that differ by added or removed brackets."""
        while self._brackets_done < len(self._pairs):
            parents = self._pairs[self._brackets_done]
            self._brackets_done += 1
            self._pair_unique(_bare_title, *self._unmatched_children(parents), _differs_by_brackets)
            self._match_children()


def _unique_keys(version: Version, indexes: Iterable[int], key: _Key) -> dict[Hashable, int]:
    """Return the index for each key that only one node has."""
    found: dict[Hashable, int] = {}
    duplicates: set[Hashable] = set()
    for index in indexes:
        value = key(version, index)
        if value is not None and found.setdefault(value, index) != index:
            duplicates.add(value)
    return {value: index for value, index in found.items() if value not in duplicates}


def _group(version: Version, indexes: Iterable[int]) -> dict[Hashable, list[int]]:
    groups: dict[Hashable, list[int]] = {}
    for index in indexes:
        groups.setdefault(_title(version, index), []).append(index)
    return groups


# Keys for nodes below the same parent


def _exact(version: Version, index: int) -> Hashable:
    return version.is_item[index], version.nodes[index].title, version.urls[index]


def _exact_title(version: Version, index: int) -> Hashable:
    return version.is_item[index], version.nodes[index].title


def _title(version: Version, index: int) -> Hashable:
    return version.is_item[index], version.titles[index]


# Keys for nodes anywhere


def _source_id(node_id: str) -> str:
    """Return the last part of a node id if it is long enough to be the source's own id, else ""."""
    end = node_id.rpartition("-")[2]
    return end if len(end) >= _MIN_SOURCE_ID else ""


def _source_id_and_title(version: Version, index: int) -> Hashable:
    return (version.source_ids[index], version.titles[index]) if version.source_ids[index] else None


def _own_source_id(version: Version, index: int) -> Hashable:
    return version.source_ids[index] or None


def _heading(version: Version, index: int) -> Hashable:
    return None if version.is_item[index] else version.titles[index]


def _title_in_context(version: Version, index: int) -> Hashable:
    """Return the titles of the nearest section, of the parent (it may be that section) and of the item."""
    if not version.is_item[index] or index >= version.active_count:
        return None
    path = version.ancestors(index)
    heading = next((version.titles[i] for i in path if not version.is_item[i]), "")
    return heading, version.titles[path[0]] if path else "", version.titles[index]


def _title_and_urls(version: Version, index: int) -> Hashable:
    return (version.titles[index], version.urls[index]) if _item_urls(version, index) else None


def _item_title(version: Version, index: int) -> Hashable:
    return version.titles[index] if version.is_item[index] else None


def _described_title(version: Version, index: int) -> Hashable:
    """Return the title with its description, whether that is in the title or the first line of the note."""
    node = version.nodes[index]
    if not version.is_item[index]:
        return None
    first, *_ = node.note.split("\n")
    whole = node.title if _has_description(node.title) or not first else f"{node.title} {first}"
    return fold_words(whole) if whole != node.title or _has_description(whole) else None


def _specific_content(version: Version, index: int) -> Hashable:
    node = version.nodes[index]
    urls = version.urls[index]
    if not urls and len(version.titles[index].split()) < 2:
        return None
    return node.title, urls


def _group_everywhere(version: Version, indexes: Iterable[int]) -> dict[Hashable, list[int]]:
    """Group items by title, links and the titles of their ancestors."""
    groups: dict[Hashable, list[int]] = {}
    for index in indexes:
        path = tuple(version.titles[above] for above in version.ancestors(index))
        groups.setdefault((version.nodes[index].title, version.urls[index], path), []).append(index)
    return groups


def _item_urls(version: Version, index: int) -> Hashable:
    return version.urls[index] or None if version.is_item[index] else None


def _bare_title(version: Version, index: int) -> Hashable:
    return version.bare_titles[index].words if version.is_item[index] else None


# Checks for a pair of nodes with the same key


def _differs_by_brackets(old: Version, before: int, new: Version, after: int) -> bool:
    return old.bare_titles[before].differs_only_by_brackets(new.bare_titles[after])


def _is_same_topic(old: Version, before: int, new: Version, after: int) -> bool:
    """Return True if titles differ by brackets only and neither item is a part of another one."""
    parents = (old, old.parents[before]), (new, new.parents[after])
    is_part = any(parent >= 0 and version.is_item[parent] for version, parent in parents)
    return not is_part and _differs_by_brackets(old, before, new, after)
