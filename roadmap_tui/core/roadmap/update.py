"""Following a roadmap that its author edits: the new version under the ids of the old one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final, NamedTuple

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.format import ID_LIMIT
from roadmap_tui.core.roadmap.matching import Matcher, Version, is_curated
from roadmap_tui.core.roadmap.model import Item, Node, Resource, Roadmap, Section
from roadmap_tui.core.roadmap.titles import normalize_title
from roadmap_tui.core.sanitize import clean

_NONE: Final[Mapping[str, str]] = MappingProxyType({})
_PATH: Final = " › "


class Match(NamedTuple):
    """One line of a report: an item by its id, and what it was and is (empty where it was or is not).

    ``incoming`` is the new version's own id for an item that is offered, by which the offer is accepted.
    """

    id: str
    before: str
    after: str
    incoming: str = ""


class UpdateResult(NamedTuple):
    """The new version under the old ids, and what became of each item, in reading order.

    ``kept``, ``renamed``, ``returned`` and ``offered`` have titles before and after, ``moved`` the titles
    above the item, joined; ``new`` has no title before, ``retired`` and ``dropped`` none after. ``kept``
    is every item that was there and still is, moved and renamed ones included. ``retired`` is what has
    gone in this update and has progress; ``roadmap.retired`` keeps that of earlier ones too. ``dropped``
    has gone and had none. ``offered`` is a guess about what an item that is not there has become.
    """

    roadmap: Roadmap
    kept: tuple[Match, ...]
    new: tuple[Match, ...]
    moved: tuple[Match, ...]
    renamed: tuple[Match, ...]
    retired: tuple[Match, ...]
    dropped: tuple[Match, ...]
    returned: tuple[Match, ...]
    suggested: tuple[Match, ...]


def update_roadmap(
    old: Roadmap,
    new: Roadmap,
    *,
    has_progress: Callable[[str], bool],
    accepted: Mapping[str, str] = _NONE,
) -> UpdateResult:
    """``new``, a fresh import with ids of its own making, under the ids of ``old``.

    Items, retired ones too, are matched in these stages, and in the last two only after all others. Titles
    are compared by ``titles.loose``.

    1. The same title below the same parent; or below a parent and a nearest heading of the same titles.
    2. The same title, if each version has it once; if not, the title that has the same addresses.
    3. The same addresses, at least one, if each version has them once.
    4. The same title but for brackets that were added or removed. Brackets that were exchanged make it
       another topic, and an item below another one is a part of that: it matches there only.

    Where the source itself has ids, which the items' ids end in (``core.topics``), the same id and title come
    before all that, and the same id with any title after the second stage: so a topic is followed that was
    renamed, but not into another one that was put in its place while it stands elsewhere.

    Sections are matched by the first two; and as renamed, where more than half of what one held is more
    than half of what another one holds. What shares its title with others is never matched by its order
    among them, unless all of them are as they were.

    What is left is compared by likeness and offered. ``accepted`` has the offers to take: the old id, and
    the new version's own id or its title. Raises ``Refused`` about one that can't be taken.

    Titles, notes, the author's ticks and the order are those of the new version. Of the old one stays what
    a source may not be able to say: a summary, where the new one has none; the prerequisites, if the new
    version has none anywhere (a mixture could go in circles); the kind, maker and note of a resource that
    is in both, where the new one has none; and a resource that says who made it (``by``), because no
    reader of sources does: it was chosen by hand. Any other was a link of the source and goes with it.

    What has gone is retired if it has progress; a section too, as an item, because its notes and the ticks
    of its resources would be out of sight.
    """
    matching = Matcher(Version(old), Version(new))
    matching.run()
    for old_id, wanted in accepted.items():
        _accept(matching, old_id, wanted)
    matching.propagate()
    return _ResultBuilder(old, new, matching, has_progress).reconciled()


def _accept(matching: Matcher, old_id: str, wanted: str) -> None:
    """Take an offer. Raises Refused where it can't be taken."""
    what = f"offer {clean(f'{old_id}={wanted}', 200, one_line=True)!r}"
    remedy = "`roadmap-tui update --dry-run` lists the offers"
    old, new = matching.old, matching.new
    before = [at for at in old.items() if old.nodes[at].id == old_id]
    after = [at for at in new.items() if new.nodes[at].id == wanted]
    after = after or [at for at in new.items() if new.nodes[at].title == wanted]
    after = after or [at for at in new.items() if new.titles[at] == normalize_title(wanted)]
    if not before:
        raise UsageError(what, "the roadmap has no item of that id", remedy)
    if len(after) != 1:
        count = "several items" if after else "no item"
        raise UsageError(what, f"{count} of the new version have that id or title", remedy)
    if matching.new_of.get(before[0]) == after[0]:
        return
    if before[0] in matching.new_of:
        title = new.nodes[matching.new_of[before[0]]].title
        raise UsageError(what, f"that item is still there: {title!r}", remedy)
    if after[0] in matching.old_of:
        title = old.nodes[matching.old_of[after[0]]].title
        raise UsageError(what, f"that item was there before: {title!r}", remedy)
    matching.pair(before[0], after[0])


