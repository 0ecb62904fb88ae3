"""What the lines at the top and at the bottom of the screen say."""

from __future__ import annotations

from typing import Final, NamedTuple

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
)


class FooterContext(NamedTuple):
    """What the keys of the main screen act on: the detail pane, so many picked items, else the outline.

    ``is_new`` is whether the reader never did anything yet.
    """

    in_detail: bool = False
    selected: int = 0
    is_first_run: bool = False


DEFAULT_MODE: Final = FooterContext()


def title_line(study: Study, width: int, glyphs: Glyphs, due: int = 0) -> StyledLine:
    """The roadmap's title, how far one is and how many items are due, exactly ``width`` cells wide."""
    tally = study.counts_at()
    right: StyledLine = [
        Span(f"{tally.done}/{tally.total} {glyphs.separator} {tally.percent}%", "strong"),
        Span(" "),
    ]
    waiting = f"{glyphs.separator} {due} due " if due else ""
    if width >= 60 and not study.settings.slow_link:
        # What is due is known later than the rest, which stays where it is: the bar makes room.
        bar = max(6, max(10, min(24, width // 5)) - cells(waiting))
        right += [*progress_bar(tally.done, tally.total, bar, glyphs), Span(" ")]
    if waiting:
        right.append(Span(waiting, "accent"))
    right = [*timer(study, glyphs), *right]
    room = width - sum(cells(span.text) for span in right) - 2
    return justify(
        [Span(" "), Span(truncate(study.roadmap.title, room, glyphs.ellipsis), "accent")], right, width
    )


def timer(study: Study, glyphs: Glyphs) -> StyledLine:
    """The timer that runs, to the minute; the one begun last, where several machines run one."""
    running = study.time_tracker.running()
    if not running:
        return []
    words = clock(time_tracking.length(running[-1].timing, study.now()))
    more = f" +{len(running) - 1}" if len(running) > 1 else ""
    return [Span(f"{glyphs.timer} {words}{more}", "doing"), Span("  ")]


def clock(seconds: int) -> str:
    """A stretch of time as a clock shows it: ``0:48``."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}"


def message_line(word: Span, width: int, glyphs: Glyphs) -> StyledLine:
    """What there is to say, cut to the width."""
    return [Span(" "), word._replace(text=truncate(word.text.partition("\n")[0], width - 2, glyphs.ellipsis))]


def footer_line(keymap: Keymap, width: int, mode: FooterContext = DEFAULT_MODE) -> StyledLine:
    """As many of the keys used most as there is room for; the last two, help and quit, always.

    For one who is new to the program, four keys in a sentence, where there is room for it.
    """
    plain = not (mode.in_detail or mode.selected)
    if mode.is_first_run and plain and length(first := _first_line(keymap)) <= width:
        return first
    keys = keymap.footer(in_detail=mode.in_detail, selected=mode.selected)
    line: StyledLine = [Span(" ")]
    tail: StyledLine = [span for pair in keys[-2:] for span in _key(*pair)]
    room = width - sum(cells(span.text) for span in tail)
    for pair in keys[:-2]:
        spans = _key(*pair)
        if sum(cells(span.text) for span in (*line, *spans)) <= room:
            line.extend(spans)
    return [*line, *tail]


def _first_line(keymap: Keymap) -> StyledLine:
    told = [
        (keymap.key_label("down"), "moves"),
        (keymap.key("toggle"), "marks as done"),
        (keymap.key("enter"), "opens"),
        (keymap.key("help"), "shows all keys"),
    ]
    line: StyledLine = [Span(" New here?  ")]
    for key, does in told:
        if key:
            line += [Span(key, "key"), Span(f" {does}   ", "muted")]
    return line


def _key(key: str, name: str) -> StyledLine:
    return [Span(key, "key"), Span(f" {name}  ", "muted")]
