from __future__ import annotations

import re
from random import Random

import pytest

from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.model import FormerNode, Item, Resource, Roadmap, Section
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.roadmap.update import Match, update_roadmap
from tests.outlines import (
    among,
    items,
    nodes,
    nothing,
    published,
    retired_ids,
    roadmap,
    update,
    where,
)

# Stage 1: the same place


def test_an_unmoved_node_keeps_its_id() -> None:
    outline = ({"Chapter": ["One", {"Part": ["Two"]}, {"- Three": ["Four"]}]}, "Five")
    old = published(*outline)
    result = update(old, roadmap(*outline))
    assert result.roadmap.children == old.children
    assert (result.roadmap.id, result.roadmap.title) == ("kept", "Fresh")
    assert len(result.kept) == 5
    assert not any(result[2:])


def test_a_new_number_before_a_heading_changes_nothing() -> None:
    old = published({"13. Practice": ["Exercise", "Project"]}, {"14. Theory": ["Exercise"]})
    result = update(old, roadmap({"12. Practice": ["Exercise", "Project"]}, {"13. Theory": ["Exercise"]}))
    assert where(result.roadmap) == {
        "practice": "12. Practice",
        "practice-of-exercise": "12. Practice/Exercise",
        "practice-of-project": "12. Practice/Project",
        "theory": "13. Theory",
        "theory-of-exercise": "13. Theory/Exercise",
    }
    assert not any(result[2:])


def test_equal_titles_stay_with_their_parents_in_any_order() -> None:
    old = published({"Value": ["DQN", "SARSA"]}, {"Practice": [{"- Implement": ["DQN"]}, "DQN"]})
    result = update(
        old, roadmap({"Practice": ["DQN", {"- Implement": ["DQN"]}]}, {"Value": ["SARSA", "DQN"]})
    )
    assert where(result.roadmap) == where(old)
    assert not result.moved


def test_an_equal_title_elsewhere_is_not_matched_with_a_removed_one() -> None:
    old = published({"One": ["Exercise"]}, {"Two": ["Exercise"]})
    result = update(old, roadmap({"Three": ["Other", "Words", "Exercise"]}, {"One": ["Exercise"]}))
    assert where(result.roadmap)["one-of-exercise"] == "One/Exercise"
    assert "two-of-exercise" in retired_ids(result)
    assert [(match.id, match.after) for match in result.suggested] == [("two-of-exercise", "Exercise")]


def test_equal_titles_follow_a_renamed_heading() -> None:
    old = published({"Foo": ["Exercise", "A", "B"]}, {"Bar": ["Exercise", "C", "D"]})
    result = update(old, roadmap({"Basics": ["Exercise", "C", "D"]}, {"Tools": ["Exercise", "A", "B"]}))
    assert where(result.roadmap) == {
        "bar": "Basics",
        "bar-of-exercise": "Basics/Exercise",
        "bar-of-c": "Basics/C",
        "bar-of-d": "Basics/D",
        "foo": "Tools",
        "foo-of-exercise": "Tools/Exercise",
        "foo-of-a": "Tools/A",
        "foo-of-b": "Tools/B",
    }
    assert not result.moved


def test_a_renamed_heading_with_only_half_of_its_items_is_new() -> None:
    old = published({"Foo": ["A", "B"]})
    result = update(old, roadmap({"Bar": ["A", "C"]}, {"Baz": ["B"]}))
    assert where(result.roadmap) == {
        "n1": "Bar",
        "foo-of-a": "Bar/A",
        "n3": "Bar/C",
        "n4": "Baz",
        "foo-of-b": "Baz/B",
    }


def test_equal_titles_are_told_apart_by_heading_and_parent() -> None:
    old = published({"X": [{"Quiz": ["Sum"]}, {"Test": ["Sum"]}]}, {"Y": [{"Quiz": ["More"]}]})
    new = roadmap(
        {"Z": ["New", {"Test": ["Sum"]}]}, {"Q": ["Old", {"Quiz": ["Sum"]}]}, {"P": [{"Quiz": ["Big"]}]}
    )
    found = where(update(old, new).roadmap)
    assert found["x-of-quiz-of-sum"] == "Q/Quiz/Sum"
    assert found["x-of-test-of-sum"] == "Z/Test/Sum"


