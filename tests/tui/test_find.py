"""Finding with /, n and N, and the palette: by keys, on a stage."""

from __future__ import annotations

import pytest
from textual.events import Paste
from textual.widgets import Input

from roadmap_tui.core.progress.events import CustomResourceSet
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.core.search.filters import Filter
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.screens.help import HelpScreen
from roadmap_tui.tui.screens.note import NoteScreen
from roadmap_tui.tui.screens.palette import PaletteScreen
from roadmap_tui.tui.terminal.textual_private import driver_of
from tests.tui.stage import SMALL, Seat, Stage

PLAN = Roadmap(
    "plan",
    "A plan",
    children=(
        Section(
            "basics",
            "Basics",
            children=(
                Item("vectors", "Vectors", summary="Attention is made of them."),
                Item(
                    "naive",
                    "Naïve Bayes",
                    resources=(Resource("Slides", "https://cs229.stanford.edu/n.pdf"),),
                ),
                Item("cjk", "深度学习 (deep learning)"),
            ),
        ),
        Section(
            "models",
            "Models",
            children=(
                Item("attention", "Attention"),
                Item("self", "Self-attention"),
                Item("trees", "Trees", note="(from college)"),
            ),
        ),
    ),
)
FOLDED = ViewState("basics", ("basics", "models"))


def _line(seat: Seat) -> str:
    """What stands where the key bar was."""
    return seat.screen[-1].strip()


def _marked(seat: Seat) -> list[str]:
    """The letters that are marked in the outline, a row each."""
    rows = seat.main.query_one("#outline").rows  # type: ignore[attr-defined]
    found = ["".join(span.text for span in row if span.style == "match") for row in rows]
    return [letters for letters in found if letters.strip()]


def _roles(seat: Seat, title: str) -> set[str]:
    rows = seat.main.query_one("#outline").rows  # type: ignore[attr-defined]
    row = next(row for row in rows if title in "".join(span.text for span in row))
    return {span.style for span in row if span.text.strip() and span.text != "▌"}


async def test_what_is_typed_is_found_at_once_and_nothing_else_moves(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=ViewState("vectors", ())) as seat:
        panes = [seat.main.query_one(f"#{name}") for name in ("outline", "detail")]
        before, regions = seat.outline, [pane.region for pane in panes]
        await seat.press("slash")
        assert _line(seat).startswith("/")
        assert seat.outline == before
        await seat.write("att")
        assert [pane.region for pane in panes] == regions
        # The summary of what one is on has it too; a title is what one types.
        assert (seat.cursor, _line(seat).split()) == ("attention", ["/", "att", "2/3"])
        assert _marked(seat) == ["Att", "att"]
        assert _roles(seat, "Vectors") == {"muted", "strong", "accent"}
        assert _roles(seat, "Trees") == {"faint"}
        assert seat.detail.startswith("Attention ")
        await seat.press("enter")
        assert (seat.cursor, seat.bar) == ("attention", "2/3  att")
        assert _marked(seat) == ["Att", "att"]
        assert _roles(seat, "Trees") == {"muted", ""}
        await seat.press("escape")
        assert (_marked(seat), seat.cursor) == ([], "attention")


async def test_n_goes_on_unfolds_and_goes_round(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=FOLDED) as seat:
        await seat.press("n")
        assert seat.bar == "No search yet; / finds"
        await seat.press("slash", *"attention", "enter")
        seen = []
        for key in ("n", "n", "n", "N", "N", "N"):
            await seat.press(key)
            seen.append((seat.cursor, seat.bar.partition(" ")[0]))
        assert [name for name, _ in seen] == ["self", "vectors", "attention", "vectors", "self", "attention"]
        assert [place for _, place in seen] == ["3/3", "1/3", "2/3", "1/3", "3/3", "2/3"]
        await seat.press("n", "n")
        assert seat.bar == "1/3  attention, wrapped to the top"
        assert any("Vectors" in row for row in seat.outline)


async def test_while_one_types_keys_go_from_match_to_match(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=FOLDED) as seat:
        await seat.press("slash", *"attention")
        seen = []
        for key in ("down", "tab", "ctrl+n", "up", "ctrl+p", "shift+tab"):
            await seat.press(key)
            seen.append(seat.cursor)
        assert seen == ["self", "vectors", "attention", "vectors", "self", "attention"]
        await seat.press("down", "enter")
        assert (seat.cursor, seat.bar) == ("self", "3/3  attention")
        await seat.press("slash", "up")
        assert seat.app.screen.query_one(Input).value == "attention"
        await seat.press("up", "x", "backspace")
        assert seat.cursor == "self"  # typing finds the best match from the origin again
        await seat.press("down", "escape")
        assert (seat.cursor, seat.main.is_searching) == ("self", False)


