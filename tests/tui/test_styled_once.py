"""A start styles everything once: doing so again draws the same, and is a third of the time of drawing."""

from __future__ import annotations

from typing import Any

import pytest
from textual.css.stylesheet import Stylesheet

from roadmap_tui.tui.render.colors import DARK_NAME, LIGHT_NAME, SIXTEEN_NAME
from roadmap_tui.tui.terminal.textual_private import rendered_lines
from tests.tui.stage import Stage


@pytest.mark.parametrize("theme", [DARK_NAME, LIGHT_NAME, SIXTEEN_NAME, "nord"])
@pytest.mark.parametrize("size", [(80, 24), (120, 40), (80, 15)])
async def test_a_start_styles_everything_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int], theme: str
) -> None:
    done: list[str] = []

    def note(name: str) -> None:
        method = getattr(Stylesheet, name)

        def noting(*arguments: Any, **more: Any) -> None:
            done.append(name)
            method(*arguments, **more)

        monkeypatch.setattr(Stylesheet, name, noting)

    note("reparse")
    note("update_nodes")
    async with stage.seat(size=size, theme=theme) as seat:
        assert done == []
        drawn = rendered_lines(seat.app.screen)
        seat.app.refresh_css(animate=False)
        await seat.settle()
        assert done == ["reparse", "update_nodes"]
        assert rendered_lines(seat.app.screen) == drawn