# Likeness

_OFFER_FROM: Final = 75.0  # of 100
_COMPARE_ALL: Final = 250_000  # pairs; of more, only those that share a rare word
_CANDIDATES: Final = 50  # for each item, where not all are compared
_GUESSES: Final = 5  # for each item, since another may have a better claim to the first


def _offers(matching: Matcher) -> dict[int, int]:
    """Guesses about the items that are left, old to new; the likelier of two takes what both want."""
    old, new = matching.old, matching.new
    olds = [at for at in old.items() if at not in matching.new_of]
    news = [at for at in new.items() if at not in matching.old_of]
    if not olds or not news:
        return {}
    from rapidfuzz import fuzz, process

    titles = [new.titles[at] for at in news]
    near = _CandidateIndex(titles) if len(olds) * len(news) > _COMPARE_ALL else None
    below: dict[int, list[int]] = {}
    for at in news:
        below.setdefault(new.parents[at], []).append(at)
    guesses: list[tuple[float, bool, int, int]] = []
    for one in olds:
        # What was retired was offered all that resembles it when it went: now it must come back as itself.
        scorer = fuzz.token_ratio if one < old.active_count else fuzz.token_sort_ratio
        places = range(len(news)) if near is None else near.places(old.titles[one])
        choices = titles if near is None else [titles[place] for place in places]
        found = process.extract(
            old.titles[one], choices, scorer=scorer, score_cutoff=_OFFER_FROM, limit=_GUESSES
        )
        for _, score, i in found:
            other = news[places[i]]
            guesses.append((-score, matching.is_moved(one, other), one, other))
        # Brackets are left aside only for those that stand where it stood.
        beside = below.get(matching.new_of.get(old.parents[one], one), [])[:_CANDIDATES]
        choices = [new.bare_titles[at].words for at in beside]
        found = process.extract(
            old.bare_titles[one].words, choices, scorer=scorer, score_cutoff=_OFFER_FROM, limit=_GUESSES
        )
        guesses.extend([(-score, False, one, beside[i]) for _, score, i in found])
    chosen: dict[int, int] = {}
    taken: set[int] = set()
    for _, _, one, other in sorted(guesses):
        if one not in chosen and other not in taken:
            chosen[one] = other
            taken.add(other)
    return dict(sorted(chosen.items()))


