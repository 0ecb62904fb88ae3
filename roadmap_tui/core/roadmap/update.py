"""Update a roadmap to a new version of its source, keeping the ids of matching nodes."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.format import ID_LIMIT
from roadmap_tui.core.roadmap.matching import Matcher, Version, is_curated
from roadmap_tui.core.roadmap.model import Item, Node, Resource, Roadmap, Section
from roadmap_tui.core.roadmap.retired import as_leaf, with_former
from roadmap_tui.core.roadmap.titles import normalize_title
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.sanitize import clean

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_PATH: Final = " › "


class Match(NamedTuple):
    """An item in an update report, with a text from before and after ("" if it did not exist).

    ``incoming`` is the new version's own id of a suggested match; accepting it takes that id.
    """

    id: str
    before: str
    after: str
    incoming: str = ""


class UpdateResult(NamedTuple):
    """The updated roadmap, and what happened to each item, in reading order.

    ``before`` and ``after`` are titles, for ``moved`` the joined titles of the ancestors. ``kept`` contains
    all items that were there and still are. Removed items are ``retired`` if they have progress, else
    ``dropped``; ``returned`` were retired before. ``grouped`` are groups now, which hides their status.
    ``suggested`` are likely matches of removed items.
    """

    roadmap: Roadmap
    kept: tuple[Match, ...]
    new: tuple[Match, ...]
    moved: tuple[Match, ...]
    renamed: tuple[Match, ...]
    retired: tuple[Match, ...]
    dropped: tuple[Match, ...]
    returned: tuple[Match, ...]
    grouped: tuple[Match, ...]
    suggested: tuple[Match, ...]


def update_roadmap(
    old: Roadmap,
    new: Roadmap,
    *,
    has_progress: Callable[[str], bool],
    accepted: Mapping[str, str] = _NONE,
    status_of: Callable[[str], str] | None = None,
) -> UpdateResult:
    """Return the new version, a fresh import with its own ids, with the ids of the old one.

    Items are matched in these stages, active ones before retired ones. Titles are normalized.

    1. The same title below matching parents, or below a parent and a section with the same titles.
    2. The same title and addresses, if unique in each version; then the same title, if unique.
    3. The same set of addresses, if unique.
    4. The same title except for brackets that were added or removed. Exchanged brackets mean another topic;
       a child of an item is a part of that item and is only matched below it.

    If the source has its own ids (roadmap.sh), the same id and title come first, and the same id with another
    title after stage 2: a renamed topic is followed, but not into the topic that replaced it. Sections match
    by stages 1 and 2, or if more than half of their children match. Items with equal titles are never matched
    by their order, unless all of them are unchanged.

    After all that, copies that are identical and have one status (``status_of`` an id) are matched by order
    if some were removed, and what is left of both versions with the same title and links is matched.

    ``accepted`` adds suggested matches: the new version's own id, or a title, by old id. Raises UsageError
    if one is not possible.

    Titles, notes, author's ticks and order are the new version's. From the old one it keeps what a source
    cannot express: a summary; the prerequisites, if the new version has none at all (a mix could be cyclic);
    kind, ``by`` and note of a resource that is in both; curated resources. Removed nodes with progress are
    retired, sections as items, so that notes and ticks stay visible.
    """
    matcher = Matcher(Version(old), Version(new))
    matcher.run()
    for old_id, target in accepted.items():
        _accept(matcher, old_id, target)
    matcher.propagate()
    if status_of is not None:
        matcher.match_copies(status_of)
    matcher.match_moved()
    result = _UpdateBuilder(old, new, matcher, has_progress).build()
    if status_of is None:
        return result
    before, after = FlatTree(old), FlatTree(result.roadmap)
    grouped = [
        match
        for match in result.kept
        if before.has_status(before.index_of[match.id])
        and not after.has_status(after.index_of[match.id])
        and status_of(match.id) != "todo"
    ]
    return result._replace(grouped=tuple(grouped))


def _accept(matcher: Matcher, old_id: str, target: str) -> None:
    """Add a suggested match. Raises UsageError."""
    what = f"offer {clean(f'{old_id}={target}', 200, one_line=True)!r}"
    remedy = "`roadmap-tui update --dry-run` lists the suggestions"
    old, new = matcher.old, matcher.new
    before = [index for index in old.items() if old.nodes[index].id == old_id]
    after = [index for index in new.items() if new.nodes[index].id == target]
    after = after or [index for index in new.items() if new.nodes[index].title == target]
    after = after or [index for index in new.items() if new.titles[index] == normalize_title(target)]
    if not before:
        raise UsageError(what, "the roadmap has no item of that id", remedy)
    if len(after) != 1:
        count = "several items" if after else "no item"
        raise UsageError(what, f"{count} of the new version have that id or title", remedy)
    if matcher.new_of.get(before[0]) == after[0]:
        return
    if before[0] in matcher.new_of:
        title = new.nodes[matcher.new_of[before[0]]].title
        raise UsageError(what, f"that item is still there: {title!r}", remedy)
    if after[0] in matcher.old_of:
        title = old.nodes[matcher.old_of[after[0]]].title
        raise UsageError(what, f"that item was there before: {title!r}", remedy)
    matcher.pair(before[0], after[0])


# Suggestions

_MIN_SCORE: Final = 75.0  # of 100
_MAX_PAIRS: Final = 250_000  # above that, only titles that share a rare word are compared
_MAX_CANDIDATES: Final = 50  # per item, if not all titles are compared
_GUESSES: Final = 5  # per item: another item may be a better match for the first


def _suggest(matcher: Matcher) -> dict[int, int]:
    """Return likely matches of unmatched items, new index by old index, the most similar first."""
    old, new = matcher.old, matcher.new
    olds = [index for index in old.items() if index not in matcher.new_of]
    news = [index for index in new.items() if index not in matcher.old_of]
    if not olds or not news:
        return {}
    from rapidfuzz import fuzz, process

    titles = [new.titles[index] for index in news]
    candidates = _CandidateIndex(titles) if len(olds) * len(news) > _MAX_PAIRS else None
    siblings_by_parent: dict[int, list[int]] = {}
    for index in news:
        siblings_by_parent.setdefault(new.parents[index], []).append(index)
    guesses: list[tuple[float, bool, int, int]] = []
    for before in olds:
        # Parts of a retired item's title were suggested when it was retired: now only the whole title counts.
        scorer = fuzz.token_ratio if before < old.active_count else fuzz.token_sort_ratio
        positions = range(len(news)) if candidates is None else candidates.find(old.titles[before])
        choices = titles if candidates is None else [titles[position] for position in positions]
        found = process.extract(
            old.titles[before], choices, scorer=scorer, score_cutoff=_MIN_SCORE, limit=_GUESSES
        )
        for _, score, i in found:
            after = news[positions[i]]
            if not _share_word(old.titles[before], new.titles[after]):
                continue
            guesses.append((-score, matcher.is_moved(before, after), before, after))
        # Titles are compared without brackets only below the same parent.
        siblings = siblings_by_parent.get(matcher.new_of.get(old.parents[before], before), [])
        siblings = siblings[:_MAX_CANDIDATES]
        choices = [new.bare_titles[index].words for index in siblings]
        found = process.extract(
            old.bare_titles[before].words, choices, scorer=scorer, score_cutoff=_MIN_SCORE, limit=_GUESSES
        )
        guesses.extend(
            [
                (-score, False, before, siblings[i])
                for _, score, i in found
                if _share_word(old.titles[before], new.titles[siblings[i]])
            ]
        )
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, before, after in sorted(guesses):
        if before not in chosen and after not in taken:
            chosen[before] = after
            taken.add(after)
    return dict(sorted(chosen.items()))


def _share_word(title: str, other: str) -> bool:
    """Return True if two titles share the first letters of a word; others are similar only by chance."""
    return not _word_keys(title).isdisjoint(_word_keys(other))


def _word_keys(title: str) -> set[str]:
    return {word if word.isdecimal() else word[:4] for word in title.split()}


class _CandidateIndex:
    """Finds titles that share the rarest words with a title, comparing the first letters of words."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._positions: dict[str, list[int]] = {}
        for position, title in enumerate(titles):
            for key in _word_keys(title):
                self._positions.setdefault(key, []).append(position)

    def find(self, title: str) -> list[int]:
        """Return the positions of a few titles that may be similar."""
        keys = [key for key in _word_keys(title) if key in self._positions]
        found: dict[int, None] = {}
        for count, key in sorted([(len(self._positions[key]), key) for key in keys]):
            if found and len(found) + count > _MAX_CANDIDATES:
                break
            found.update(dict.fromkeys(self._positions[key][:_MAX_CANDIDATES]))
        return list(found)