def test_equal_titles_below_equal_headings_stay_where_they_are() -> None:
    old = published({"A": [{"Quiz": ["Sum"]}]}, {"B": [{"Quiz": ["Sum"]}]})
    result = update(old, roadmap({"B": [{"Quiz": ["sum"]}]}, {"A": [{"1. Quiz": ["SUM"]}]}))
    assert where(result.roadmap)["a-of-quiz-of-sum"] == "A/1. Quiz/SUM"
    assert where(result.roadmap)["b-of-quiz-of-sum"] == "B/Quiz/sum"


def test_unchanged_identical_siblings_keep_their_ids() -> None:
    outline = ({"S": ["Rest", "Study", "Rest", "Rest"]},)
    old = published(*outline)
    assert update(old, roadmap(*outline)).roadmap.children == old.children


@pytest.mark.parametrize(
    "below", [["Rest", "Rest"], ["Rest", "Rest", "Rest", "Rest"], ["Rest"], ["REST", "rest", "Rest."]]
)
def test_changed_identical_siblings_are_not_matched_by_order(below: list[str]) -> None:
    result = update(published({"S": ["Rest", "Rest", "Rest"]}), roadmap({"S": below}))
    assert not result.kept
    assert len(result.roadmap.retired) == 3
    assert len(result.suggested) == min(len(below), 3)


def test_identical_siblings_are_told_apart_by_addresses_and_spelling() -> None:
    links = [("Rest", "https://a.org/1"), ("Rest", "https://a.org/2")]
    old = published({"S": [*links, "Go!", "Go?"]}, {"T": [*links, "Go", {"U": ["Go"]}]})
    new = roadmap(
        {"S": [("Go?", "https://a.org/3"), links[1], links[0], ("Go!", "https://a.org/4")]},
        {"T": ["GO", *links, {"U": ["go."]}]},
    )
    assert [item.id for item in FlatTree(update(old, new).roadmap).items()] == [
        "s-of-go-2",
        "s-of-rest-2",
        "s-of-rest",
        "s-of-go",
        "t-of-go",
        "t-of-rest",
        "t-of-rest-2",
        "t-of-u-of-go",
    ]


# Stage 2: the same title


def test_a_moved_item_keeps_its_id() -> None:
    old = published({"One": ["Vectors", "Spaces"]}, {"Two": [{"- Matrices": ["Rank"]}, "Maps"]})
    new = roadmap({"One": ["Spaces", {"- Matrices": ["Rank"]}]}, {"Two": ["Maps", {"Three": ["vectors"]}]})
    result = update(old, new)
    assert result.moved == (
        Match("two-of-matrices", "Two", "One"),
        Match("one-of-vectors", "One", "Two › Three"),
    )
    assert result.renamed == (Match("one-of-vectors", "Vectors", "vectors"),)
    assert not result.new
    assert not result.roadmap.retired


def test_a_moved_section_keeps_its_items() -> None:
    old = published({"A": [{"Part": ["Exercise"]}]}, {"B": ["Exercise"]})
    result = update(old, roadmap({"A": ["Other"]}, {"B": ["Exercise", {"2) PART": ["Exercise"]}]}))
    assert where(result.roadmap)["a-of-part"] == "B/2) PART"
    assert where(result.roadmap)["a-of-part-of-exercise"] == "B/2) PART/Exercise"
    assert not result.moved  # it stands below the same section as before


def test_a_moved_item_with_an_equal_title_elsewhere_is_only_suggested() -> None:
    old = published({"One": ["Exercise"]}, {"Two": ["Exercise", "X"]})
    result = update(old, roadmap({"One": ["Exercise"]}, {"Two": ["X"]}, {"Three": ["Exercise", "Y", "Z"]}))
    assert retired_ids(result) == ["two-of-exercise"]
    assert result.suggested == (Match("two-of-exercise", "Exercise", "Exercise", "n6"),)


