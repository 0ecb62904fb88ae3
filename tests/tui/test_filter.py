"""The filter: its dialog, the outline it leaves, and what the other commands do in that."""

from __future__ import annotations

from datetime import timedelta

from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.core.search.filters import Filter
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.study import Study
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.screens.filter import FilterScreen
from roadmap_tui.tui.screens.help import HelpScreen
from tests.tui.stage import SMALL, Seat, Stage

ONE = ViewState("one", ())


def _study(stage: Stage) -> Study:
    """Of seven items one is done, one doing; one has a note."""
    study = stage.study()
    study.set_status(["one"], "done")
    study.set_status(["six"], "doing")
    study.write_note("five", "Of five.")
    return study


def _choices(seat: Seat) -> dict[str, str]:
    """What the dialog shows: the sign and the number behind each choice."""
    assert seat.is_on(FilterScreen)
    rows = (row.strip(" │▌") for row in seat.screen)
    found = (row.partition("] ") for row in rows if "[" in row and "] " in row)
    return {
        words.split("  ")[0].removeprefix("has a "): ("on " if "✓" in head else "") + words.split()[-1]
        for head, _, words in found
    }


def _titles(seat: Seat) -> list[str]:
    return [seat.study.tree.nodes[at].title for at in seat.state.tree_view.rows[1:]]


async def test_the_dialog_counts_what_each_choice_would_leave(stage: Stage) -> None:
    async with stage.seat(_study(stage), place=ONE) as seat:
        await seat.press("f")
        assert "book" not in _choices(seat)
        assert any("▸ kinds of resources (3)" in row for row in seat.screen)
        await seat.press(*["j"] * 8, "space", *["k"] * 8)
        assert _choices(seat) == {
            "to do": "5",
            "in progress": "1",
            "done": "1",
            "skipped": "0",
            "ready": "5",
            "due for review": "0",
            "with a note": "1",
            "topic": "7",
            "book": "1",
            "course": "1",
            "paper": "1",
        }
        assert any("7 of 7 shown" in row for row in seat.screen)
        await seat.press("space")
        assert (_choices(seat)["to do"], _choices(seat)["ready"]) == ("on 5", "5")
        assert any("5 of 7 shown" in row for row in seat.screen)
        await seat.press("j", "x", "k", "down", "up")
        assert [_choices(seat)[name] for name in ("to do", "in progress", "with a note")] == [
            "on 5",
            "on 1",
            "1",
        ]
        assert any("6 of 7 shown" in row for row in seat.screen)
        await seat.press("7", "1", "2")
        assert _choices(seat)["with a note"] == "on 1"
        assert any("1 of 7 shown" in row for row in seat.screen)
        await seat.press("question_mark")
        assert seat.is_on(HelpScreen)
        assert any("Apply the filter" in row for row in seat.screen)
        await seat.press("q", "q")
        assert seat.is_on(MainScreen)
        assert len(seat.outline) == 11


async def test_the_outline_keeps_what_the_items_hang_below(stage: Stage) -> None:
    async with stage.seat(_study(stage), place=ViewState("one", ("beta", "three"))) as seat:
        folds, before = seat.state.view_state.folded, seat.outline
        await seat.press("f", "7", "2", "1", "enter")
        assert (seat.banner, _titles(seat)) == (
            "1 of 7 shown: to do, in progress, with a note · f f shows all",
            ["Alpha", "Three", "Five"],
        )
        # What is only there for the item below it stands back; the counts are those of the whole.
        assert seat.row("Alpha").endswith("1/5")
        rows = seat.main.query_one("#outline").rows  # type: ignore[attr-defined]
        assert [span.style for row in rows for span in row if span.text == "Three"] == ["faint"]
        assert seat.state.view_state.folded == folds
        await seat.press("h", "h")
        assert _titles(seat) == ["Alpha", "Three"]
        await seat.press("f")
        assert _choices(seat)["with a note"] == "on 1"
        await seat.press("f")
        assert (seat.banner, seat.state.view_state.folded) == ("", folds)
        assert [row[1:] for row in seat.outline] == [row[1:] for row in before]


async def test_moving_is_within_what_is_shown(stage: Stage) -> None:
    async with stage.seat(_study(stage), place=ONE) as seat:
        await seat.press("f", "2", "enter")
        assert _titles(seat) == ["Beta", "Gamma", "Six"]
        seen = []
        for key in ("g", "}", "}", "G", "k", "h", "h", "l"):
            await seat.press(key)
            seen.append(seat.cursor)
        assert seen == ["", "six", "six", "six", "gamma", "gamma", "beta", "gamma"]
        assert _titles(seat) == ["Beta", "Gamma"]
        await seat.press("=")
        assert _titles(seat) == ["Beta", "Gamma", "Six"]
        await seat.press("f", "f", "f", "3", "enter", "}")
        assert seat.bar == "Nothing that is shown is left to do"


async def test_what_is_marked_stays_until_the_filter_is_applied_anew(stage: Stage) -> None:
    async with stage.seat(stage.study(), place=ONE) as seat:
        await seat.press("f", "1", "enter", "space")
        assert (seat.here, seat.marks) == ("✓ One", {"one": "done"})
        await seat.press("j", "k")
        assert seat.here == "✓ One"
        await seat.press("f", "enter")
        assert "One" not in _titles(seat)
        assert seat.banner.startswith("6 of 7 shown")
        await seat.press("u")
        assert seat.marks == {}
        assert seat.here == "○ One"
        assert seat.bar == "Undid: One: done; ctrl+r restores it; shown despite the filter"


