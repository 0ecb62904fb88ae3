"""The screen on a stage: built from values, driven by keys, read as text."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from rich.console import RenderableType
from textual.events import Key
from textual.pilot import Pilot
from textual.screen import Screen

from roadmap_tui.core.progress.events import Status
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.core.tree_view import ROOT
from roadmap_tui.store.drafts import Drafts
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.study import Study
from roadmap_tui.text.styled_text import UNICODE, Glyphs, StyledLine
from roadmap_tui.tui.app import RoadmapApp
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.render.colors import DARK_NAME
from roadmap_tui.tui.terminal.textual_private import (
    CompositorUpdate,
    draw_now,
    driver_of,
    key_name,
    rendered_lines,
)
from roadmap_tui.tui.widgets.line_widget import LineWidget

MORNING = datetime(2026, 10, 12, 9, 30, tzinfo=timezone(timedelta(hours=2)))
HOST = "box"
FIRST, SECOND, THIRD = "https://example.org/first", "https://example.org/second", "https://example.org/third"

SMALL = Roadmap(
    "small",
    "Small roadmap",
    resources=(Resource("Overview", "https://example.org/overview", "video"),),
    children=(
        Section(
            "alpha",
            "Alpha",
            children=(
                Item(
                    "one",
                    "One",
                    summary="The first of them.",
                    resources=(
                        Resource("First", FIRST, "book", "A. Writer"),
                        Resource("Second", SECOND, "paper"),
                        Resource("Third", THIRD, "course"),
                    ),
                ),
                Item("two", "Two", prerequisites=("one",)),
                Item("three", "Three", kind="topic", children=(Item("four", "Four"), Item("five", "Five"))),
            ),
        ),
        Section("beta", "Beta", children=(Section("gamma", "Gamma", children=(Item("six", "Six"),)),)),
        Item("seven", "Seven"),
    ),
)
# Longer than any page of a test.
LONG = Roadmap(
    "long",
    "Long roadmap",
    children=(Section("all", "All", children=tuple(Item(f"i{n:03}", f"Item {n:03}") for n in range(100))),),
)


class Ticking:
    """A wall clock that goes on by a second whenever it is looked at."""

    def __init__(self, time: datetime = MORNING) -> None:
        self.time = time
        self.step = timedelta(seconds=1)

    def __call__(self) -> datetime:
        self.time += self.step
        return self.time

    def stop(self) -> None:
        """Stand still from now on, however often it is looked at."""
        self.step = timedelta(0)


def text_of(line: StyledLine) -> str:
    """A line without its roles."""
    return "".join(span.text for span in line)


class Seat:
    """Somebody in front of the screen."""

    def __init__(self, app: RoadmapApp, pilot: Pilot[int]) -> None:
        self.app = app
        self.pilot = pilot
        self.state = app.state
        self.study = app.state.study

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other, each seen through."""
        for key in keys:
            self.send(key)
            await self.settle()

    def send(self, *keys: str) -> None:
        """Press keys faster than they can be seen through."""
        driver = driver_of(self.app)
        for key in keys:
            name = key_name(key) if len(key) == 1 and not key.isalnum() else key
            driver.send_message(Key(name, " " if key == "space" else key if len(key) == 1 else None))

    async def settle(self) -> None:
        """Let everything that was set off come to its end, drawing included."""
        # What is asked of the app by the screen goes through three queues; Pilot's own way of
        # waiting, for the processor to be idle, takes forty milliseconds a key.
        for _ in range(3):
            await asyncio.sleep(0)
            await self.pilot._wait_for_screen()
        draw_now(self.app.screen)
        await self.pilot._wait_for_screen()

    async def write(self, text: str) -> None:
        """Type a text."""
        await self.press(*("space" if letter == " " else letter for letter in text))

    async def until(self, true: Callable[[], bool], seconds: float = 20.0) -> float:
        """Wait for something that comes by itself; how long that took. Fails where it does not come."""
        for step in range(int(seconds * 50)):
            if true():
                return step / 50
            await self.pilot.pause(0.02)
        raise AssertionError("it did not come")

    @property
    def main(self) -> MainScreen:
        """The main screen, whatever is over it."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    def is_on(self, kind: type[Screen[Any]]) -> bool:
        """Whether a screen of that kind is the one that gets the keys."""
        return isinstance(self.app.screen, kind)

    @property
    def pane(self) -> str:
        """The pane that the keys go to."""
        return self.state.pane

    @property
    def screen(self) -> list[str]:
        """Every line of the whole screen, as the toolkit has put it together."""
        return [strip.text for strip in rendered_lines(self.app.screen)]

    @contextmanager
    def watched(self) -> Iterator[list[object]]:
        """What is drawn meanwhile: the updates."""
        drawn: list[object] = []
        display = self.app._display

        def watch(screen: Screen[Any], update: RenderableType | CompositorUpdate | None) -> None:
            if update is not None:
                drawn.append(update)
            display(screen, update)

        self.app._display = watch  # type: ignore[method-assign,assignment]
        try:
            yield drawn
        finally:
            del self.app._display

    def _shown(self, name: str) -> list[str]:
        canvas = self.main.query_one(f"#{name}", LineWidget)
        return [text_of(row).rstrip() for row in canvas.rows] if canvas.display else []

    @property
    def outline(self) -> list[str]:
        """What the outline shows."""
        return self._shown("outline")

    @property
    def detail(self) -> str:
        """What the detail pane shows."""
        return "\n".join(self._shown("detail"))

    @property
    def detail_title(self) -> str:
        """The title of the details, in their frame or on their first line."""
        framed = self.title.partition("╮╭ ")[2]
        return framed or self.detail.partition("\n")[0]

    @property
    def title(self) -> str:
        """What the line at the top shows, and with frames that at their bottom."""
        return "".join(self._shown("title") + self._shown("bottom"))

    @property
    def bar(self) -> str:
        """What the line at the bottom shows."""
        return " ".join(row.strip() for row in self._shown("keys"))

    @property
    def banner(self) -> str:
        """What the banner shows, nothing where there is none."""
        return " ".join(row.strip() for row in self._shown("banner"))

    def row(self, title: str) -> str:
        """The row of the outline that holds a title."""
        rows = [row for row in self.outline if title in row]
        assert len(rows) == 1, (title, self.outline)
        return rows[0]

    @property
    def here(self) -> str:
        """The one row that is marked as the cursor's."""
        rows = [row for row in self.outline if row.startswith(self.state.glyphs.cursor)]
        assert len(rows) == 1, self.outline
        return rows[0][1:].strip()

    @property
    def cursor(self) -> str:
        """The id of the node under the cursor."""
        return self.state.node_id

    @property
    def marks(self) -> dict[str, Status]:
        """The items that are not to do: by the study, and by whoever reads the journal anew."""
        marks = _marks(self.study)
        assert marks == _marks(Study(self.study.roadmap, Journal(self.study.journal.folder, Ticking())))
        return marks

    @property
    def note(self) -> str:
        """The note of the node under the cursor."""
        return "\n---\n".join(note.text for note in self.study.state(self.cursor).notes)

    @property
    def ticks(self) -> frozenset[str]:
        """The ticked resources of the node under the cursor."""
        return self.study.state(self.cursor).ticks


