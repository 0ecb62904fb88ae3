"""The list of resources: what each row says, how one is chosen, and that the chosen one is in view."""

from __future__ import annotations

import re

import pytest
from textual.events import MouseScrollDown

from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.text.item_details import resource_title
from roadmap_tui.text.styled_text import ASCII, UNICODE
from roadmap_tui.tui.render.detail import render_detail
from tests.tui.stage import FIRST, SMALL, Seat, Stage, text_of

LONG_ADDRESS = "https://example.org/a-long-way/to-the/chapter_multilayer-perceptrons/backprop.html?a=1&b=2"
KINDS = (
    Resource("Lectures", "https://www.youtube.com/playlist?list=x", "course", "MIT"),
    Resource("Bootcamp", "https://www.udemy.com/course/x", "course"),
    Resource("Talk", "https://youtu.be/x", "video", "Somebody"),
    Resource("Proceedings", "https://example.org/x", "paper", note="Behind a paywall."),
    Resource("A book by Example.org", "https://www.example.org/book", "book"),
    Resource("https://d2l.ai/x", "https://d2l.ai/x", "book"),
)


def _roadmap(*resources: Resource, summary: str = "") -> Roadmap:
    return Roadmap("r", "R", children=(Item("one", "One", summary, resources=resources),))


def _numbered(count: int) -> tuple[Resource, ...]:
    return tuple(Resource(f"R{number:02}", f"https://example.org/{number}") for number in range(1, count + 1))


def _marked(seat: Seat) -> list[str]:
    return [line for line in seat.detail.splitlines() if line.startswith("▌")]


def test_kinds_are_words_and_tell_what_must_be_paid_for_or_watched(stage: Stage) -> None:
    study = stage.study(_roadmap(*KINDS))
    rows = [text_of(line).strip() for line in render_detail(study, 0, (76, 40), None, UNICODE).lines]
    heads = [re.sub("(?<=[a-z])  +(?=[A-Za-z.]+$)", " | ", row) for row in rows if row[:1].isdigit()]
    assert heads == [
        "1 · video course  Lectures | MIT",
        "2 · paid course   Bootcamp | udemy.com",
        "3 · video         Talk | Somebody",
        "4 · paid paper    Proceedings | example.org",
        "5 · book          A book by Example.org",
        "6 · book          d2l.ai",
    ]


def test_an_author_that_the_title_names_is_not_named_again() -> None:
    assert resource_title(Resource("NumPy for beginners", FIRST, by="NumPy")) == "NumPy for beginners"


@pytest.mark.parametrize("width", [76, 50, 38, 12])
def test_the_address_is_there_in_full_with_nothing_beside_it(stage: Stage, width: int) -> None:
    study = stage.study(_roadmap(Resource("Far away", LONG_ADDRESS)))
    lines = render_detail(study, 0, (width, 60), 0, UNICODE).lines
    linked = [line for line in lines if any(span.link for span in line)]
    assert "".join(text_of(line).strip() for line in linked) == LONG_ADDRESS
    assert {span.link for line in linked for span in line if span.text.strip()} == {LONG_ADDRESS}
    assert all(len(text_of(line)) <= width for line in linked)
    assert len(linked) > 1
    assert any(text_of(line).startswith("▌") for line in lines)


def test_an_address_is_shown_as_it_is_written_and_leads_where_programs_want_it(stage: Stage) -> None:
    study = stage.study(_roadmap(Resource("x", "https://müller.example/straße")))
    plain = "https://xn--mller-kva.example/stra%C3%9Fe"
    for glyphs, shown in ((UNICODE, "https://müller.example/straße"), (ASCII, plain)):
        lines = render_detail(study, 0, (76, 40), 0, glyphs).lines
        assert [(span.text, span.link) for line in lines for span in line if span.link] == [(shown, plain)]


async def test_sections_and_the_roadmap_show_their_own(stage: Stage) -> None:
    own = Resource("Of the section", "https://example.org/section")
    section = Section("s", "Section", resources=(own,), children=(Item("one", "One"),))
    async with stage.seat(stage.study(SMALL._replace(children=(section,)))) as seat:
        assert "1 · video  Overview" in seat.detail
        await seat.press("j")
        assert "Of the section" in seat.detail
        await seat.press("x")
        assert seat.study.state("s").ticks == {own.url}