async def test_an_undo_of_several_says_what_is_hidden(stage: Stage) -> None:
    study = stage.study()
    study.set_status(["one", "two", "six"], "done")
    async with stage.seat(study, place=ONE) as seat:
        await seat.press("f", "5", "enter")
        before = _titles(seat)
        await seat.press("u")
        assert _titles(seat) == before
        assert seat.bar.endswith("; the filter hides 3 of 3")


async def test_a_branch_is_marked_as_far_as_it_is_shown(stage: Stage) -> None:
    study = stage.study()
    study.set_status(["one", "four"], "doing")
    async with stage.seat(study, place=ViewState("alpha", ())) as seat:
        await seat.press("v", "f", "2", "enter", "D")
        assert seat.marks == {"one": "done", "four": "done"}
        assert seat.bar == "2 items: done; u undoes it"


async def test_picks_that_are_hidden_are_dropped(stage: Stage) -> None:
    async with stage.seat(_study(stage), place=ONE) as seat:
        await seat.press("v", "v", "f", "1", "enter", "i")
        assert seat.marks == {"one": "done", "two": "doing", "six": "doing"}


async def test_nothing_left_is_an_empty_outline_and_a_way_out(stage: Stage) -> None:
    async with stage.seat(_study(stage), place=ONE) as seat:
        await seat.press("f", "4", "enter")
        assert seat.banner == "0 of 7 shown: skipped · f f shows all"
        assert (len(seat.outline), seat.cursor) == (1, "")
        await seat.press("]", "space", "j", "f", "f")
        assert (len(seat.outline), seat.marks["six"]) == (11, "doing")


async def test_an_item_that_comes_meanwhile_is_shown(stage: Stage) -> None:
    from roadmap_tui.core.progress.events import CustomItemSet

    async with stage.seat(_study(stage), place=ONE) as seat:
        await seat.press("f", "2", "enter")
        stamp = seat.study.journal.next_stamp()
        seat.study.write(CustomItemSet(stamp, "small", "own-1", "Mine", "Mine", "alpha"))
        seat.main.sync()
        await seat.settle()
        assert _titles(seat) == ["Alpha", "Mine", "Beta", "Gamma", "Six"]


async def test_retired_items_are_left_out(stage: Stage) -> None:
    study = stage.study(SMALL._replace(retired=(Item("gone", "Gone"),)))
    async with stage.seat(study, place=ONE) as seat:
        await seat.press("f", "1", "enter")
        assert seat.banner.startswith("7 of 7 shown")
        assert "Gone" not in _titles(seat)


async def test_what_is_due_is_one_of_the_choices(stage: Stage) -> None:
    study = _study(stage)
    study.set_status(["seven"], "done")
    stage.clock.time += timedelta(days=1)
    async with stage.seat(study, place=ONE) as seat:
        await seat.press("f")
        assert _choices(seat)["due for review"] == "2"
        await seat.press("6", "enter")
        assert _titles(seat) == ["Alpha", "One", "Seven"]


async def test_filter_words_with_the_keys_of_the_reader(stage: Stage) -> None:
    async with stage.seat(_study(stage), place=ONE) as seat:
        seat.state.keymap, faults = seat.state.keymap.rebind([("filter.clear", ("c",))])
        assert not faults
        await seat.press("f", "1", "enter")
        assert seat.banner.endswith("f c shows all")
        await seat.press("f", "c")
        assert seat.banner == ""


async def test_it_scrolls_where_it_is_low(stage: Stage) -> None:
    async with stage.seat(_study(stage), size=(40, 10), place=ONE) as seat:
        await seat.press("f", *["j"] * 8, "space", "j", "j", "space")
        assert "on 1" in _choices(seat).values()
        assert any("enter show" in row for row in seat.screen)
        await seat.press("enter")
        assert seat.banner.startswith("1 of 7 shown: has a paper")


def test_ready_is_what_nothing_is_missing_for(stage: Stage) -> None:
    study = stage.study(
        Roadmap(
            "r",
            "R",
            children=(
                Section(
                    "s",
                    "S",
                    children=(
                        Item("a", "A"),
                        Item("b", "B", prerequisites=("a",)),
                        Item("c", "C", prerequisites=("b",)),
                        Item("d", "D", kind="topic", children=(Item("e", "E"),)),
                    ),
                ),
            ),
        )
    )

    def ready() -> list[str]:
        traits = study.search.facets()
        return [study.tree.nodes[at].id for at, those in traits.items() if "ready" in those]

    assert ready() == ["a", "d", "e"]
    study.set_status(["a", "e"], "done")
    assert ready() == ["b", "d"]
    study.set_status(["b"], "skipped")
    study.set_status(["d"], "doing")
    assert ready() == ["c"]


async def test_levels_and_what_is_short_can_be_filtered(stage: Stage) -> None:
    book = Resource("Book", "https://example.org/book", "book", minutes=25)
    items = (
        Item("quick", "Quick", hours=0.5, level=1),
        Item("long", "Long", hours=8, level=3),
        Item("part", "Part", hours=4, level=3, resources=(book,)),
    )
    study = stage.study(Roadmap("levels", "Levels", children=items))
    facets = study.search.facets()
    assert ["level-3" in facets[index] for index in range(3)] == [False, True, True]
    async with stage.seat(study) as seat:
        seat.state.apply_filter(Filter(frozenset({"short"})))
        seat.main.sync()
        await seat.settle()
        assert "2 of 3 shown: something under 30 min" in seat.banner
        study.tick_resource("part", book.url, True)
        seat.state.apply_filter(Filter(frozenset({"short"})))
        seat.main.sync()
        await seat.settle()
        assert "1 of 3 shown" in seat.banner
