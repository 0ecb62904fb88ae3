"""The list of keys."""

from __future__ import annotations

from itertools import zip_longest
from typing import TypeAlias

from roadmap_tui.text.keymap import Keymap, spell_arrows
from roadmap_tui.text.styled_text import ASCII, Glyphs, Span, StyledLine, cells, justify, truncate, wrap
from roadmap_tui.tui.widgets.modal import PageModal

_MIN_KEYS_WIDTH, _MAX_KEYS_WIDTH = 7, 18
_MIN_TEXT_WIDTH = 36  # two columns are used if the text of each is at least this wide
_GAP = 3

Groups: TypeAlias = list[tuple[str, list[tuple[str, str]]]]


def key_lines(groups: Groups, width: int) -> list[StyledLine]:
    """Render groups of (keys, description), in two columns if the width allows."""
    widest = max(_MIN_KEYS_WIDTH, *(cells(keys) for _, rows in groups for keys, _ in rows))
    keys_width = min(_MAX_KEYS_WIDTH, width // 3, widest) + 1
    column = (width - _GAP) // 2
    if column < keys_width + _MIN_TEXT_WIDTH:
        return [line for group in groups for line in _group_lines(*group, keys_width, width)][:-1]
    rendered = [_group_lines(*group, keys_width, column) for group in groups]
    # Split where the longer column is shortest. The order is down, then across.
    sizes = [len(lines) for lines in rendered]
    split = min(range(1, len(rendered) + 1), key=lambda n: max(sum(sizes[:n]), sum(sizes[n:])))
    left, right = (
        [line for lines in part for line in lines][:-1] for part in (rendered[:split], rendered[split:])
    )
    return [justify(a or [], [], column + _GAP) + (b or []) for a, b in zip_longest(left, right)]


def _group_lines(name: str, rows: list[tuple[str, str]], keys_width: int, width: int) -> list[StyledLine]:
    """Render a heading, the wrapped rows of a group, and an empty line."""
    lines: list[StyledLine] = [[Span(truncate(name, width), "accent")]]
    for keys, description in rows:
        texts = wrap(description, max(1, width - keys_width))
        pieces = zip_longest(wrap(keys, keys_width - 1), texts, fillvalue="")
        lines.extend([*justify([Span(key, "key")], [], keys_width), Span(text)] for key, text in pieces)
    return [*lines, []]


class HelpScreen(PageModal[None]):
    """Shows the keys of a screen or dialog."""

    SCOPE = "help"

    def __init__(self, keymap: Keymap, glyphs: Glyphs, groups: Groups) -> None:
        if glyphs is ASCII:
            groups = [(name, [(spell_arrows(keys), does) for keys, does in rows]) for name, rows in groups]
        super().__init__(keymap, glyphs, lambda width: key_lines(groups, width))
