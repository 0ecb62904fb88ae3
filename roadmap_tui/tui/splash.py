"""The first frame, on the screen before the toolkit is loaded.

It is drawn from the same lines as the screen that follows, in the same colours and places, so
that the one replaces the other unseen.
"""

from __future__ import annotations

import sys
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from roadmap_tui.text.styled_text import ASCII, Glyphs, Span, StyledLine, length, to_ascii
from roadmap_tui.tui.colors import Palette
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.render.bars import FooterContext, footer_line, message_line, title_line
from roadmap_tui.tui.render.detail import render_detail
from roadmap_tui.tui.render.outline import viewport_top
from roadmap_tui.tui.terminal.capabilities import size
from roadmap_tui.tui.terminal.signals import is_in_front

LOW: Final = 16
# The panes share the room as 11 to 9; the sheet of the real screen says the same.
OUTLINE_SHARE: Final = 11
SHARES: Final = 20

_ENTER: Final = "\x1b[?1049h\x1b[?25l\x1b[H"
_LEAVE: Final = "\x1b[m\x1b[?25h\x1b[?1049l"


@contextmanager
def early_frame(state: MainState, colours: Palette | None) -> Iterator[Callable[[], Any]]:
    """Paint the desk on the terminal, in plain text where ``colours`` is None.

    What is typed meanwhile is neither echoed nor lost. Who draws next calls what this yields, which
    gives the terminal's own attributes, and then has these to put back and the alternate screen to
    leave when somebody else is to have the terminal; otherwise that is done here.
    """
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    quiet = termios.tcgetattr(handle)
    quiet[3] &= ~(termios.ECHO | termios.ICANON)
    termios.tcsetattr(handle, termios.TCSANOW, quiet)
    width, height = size()
    _write(_ENTER + frame(state, width, height, colours))
    ours = True

    def take_over() -> Any:
        nonlocal ours
        ours = False
        return before

    try:
        yield take_over
    finally:
        with suppress(OSError, termios.error):  # the terminal may be gone
            if ours:
                _write(_LEAVE)
            if is_in_front(handle):
                termios.tcsetattr(handle, termios.TCSANOW, before)


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


def layout_for(state: MainState, width: int, height: int) -> tuple[bool, bool]:
    """Whether the panes stand side by side, and whether the outline is alone until the other is asked for."""
    is_slow = state.study.settings.slow_link
    wide = width >= state.study.settings.side_by_side and not is_slow
    return wide, height < LOW or is_slow


def frame(state: MainState, width: int, height: int, colours: Palette | None) -> str:
    """The main screen as text for a terminal of that size."""
    style = _Style(colours, state.glyphs)
    panes = height - 2
    wide, low = layout_for(state, width, height)
    rows = [style.line(title_line(state.study, width, state.glyphs), width)]
    if wide:
        outline = width * OUTLINE_SHARE // SHARES
        beside = _detail(state, width - outline - 3, panes)
        wall = style.line([Span(state.glyphs.vline, "bar-rest"), Span(" ")], 2)
        for left, right in zip(_outline(state, style, outline, panes), beside, strict=True):
            rows.append(left + wall + style.line(right, width - outline - 2))
    else:
        share = panes if low else panes * OUTLINE_SHARE // SHARES
        rows.extend(_outline(state, style, width, share))
        if not low:
            rows.append(style.line([Span(state.glyphs.hline * width, "bar-rest")], width))
            below = _detail(state, width - 2, panes - share - 1)
            rows.extend(style.line([Span(" "), *line], width) for line in below)
    rows.append(style.line(_foot(state, width), width))
    return "\r\n".join(rows[:height])


def _foot(state: MainState, width: int) -> StyledLine:
    if state.message:
        return message_line(Span(state.message, "error" if state.is_error else ""), width, state.glyphs)
    return footer_line(state.keymap, width, FooterContext(is_first_run=state.is_first_run))


def _outline(state: MainState, style: _Style, width: int, height: int) -> list[str]:
    outline = state.tree_view
    is_slow = state.study.settings.slow_link
    top = viewport_top(0, outline.cursor_row, height, len(outline.rows), leaps=is_slow)
    here = -1 if is_slow else outline.cursor_row
    drawn = [
        style.line(state.rows.line(row, width), width, here=row == here)
        for row in range(top, min(top + height, len(outline.rows)))
    ]
    return drawn + [style.line([], width)] * (height - len(drawn))


def _detail(state: MainState, width: int, height: int) -> list[StyledLine]:
    return render_detail(state.study, state.cursor, (width, height), None, state.glyphs).window(
        0, height, state.glyphs
    )


class _Style:
    """Turns lines into text with colours, or without."""

    def __init__(self, colours: Palette | None, glyphs: Glyphs) -> None:
        self._ascii = glyphs is ASCII
        self._colours = colours
        self._codes: dict[tuple[str, bool], str] = {}

    def line(self, line: StyledLine, width: int, *, here: bool = False) -> str:
        padded = [*line, Span(" " * max(0, width - length(line)))]
        if here and self._colours is None:
            return f"\x1b[7m{''.join(self._text(span.text) for span in padded)}\x1b[m"
        return "".join(self._code(span.style, here) + self._text(span.text) for span in padded)

    def _text(self, text: str) -> str:
        return to_ascii(text) if self._ascii else text

    def _code(self, role: str, here: bool) -> str:
        if self._colours is None:
            return ""
        code = self._codes.get((role, here))
        if code is None:
            colours = self._colours
            ground = colours.cursor if here else colours.ground
            bold = "1;" if role in _BOLD else ""
            code = f"\x1b[0;{bold}38;2;{_rgb(_colour(role, colours))};48;2;{_rgb(ground)}m"
            self._codes[role, here] = code
        return code


_BOLD: Final = {"strong", "accent", "doing", "error", "key"}


def _colour(role: str, colours: Palette) -> str:
    return {
        "muted": colours.muted,
        "faint": colours.faint,
        "accent": colours.accent,
        "done": colours.done,
        "bar": colours.done,
        "doing": colours.doing,
        "warning": colours.doing,
        "error": colours.error,
        "link": colours.link,
        "key": colours.link,
        "bar-rest": colours.rule,
    }.get(role, colours.text)


def _rgb(colour: str) -> str:
    return ";".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