def test_a_moved_item_with_an_equal_title_is_matched_by_addresses() -> None:
    one, two = "https://a.org/1", "https://a.org/2"
    old = published({"One": [("DQN", one), ("Paper", one)]}, {"Two": [("DQN", two), ("Code", two)]})
    new = roadmap({"Three": [("DQN", two), "X"]}, {"Four": [("Code", two), ("Paper", one), ("DQN", one)]})
    found = where(update(old, new).roadmap)
    assert found["one-of-dqn"] == "Four/DQN"
    assert found["two-of-dqn"] == "Three/DQN"


def test_an_item_never_matches_a_section() -> None:
    old = published({"Theory": [("Topic", "https://a.org")]}, {"Practice": ["Other"]})
    result = update(old, roadmap({"Theory": [{"Topic": ["Part"]}]}, "Practice", "Rest"))
    assert isinstance(nodes(result.roadmap)["n2"], Section)
    assert retired_ids(result) == ["theory-of-topic", "practice", "practice-of-other"]


# Stage 3: the same addresses


def test_a_renamed_item_with_the_same_addresses_matches() -> None:
    urls = "https://a.org/1", "https://a.org/2"
    result = update(
        published({"S": [("Old words", *urls)]}), roadmap({"T": [("New name", *reversed(urls)), "X"]})
    )
    assert result.renamed == (Match("s-of-old-words", "Old words", "New name"),)
    assert result.moved == (Match("s-of-old-words", "S", "T"),)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([("Old", "https://a.org/1", "https://a.org/2")], [("New", "https://a.org/1")]),
        ([("Old", "https://a.org/1")], [("New", "https://a.org/1"), ("Another", "https://a.org/1")]),
        ([("Old", "https://a.org/1"), ("Same", "https://a.org/1")], [("New", "https://a.org/1"), "Same"]),
        ([("Old", "https://a.org/1")], [("New", "https://a.org/2")]),
        (["Old"], ["New"]),
    ],
)
def test_shared_or_partly_equal_addresses_do_not_match(before: list[object], after: list[object]) -> None:
    result = update(published({"S": before}), roadmap({"S": after}))
    assert "s-of-old" in retired_ids(result)
    assert not [match for match in result.kept if match.id == "s-of-old"]


def test_curated_addresses_are_not_compared() -> None:
    link, book = Resource("Link", "https://a.org/1"), Resource("Book", "https://b.org", "book", by="Somebody")
    old = Roadmap("kept", "Kept", children=(Item("old", "Old", resources=(link, book)),))
    result = update(old, roadmap(("New", link.url)))
    assert [resource.url for resource in items(result.roadmap)["old"].resources] == [link.url, book.url]


# Stage 4: brackets


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Naive Bayes", "Naive Bayes (Multinomial, Gaussian)"),
        ("Diffusion Models (DDPM, ControlNet)", "Diffusion models"),
        ("Optimization (Adam)", "Optimization (Adam) (next term)"),
        ("Regularization (Ridge (L2), Lasso (L1))", "Regularization"),
    ],
)
@pytest.mark.parametrize("place", ["S", "T"])
def test_added_and_removed_brackets_keep_the_id(before: str, after: str, place: str) -> None:
    old = published({"S": [before, "X", "Y"]}, {"T": ["Z"]})
    new = roadmap({"S": ["X", "Y", *[after][: place == "S"]]}, {"T": ["Z", *[after][: place == "T"]]})
    result = update(old, new)
    assert [(match.before, match.after) for match in result.renamed] == [(before, after)]
    assert not result.roadmap.retired


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Object Detection (U-Net)", "Object Detection (YOLO)"),
        ("Evaluation (F1, AUC) (need more revision)", "Evaluation (F1, ROC, AUC)"),
        ("DQN (with replay + target network)", "DQN (with Q + target network)"),
        ("PPO (full implementation)", "PPO & GRPO (only implemented PPO but studied GRPO)"),
    ],
)
def test_exchanged_brackets_are_only_suggested(before: str, after: str) -> None:
    old = published({"S": [before, "X"]})
    result = update(old, roadmap({"S": ["X", after]}))
    assert [(match.before, match.after, match.incoming) for match in result.suggested] == [
        (before, after, "n3")
    ]
    assert [item.title for item in result.roadmap.retired] == [before]
    assert result.new == (Match("n3", "", after),)
    taken = update(old, roadmap({"S": ["X", after]}), **{result.suggested[0].id: "n3"})
    assert taken.renamed == (Match(result.suggested[0].id, before, after),)
    assert not taken.roadmap.retired