async def test_more_than_nine_are_reached_and_come_into_view(stage: Stage) -> None:
    study = stage.study(_roadmap(*_numbered(14)))
    async with stage.seat(study, size=(80, 16), place=ViewState("one", ())) as seat:
        await seat.press("9", "enter")
        for number in range(10, 15):
            await seat.press("j")
            assert [line.split()[-3] for line in _marked(seat)] == [f"R{number}"]
            assert f"     https://example.org/{number}" in seat.detail.splitlines()
            await seat.press("x")
        assert seat.ticks == {f"https://example.org/{number}" for number in range(10, 15)}
        await seat.press(*["k"] * 13)
        assert seat.detail.startswith("One ")
        assert "R01" in _marked(seat)[0]


async def test_reading_begins_at_the_top_and_a_digit_goes_to_the_resource(stage: Stage) -> None:
    summary = "\n".join(f"line {number}" for number in range(40))
    study = stage.study(_roadmap(*_numbered(2), summary=summary))
    async with stage.seat(study, place=ViewState("one", ())) as seat:
        await seat.press("enter")
        assert (seat.pane, seat.detail.startswith("One ")) == ("detail", True)
        await seat.press("1")
        assert "R01" in _marked(seat)[0]
        assert "https://example.org/1" in seat.detail
        await seat.press("g")
        assert seat.detail.startswith("One ")
        await seat.press("x")
        assert seat.detail.startswith("One ")


@pytest.mark.parametrize("size", [(80, 24), (120, 40)], ids=["80x24", "120x40"])
async def test_a_click_chooses_and_the_wheel_scrolls(stage: Stage, size: tuple[int, int]) -> None:
    async with stage.seat(size=size, place=ViewState("one", ())) as seat:

        async def click(text: str) -> None:
            y = next(y for y, line in enumerate(seat.detail.splitlines()) if text in line)
            # Its first line is below a border where the panes are stacked, and what is left of it is one too.
            below, beside = (1, 1) if size[0] < 100 else (0, 2)
            await seat.pilot.click("#detail", offset=(10 + beside, y + below))
            await seat.settle()

        await click("The first" if size[0] == 120 else "One ")
        assert (seat.pane, seat.state.selection) == ("detail", 0)
        await click("Third")
        assert "Third" in _marked(seat)[0]
        await click("Second")
        assert "Second" in _marked(seat)[0]
        await click("First")
        assert "First" in _marked(seat)[0]
        await seat.press("x")
        assert seat.ticks == {FIRST}
    study = stage.study(_roadmap(*_numbered(40)))
    async with stage.seat(study, size=size, place=ViewState("one", ())) as seat:
        top = seat.detail
        detail = seat.main.query_one("#detail")
        await seat.pilot._post_mouse_events([MouseScrollDown], detail, offset=(5, 3))
        await seat.settle()
        assert seat.detail.splitlines()[0] == top.splitlines()[3]
        assert seat.pane == "outline"


def test_what_does_not_fit_is_counted_and_no_heading_stands_alone(stage: Stage) -> None:
    study = stage.study(_roadmap(*_numbered(3), summary="What it is."))
    study.write_note("one", "Mine.")
    whole = render_detail(study, 0, (76, 8), None, UNICODE)
    rows = [text_of(line).strip() for line in whole.lines]
    assert rows.index("Mine.") < rows.index(next(row for row in rows if row.startswith("Resources")))
    for height in range(2, len(rows)):
        *shown, last = [text_of(line).strip() for line in whole.window(0, height, UNICODE) if line]
        assert last == f"… {len(rows) - len(shown)} more"
        assert shown == rows[: len(shown)]
        assert shown[-1] != "Note"
        assert not shown[-1].startswith("Resources")


async def test_a_note_is_seen_where_there_is_room_for_little(stage: Stage) -> None:
    study = stage.study(_roadmap(*_numbered(9), summary="What it is, in so many words that " * 4))
    study.write_note("one", "Mine.")
    async with stage.seat(study, size=(80, 24), place=ViewState("one", ())) as seat:
        assert "Mine." in seat.detail
