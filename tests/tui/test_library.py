"""The library in the screen: what there is, opening, importing, following, removing."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain
from pathlib import Path

import pytest

from roadmap_tui.core.roadmap.format import encode
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.store import library
from roadmap_tui.store.library_merge import rewrite_roadmap_id
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.log_lines import append_lines, read_logs
from roadmap_tui.store.view_state import last_roadmap
from roadmap_tui.study.library import Library
from roadmap_tui.text.styled_text import UNICODE
from roadmap_tui.tui.app import RoadmapApp
from roadmap_tui.tui.main.screen import MainScreen
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.render.colors import DARK_NAME
from roadmap_tui.tui.screens.import_preview import ImportPreviewScreen
from roadmap_tui.tui.screens.library import LibraryScreen
from roadmap_tui.tui.screens.questions import ConfirmScreen, WaitScreen
from tests.tui.stage import Seat, Ticking

PLAN = "# A plan\n\n## Basics\n\n- [x] Sets\n- [ ] Object detection (U-Net)\n"
NEXT = "# A plan\n\n## First\n\n- [ ] Object detection (YOLO)\n- [ ] Sets\n- [ ] Maps\n"


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "plan.md"
    path.write_text(PLAN)
    return path


@asynccontextmanager
async def opened(home: Path) -> AsyncIterator[Seat]:
    """The screen on the bundled roadmap, with a library."""
    locations = Locations(str(home / "data"), str(home / "state"), str(home / "config"))
    shelf = Library(locations, Ticking())
    first = shelf.open("ml-dl")
    app = RoadmapApp(
        MainState(first.study, UNICODE, first.view_state),
        first.save_view_state,
        DARK_NAME,
        open_library=lambda: shelf,
    )
    app.animation_level = "none"
    async with app.run_test() as pilot:
        seat = Seat(app, pilot)
        await seat.until(lambda: bool(app.screen_stack) and not app.is_batching)
        await seat.settle()
        yield seat
        app.state.study.close()


async def imported(seat: Seat, plan: Path) -> None:
    await seat.press("R")
    await seat.until(lambda: seat.is_on(LibraryScreen))
    await seat.press("a")
    await seat.write(str(plan))
    await seat.press("enter")
    await seat.until(lambda: seat.is_on(ImportPreviewScreen))
    await seat.press("enter")
    await seat.until(lambda: seat.is_on(MainScreen) and seat.app.state.study.roadmap.id == "a-plan")


def _edit(plan: Path) -> None:
    plan.write_text(NEXT)


def _delete(plan: Path) -> None:
    plan.unlink()


async def test_the_library_lists_what_there_is_and_how_far_one_is(tmp_path: Path) -> None:
    async with opened(tmp_path) as seat:
        seat.study.set_status(["lenet", "vgg"], "done")
        await seat.press("R")
        await seat.until(lambda: seat.is_on(LibraryScreen))
        await seat.until(lambda: any("2/127" in row for row in seat.screen))
        rows = [row for row in seat.screen if "2/127" in row]
        assert any("Machine and Deep Learning Study Roadmap" in row and "2%" in row for row in rows)
        await seat.press("escape")
        assert seat.is_on(MainScreen)


async def test_importing_shows_what_it_finds_and_then_opens_it(tmp_path: Path, plan: Path) -> None:
    async with opened(tmp_path) as seat:
        await seat.press("R", "a")
        await seat.write(str(plan))
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(ImportPreviewScreen))
        await seat.until(
            lambda: any("1 section, 0 groups, 2 items, 0 resources" in row for row in seat.screen)
        )
        assert any("1 of 2 are ticked by the author" in row for row in seat.screen)
        assert not (tmp_path / "data" / "roadmaps").exists()
        await seat.press("enter")
        await seat.until(lambda: seat.app.state.study.roadmap.id == "a-plan")
        await seat.settle()
        assert "A plan" in seat.title
        assert last_roadmap(str(tmp_path / "state")) == "a-plan"


async def test_leaving_the_report_writes_nothing(tmp_path: Path, plan: Path) -> None:
    async with opened(tmp_path) as seat:
        await seat.press("R", "a")
        await seat.write(str(plan))
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(ImportPreviewScreen))
        await seat.press("escape")
        await seat.until(lambda: seat.is_on(LibraryScreen))
        assert not (tmp_path / "data" / "roadmaps").exists()


async def test_what_can_not_be_imported_is_said_where_it_can_be_mended(tmp_path: Path, plan: Path) -> None:
    async with opened(tmp_path) as seat:
        await seat.press("R", "a")
        await seat.write(str(plan) + "x")
        await seat.press("enter")
        # Where its line breaks depends on how long the path is.
        await seat.until(lambda: "such" in "".join(seat.screen) and seat.is_on(LibraryScreen))
        screen = seat.app.screen
        assert isinstance(screen, LibraryScreen)
        assert f"{plan}x: No such file or directory" in screen.message
        await seat.press("backspace", "enter")
        await seat.until(lambda: seat.is_on(ImportPreviewScreen))


async def test_going_from_one_roadmap_to_the_other_keeps_both(tmp_path: Path, plan: Path) -> None:
    async with opened(tmp_path) as seat:
        await seat.press("]", "space")
        await imported(seat, plan)
        await seat.press("]", "space")
        assert seat.app.state.study.counts_at().done == 1
        await seat.press("R")
        await seat.until(lambda: seat.is_on(LibraryScreen))
        await seat.press("g", "enter")
        await seat.until(lambda: seat.app.state.study.roadmap.id == "ml-dl")
        await seat.settle()
        assert seat.app.state.study.counts_at().done == 1
        assert seat.app.state.node_id == "linear-algebra"
        assert seat.app.state.study.tree.index_of.get("sets") is None


async def test_an_update_is_shown_and_offers_are_taken_by_number(tmp_path: Path, plan: Path) -> None:
    async with opened(tmp_path) as seat:
        await imported(seat, plan)
        seat.app.state.study.set_status(["sets", "object-detection"], "done")
        _edit(plan)
        await seat.press("R")
        await seat.until(lambda: seat.is_on(LibraryScreen))
        await seat.press("u")
        await seat.until(lambda: seat.is_on(ImportPreviewScreen))
        offer = "Object detection (U-Net) -> Object detection (YOLO)"
        await seat.until(lambda: any(offer in row for row in seat.screen))
        await seat.press("1")
        taken = "taken: object-detection is now object-detection"
        await seat.until(lambda: any(taken in row for row in seat.screen))
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(MainScreen) and "maps" in seat.app.state.study.tree.index_of)
        study = seat.app.state.study
        assert {item.title: study.status(item.id) for item in study.tree.items()} == {
            "Object detection (YOLO)": "done",
            "Sets": "done",
            "Maps": "todo",
        }


def _write(plan: Path, title: str, *items: str) -> None:
    plan.write_text(f"# {title}\n\n" + "".join(f"- [ ] {item}\n" for item in items))


def _text(seat: Seat) -> str:
    """What is on the screen, in one line and without frames."""
    return " ".join(" ".join(seat.screen).replace("│", " ").split())


async def test_an_update_that_retires_most_of_the_progress_asks(tmp_path: Path, plan: Path) -> None:
    _write(plan, "A plan", *(f"Old {number}" for number in range(6)))
    async with opened(tmp_path) as seat:
        await imported(seat, plan)
        study = seat.app.state.study
        study.set_status([f"old-{number}" for number in range(6)], "done")
        _write(plan, "A plan", "Sets", "Maps", "Old 0")
        for answer in ("n", "y"):
            await seat.press("R")
            await seat.until(lambda: seat.is_on(LibraryScreen))
            await seat.press("u")
            await seat.until(lambda: seat.is_on(ImportPreviewScreen))
            await seat.press("enter")
            await seat.until(lambda: seat.is_on(ConfirmScreen))
            assert "It would retire 5 of 6 items with your progress. Update all the same?" in _text(seat)
            await seat.press(answer)
            if answer == "n":
                await seat.until(lambda: seat.is_on(LibraryScreen))
                await seat.press("escape")
                assert "sets" not in seat.app.state.study.tree.index_of
        await seat.until(lambda: seat.is_on(MainScreen) and "sets" in seat.app.state.study.tree.index_of)
        assert seat.app.state.study.counts_at().done == 1


async def test_replacing_the_bundled_roadmap_asks(
    tmp_path: Path, plan: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(plan, "Machine and Deep Learning Study Roadmap", "Sets", "LeNet")
    async with opened(tmp_path) as seat:
        library = seat.app.open_library() if seat.app.open_library is not None else None
        assert library is not None
        request = library.plan_update("ml-dl", str(plan))
        # Its own source is not on this machine.
        monkeypatch.setattr(library, "plan_update", lambda _: request)
        await seat.press("R")
        await seat.until(lambda: seat.is_on(LibraryScreen))
        await seat.press("u")
        await seat.until(lambda: seat.is_on(ImportPreviewScreen))
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(ConfirmScreen))
        assert "items of the roadmap that comes with the program" in _text(seat)
        await seat.press("n")
        await seat.until(lambda: seat.is_on(LibraryScreen))
        assert not (tmp_path / "data" / "roadmaps" / "ml-dl.json").exists()


async def test_removing_keeps_the_progress_for_when_it_comes_back(tmp_path: Path, plan: Path) -> None:
    async with opened(tmp_path) as seat:
        await imported(seat, plan)
        await seat.press("]", "space", "R")
        await seat.until(lambda: seat.is_on(LibraryScreen))
        await seat.press("x")
        await seat.until(lambda: any("Can't remove the open" in row for row in seat.screen))
        await seat.press("g", "enter")
        await seat.until(lambda: seat.app.state.study.roadmap.id == "ml-dl")
        await seat.settle()
        await seat.press("R")
        await seat.until(lambda: seat.is_on(LibraryScreen))
        await seat.press("j", "x")
        await seat.until(lambda: seat.is_on(ConfirmScreen))
        await seat.press("y")
        await seat.until(lambda: not (tmp_path / "data" / "roadmaps" / "a-plan.json").exists())
        await seat.until(lambda: seat.is_on(LibraryScreen))
        await seat.press("escape")
        await imported(seat, plan)
        assert seat.app.state.study.counts_at().done == 1


async def test_an_offer_is_taken_while_importing_again_without_the_file(tmp_path: Path, plan: Path) -> None:
    async with opened(tmp_path) as seat:
        await imported(seat, plan)
        seat.app.state.study.set_status(["object-detection"], "done")
        _edit(plan)
        await seat.press("R", "a")
        await seat.write(str(plan))
        await seat.press("enter")
        await seat.until(lambda: seat.is_on(ImportPreviewScreen))
        _delete(plan)
        await seat.press("1", "enter")
        await seat.until(lambda: seat.is_on(MainScreen) and "maps" in seat.app.state.study.tree.index_of)
        assert seat.app.state.study.status("object-detection") == "done"


async def test_standard_input_is_not_read_from_under_the_screen(tmp_path: Path) -> None:
    async with opened(tmp_path) as seat:
        await seat.press("R", "a", "-", "enter")
        await seat.until(lambda: any("what is typed here is for the screen" in row for row in seat.screen))


async def test_what_followed_an_edit_comes_back_after_it_was_removed(tmp_path: Path, plan: Path) -> None:
    async with opened(tmp_path) as seat:
        await imported(seat, plan)
        shelf = seat.app.open_library()
        assert shelf is not None
        seat.app.state.study.set_status(["object-detection"], "done")
        _edit(plan)
        proposal = shelf.plan_update("a-plan")
        shelf.apply(proposal.plan({"object-detection": "object-detection"}))
        shelf.remove("a-plan")
        shelf.apply(shelf.plan_import(str(plan)).plan())
        study = shelf.open("a-plan").study
        assert study.status("object-detection") == "done"
        assert study.node("object-detection").title == "Object detection (YOLO)"


async def test_a_slow_answer_is_waited_for_and_keys_go_nowhere_meanwhile(tmp_path: Path) -> None:
    answer = threading.Event()

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer.wait(8)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(PLAN.encode())

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    server.daemon_threads = False  # closing it then waits for its answers
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        async with opened(tmp_path) as seat:
            await seat.press("R", "a")
            await seat.write(f"http://127.0.0.1:{server.server_port}/plan.md")
            await seat.press("enter")
            await seat.until(lambda: seat.is_on(WaitScreen))
            assert any("Reading http://127.0.0.1" in row for row in seat.screen)
            row = seat.state.tree_view.cursor_row
            await seat.press("j", "D")
            assert seat.state.tree_view.cursor_row == row
            assert seat.study.counts_at().done == 0
            answer.set()
            await seat.until(lambda: seat.is_on(ImportPreviewScreen))
    finally:
        answer.set()
        server.shutdown()
        server.server_close()


async def test_a_roadmap_that_a_sync_gave_another_id_is_followed(tmp_path: Path, plan: Path) -> None:
    async with opened(tmp_path) as seat:
        await imported(seat, plan)
        study = seat.app.state.study
        study.set_status(["sets"], "done")
        # What a sync writes here that brings another roadmap with this id.
        log, roadmaps = str(tmp_path / "data" / "log"), tmp_path / "data" / "roadmaps"
        lines = chain.from_iterable(read_logs(log).logs.values())
        append_lines(log, "synced.jsonl", rewrite_roadmap_id(lines, "a-plan", "a-plan-2"))
        library.write(str(roadmaps), "a-plan-2.json", encode(study.source._replace(id="a-plan-2")))
        library.write(str(roadmaps), "a-plan.json", encode(Roadmap("a-plan", "Cakes")))
        message = "This roadmap is a-plan-2 now: a sync brought another one with its id"
        await seat.until(lambda: seat.main.state.study.roadmap.id == "a-plan-2")
        await seat.until(lambda: bool(seat.main.query("#keys")) and seat.bar == message)
        study = seat.app.state.study
        assert study.status("sets") == "done"
        # Its id is not changed again when the file of that name changes.
        library.write(str(roadmaps), "a-plan-2.json", encode(study.source._replace(note="New")))
        await seat.until(lambda: study.source.note == "New")
        assert seat.app.state.study is study