# The updated roadmap


class _UpdateBuilder:
    """Builds the updated roadmap and the report."""

    def __init__(
        self, old: Roadmap, new: Roadmap, matcher: Matcher, has_progress: Callable[[str], bool]
    ) -> None:
        self.old = old
        self.new = new
        self.matcher = matcher
        self.before = matcher.old
        self.after = matcher.new
        self.removed = [i for i in range(len(self.before.nodes)) if i not in matcher.new_of]
        self.retired = [i for i in self.removed if has_progress(self.before.nodes[i].id)]
        self.ids = self._assign_ids()
        self.item_ids = {self.ids[i] for i in self.after.items()} | {
            self.before.nodes[i].id for i in self.retired
        }
        self.new_ids = {node.id: self.ids[i] for i, node in enumerate(self.after.nodes)}
        self.has_prerequisites = any(
            isinstance(node, Item) and node.prerequisites for node in self.after.nodes
        )
        self.next_index = 0  # of the next node to build, in reading order

    def _assign_ids(self) -> list[str]:
        """Give matched nodes their old id; number a new id that the old version uses for something else."""
        taken = {node.id for node in self.before.nodes}
        ids: list[str] = []
        for index, node in enumerate(self.after.nodes):
            old = self.matcher.old_of.get(index)
            if old is not None:
                ids.append(self.before.nodes[old].id)
                continue
            node_id, number = node.id, 2
            while node_id in taken:
                tail = f"-{number}"
                node_id = node.id[: ID_LIMIT - len(tail)].rstrip("-") + tail
                number += 1
            taken.add(node_id)
            ids.append(node_id)
        return ids

    def build(self) -> UpdateResult:
        """Build the updated roadmap and the report."""
        old_of, active_count = self.matcher.old_of, self.before.active_count
        before, after = self.before.nodes, self.after.nodes
        pairs = [(old_of[i], i) for i in self.after.items() if i in old_of]
        kept = [(o, n) for o, n in pairs if o < active_count]
        removed, retired = [i for i in self.removed if i < active_count], set(self.retired)

        def titles(pairs: list[tuple[int, int]]) -> tuple[Match, ...]:
            return tuple([Match(self.ids[n], before[o].title, after[n].title) for o, n in pairs])

        def removals(indexes: list[int]) -> tuple[Match, ...]:
            return tuple([Match(before[o].id, before[o].title, "") for o in indexes])

        moved = [(o, n) for o, n in kept if self.matcher.is_moved(o, n)]
        suggested = _suggest(self.matcher).items()
        return UpdateResult(
            self._roadmap(),
            kept=titles(kept),
            new=tuple(
                [Match(self.ids[n], "", after[n].title) for n in self.after.items() if n not in old_of]
            ),
            moved=tuple([Match(self.ids[n], _path(self.before, o), _path(self.after, n)) for o, n in moved]),
            renamed=titles([(o, n) for o, n in kept if before[o].title != after[n].title]),
            retired=removals([o for o in removed if o in retired]),
            dropped=removals([o for o in removed if o not in retired and self.before.is_item[o]]),
            returned=titles([(o, n) for o, n in pairs if o >= active_count]),
            grouped=(),
            suggested=tuple(
                [Match(before[o].id, before[o].title, after[n].title, after[n].id) for o, n in suggested]
            ),
        )

    def _roadmap(self) -> Roadmap:
        # Items that were retired before come first.
        retired = sorted(self.retired, key=lambda index: index < self.before.active_count)
        updated = self.new._replace(
            id=self.old.id,
            summary=self.new.summary or self.old.summary,
            resources=_merge_resources(self.old.resources, self.new.resources),
            children=self._nodes(self.new.children),
            retired=tuple([self._retire(self.before.nodes[index]) for index in retired]),
        )
        return with_former(updated, self.old)

    def _nodes(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        return tuple([self._node(node) for node in nodes])

    def _node(self, node: Node) -> Node:
        index = self.next_index
        self.next_index += 1
        old_index = self.matcher.old_of.get(index)
        old = self.before.nodes[old_index] if old_index is not None else None
        node_id = self.ids[index]
        summary = node.summary or (old.summary if old else "")
        resources = _merge_resources(old.resources, node.resources) if old else node.resources
        if isinstance(node, Section):
            return node._replace(
                id=node_id,
                summary=summary,
                resources=resources,
                children=self._nodes(node.children),
                extra=node.extra or (old.extra if old else ""),
            )
        if self.has_prerequisites:
            needs = tuple([self.new_ids[name] for name in node.prerequisites if name in self.new_ids])
        else:
            needs = old.prerequisites if isinstance(old, Item) else ()
        children = self._nodes(node.children)
        return node._replace(
            id=node_id,
            summary=summary,
            prerequisites=self._existing(needs),
            resources=resources,
            children=tuple([child for child in children if isinstance(child, Item)]),
            **_kept_fields(old, node),
        )

    def _existing(self, prerequisites: tuple[str, ...]) -> tuple[str, ...]:
        return tuple([name for name in prerequisites if name in self.item_ids])

    def _retire(self, node: Node) -> Item:
        item = as_leaf(node)
        return item._replace(prerequisites=self._existing(item.prerequisites))


def _merge_resources(old: tuple[Resource, ...], new: tuple[Resource, ...]) -> tuple[Resource, ...]:
    known = {resource.url: resource for resource in old}
    urls = {url for resource in new for url in resource.addresses}
    return (
        *[_merge_resource(known.get(resource.url, resource), resource) for resource in new],
        *[resource for resource in old if resource.url not in urls and is_curated(resource)],
    )


def _merge_resource(old: Resource, new: Resource) -> Resource:
    kind = old.kind if new.kind == "website" else new.kind  # an importer's default
    return new._replace(
        kind=kind, by=new.by or old.by, note=new.note or old.note, was=new.was or old.was,
        minutes=new.minutes or old.minutes, extra=new.extra or old.extra,
    )  # fmt: skip


def _kept_fields(old: Node | None, new: Item) -> dict[str, Any]:
    """Return the fields of the old item that a source may not have: estimates, questions, unknown ones."""
    if not isinstance(old, Item):
        return {}
    names = ("kind", "hours", "level", "questions", "extra")
    return {name: getattr(new, name) or getattr(old, name) for name in names}


def _path(version: Version, index: int) -> str:
    return _PATH.join([version.nodes[ancestor].title for ancestor in reversed(version.ancestors(index))])