def test_brackets_do_not_decide_between_two() -> None:
    old = published({"S": ["Actor–Critic"]})
    result = update(old, roadmap({"T": ["Actor–Critic (A2C, A3C)", "X"]}, {"U": ["Actor–Critic (A2C)", "Y"]}))
    assert "s-of-actor-critic" in retired_ids(result)
    assert len(result.suggested) == 1


def test_a_child_of_an_item_does_not_match_a_topic_with_its_title() -> None:
    old = published({"Continuous control": ["SAC (Soft Actor–Critic)", "X"]})
    result = update(old, roadmap({"Continuous control": ["X"]}, {"Practice": [{"- Implement": ["SAC"]}]}))
    assert len(result.roadmap.retired) == 1
    old = published({"Practice": [{"- Implement": ["SAC"]}]})
    result = update(old, roadmap({"Practice": [{"- Implement": ["SAC (only)"]}]}))
    assert result.renamed == (Match("practice-of-implement-of-sac", "SAC", "SAC (only)"),)


# Gone, and back


def test_removed_items_with_progress_are_retired_and_others_dropped() -> None:
    old = published({"S": ["Done", "Todo", {"- Whole": ["Part", "Piece"]}]}, {"Gone": ["More"]})
    progress = among(["s-of-done", "s-of-whole-of-part", "gone"])
    result = update_roadmap(old, roadmap({"S": ["New"]}), has_progress=progress)
    assert result.roadmap.retired == (
        Item("s-of-done", "Done"),
        Item("s-of-whole-of-part", "Part"),
        Item("gone", "Gone"),  # a section that has a note
    )
    assert result.retired == tuple([Match(item.id, item.title, "") for item in result.roadmap.retired])
    assert [match.before for match in result.dropped] == ["Todo", "Whole", "Piece", "More"]


def test_a_returning_item_gets_its_id_back() -> None:
    first = published({"S": ["Stays", "Goes", ("Renamed", "https://a.org")]})
    gone = update(first, roadmap({"S": ["Stays"]}))
    assert retired_ids(gone) == ["s-of-goes", "s-of-renamed"]
    still = update(gone.roadmap, roadmap({"S": ["Stays", "Else"]}))
    assert still.roadmap.retired == gone.roadmap.retired
    assert still.retired == ()
    back = update(
        still.roadmap, roadmap({"T": [("Anew", "https://a.org"), "Goes (again)"]}, {"S": ["Stays"]})
    )
    assert back.returned == (
        Match("s-of-renamed", "Renamed", "Anew"),
        Match("s-of-goes", "Goes", "Goes (again)"),
    )
    assert [item.title for item in back.roadmap.retired] == ["Else"]
    assert not {match.id for match in back.kept} & {match.id for match in back.returned}


def test_retired_items_stay_as_long_as_they_have_progress() -> None:
    old = published("A", "C")._replace(retired=(Item("x", "X", children=(Item("y", "Y"),)), Item("z", "Z")))
    result = update_roadmap(old, roadmap("A", "B"), has_progress=among(["c", "y", "z"]))
    assert result.roadmap.retired == (Item("y", "Y"), Item("z", "Z"), Item("c", "C"))
    assert result.retired == (Match("c", "C", ""),)
    assert result.dropped == ()


