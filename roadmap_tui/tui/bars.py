"""What the lines at the top and at the bottom of the screen say."""

from __future__ import annotations

from roadmap_tui.study import Study
from roadmap_tui.tui.keymap import Keymap
from roadmap_tui.tui.lines import Glyphs, Line, Span, cells, cut, length, progress_bar, spread


def title_line(study: Study, width: int, glyphs: Glyphs) -> Line:
    """The roadmap's title and how far one is, exactly ``width`` cells wide."""
    tally = study.tally()
    number = Span(f"{tally.done}/{tally.total} {glyphs.dot} {tally.percent}%", "strong")
    right: Line = [number, Span(" ")]
    if width >= 60:
        bar = max(10, min(24, width // 5))
        right = [number, Span(" "), *progress_bar(tally.done, tally.total, bar, glyphs), Span(" ")]
    room = width - sum(cells(span.text) for span in right) - 2
    return spread([Span(" "), Span(cut(study.roadmap.title, room, glyphs.ellipsis), "accent")], right, width)


def word_line(word: Span, width: int, glyphs: Glyphs) -> Line:
    """What there is to say, cut to the width."""
    return [Span(" "), word._replace(text=cut(word.text.partition("\n")[0], width - 2, glyphs.ellipsis))]


def key_line(keymap: Keymap, width: int, *, in_detail: bool = False, is_new: bool = False) -> Line:
    """As many of the keys used most as there is room for; the last two, help and quit, always.

    For one who is new to the program, four keys in a sentence, where there is room for it.
    """
    if is_new and not in_detail and length(first := _first_line(keymap)) <= width:
        return first
    keys = keymap.bar(in_detail=in_detail)
    line: Line = [Span(" ")]
    tail: Line = [span for pair in keys[-2:] for span in _key(*pair)]
    room = width - sum(cells(span.text) for span in tail)
    for pair in keys[:-2]:
        spans = _key(*pair)
        if sum(cells(span.text) for span in (*line, *spans)) <= room:
            line.extend(spans)
    return [*line, *tail]


def _first_line(keymap: Keymap) -> Line:
    told = [
        (keymap.named("down"), "moves"),
        (keymap.key("toggle"), "marks as done"),
        (keymap.key("enter"), "opens"),
        (keymap.key("help"), "shows all keys"),
    ]
    line: Line = [Span(" New here?  ")]
    for key, does in told:
        if key:
            line += [Span(key, "key"), Span(f" {does}   ", "muted")]
    return line


def _key(key: str, name: str) -> Line:
    return [Span(key, "key"), Span(f" {name}  ", "muted")]