def _marks(study: Study) -> dict[str, Status]:
    statuses = {item.id: study.state(item.id).status for item in study.tree.items()}
    return {node_id: status for node_id, status in statuses.items() if status != "todo"}


class Stage:
    """Sets the screen up over a folder of its own, as often as needed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "log"
        self.kept: list[ViewState] = []
        self.clock = Ticking()
        self._studies: list[Study] = []

    def study(self, roadmap: Roadmap = SMALL, *, log: str | None = "") -> Study:
        """A session at a roadmap; ``log`` None is a journal that keeps nothing."""
        journal = Journal(str(self.log) if log == "" else log, self.clock, host=HOST)
        self._studies.append(Study(roadmap, journal))
        return self._studies[-1]

    def app(
        self,
        study: Study | None = None,
        *,
        glyphs: Glyphs = UNICODE,
        place: ViewState | None = None,
        theme: str = DARK_NAME,
        drafts: Drafts | None = None,
    ) -> RoadmapApp:
        """The program over a study; the places it wants kept are in ``kept``."""
        desk = MainState(study or self.study(), glyphs, place or ViewState())
        if place is None:
            desk.tree_view.go_to(ROOT)  # not where a newcomer begins
        app = RoadmapApp(desk, self.kept.append, theme, drafts=drafts)
        app.animation_level = "none"
        return app

    @asynccontextmanager
    async def seat(
        self,
        study: Study | None = None,
        *,
        size: tuple[int, int] = (80, 24),
        place: ViewState | None = None,
        glyphs: Glyphs = UNICODE,
        theme: str = DARK_NAME,
        drafts: Drafts | None = None,
    ) -> AsyncIterator[Seat]:
        """Somebody in front of it, while it runs."""
        app = self.app(study, glyphs=glyphs, place=place, theme=theme, drafts=drafts)
        async with app.run_test(size=size) as pilot:
            seat = Seat(app, pilot)
            await seat.until(lambda: bool(app.screen_stack) and not app.is_batching)
            await seat.settle()
            yield seat

    def close(self) -> None:
        """End all sessions."""
        for study in self._studies:
            study.journal.pending.clear()
            study.close()
