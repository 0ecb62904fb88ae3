"""The dialog with suggestions for some spare minutes."""

from __future__ import annotations

from roadmap_tui.study.spare_time import Suggestion
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.spare_time import format_suggestion
from roadmap_tui.text.styled_text import Glyphs, Span, StyledLine, truncate
from roadmap_tui.tui.widgets.option_list import OptionList, OptionListModal


class SpareTimeScreen(OptionListModal[Suggestion | None]):
    """Shows suggestions; dismissed with the one to begin, None for none."""

    SCOPE = "spare_time"

    def __init__(self, keymap: Keymap, minutes: int, suggestions: list[Suggestion], glyphs: Glyphs) -> None:
        empty = Span("Nothing to do: everything is done or skipped.")
        super().__init__(keymap, OptionList(glyphs, self._option, len(suggestions), empty=empty))
        self._suggestions, self._glyphs = suggestions, glyphs
        self.heading = f"In {minutes} minutes"

    def _option(self, index: int, width: int) -> StyledLine:
        suggestion = self._suggestions[index]
        head = f"{suggestion.minutes:>3} min  "
        text = truncate(format_suggestion(suggestion), width - len(head), self._glyphs.ellipsis)
        return [Span(head, "muted"), Span(text)]

    def action_open(self) -> None:
        self.dismiss(self._suggestions[self.option_list.highlighted] if self._suggestions else None)