def test_estimates_and_replaced_addresses_are_kept_where_the_new_version_has_none() -> None:
    old_link = Resource("Link", "https://a.org", by="Somebody", was=("https://old.org",), minutes=30)
    plain = Item("a", "A", resources=(Resource("Link", "https://a.org"),))
    old = Roadmap("r", "R", children=(Item("a", "A", resources=(old_link,), hours=8, level=2),))
    kept = update(old, Roadmap("r", "R", children=(plain,))).roadmap
    assert kept.children[0] == old.children[0]._replace(resources=(old_link._replace(kind="website"),))
    newer = plain._replace(hours=2.5, level=1)
    updated = update(old, Roadmap("r", "R", children=(newer,))).roadmap.children[0]
    assert isinstance(updated, Item)
    assert (updated.hours, updated.level) == (2.5, 1)


def test_a_curated_resource_that_was_replaced_is_not_kept_beside_its_successor() -> None:
    before = Resource("Book", "https://old.org", "book", by="Somebody")
    after = Resource("Book", "https://new.org", "book", by="Somebody", was=("https://old.org",))
    old, new = (Roadmap("r", "R", children=(Item("a", "A", resources=(one,)),)) for one in (before, after))
    assert update(old, new).roadmap.children[0].resources == (after,)


def test_a_retired_section_keeps_its_resources() -> None:
    links = (Resource("Course", "https://c.org"),)
    old = Roadmap("r", "R", children=(Section("s", "Courses", "All of them", "Words", links), Item("a", "A")))
    result = update_roadmap(old, roadmap("A"), has_progress=among(["s"]))
    assert result.roadmap.retired == (Item("s", "Courses", "All of them", "Words", resources=links),)
    assert result.retired == (Match("s", "Courses", ""),)


def test_a_retired_item_does_not_block_a_match_of_an_equal_title() -> None:
    old = published({"S": ["Exercise", "X"]})._replace(retired=(Item("earlier", "Exercise"),))
    new = roadmap({"S": ["X"]}, {"T": [{"- Y": ["Exercise"]}, "Z"]})
    result = update(old, new)
    assert where(result.roadmap)["s-of-exercise"] == "T/Y/Exercise"
    assert retired_ids(result) == ["earlier"]
    again = update(result.roadmap, roadmap({"S": ["X", "Exercise"]}, {"T": [{"- Y": ["Exercise"]}, "Z"]}))
    assert [(match.id, match.after) for match in again.suggested] == [("earlier", "Exercise")]


def test_active_items_are_matched_before_retired_ones() -> None:
    link = Resource("Link", "https://a.org")
    old = Roadmap(
        "r",
        "R",
        children=(Item("a", "A (one)"), Item("b", "B", resources=(link,))),
        retired=(
            Item("c", "C", resources=(link,)),
            Item("d", "A (two) (one)", resources=(link._replace(url="https://b.org"),)),
        ),
    )
    result = update(old, roadmap({"S": [("A", "https://b.org"), ("E", "https://a.org")]}))
    assert [(match.id, match.after) for match in result.kept] == [("a", "A"), ("b", "E")]


def test_a_retired_item_is_only_suggested_for_a_similar_whole_title() -> None:
    title, other = "LLM from scratch", "Implement RL algorithms from scratch in PyTorch"
    assert [match.after for match in update(published("A", title), roadmap("A", other)).suggested] == [other]
    old = published("A")._replace(retired=(Item("x", title),))
    assert update(old, roadmap("A", other)).suggested == ()
    assert update(old, roadmap("A", "LLMs from scratch")).suggested == (
        Match("x", title, "LLMs from scratch", "n2"),
    )


# Ids


def test_an_id_is_never_reused_for_another_item() -> None:
    old = published("A", "B")._replace(retired=(Item("n1", "Gone", children=(Item("n2", "Too"),)),))
    long = "x" * 100
    new = roadmap("C", "D", "A")
    new = new._replace(children=(*new.children, Item("b", "E"), Item("b-2", "F"), Item(long, "G")))
    result = update_roadmap(old, new, has_progress=nothing)
    assert [item.id for item in FlatTree(result.roadmap).items()] == [
        "n1-2",
        "n2-2",
        "a",
        "b-2",
        "b-2-2",
        long,
    ]
    taken = update_roadmap(published("A")._replace(retired=(Item(long, "H"),)), new, has_progress=nothing)
    assert taken.new[-1].id == "x" * 98 + "-2"