class _CandidateIndex:
    """Finds the titles that share the rarest words with another, told by their first letters."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._places: dict[str, list[int]] = {}
        for place, title in enumerate(titles):
            for key in self._keys(title):
                self._places.setdefault(key, []).append(place)

    @staticmethod
    def _keys(title: str) -> set[str]:
        return {word if word.isdecimal() else word[:4] for word in title.split()}

    def places(self, title: str) -> list[int]:
        """The places of a few titles that may be like this one."""
        rarest = sorted([(len(self._places[key]), key) for key in self._keys(title) if key in self._places])
        near: dict[int, None] = {}
        for count, key in rarest:
            if near and len(near) + count > _CANDIDATES:
                break
            near.update(dict.fromkeys(self._places[key][:_CANDIDATES]))
        return list(near)


# The new version


class _ResultBuilder:
    """Puts the new version together and says what has become of the old one."""

    def __init__(
        self, old: Roadmap, new: Roadmap, matching: Matcher, has_progress: Callable[[str], bool]
    ) -> None:
        self.old = old
        self.new = new
        self.matching = matching
        self.before = matching.old
        self.after = matching.new
        self.gone = [at for at in range(len(self.before.nodes)) if at not in matching.new_of]
        self.retired = [at for at in self.gone if has_progress(self.before.nodes[at].id)]
        self.ids = self._ids()
        kept = [self.ids[at] for at in self.after.items()] + [self.before.nodes[at].id for at in self.retired]
        self.known = frozenset(kept)
        self.final = {node.id: self.ids[at] for at, node in enumerate(self.after.nodes)}
        self.has_prerequisites = any(
            isinstance(node, Item) and node.prerequisites for node in self.after.nodes
        )
        self.at = 0  # the place in reading order of the node that is made next

    def _ids(self) -> list[str]:
        """The ids of the new version; one that the old version has stays with what it named there."""
        taken = {node.id for node in self.before.nodes}
        ids: list[str] = []
        for at, node in enumerate(self.after.nodes):
            old = self.matching.old_of.get(at)
            if old is not None:
                ids.append(self.before.nodes[old].id)
                continue
            name, number = node.id, 2
            while name in taken:
                tail = f"-{number}"
                name = node.id[: ID_LIMIT - len(tail)].rstrip("-") + tail
                number += 1
            taken.add(name)
            ids.append(name)
        return ids

    def reconciled(self) -> UpdateResult:
        """The result."""
        children = self._nodes(self.new.children)
        roadmap = self.new._replace(
            id=self.old.id,
            summary=self.new.summary or self.old.summary,
            resources=_resources(self.old.resources, self.new.resources),
            children=children,
            retired=self._retired(),
        )
        old_of, ids, live = self.matching.old_of, self.ids, self.before.active_count
        before, after = self.before.nodes, self.after.nodes
        pairs = [(old_of[at], at) for at in self.after.items() if at in old_of]
        kept = [pair for pair in pairs if pair[0] < live]
        gone = [at for at in self.gone if at < live]
        retired = set(self.retired)
        return UpdateResult(
            roadmap,
            kept=tuple([Match(ids[n], before[o].title, after[n].title) for o, n in kept]),
            new=tuple([Match(ids[n], "", after[n].title) for n in self.after.items() if n not in old_of]),
            moved=tuple(
                [
                    Match(ids[n], _path(self.before, o), _path(self.after, n))
                    for o, n in kept
                    if self.matching.is_moved(o, n)
                ]
            ),
            renamed=tuple(
                [
                    Match(ids[n], before[o].title, after[n].title)
                    for o, n in kept
                    if before[o].title != after[n].title
                ]
            ),
            retired=tuple([Match(before[o].id, before[o].title, "") for o in gone if o in retired]),
            dropped=tuple(
                [
                    Match(before[o].id, before[o].title, "")
                    for o in gone
                    if o not in retired and self.before.is_item[o]
                ]
            ),
            returned=tuple([Match(ids[n], before[o].title, after[n].title) for o, n in pairs if o >= live]),
            suggested=tuple(
                [
                    Match(before[o].id, before[o].title, after[n].title, after[n].id)
                    for o, n in _offers(self.matching).items()
                ]
            ),
        )

    def _nodes(self, nodes: Sequence[Node]) -> tuple[Node, ...]:
        return tuple([self._node(node) for node in nodes])

    def _items(self, nodes: Sequence[Item]) -> tuple[Item, ...]:
        return tuple([node for node in self._nodes(nodes) if isinstance(node, Item)])

    def _node(self, node: Node) -> Node:
        at = self.at
        self.at += 1
        before = self.matching.old_of.get(at)
        old = self.before.nodes[before] if before is not None else None
        id = self.ids[at]
        summary = node.summary or (old.summary if old else "")
        resources = _resources(old.resources, node.resources) if old else node.resources
        if isinstance(node, Section):
            return node._replace(
                id=id, summary=summary, resources=resources, children=self._nodes(node.children)
            )
        if self.has_prerequisites:
            needs = tuple([self.final[name] for name in node.prerequisites if name in self.final])
        else:
            needs = old.prerequisites if isinstance(old, Item) else ()
        return node._replace(
            id=id,
            summary=summary,
            prerequisites=self._still_there(needs),
            resources=resources,
            children=self._items(node.children),
        )

    def _still_there(self, needs: tuple[str, ...]) -> tuple[str, ...]:
        return tuple([name for name in needs if name in self.known])

    def _retired(self) -> tuple[Item, ...]:
        """What was retired earlier and has not returned, then what is now, each by itself."""
        ordered = sorted(self.retired, key=lambda at: at < self.before.active_count)
        return tuple([self._gone(self.before.nodes[at]) for at in ordered])

    def _gone(self, node: Node) -> Item:
        if isinstance(node, Section):
            return Item(node.id, node.title, node.summary, node.note, resources=node.resources)
        return node._replace(prerequisites=self._still_there(node.prerequisites), children=())


def _resources(old: tuple[Resource, ...], new: tuple[Resource, ...]) -> tuple[Resource, ...]:
    known = {resource.url: resource for resource in old}
    here = {resource.url for resource in new}
    return (
        *[_resource(known.get(resource.url, resource), resource) for resource in new],
        *[resource for resource in old if resource.url not in here and is_curated(resource)],
    )


def _resource(old: Resource, new: Resource) -> Resource:
    kind = old.kind if new.kind == "website" else new.kind  # what a reader says that can't tell
    return new._replace(kind=kind, by=new.by or old.by, note=new.note or old.note)


def _path(side: Version, at: int) -> str:
    return _PATH.join([side.nodes[above].title for above in reversed(side.ancestors(at))])
