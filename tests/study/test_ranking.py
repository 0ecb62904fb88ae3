"""Which items are ready, in which order, and why."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from roadmap_tui.core.progress.events import STATUSES, Stamp, StatusSet
from roadmap_tui.core.progress.progress import Progress
from roadmap_tui.core.progress.statuses import FINISHED
from roadmap_tui.core.roadmap.kinds import MATERIAL
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.store import library
from roadmap_tui.store.journal import Journal
from roadmap_tui.study.goal import set_goal
from roadmap_tui.study.study import Study
from roadmap_tui.study.today import next_steps
from roadmap_tui.text.today import format_reason
from tests.journals import NOON, Clock, journal


def _ids(study: Study) -> list[str]:
    return [item.id for item in study.ranking.next_items()]


def test_on_the_first_day_linear_algebra_comes_first(tmp_path: Path) -> None:
    study = Study(library.load_bundled(), journal(tmp_path))
    (item, reason), *others = next_steps(study, 99)
    assert (item.id, format_reason(reason, study.now())) == ("linear-algebra", "unlocks 126")
    assert {study.tree.kinds[study.tree.index_of[other.id]] for other, _ in others} == {MATERIAL}
    study.set_status(["linear-algebra"], "done")
    study.set_status(["stanford-cs229"], "doing")
    item, reason = next(iter(next_steps(study, 1)))
    assert item.id == "calculus"
    assert "unlocked by Linear Algebra (today)" in format_reason(reason, study.now())


def test_the_order_is_in_progress_then_the_goal_then_what_unlocks_most(sit: Callable[..., Study]) -> None:
    children = (
        Item("course", "Course", kind="material"),
        Item("free", "Free"),
        Item("key", "Key"),
        Item("lock", "Lock", prerequisites=("key",)),
        Item("doing", "Doing", prerequisites=("lock",)),
        Item("wanted", "Wanted"),
    )
    study = sit(Roadmap("r", "R", children=children))
    ready = [node.id for index, node in enumerate(study.tree.nodes) if study.ranking.is_ready(index)]
    assert ready == ["free", "key", "wanted"]  # no material
    study.set_status(["doing", "course"], "doing")
    assert _ids(study) == ["doing", "key", "free", "wanted", "course"]
    set_goal(study, "wanted")
    assert _ids(study) == ["doing", "wanted", "key", "free", "course"]
    set_goal(study, "")
    assert [study.ranking.unlock_count(name) for name in ("key", "lock", "free")] == [2, 1, 0]
    study.set_status(["lock"], "skipped")
    assert study.ranking.unlock_count("key") == 1
    study.set_status(["key"], "skipped")
    assert _ids(study) == ["doing", "free", "wanted", "course"]


def test_a_group_is_required_as_a_whole_and_hands_its_prerequisites_down(sit: Callable[..., Study]) -> None:
    group = Item("group", "Group", prerequisites=("start",), children=(Item("a", "A"), Item("b", "B")))
    later = Item("later", "Later", prerequisites=("group",))
    study = sit(Roadmap("r", "R", children=(Item("start", "Start"), group, later)))
    assert _ids(study) == ["start"]
    assert study.ranking.unlock_count("start") == 3
    study.set_status(["start"], "done")
    assert _ids(study) == ["a", "b"]
    study.set_status(["a", "b"], "done")
    assert _ids(study) == ["later"]


NAMES = "abcdefgh"


@given(st.sets(st.sampled_from(list(combinations(NAMES, 2)))), st.tuples(*[st.sampled_from(STATUSES)] * 8))
def test_an_item_with_an_unmet_prerequisite_is_never_ready(
    edges: set[tuple[str, str]], marks: tuple[str, ...]
) -> None:
    needs = {name: [first for first, second in edges if second == name] for name in NAMES}
    statuses = dict(zip(NAMES, marks, strict=True))
    items = tuple([Item(name, name, prerequisites=tuple(needs[name])) for name in NAMES])
    events = [StatusSet(Stamp(name, 1, NOON), "r", (name,), name, statuses[name]) for name in NAMES]
    study = Study(Roadmap("r", "R", children=items), Journal(None, Clock()), progress=Progress(events))
    met = [name for name in NAMES if all(statuses[other] in FINISHED for other in needs[name])]
    ready = [name for name in met if statuses[name] == "todo"]
    assert [name for name in NAMES if study.ranking.is_ready(study.tree.index_of[name])] == ready
    assert sorted(_ids(study)) == sorted([*ready, *(name for name in NAMES if statuses[name] == "doing")])