async def test_a_folded_section_tells_how_many_it_hides(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=FOLDED) as seat:
        await seat.press("slash", *"bayes")
        assert seat.cursor == "naive"
        await seat.press("ctrl+u", *"attention")
        assert "2◂" not in "".join(seat.outline)
        assert ("1◂" in seat.row("Basics"), seat.cursor) == (True, "attention")
        assert _roles(seat, "Basics") >= {"strong", "accent"}
        await seat.press("enter", "h", "h")
        assert "2◂" in seat.row("Models")
        await seat.press("escape")
        assert "◂" not in "".join(seat.outline)


async def test_escape_comes_back_with_the_folds(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=FOLDED) as seat:
        before = seat.outline
        await seat.press("slash", *"self")
        assert seat.cursor == "self"
        assert seat.outline != before
        await seat.press("escape")
        assert (seat.outline, seat.cursor, seat.main.is_searching) == (before, "basics", False)
        await seat.press("slash", *"zzz")
        assert (seat.outline, _line(seat).split()[-1]) == (before, "match")
        await seat.press("enter")
        assert seat.bar == "No match: zzz"
        assert seat.outline == before


async def test_the_last_search_is_remembered(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=FOLDED) as seat:
        await seat.press("slash", "enter")
        assert (seat.cursor, seat.main.is_searching, seat.state.message) == ("basics", False, "")
        await seat.press("slash", *"attention", "enter", "g", "slash")
        assert "attention" in _line(seat)
        assert seat.app.screen.query_one(Input).value == ""
        await seat.press("enter")
        assert (seat.cursor, seat.bar) == ("vectors", "1/3  attention")
        await seat.press("slash", "enter")
        assert seat.cursor == "attention"
        await seat.press("slash", "up")
        assert seat.app.screen.query_one(Input).value == "attention"
        await seat.press("backspace", "backspace", "x", "escape", "n")
        assert seat.cursor == "self"


@pytest.mark.parametrize(
    ("typed", "cursor"),
    [
        ("naive BAYES", "naive"),
        ("学习", "cjk"),
        ("stanford.edu", "naive"),
        ("slides", "naive"),
        ("from college", "trees"),
        ("atention", "attention"),
        ("own words", "trees"),
        ("my.example", "trees"),
    ],
)
async def test_where_it_looks(stage: Stage, typed: str, cursor: str) -> None:
    study = stage.study(PLAN)
    study.write_note("trees", "In my own words.")
    stamp = study.journal.next_stamp()
    study.write(
        CustomResourceSet(stamp, "plan", "trees", "Trees", "https://my.example/x", "", "Mine", "book")
    )
    async with stage.seat(study, place=FOLDED) as seat:
        await seat.press("slash")
        await seat.write(typed)
        assert seat.cursor == cursor
        assert ("fuzzy" in _line(seat)) is (typed == "atention")
        assert _marked(seat) or "◂" in "".join(seat.outline)


async def test_a_note_written_meanwhile_is_found(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=FOLDED) as seat:
        await seat.press("slash", *"zebra", "enter")
        assert seat.bar.startswith("No match")
        seat.study.write_note("trees", "A zebra.")
        await seat.press("n")
        assert (seat.cursor, seat.bar) == ("trees", "1/1  zebra")
        seat.study.write_note("trees", "A horse.")
        await seat.press("n")
        assert seat.bar.startswith("No match")


async def test_keys_are_text_while_one_types(stage: Stage) -> None:
    async with stage.seat(place=ViewState("one", ())) as seat:
        await seat.press("slash")
        await seat.write("sDeqf?/n x")
        await seat.press("tab", "ctrl+r", "ctrl+p", "pagedown", "ctrl+l", "f12")
        line = seat.app.screen.query_one(Input)
        assert (line.value, seat.is_on(MainScreen), seat.marks) == ("sDeqf?/n x", True, {})
        await seat.press("ctrl+w", "left", "backspace", "end", "ctrl+u")
        assert line.value == ""
        assert not line.cursor_blink
        driver_of(seat.app).send_message(Paste("two\r\nlines\x1b[31m"))
        await seat.settle()
        assert line.value == "two lines\ufffd[31m"
        await seat.press("f1")
        assert seat.is_on(HelpScreen)
        assert any("Cancel and go back" in row for row in seat.screen)
        await seat.press("q", "ctrl+c")
        assert (seat.app.is_running, seat.cursor, seat.main.is_searching) == (True, "one", False)


