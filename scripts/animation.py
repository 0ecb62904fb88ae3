"""Make docs/session.svg, the animation in the README: ``python -m scripts.animation``.

It plays keys to the real screen, at a fixed time, and records what the screen then shows. An image of text
rows is drawn for as long as the row stays the same, so that the file is small. A test compares the file with
what this script makes.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from html import escape
from pathlib import Path
from typing import Final, NamedTuple

from rich.style import Style
from textual.strip import Strip

from roadmap_tui.store.view_state import ViewState
from roadmap_tui.study.study import Study
from roadmap_tui.text.styled_text import cells
from roadmap_tui.tui.render.colors import DARK
from roadmap_tui.tui.terminal.textual_private import rendered_lines
from tests.tui.stage import Seat, Stage
from tests.tui.test_pictures import half_way

TARGET: Final = Path(__file__).parents[1] / "docs" / "session.svg"
SIZE: Final = (116, 30)
# The keys, and for how many seconds the screen stays as it is then.
SESSION: Final = (
    ((), 2.0),
    (("j",), 0.5),
    (("j",), 1.0),
    (("space",), 1.5),
    (("]",), 1.0),
    (("i",), 1.0),
    (("t",), 1.5),
    (("/",), 0.4),
    (("p",), 0.2),
    (("p",), 0.2),
    (("o",), 0.8),
    (("enter",), 1.2),
    (("p",), 3.0),
    (("escape", "r"), 2.0),
    (("space",), 2.5),
    (("3",), 1.2),
    (("escape", "escape", "P"), 3.0),
    (("escape", "#"), 3.0),
)
_CELL: Final = (8.4, 18)  # width and height in pixels

Run = tuple[int, str, str, str, bool]  # column, text, color, background, bold


class Frame(NamedTuple):
    """The runs of each row, and the seconds for which they are shown."""

    rows: list[tuple[Run, ...]]
    seconds: float


def main() -> None:
    """Write the animation."""
    TARGET.write_text(make(), encoding="utf-8")


def make() -> str:
    """Return the animation as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        stage = Stage(Path(folder))
        try:
            return _draw(asyncio.run(_record(stage)))
        finally:
            stage.close()


async def _record(stage: Stage) -> list[Frame]:
    study = half_way(stage)
    stage.clock.time += timedelta(days=9)
    stage.clock.stop()
    frames = []
    async with stage.seat(study, size=SIZE, place=_place(study)) as seat:
        await seat.until(lambda: seat.main.watcher.due is not None, 20)
        for keys, seconds in SESSION:
            await seat.press(*keys)
            frames.append(Frame(await _settled(seat), seconds))
    return frames


def _place(study: Study) -> ViewState:
    tree = study.tree
    chapter = {section.id for section in tree.sections(tree.index_of["backpropagation"])}
    return ViewState("backpropagation", tuple(n.id for n in tree.nodes if n.children and n.id not in chapter))


async def _settled(seat: Seat) -> list[tuple[Run, ...]]:
    rows, before = _rows(seat), None
    while rows != before:
        for _ in range(3):
            await seat.settle()
        before, rows = rows, _rows(seat)
    return rows


def _rows(seat: Seat) -> list[tuple[Run, ...]]:
    return [tuple(_runs(strip)) for strip in rendered_lines(seat.app.screen)]


def _runs(strip: Strip) -> Iterator[Run]:
    column = 0
    for text, segment_style, _ in strip:
        style = segment_style or Style()
        front, back = (_color(color) for color in (style.color, style.bgcolor))
        if text.strip() or back not in {"", DARK.background}:
            yield column, text, front or DARK.text, back or DARK.background, bool(style.bold)
        column += cells(text)


def _color(color: object) -> str:
    triplet = getattr(color, "triplet", None)
    return triplet.hex if triplet else ""


def _draw(frames: list[Frame]) -> str:
    total = sum(frame.seconds for frame in frames)
    starts = [sum(frame.seconds for frame in frames[:number]) for number in range(len(frames) + 1)]
    shown: dict[tuple[int, int], list[str]] = {}  # by first and last frame
    for y in range(SIZE[1]):
        first = 0
        for number in range(1, len(frames) + 1):
            if number == len(frames) or frames[number].rows[y] != frames[first].rows[y]:
                shown.setdefault((first, number), []).append(_row(frames[first].rows[y], y))
                first = number
    width, height = round(SIZE[0] * _CELL[0]) + 20, SIZE[1] * _CELL[1] + 20
    rules, groups = [], []
    for (first, end), rows in sorted(shown.items()):
        content = "".join(rows)
        if (first, end) == (0, len(frames)) or not content:
            groups.append(content)
            continue
        start, stop = (f"{100 * starts[at] / total:.2f}%" for at in (first, end))
        steps = [("0%", int(first == 0)), (start, 1), (stop, 0)] if first else [("0%", 1), (stop, 0)]
        keyframes = "".join(f"{when}{{opacity:{opacity}}}" for when, opacity in steps)
        rules.append(f"@keyframes f{first}-{end}{{{keyframes}}}")
        animation = f"f{first}-{end} {total:g}s step-end infinite"
        hidden = "opacity:0;" if first else ""
        groups.append(f'<g style="{hidden}animation:{animation}">{content}</g>')
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}">\n'
        "<title>A session: mark, find, path, review, plan, statistics</title>\n"
        f"<style>text{{white-space:pre;font:14px ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace}}"
        f".b{{font-weight:bold}}{''.join(rules)}</style>\n"
        f'<rect width="{width}" height="{height}" rx="8" fill="{DARK.background}"/>\n'
        f'<g transform="translate(10,10)">\n' + "\n".join(groups) + "\n</g>\n</svg>\n"
    )


def _row(runs: tuple[Run, ...], y: int) -> str:
    """Draw a row; each run has its own column and width, whatever the font."""
    width, height = _CELL
    drawn = []
    for column, text, color, background, is_bold in runs:
        x, room = round(column * width, 1), round(cells(text) * width, 1)
        if background != DARK.background:
            drawn.append(
                f'<rect x="{x:g}" y="{y * height}" width="{room:g}" height="{height}" fill="{background}"/>'
            )
        if stripped := text.strip():
            indent = len(text) - len(text.lstrip())
            x, room = round((column + indent) * width, 1), round(cells(stripped) * width, 1)
            bold = ' class="b"' if is_bold else ""
            drawn.append(
                f'<text x="{x:g}" y="{y * height + 14}" textLength="{room:g}" fill="{color}"{bold}>'
                f"{escape(stripped, quote=False)}</text>"
            )
    return "".join(drawn)


if __name__ == "__main__":
    main()
