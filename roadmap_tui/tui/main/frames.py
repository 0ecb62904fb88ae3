"""Renders the header, and the top and bottom borders of the two panes where there is room for frames."""

from __future__ import annotations

from typing import Final

from roadmap_tui.core.humanize import format_duration, pluralize
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, cells, length, truncate
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.render.bars import progress_spans, title_line, waiting_spans
from roadmap_tui.tui.render.detail import node_status, node_title

_CORNERS_AND_BLANKS: Final = 7


def header_line(state: MainState, width: int, due: int) -> StyledLine:
    """Render the title line, or the top borders with the titles in them."""
    study, glyphs = state.study, state.glyphs
    if not state.layout.is_framed:
        return title_line(study, width, glyphs, due, state.to_send)
    title, status = node_title(study, state.cursor), node_status(study, state.cursor, glyphs)
    right = [status] if fits_in_frame(state, width - state.layout.outline_width) else []
    return _borders(state, width, (study.roadmap.title, progress_spans(study, glyphs)), (title, right))


def bottom_line(state: MainState, width: int, due: int) -> StyledLine:
    """Render the bottom borders: what is due, and the hours and reviews of the item under the cursor."""
    waiting = waiting_spans(due, state.to_send)
    if len(waiting) == 2:
        waiting.insert(1, Span(f" {state.glyphs.separator} ", "muted"))
    return _borders(state, width, ("", waiting), ("", _time_and_reviews(state)), is_top=False)


def fits_in_frame(state: MainState, width: int) -> bool:
    """Return True if there is a frame that title and status of the node under the cursor fit into."""
    study = state.study
    title, status = node_title(study, state.cursor), node_status(study, state.cursor, state.glyphs)
    room = width - cells(status.text) - _CORNERS_AND_BLANKS
    return state.layout.is_framed and cells(title) <= room


def _time_and_reviews(state: MainState) -> StyledLine:
    if state.item is None:
        return []
    item = state.study.state(state.node_id)
    seconds = sum(timing.seconds or 0 for timing in item.timings)
    parts = [format_duration(seconds)] if seconds else []
    parts += [pluralize(len(item.reviews), "review")] if item.reviews else []
    return [Span(f" {state.glyphs.separator} ".join(parts), "muted")] if parts else []


def _borders(
    state: MainState,
    width: int,
    outline: tuple[str, StyledLine],
    detail: tuple[str, StyledLine],
    *,
    is_top: bool = True,
) -> StyledLine:
    """Render the borders of both panes; each has a title and what is at its right end."""
    corners = state.glyphs.corners[:2] if is_top else state.glyphs.corners[2:]
    at, in_detail = state.layout.outline_width, state.pane == "detail"
    left = _border(*outline, at, state.glyphs, corners, is_focused=not in_detail)
    return left + _border(*detail, width - at, state.glyphs, corners, is_focused=in_detail)


def _border(
    title: str, right: StyledLine, width: int, glyphs: Glyphs, corners: str, *, is_focused: bool
) -> StyledLine:
    style = "focus" if is_focused else "bar-rest"
    line, tail = [Span(corners[0], style)], [Span(corners[1], style)]
    if right:
        tail = [Span(" "), *right, Span(f" {corners[1]}", style)]
    if title:
        shown = truncate(title, width - length(tail) - 4, glyphs.ellipsis)
        line = [Span(f"{corners[0]} ", style), Span(shown, "accent" if is_focused else "strong"), Span(" ")]
    return [*line, Span(glyphs.hline * (width - length(line) - length(tail)), style), *tail]
