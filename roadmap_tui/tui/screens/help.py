"""The keys, as the keymap has them."""

from __future__ import annotations

from itertools import zip_longest
from typing import TypeAlias

from roadmap_tui.text.keymap import Keymap, spell_arrows
from roadmap_tui.text.styled_text import ASCII, Glyphs, Span, StyledLine, cells, justify, truncate, wrap
from roadmap_tui.tui.widgets.modal import PageModal

_KEYS, _WIDEST_KEYS = 7, 18
_READABLE = 36  # cells of a sentence that make a second column worth it
_GAP = 3

Groups: TypeAlias = list[tuple[str, list[tuple[str, str]]]]


def key_lines(groups: Groups, width: int) -> list[StyledLine]:
    """Groups of keys as lines, in two columns where ``width`` has room for them."""
    widest = max(_KEYS, *(cells(keys) for _, rows in groups for keys, _ in rows))
    lead = min(_WIDEST_KEYS, width // 3, widest) + 1
    column = (width - _GAP) // 2
    if column < lead + _READABLE:
        return [line for group in groups for line in _group(*group, lead, width)][:-1]
    drawn = [_group(*group, lead, column) for group in groups]
    # Where the higher of the two columns is lowest; the order stays, down and then across.
    sizes = [len(lines) for lines in drawn]
    split = min(range(1, len(drawn) + 1), key=lambda at: max(sum(sizes[:at]), sum(sizes[at:])))
    left, right = ([line for lines in part for line in lines][:-1] for part in (drawn[:split], drawn[split:]))
    return [justify(a or [], [], column + _GAP) + (b or []) for a, b in zip_longest(left, right)]


def _group(name: str, rows: list[tuple[str, str]], lead: int, width: int) -> list[StyledLine]:
    """A group under its name and over an empty line; what does not fit is wrapped under itself."""
    lines: list[StyledLine] = [[Span(truncate(name, width), "accent")]]
    for keys, sentence in rows:
        pieces = zip_longest(wrap(keys, lead - 1), wrap(sentence, max(1, width - lead)), fillvalue="")
        lines.extend([*justify([Span(key, "key")], [], lead), Span(words)] for key, words in pieces)
    return [*lines, []]


class HelpScreen(PageModal):
    """Keys and what they do, those of a screen or of a dialog; any of the keys that leave closes it."""

    SCOPE = "help"

    def __init__(self, keymap: Keymap, glyphs: Glyphs, groups: Groups) -> None:
        if glyphs is ASCII:
            groups = [(name, [(spell_arrows(keys), does) for keys, does in rows]) for name, rows in groups]
        super().__init__(keymap, glyphs, lambda width: key_lines(groups, width))
