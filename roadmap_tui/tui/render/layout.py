"""The layout of the main screen, shared by the first frame and the widgets."""

from __future__ import annotations

from typing import Final

from roadmap_tui.core.settings import Settings

_LOW_ROWS: Final = 16
# The outline gets 11/20 of the room, the details 9/20; app.tcss has the same numbers.
OUTLINE_SHARE: Final = 11
SHARES: Final = 20


def layout_for(settings: Settings, width: int, height: int) -> tuple[bool, bool]:
    """Return whether the panes are side by side, and whether only one of them is shown at a time."""
    is_slow = settings.slow_link
    return width >= settings.side_by_side and not is_slow, height < _LOW_ROWS or is_slow


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