# What is kept of the old version


def test_fields_that_a_source_cannot_express_are_kept() -> None:
    by_hand = Resource("Book", "https://b.org", "book", by="Somebody")
    both = Resource("Old words", "https://c.org", "video", by="Anybody", note="free")
    old = Roadmap(
        "kept",
        "Old",
        summary="About it.",
        note="Old note",
        resources=(by_hand,),
        children=(
            Section("s", "S", summary="What it is.", resources=(by_hand, Resource("Link", "https://l.org"))),
            Item("a", "A", "Sum of A.", "old", (), True, (by_hand, both, Resource("L", "https://l.org"))),
            Item("b", "B", "Sum of B.", prerequisites=("a", "gone", "left")),
            Item("gone", "G", prerequisites=("a",)),
            Item("left", "L", prerequisites=("gone", "a")),
        ),
    )
    fresh = Resource("New words", "https://c.org")
    new = Roadmap(
        "fresh",
        "New",
        note="New note",
        resources=(fresh,),
        children=(
            Item("n1", "B", summary="Better."),
            Section("n2", "S", note="Words"),
            Item("n3", "A", note="new", resources=(Resource("More", "https://m.org", "paper"), fresh)),
        ),
    )
    result = update_roadmap(old, new, has_progress=among(["left"])).roadmap
    assert result == Roadmap(
        "kept",
        "New",
        summary="About it.",
        note="New note",
        resources=(fresh, by_hand),
        children=(
            Item("b", "B", "Better.", prerequisites=("a", "left")),
            Section("s", "S", "What it is.", "Words", (by_hand,)),
            Item(
                "a",
                "A",
                "Sum of A.",
                "new",
                resources=(
                    Resource("More", "https://m.org", "paper"),
                    both._replace(title="New words"),
                    by_hand,
                ),
            ),
        ),
        retired=(Item("left", "L", prerequisites=("a",)),),
        former=(FormerNode("gone", "G"), FormerNode("left", "L")),
    )
    assert update_roadmap(result, new, has_progress=among(["left"])).roadmap == result


def test_prerequisites_of_the_source_replace_the_old_ones() -> None:
    old = Roadmap("r", "R", children=(Item("a", "A", prerequisites=("b",)), Item("b", "B"), Item("c", "C")))
    new = Roadmap(
        "r",
        "R",
        children=(Item("n1", "B", prerequisites=("n2", "unknown")), Item("n2", "A"), Item("n3", "C")),
    )
    result = update_roadmap(old, new, has_progress=nothing).roadmap
    assert {item.id: item.prerequisites for item in FlatTree(result).items()} == {
        "b": ("a",),
        "a": (),
        "c": (),
    }


# Offers


OFFERED = {"S": ["Policy Gradient (REINFORCE)", "Vector Databases (FAISS, Chroma)", "X"]}


def test_suggestions_can_be_accepted_one_by_one() -> None:
    old = published({"S": ["Policy Gradient Methods", "Vector DB Memory (FAISS, Chroma)", "X"]})
    result = update(old, roadmap(OFFERED))
    assert [match.incoming for match in result.suggested] == ["n2", "n3"]
    one = update(old, roadmap(OFFERED), **{"s-of-policy-gradient-methods": "n2"})
    assert one.renamed == (
        Match("s-of-policy-gradient-methods", "Policy Gradient Methods", "Policy Gradient (REINFORCE)"),
    )
    assert one.suggested == result.suggested[1:]
    both = {match.id: match.after for match in result.suggested}
    two = update(old, roadmap(OFFERED), **both)
    assert len(two.kept) == 3
    assert not any((two.new, two.retired, two.suggested, two.moved))
    again = update(two.roadmap, roadmap(OFFERED), **both)
    assert again.roadmap == two.roadmap


