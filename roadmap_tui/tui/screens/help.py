"""The keys, as the keymap has them."""

from __future__ import annotations

from collections.abc import Iterator

from roadmap_tui.tui.dialog import PageDialog
from roadmap_tui.tui.keymap import Keymap
from roadmap_tui.tui.lines import Glyphs, Line, Span, cells, length, spread

_KEYS_WIDTH = 7
_GAP = 2


def key_lines(keymap: Keymap, width: int) -> list[Line]:
    """The keys of the main screen as lines, in two columns where ``width`` has room for them."""
    groups: list[list[Line]] = []
    table = keymap.table("")
    keys_width = max(_KEYS_WIDTH, *(cells(keys) for _, rows in table for keys, _ in rows))
    for group, rows in table:
        lines: list[Line] = [[Span(group, "accent")]]
        lines.extend(
            [Span(keys + " " * (keys_width - cells(keys) + 1), "key"), Span(sentence)]
            for keys, sentence in rows
        )
        groups.append([*lines, []])
    left, right = min(_splits(groups), key=lambda columns: max(map(len, columns)))
    column = max(map(length, left)) + _GAP
    if width < column + max(map(length, right)):
        return [*left, *right][:-1]
    height = max(len(left), len(right)) - 1
    left, right = ([*lines, *([[]] * height)][:height] for lines in (left, right))
    return [spread(a, [], column) + b for a, b in zip(left, right, strict=True)]


def _splits(groups: list[list[Line]]) -> Iterator[tuple[list[Line], list[Line]]]:
    """The ways to put groups into two columns, in their order."""
    for at in range(1, len(groups)):
        yield (
            [line for group in groups[:at] for line in group],
            [line for group in groups[at:] for line in group],
        )


class HelpScreen(PageDialog):
    """Every key and what it does; any of the keys that leave closes it."""

    NAME = "help"

    def __init__(self, keymap: Keymap, glyphs: Glyphs) -> None:
        super().__init__(keymap, glyphs, lambda width: key_lines(keymap, width))
