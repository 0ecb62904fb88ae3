"""Paints the first frame before Textual is imported.

It is drawn from the same lines as the main screen, with the same colors and layout, so that Textual's first
frame replaces it without a visible change.
"""

from __future__ import annotations

import os
import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from roadmap_tui.text import terminal
from roadmap_tui.text.styled_text import ASCII, Glyphs, Span, StyledLine, length, to_ascii, truncate
from roadmap_tui.tui.main.frames import bottom_line, fits_in_frame, header_line
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.render.colors import ON_CURSOR_16, Palette, channels, sgr
from roadmap_tui.tui.render.detail import render_detail
from roadmap_tui.tui.render.layout import OUTLINE_SHARE, SHARES, viewport_top
from roadmap_tui.tui.terminal.capabilities import size
from roadmap_tui.tui.terminal.signals import owns_terminal

if TYPE_CHECKING:
    from roadmap_tui.study.today import Today
    from roadmap_tui.tui.render.today import TodayPage

_ENTER: Final = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[H"
_LEAVE: Final = "\x1b[m\x1b[?7h\x1b[?25h\x1b[?1049l"
# The rows of the Today dialog besides its list, and how much of the background covers what is behind it;
# app.tcss has the same numbers.
_TODAY_CHROME: Final = 6
BACKDROP: Final = 0.6
_BOLD: Final = {"strong", "accent", "doing", "error", "key"}
# The field of Palette for each style that is not one itself; all other styles have the text color.
_PALETTE_FIELDS: Final = {
    "bar": "done",
    "warning": "doing",
    "key": "link",
    "bar-rest": "rule",
    "focus": "accent",
    "code": "accent",
} | {style: style for style in ("muted", "faint", "accent", "done", "doing", "error", "link")}


@contextmanager
def early_frame(
    state: MainState, palette: Palette | None, first_page: Today | None
) -> Iterator[Callable[[], Any]]:
    """Paint the main screen, without colors if ``palette`` is None, and Today over it if that is given.

    Echo is off during the block.

    Yields a function that adopts the terminal: it returns the original terminal attributes, and the caller is
    then responsible for restoring them and leaving the alternate screen. If it was not called, that is done
    at the end of the block.
    """
    handle = sys.stdin.fileno()
    original = termios.tcgetattr(handle)
    quiet = termios.tcgetattr(handle)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(handle, termios.TCSANOW, quiet)
    _write(_ENTER + frame(state, *size(), palette, first_page))
    adopted = False

    def adopt_terminal() -> Any:
        nonlocal adopted
        adopted = True
        return original

    try:
        yield adopt_terminal
    finally:
        with suppress(OSError, termios.error):  # the terminal may be gone
            if not adopted:
                _write(_LEAVE)
            if owns_terminal(handle):
                termios.tcsetattr(handle, termios.TCSANOW, original)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def frame(
    state: MainState, width: int, height: int, palette: Palette | None, first_page: Today | None = None
) -> str:
    """Render the screen as text with control sequences for a terminal size."""
    if first_page is None:
        return _main(state, width, height, palette)
    from roadmap_tui.tui.render.today import TodayPage

    main = _main(state, width, height, palette and _dimmed(palette))
    return main + _today(TodayPage(first_page, state.glyphs), state, width, height, palette)


def _dimmed(palette: Palette) -> Palette:
    """Return the colors behind a dialog; the terminal's own have no shades."""
    if palette.background.startswith("ansi_"):
        return palette

    def blend(color: str) -> str:
        pairs = zip(channels(color), channels(palette.background), strict=True)
        return "#" + "".join(f"{int(old + (new - old) * BACKDROP):02x}" for old, new in pairs)

    return Palette._make(map(blend, palette))


def _today(page: TodayPage, state: MainState, width: int, height: int, palette: Palette | None) -> str:
    """Render the Today dialog, in the middle of the screen."""
    from roadmap_tui.tui.render.dialog import CURSOR_WIDTH, fit_hints, option_row
    from roadmap_tui.tui.render.today import MAX_WIDTH, NOTHING

    painter, glyphs = _Painter(palette, state.glyphs), state.glyphs
    box = min(MAX_WIDTH, width)
    inner = box - 4

    def row(line: str | int) -> StyledLine:
        if isinstance(line, str):
            return [Span(line, "accent")]
        return option_row(page.option(line, inner - CURSOR_WIDTH), glyphs, is_highlighted=line == 0)

    shown = page.lines[: max(1, height - _TODAY_CHROME)]
    hints = fit_hints(state.keymap.hint_texts("today"), inner)
    lines = [
        painter.line([Span(truncate(page.heading, inner, glyphs.ellipsis), "accent")], inner),
        painter.line([], inner),
        *(painter.line(row(line), inner, is_cursor=line == 0) for line in shown),
        *([] if shown else [painter.line([NOTHING], inner)]),
        painter.line([], inner),
        painter.line([Span(hints, "muted")], inner),
    ]
    corners, border = glyphs.corners, "bar-rest" if glyphs.is_ascii else "muted"
    top, bottom = (
        painter.line([Span(corners[at] + glyphs.hline * (box - 2) + corners[at + 1], border)], box)
        for at in (0, 2)
    )
    left, right = (
        painter.line([Span(f"{glyphs.vline} ", border)], 2),
        painter.line([Span(f" {glyphs.vline}", border)], 2),
    )
    framed = [(top, ""), *((left + line, right) for line in lines), (bottom, "")][:height]
    y, x = (height - len(framed)) // 2 + 1, (width - box) // 2 + 1
    # The right edge has its place, also after text that the terminal measures differently.
    return "".join(
        f"\x1b[{row};{x}H{line}" + (f"\x1b[{row};{x + box - 2}H{end}" if end else "")
        for row, (line, end) in enumerate(framed, y)
    )


def _main(state: MainState, width: int, height: int, palette: Palette | None) -> str:
    """Render the main screen."""
    painter = _Painter(palette, state.glyphs)
    state.fit(width, height)
    layout, due = state.layout, state.study.counted_due or 0
    footer = [painter.line(line, width) for line in state.footer((width, height))]
    if layout.is_framed:
        footer.insert(0, painter.line(bottom_line(state, width, due), width))
    pane_rows = height - 1 - len(footer)
    rows = [painter.line(header_line(state, width, due), width)]
    if layout.is_wide:
        frame = 2 if layout.is_framed else 0
        detail_width = width - layout.outline_width - 3 - frame // 2
        detail = _detail(state, detail_width, pane_rows)
        focused = painter.line([Span(state.glyphs.vline, "focus")], 1) if frame else ""
        other = painter.line([Span(state.glyphs.vline, "bar-rest")], 1)
        outline = _outline(state, painter, layout.outline_width - frame, pane_rows)
        for left, right in zip(outline, detail, strict=True):
            text = painter.line([Span(" "), *right], detail_width + 2)
            # Text that the terminal measures differently must not move what is on its right.
            row, column = f"\x1b[{len(rows) + 1};", layout.outline_width + 1 - frame // 2
            end = f"{row}{width}H{other}" if frame else ""
            rows.append(f"{focused}{left}{row}{column}H{focused}{other}{text}{end}")
    else:
        outline_rows = pane_rows if layout.is_low else pane_rows * OUTLINE_SHARE // SHARES
        rows.extend(_outline(state, painter, width, outline_rows))
        if not layout.is_low:
            rows.append(painter.line([Span(state.glyphs.hline * width, "bar-rest")], width))
            detail = _detail(state, width - 2, pane_rows - outline_rows - 1)
            rows.extend(painter.line([Span(" "), *line], width) for line in detail)
    rows.extend(footer)
    return "\r\n".join(rows[:height])


def _outline(state: MainState, painter: _Painter, width: int, height: int) -> list[str]:
    rows, cursor = state.tree_view.rows, state.tree_view.cursor_row
    is_slow = state.study.settings.slow_link
    top = viewport_top(0, cursor, height, len(rows), leaps=is_slow)
    lines = [
        painter.line(state.rows.line(row, width), width, is_cursor=row == cursor and not is_slow)
        for row in range(top, min(top + height, len(rows)))
    ]
    return lines + [painter.line([], width)] * (height - len(lines))


def _detail(state: MainState, width: int, height: int) -> list[StyledLine]:
    has_title = not fits_in_frame(state, width + 4)
    size = width, height
    text = render_detail(state.study, state.cursor, size, None, state.glyphs, has_title=has_title)
    return text.window(0, height, state.glyphs)


class _Painter:
    """Turns styled lines into text with control sequences."""

    def __init__(self, palette: Palette | None, glyphs: Glyphs) -> None:
        self._ascii = glyphs is ASCII
        self._palette = palette
        self._colors = 2**24 if terminal.has_true_color(os.environ) else 256
        self._sgr_cache: dict[tuple[str, bool], str] = {}

    def line(self, line: StyledLine, width: int, *, is_cursor: bool = False) -> str:
        """Render a line, padded to ``width`` cells."""
        padded = [*line, Span(" " * max(0, width - length(line)))]
        if is_cursor and self._palette is None:
            return f"\x1b[7m{''.join(self._text(span.text) for span in padded)}\x1b[m"
        return "".join(self._sgr(span.style, is_cursor) + self._text(span.text) for span in padded)

    def _text(self, text: str) -> str:
        return to_ascii(text) if self._ascii else text

    def _sgr(self, style: str, is_cursor: bool) -> str:
        palette = self._palette
        if palette is None:
            return ""
        sequence = self._sgr_cache.get((style, is_cursor))
        if sequence is None:
            foreground = getattr(palette, _PALETTE_FIELDS.get(style, "text"))
            if is_cursor and palette.cursor.startswith("ansi_"):
                foreground = ON_CURSOR_16
            background = palette.cursor if is_cursor else palette.background
            weight = "1;" if style in _BOLD else "3;" if style == "emphasis" else ""
            codes = sgr(foreground, self._colors), sgr(background, self._colors, is_background=True)
            sequence = f"\x1b[0;{weight}{';'.join(codes)}m"
            self._sgr_cache[style, is_cursor] = sequence
        return sequence
