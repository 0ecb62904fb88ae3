"""What the lines at the top and at the bottom of the screen say."""

from __future__ import annotations

from roadmap_tui.core.timing import length
from roadmap_tui.study import Study
from roadmap_tui.tui.keymap import Keymap
from roadmap_tui.tui.lines import Glyphs, Line, Span, cells, cut, progress_bar, spread


def title_line(study: Study, width: int, glyphs: Glyphs) -> Line:
    """The roadmap's title and how far one is, exactly ``width`` cells wide."""
    tally = study.tally()
    number = Span(f"{tally.done}/{tally.total} {glyphs.dot} {tally.percent}%", "strong")
    right: Line = [number, Span(" ")]
    if width >= 60:
        bar = max(10, min(24, width // 5))
        right = [number, Span(" "), *progress_bar(tally.done, tally.total, bar, glyphs), Span(" ")]
    right = [*timer(study, glyphs), *right]
    room = width - sum(cells(span.text) for span in right) - 2
    return spread([Span(" "), Span(cut(study.roadmap.title, room, glyphs.ellipsis), "accent")], right, width)


def timer(study: Study, glyphs: Glyphs) -> Line:
    """The timer that runs, to the minute; the one begun last, where several machines run one."""
    running = study.times.running()
    if not running:
        return []
    words = clock(length(running[-1].timing, study.now()))
    more = f" +{len(running) - 1}" if len(running) > 1 else ""
    return [Span(f"{glyphs.timer} {words}{more}", "doing"), Span("  ")]


def clock(seconds: int) -> str:
    """A stretch of time as a clock shows it: ``0:48``."""
    return f"{seconds // 3600}:{seconds // 60 % 60:02}"


def key_line(keymap: Keymap, width: int, *, in_detail: bool = False, picked: int = 0) -> Line:
    """As many of the keys used most as there is room for; the last two, help and quit, always."""
    keys = keymap.bar(in_detail=in_detail, picked=picked)
    line: Line = [Span(" ")]
    tail: Line = [span for pair in keys[-2:] for span in _key(*pair)]
    room = width - sum(cells(span.text) for span in tail)
    for pair in keys[:-2]:
        spans = _key(*pair)
        if sum(cells(span.text) for span in (*line, *spans)) <= room:
            line.extend(spans)
    return [*line, *tail]


def _key(key: str, name: str) -> Line:
    return [Span(key, "key"), Span(f" {name}  ", "muted")]
