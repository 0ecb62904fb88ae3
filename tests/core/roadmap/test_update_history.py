from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from roadmap_tui.core.roadmap.model import Item, Roadmap, Section
from roadmap_tui.core.roadmap.titles import normalize_title, strip_brackets
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.update import UpdateResult, update_roadmap
from roadmap_tui.core.roadmap.validation import decode
from tests.outlines import Linked, among, check, everything, items, nodes, retired_ids, roadmap, update

# Whatever the author does


@dataclass
class Spot:
    """A node as an author has it before them: what they may change, and no id."""

    title: str
    is_item: bool = True
    urls: tuple[str, ...] = ()
    number: str = ""
    below: list[Spot] = field(default_factory=list)

    def all(self) -> list[Spot]:
        return [self, *[spot for child in self.below for spot in child.all()]]


WORDS = ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa")
BRACKETS = ("", "", " (one)", " (two)", " (one) (two)")
URLS = ("https://a.org/1", "https://a.org/2", "https://a.org/3")
EDITS = (
    "move", "move", "rename", "renumber", "shuffle", "add", "add", "remove", "remove",
    "bring back", "title", "brackets", "links",
)  # fmt: skip


class Author:
    """Writes a roadmap and edits it; with ``twins`` titles may be there more than once."""

    def __init__(self, random: Random, *, twins: bool) -> None:
        self.random = random
        self.twins = twins
        self.numbers = count(1)
        self.top = Spot("", is_item=False)
        self.bin: list[Spot] = []
        for _ in range(random.randint(2, 14)):
            self.add()

    def title(self) -> str:
        words = " ".join(self.random.choices(WORDS, k=self.random.randint(1, 2)))
        return words if self.twins else f"{words} {next(self.numbers)}"

    def pick(self, wanted: Callable[[Spot], bool]) -> Spot | None:
        spots = [spot for spot in self.top.all()[1:] if wanted(spot)]
        return self.random.choice(spots) if spots else None

    def put(self, spot: Spot) -> None:
        inside = set(map(id, spot.all()))
        places = [self.top, *[place for place in self.top.all() if id(place) not in inside]]
        if not spot.is_item or any(not one.is_item for one in spot.all()):
            places = [place for place in places if not place.is_item]
        below = self.random.choice(places).below
        below.insert(self.random.randint(0, len(below)), spot)

    def take(self) -> Spot | None:
        spot = self.pick(lambda spot: True)
        for place in self.top.all():
            place.below = [child for child in place.below if child is not spot]
        return spot

    def add(self) -> None:
        is_item = self.random.random() < 0.7
        title = self.title() + (self.random.choice(BRACKETS) if is_item else "")
        urls = tuple(self.random.sample(URLS, self.random.choice((0, 0, 1, 2))))
        self.put(Spot(title, is_item, urls))

    def edit(self) -> None:
        match self.random.choice(EDITS):
            case "move" if spot := self.take():
                self.put(spot)
            case "rename" if spot := self.pick(lambda spot: not spot.is_item):
                spot.title = self.title()
            case "renumber":
                sections = [spot for spot in self.top.all() if not spot.is_item]
                for at, spot in enumerate(sections, self.random.randint(1, 9)):
                    spot.number = self.random.choice((f"{at}. ", f"1.{at} ", f"{at} – ", ""))
            case "shuffle":
                self.random.shuffle(self.random.choice(self.top.all()).below)
            case "add":
                self.add()
            case "remove" if spot := self.take():
                self.bin.append(spot)
            case "bring back" if self.bin:
                self.put(self.bin.pop())
            case "title" if spot := self.pick(lambda spot: spot.is_item):
                spot.title = self.title()
            case "brackets" if spot := self.pick(lambda spot: spot.is_item):
                spot.title = spot.title.split(" (")[0] + self.random.choice(BRACKETS)
            case "links" if spot := self.pick(lambda spot: spot.is_item):
                spot.urls = tuple(self.random.sample(URLS, self.random.choice((0, 1, 2))))
            case _:
                pass

    def publish(self) -> Roadmap:
        def written(spot: Spot) -> object:
            mark = "- " if spot.is_item else spot.number
            return Linked({mark + spot.title: [written(child) for child in spot.below]}, spot.urls)

        return roadmap(*[written(spot) for spot in self.top.below])


authors = st.builds(Author, st.randoms(use_true_random=False), twins=st.booleans())
distinct = st.builds(Author, st.randoms(use_true_random=False), twins=st.just(False))


def may_be_one(before: Item, after: Item) -> bool:
    """Whether one of the rules says that two items are one."""
    one, other = strip_brackets(before.title), strip_brackets(after.title)
    return (
        normalize_title(before.title) == normalize_title(after.title)
        or {link.url for link in before.resources} == {link.url for link in after.resources} != set()
        or (one.words == other.words and one.differs_only_by_brackets(other))
    )


@given(authors, st.lists(st.tuples(st.integers(0, 6), st.sets(st.integers(0, 30))), max_size=5))
@settings(max_examples=250, deadline=None)
def test_no_progress_is_lost_or_moved_to_another_topic(
    author: Author, versions: list[tuple[int, set[int]]]
) -> None:
    kept = author.publish()
    progress: set[str] = set()
    for edits, marked in versions:
        progress |= {name for at, name in enumerate(items(kept)) if at in marked}
        for _ in range(edits):
            author.edit()
        new = author.publish()
        result = update_roadmap(kept, new, has_progress=among(progress))
        check(kept, new, result)
        before = items(kept) | {item.id: item for item in kept.retired}
        after = items(result.roadmap)
        for name in before.keys() & after.keys():
            assert may_be_one(before[name], after[name])
        assert progress <= set(after) | set(retired_ids(result))
        again = update_roadmap(result.roadmap, new, has_progress=among(progress))
        assert again.roadmap == result.roadmap
        assert not any(again[2:])
        kept = result.roadmap