async def test_all_typed_in_one_go(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=FOLDED) as seat:
        seat.send("slash", *"attention", "enter", "n", "i")
        await seat.until(lambda: bool(seat.study.history()))
        await seat.settle()
        assert (seat.marks, seat.cursor) == ({"self": "doing"}, "self")
        seat.send("slash", *"trees", "escape", "i")
        await seat.until(lambda: len(seat.study.history()) == 2)
        assert seat.marks == {}
        seat.send("j", "slash", *"trees", "enter", "e", *"note")
        await seat.until(lambda: seat.is_on(NoteScreen))
        await seat.settle()


async def test_finding_from_the_details_and_back(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=ViewState("vectors", ())) as seat:
        await seat.press("enter", "slash", *"trees")
        assert (seat.pane, seat.cursor) == ("outline", "trees")
        await seat.press("escape")
        assert (seat.pane, seat.cursor) == ("detail", "vectors")


async def test_a_click_stays_where_it_was_found(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=ViewState("vectors", ())) as seat:
        await seat.press("slash", *"trees")
        await seat.pilot.click("#outline", offset=(10, 1))
        await seat.settle()
        assert (seat.main.is_searching, seat.cursor) == (False, "basics")
        await seat.press("n")
        assert seat.cursor == "trees"


async def test_what_the_filter_hides_is_not_gone_to(stage: Stage) -> None:
    study = stage.study(PLAN)
    study.set_status(["self", "attention"], "done")
    async with stage.seat(study, place=FOLDED) as seat:
        seat.state.apply_filter(Filter(frozenset({"done"})))
        seat.main.sync()
        await seat.press("slash", *"attention")
        assert (seat.cursor, _line(seat).split()[-1]) == ("attention", "1/2")
        await seat.press("enter", "slash", *"trees", "enter")
        assert seat.cursor == "attention"
        assert seat.bar == "No match shown; the filter hides 1: trees"


# The palette


def _offers(seat: Seat) -> list[str]:
    rows = (" ".join(line.strip(" │▌").split()) for line in seat.screen)
    return [row for row in rows if row.startswith(("Go to ", "Open "))]


async def test_the_palette_goes_to_an_item(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=FOLDED) as seat:
        await seat.press("ctrl+p")
        assert seat.is_on(PaletteScreen)
        await seat.write("atten")
        assert _offers(seat) == [
            "Go to Attention Models",
            "Go to Self-attention Models",
            "Go to Vectors Basics",
        ]
        await seat.press("down", "enter")
        await seat.until(lambda: seat.is_on(MainScreen))
        assert seat.cursor == "self"


async def test_the_palette_understands_its_own_verb(stage: Stage) -> None:
    async with stage.seat(stage.study(PLAN), place=FOLDED) as seat:
        await seat.press("ctrl+p")
        await seat.write("go to trees")
        assert _offers(seat) == ["Go to Trees Models"]
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(MainScreen))
        assert seat.cursor == "trees"


async def test_the_palette_has_the_keys_of_the_reader(stage: Stage) -> None:
    async with stage.seat() as seat:
        seat.state.keymap, faults = seat.state.keymap.rebind([("skip", ("z",))])
        assert not faults
        await seat.press("ctrl+p", *"skip")
        assert any(line.strip(" │").endswith("z") and "Skip" in line for line in seat.screen)


async def test_the_palette_shows_what_the_filter_hides_and_says_so(stage: Stage) -> None:
    async with stage.seat(stage.study(SMALL), place=ViewState("one", ())) as seat:
        seat.state.apply_filter(Filter(frozenset({"book"})))
        seat.main.sync()
        assert [row[1:].split()[-1] for row in seat.outline if "One" in row or "Two" in row] == ["One"]
        await seat.press("ctrl+p", *"seven", "enter")
        await seat.until(lambda: seat.is_on(MainScreen))
        assert (seat.cursor, seat.bar) == ("seven", "Shown despite the filter")
