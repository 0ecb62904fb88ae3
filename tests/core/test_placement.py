"""The placement test: what its answers settle, and how much twenty of them do."""

from __future__ import annotations

import random
from statistics import mean

from roadmap_tui.core.placement import MAX_QUESTIONS, Placement
from roadmap_tui.core.roadmap.graph import PrerequisiteGraph
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.store import library

DIAMOND = {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c"], "e": ["d"]}


def test_yes_settles_what_is_required_and_no_what_requires_it() -> None:
    placement = Placement(DIAMOND, frozenset())
    assert placement.question() in {"b", "c", "d"}
    placement.answers = [("b", "yes")]
    assert placement.result().known == ("a", "b")
    assert placement.settled == 2
    placement.answers.append(("d", "no"))
    assert (placement.settled, placement.question()) == (4, "c")
    placement.answer("partly")
    assert placement.result() == (("a", "b"), ("c",))
    assert (placement.settled, placement.question()) == (5, None)
    assert placement.back()
    assert placement.question() == "c"
    assert placement.back()
    assert placement.back()
    assert not placement.back()
    assert placement.settled == 0


def test_partly_settles_nothing_else() -> None:
    placement = Placement(DIAMOND, frozenset())
    placement.answers = [("d", "partly")]
    assert (placement.result(), placement.settled) == (((), ("d",)), 1)
    placement.answers.append(("e", "yes"))  # then it is known after all
    assert placement.result() == (("a", "b", "c", "d", "e"), ())


def test_marked_items_are_neither_asked_about_nor_changed() -> None:
    placement = Placement(DIAMOND, frozenset("ad"))
    asked = set()
    while (name := placement.question()) is not None:
        asked.add(name)
        placement.answer("yes")
    assert asked == {"b", "c", "e"} or asked == {"e"}
    assert placement.result().known == ("b", "c", "e")
    assert placement.total == placement.settled == 3


def test_twenty_answers_settle_most_of_the_bundled_roadmap_and_never_claim_too_much() -> None:
    graph = PrerequisiteGraph(FlatTree(library.load_bundled()))
    requirements = graph.path_or_order("")
    placement = Placement(requirements, frozenset())
    assert placement.total == 127
    closures = {name: set(graph.path(name)) for name in requirements}
    chance, shares = random.Random(15), []
    names = list(requirements)
    for _ in range(1000):
        wanted = len(names) * chance.uniform(0.1, 0.5)
        known: set[str] = set()
        for name in chance.sample(names, len(names)):
            if len(known) >= wanted:
                break
            known |= closures[name]
        placement.answers = []
        while (question := placement.question()) is not None:
            placement.answer("yes" if question in known else "no")
        assert len(placement.answers) <= MAX_QUESTIONS
        assert set(placement.result().known) <= known
        shares.append(placement.settled / placement.total)
    assert mean(shares) >= 0.7, mean(shares)
