"""The roadmap's file changes while the screen is open: it is loaded, the cursor stays, and it says so."""

from __future__ import annotations

import os
from pathlib import Path

from roadmap_tui.core.roadmap.format import encode
from roadmap_tui.core.roadmap.model import Item, Roadmap
from roadmap_tui.store.library import RoadmapFile
from roadmap_tui.study.study import Study
from tests.tui.stage import SMALL, Seat, Stage

CHANGED = SMALL._replace(children=(SMALL.children[1], Item("eight", "Eight"), SMALL.children[2]))


def _write(folder: Path, roadmap: Roadmap) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "new").write_bytes(encode(roadmap))
    os.replace(folder / "new", folder / "small.json")


def _study(stage: Stage) -> Study:
    _write(stage.folder / "roadmaps", SMALL)
    study = stage.study()
    study.file = RoadmapFile("small", str(stage.folder / "roadmaps"), None)
    return study


async def _changed(stage: Stage, seat: Seat, roadmap: Roadmap = CHANGED) -> None:
    _write(stage.folder / "roadmaps", roadmap)
    await seat.until(lambda: seat.main._roadmap_changed is not None or "meanwhile" in seat.state.message)


async def test_it_is_loaded_and_the_cursor_stays(stage: Stage) -> None:
    async with stage.seat(_study(stage)) as seat:
        await seat.press("G", "space")
        await _changed(stage, seat)
        assert seat.bar == "This roadmap was updated meanwhile: 1 item new, 5 items gone"
        assert "Eight" in "\n".join(seat.outline)
        assert seat.here.startswith("✓ Seven")
        await seat.press("space")
        assert seat.marks == {}


async def test_items_with_progress_go_to_retired_and_others_to_their_section(stage: Stage) -> None:
    async with stage.seat(_study(stage)) as seat:
        await seat.press("j", "j", "space")
        assert seat.cursor == "one"
        await _changed(stage, seat)
        assert seat.here.startswith("✓ One")
        assert seat.outline.index(seat.row("Retired")) < seat.outline.index(seat.row("One"))


async def test_dialogs_and_searches_end_first(stage: Stage) -> None:
    async with stage.seat(_study(stage)) as seat:
        for opened, closed in ((["?"], ["?"]), (["/", "s", "i", "x"], ["escape"])):
            await seat.press(*opened)
            before = seat.study.source
            await _changed(stage, seat, CHANGED._replace(note=opened[0]))
            assert seat.study.source is before
            await seat.press(*closed)
            assert seat.study.source.note == opened[0]
            await seat.press("j")


async def test_a_file_that_is_damaged_removed_or_another_leaves_it_open(stage: Stage) -> None:
    async with stage.seat(_study(stage)) as seat:
        path = stage.folder / "roadmaps" / "small.json"
        for data in (b"{", b"", encode(SMALL._replace(id="other"))):
            path.write_bytes(data) if data else path.unlink()
            await seat.until(lambda: seat.bar.startswith("It stays open as it was."))
            assert seat.study.source is SMALL
            await seat.press("j")
        await _changed(stage, seat)
        assert seat.study.source == CHANGED
