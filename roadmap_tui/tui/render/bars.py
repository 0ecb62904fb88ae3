"""The text of the header and footer lines."""

from __future__ import annotations

from typing import Final

from roadmap_tui.core.progress import time_tracking
from roadmap_tui.study.study import Study
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.styled_text import (
    Glyphs,
    Span,
    StyledLine,
    cells,
    justify,
    length,
    progress_bar,
    truncate,
    wrap,
)

_MIN_WIDTH: Final = 60  # for a bar and the number of events to send


def title_line(study: Study, width: int, glyphs: Glyphs, due: int = 0, to_send: int = 0) -> StyledLine:
    """Render title, progress and what is due and waits to be sent, exactly ``width`` cells wide."""
    counts = study.counts_at()
    right: StyledLine = [*progress_spans(study, glyphs), Span(" ")]
    waiting = waiting_spans(due, to_send if width >= _MIN_WIDTH else 0)
    due_text = "".join(f"{glyphs.separator} {span.text} " for span in waiting)
    if counts.done and width >= _MIN_WIDTH and not study.settings.slow_link:
        # The due count arrives later than the rest. The bar shrinks for it, so that nothing else moves.
        bar_width = max(6, max(10, min(24, width // 5)) - cells(due_text))
        right += [*progress_bar(counts.done, counts.total, bar_width, glyphs), Span(" ")]
    if due_text:
        right += [Span(f"{glyphs.separator} {span.text} ", span.style) for span in waiting]
    title = truncate(study.roadmap.title, width - length(right) - 2, glyphs.ellipsis)
    return justify([Span(" "), Span(title, "accent")], right, width)


def progress_spans(study: Study, glyphs: Glyphs) -> StyledLine:
    """Render the running timer, the counts and the percentage."""
    counts = study.counts_at()
    count = f"{counts.done}/{counts.total} {glyphs.separator} {counts.percent}%"
    return [*_timer(study, glyphs), Span(count, "strong")]


def waiting_spans(due: int, to_send: int) -> StyledLine:
    """Render the numbers of due items and of events that wait for a sync, those above 0."""
    counts = (due, "due", "accent"), (to_send, "to send", "muted")
    return [Span(f"{count} {what}", style) for count, what, style in counts if count]


def _timer(study: Study, glyphs: Glyphs) -> StyledLine:
    """Render the running timer in minutes; the newest one if several machines run one."""
    running = study.time_tracker.running()
    if not running:
        return []
    seconds = time_tracking.length(running[-1].timing, study.now())
    more = f" +{len(running) - 1}" if len(running) > 1 else ""
    return [Span(f"{glyphs.timer} {seconds // 3600}:{seconds // 60 % 60:02}{more}", "doing"), Span("  ")]


def message_lines(
    message: Span, size: tuple[int, int], glyphs: Glyphs, *, indent: int = 1
) -> list[StyledLine]:
    """Wrap the first paragraph of a message for a screen of this size, using at most half its height."""
    width, height = size[0] - 2 * indent, max(1, size[1] // 2)
    lines = wrap(message.text.partition("\n")[0], max(1, width))
    if len(lines) > height:
        lines[height - 1 :] = [truncate(f"{lines[height - 1]} {lines[height]}", width, glyphs.ellipsis)]
    return [[Span(" " * indent), message._replace(text=line)] for line in lines]


def footer_line(
    keymap: Keymap,
    width: int,
    *,
    in_detail: bool,
    selected: int,
    is_first_run: bool,
    offers_placement: bool = False,
) -> StyledLine:
    """Render as many key hints as fit, always including the last two, help and quit.

    They are those of the detail pane, for ``selected`` items, or of the outline. On the first run a sentence
    with four keys is shown instead, if it fits; with ``offers_placement``
    it names the placement.
    """
    if is_first_run and not in_detail and not selected:
        hints = _first_run_hints(keymap, offers_placement=offers_placement)
        if length(hints) <= width:
            return hints
    keys = keymap.footer(in_detail=in_detail, selected=selected)
    line: StyledLine = [Span(" ")]
    tail: StyledLine = [span for pair in keys[-2:] for span in _key_hint(*pair)]
    for pair in keys[:-2]:
        spans = _key_hint(*pair)
        if length(line) + length(spans) + length(tail) <= width:
            line.extend(spans)
    return [*line, *tail]


def _first_run_hints(keymap: Keymap, *, offers_placement: bool) -> StyledLine:
    hints = [
        (keymap.key_label("down"), "move "),
        (keymap.key("toggle"), "done "),
        (keymap.key("enter"), "open "),
        (keymap.key("place") if offers_placement else "", "what you know "),
        (keymap.key("help"), "all keys "),
    ]
    return [Span(" New here?  "), *(span for key, does in hints if key for span in _key_hint(key, does))]


def _key_hint(key: str, name: str) -> StyledLine:
    return [Span(key, "key"), Span(f" {name}  ", "muted")]
