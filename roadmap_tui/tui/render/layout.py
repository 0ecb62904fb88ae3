"""The layout of the main screen, shared by the first frame and the widgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from roadmap_tui.core.settings import Settings

_LOW_ROWS: Final = 16
_FRAMED_SIZE: Final = (100, 30)
_MIN_OUTLINE_WIDTH: Final = 46  # room for the recall in a row
# One above the other, the outline gets 11/20 of the room, the details 9/20; app.tcss has the same numbers.
OUTLINE_SHARE: Final = 11
SHARES: Final = 20


class Layout(NamedTuple):
    """How the panes are arranged.

    ``is_wide``: side by side. ``is_low``: only one is shown at a time. ``is_framed``: each has a frame.
    ``outline_width`` is that of the outline, with its frame, if the panes are side by side.
    """

    is_wide: bool = False
    is_low: bool = False
    is_framed: bool = False
    outline_width: int = 0


def layout_for(settings: Settings, width: int, height: int, natural_width: Callable[[int], int]) -> Layout:
    """Return the layout for a screen of this size.

    Side by side, the outline is as wide as ``natural_width`` says, given the limit: half of the screen.
    """
    is_low = height < _LOW_ROWS or settings.slow_link
    if width < settings.side_by_side or settings.slow_link:
        return Layout(is_low=is_low)
    is_framed = width >= _FRAMED_SIZE[0] and height >= _FRAMED_SIZE[1]
    frame = 2 if is_framed else 0
    limit = width // 2 - frame
    outline_width = min(limit, max(_MIN_OUTLINE_WIDTH, natural_width(limit))) + frame
    return Layout(True, is_low, is_framed, outline_width)


def viewport_top(top: int, cursor: int, height: int, count: int, *, leaps: bool = False) -> int:
    """Return the first of ``height`` visible rows: near ``top``, with two rows of margin around the cursor.

    With ``leaps``, scroll only when the cursor leaves the viewport, then center it.
    """
    if leaps:
        top = top if top <= cursor < top + height else cursor - height // 2
    else:
        margin = min(2, (height - 1) // 3)
        top = max(min(top, cursor - margin), cursor + margin - height + 1)
    return max(0, min(top, count - height))