@given(distinct, st.integers(1, 12))
@settings(max_examples=250, deadline=None)
def test_an_update_and_its_reverse_restore_every_tick(author: Author, edits: int) -> None:
    first = author.publish()
    for _ in range(edits):
        author.edit()
    there = update(first, author.publish())
    back = update(there.roadmap, first)
    assert {item.id: item.title for item in FlatTree(back.roadmap).items()} == {
        item.id: item.title for item in FlatTree(first).items()
    }


@given(distinct, st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_moving_and_renumbering_changes_no_id(author: Author, random: Random) -> None:
    first = author.publish()
    for _ in range(8):
        spot = author.take()
        if spot:
            author.put(spot)
        random.shuffle(author.top.below)
    result = update(first, author.publish())
    titles = {name: node.title for name, node in nodes(first).items()}
    assert {name: node.title for name, node in nodes(result.roadmap).items()} == titles
    assert not result.new
    assert not result.roadmap.retired


# What a real author did


def versions() -> list[tuple[str, Roadmap]]:
    folder = os.environ.get("ROADMAP_TUI_CORPUS")
    if not folder:
        pytest.skip("ROADMAP_TUI_CORPUS does not say where the published versions of the seed are")
    from roadmap_tui.core.importers.markdown import read_markdown

    paths = sorted(Path(folder).glob("seed-[0-9][0-9]-*.md"))
    assert len(paths) > 10
    return [(path.name[5:7], read_markdown(path.read_bytes(), "README.md").roadmap) for path in paths]


def replay(kept: Roadmap, new: Roadmap, ticked: set[str]) -> UpdateResult:
    """One step of an author, everything ticked before."""
    ticked |= set(items(kept))
    result = update_roadmap(kept, new, has_progress=among(ticked))
    check(kept, new, result)
    after = items(result.roadmap)
    for name, item in (items(kept) | {item.id: item for item in kept.retired}).items():
        assert name not in after or may_be_one(item, after[name])
    assert ticked <= set(after) | set(retired_ids(result))
    assert update_roadmap(result.roadmap, new, has_progress=among(ticked)).roadmap == result.roadmap
    return result


def test_no_tick_is_misplaced_through_all_versions_of_the_seed() -> None:
    (_, kept), *later = versions()
    ticked: set[str] = set()
    steps: dict[str, UpdateResult] = {}
    for name, new in later:
        titles = {normalize_title(item.title) for item in items(kept).values()}
        step = steps[name] = replay(kept, new, ticked)
        kept = step.roadmap
        # What is there under the same title, once before and once after, is carried over.
        assert {match.after for match in step.new if normalize_title(match.after) in titles} == set()
    detection = {match.before: match for match in steps["18"].suggested}["Object Detection (U-Net)"]
    assert detection.after == "Object Detection (YOLO)"
    assert "Object Detection (U-Net)" in [item.title for item in kept.retired]
    assert [match.after for match in steps["23"].renamed] == [
        "Optimization (gradient descent, Adam, RMSprop, etc.) (next term)"
    ]
    assert len(steps["34"].kept) == 123
    assert not steps["34"].retired
    assert len(steps["35"].kept) == 124
    assert [(match.before, match.after) for match in steps["35"].suggested] == [
        ("DQN (with replay + target network)", "DQN (with Q + target network)"),
        ("PPO (full implementation)", "PPO & GRPO (only implemented PPO but studied GRPO)"),
    ]
    assert len(items(kept)) == 127


def test_every_tick_comes_home_when_the_seed_goes_back_to_what_it_was() -> None:
    known = versions()
    ticked: set[str] = set()
    kept = known[0][1]
    homes: list[dict[str, str]] = []
    for _, new in known:
        kept = replay(kept, new, ticked).roadmap
        homes.append({item.title: item.id for item in FlatTree(kept).items()})
    for (_, new), home in reversed(list(zip(known, homes, strict=True))):
        kept = replay(kept, new, ticked).roadmap
        assert {item.title: item.id for item in FlatTree(kept).items()} == home


LATER: list[Callable[[Roadmap], Roadmap]] = [
    lambda new: new,
    lambda new: new._replace(children=new.children[::-1]),
    lambda new: new._replace(children=(Section("fresh", "All of it", children=new.children),)),
]


@pytest.mark.parametrize("change", LATER, ids=["the same", "reversed", "one level down"])
def test_what_follows_the_last_version_carries_all_that_is_still_there(
    change: Callable[[Roadmap], Roadmap],
) -> None:
    last = versions()[-1][1]
    result = replay(last, change(last), set())
    assert len(result.kept) == 127
    assert not any((result.new, result.moved, result.renamed, result.retired))


def test_the_bundled_roadmap_follows_its_source() -> None:
    bundled = decode((Path(__file__).parents[3] / "data" / "roadmap.json").read_bytes(), "roadmap.json")
    last = versions()[-1][1]
    result = update_roadmap(bundled, last, has_progress=everything)
    check(bundled, last, result)
    before = items(bundled)
    assert len(result.kept) == 127
    for name, item in items(result.roadmap).items():
        assert item.summary == before[name].summary
        assert item.prerequisites == before[name].prerequisites
        assert item.resources == before[name].resources