def test_children_of_an_accepted_suggestion_match_too() -> None:
    old = published({"- Implement in Torch": ["DQN"]}, {"- Read": ["DQN"]})
    new = roadmap({"- Implement in PyTorch": ["DQN"]}, {"- Study": ["DQN"]})
    assert len(update(old, new).kept) == 0
    found = update(old, new, **{"implement-in-torch": "implement in pytorch"})
    assert where(found.roadmap)["implement-in-torch-of-dqn"] == "Implement in PyTorch/DQN"


@pytest.mark.parametrize(
    ("accepted", "why"),
    [
        ({"nothing": "n2"}, "no item of that id"),
        ({"s": "n2"}, "no item of that id"),
        ({"s-of-a": "n99"}, "no item of the new version"),
        ({"s-of-a": "Twin"}, "several items of the new version"),
        ({"s-of-x": "n2"}, "that item is still there: 'X'"),
        ({"s-of-a": "n3"}, "that item was there before: 'X'"),
        ({"s-of-a": "n2", "s-of-b": "Fresh"}, "that item was there before: 'A'"),
    ],
)
def test_impossible_suggestions_are_refused(accepted: dict[str, str], why: str) -> None:
    old = published({"S": ["A", "B", "X"]})
    with pytest.raises(UsageError, match=re.escape(why)):
        update_roadmap(
            old,
            roadmap({"S": ["Fresh", "X", "Twin", "twin", "Twin"]}),
            has_progress=nothing,
            accepted=accepted,
        )


def test_suggestions_are_found_among_thousands_of_titles() -> None:
    random = Random(5)
    words = ["".join(random.choices("abcdefgh", k=6)) for _ in range(900)]
    before = [" ".join(random.sample(words, 4)) for _ in range(600)]
    after = [f"{title.rpartition(' ')[0]} anew" for title in before]
    result = update(published({"S": before}), roadmap({"T": random.sample(after, 600)}))
    assert len(result.suggested) == 600
    assert all(match.after == f"{match.before.rpartition(' ')[0]} anew" for match in result.suggested)


def test_two_thousand_equal_titles_are_dropped_without_matches() -> None:
    old, new = published({"S": ["Rest"] * 2000}), roadmap({"S": ["Rest"] * 1999})
    assert len(update_roadmap(old, new, has_progress=nothing).dropped) == 2000


# What is left after all stages


def test_identical_copies_with_one_status_carry_when_a_copy_is_removed() -> None:
    old = published({"Keys": ["Rotate keys"]}, {"Keys": ["Rotate keys"]}, {"Other": ["Zones"]})
    new = roadmap({"Keys": ["Rotate keys"]}, {"Other": ["Zones"]})
    same = update_roadmap(old, new, has_progress=lambda _: True, status_of=lambda _: "done")
    assert len(same.kept) == 2
    assert not same.suggested
    assert [match.before for match in same.retired if match.before == "Rotate keys"] == ["Rotate keys"]
    statuses = dict(zip(items(old), ("done", "todo", "todo"), strict=True))
    different = update_roadmap(old, new, has_progress=lambda _: True, status_of=statuses.__getitem__)
    assert len(different.kept) == 1


def test_what_differs_only_in_location_is_carried_if_it_is_specific() -> None:
    old = published({"A": ["Deep roots", "Intro"]}, {"B": ["Deep roots", "Intro"]})
    new = roadmap({"B": ["Deep roots", "Intro"]}, {"C": ["Deep roots", "Intro", "Other thing"]})
    result = update(old, new)
    assert [match.after for match in result.new] == ["Intro", "Other thing"]


def test_a_description_may_move_from_the_title_to_the_note() -> None:
    old = published("Roots: how trees drink", "Stems")
    new = Roadmap("fresh", "Fresh", children=(Item("a", "Roots", note="how trees drink"), Item("b", "Stems")))
    result = update(old, new)
    assert [(match.before, match.after) for match in result.renamed] == [("Roots: how trees drink", "Roots")]


def test_titles_without_a_common_word_are_not_suggested() -> None:
    assert not update(published("Linter", "a"), roadmap("Tkinter", "a")).suggested
    assert update(published("Recurrent networks", "a"), roadmap("Recurent network", "a")).suggested
