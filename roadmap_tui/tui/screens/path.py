"""The path to an item: everything to know before it, by level."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.widgets import Static

from roadmap_tui.core.humanize import strip_parenthesis
from roadmap_tui.core.progress.statuses import FINISHED
from roadmap_tui.study.path import Path
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.path import NO_PREREQUISITES, path_brackets, path_facts, path_row
from roadmap_tui.text.styled_text import Glyphs, StyledLine
from roadmap_tui.tui.widgets.option_list import OptionList, OptionListModal


class PathScreen(OptionListModal[tuple[str, str] | None]):
    """Shows a path; dismissed with a command (open, goal, filter, copy) and the id of the step."""

    SCOPE = "path"
    BOX_CLASSES = "dialog screen-list"
    RESULTS: ClassVar[dict[str, Any]] = dict.fromkeys(("open", "goal", "filter", "copy"))

    def __init__(self, keymap: Keymap, path: Path, glyphs: Glyphs) -> None:
        first = next((at for at, step in enumerate(path.steps) if step.status not in FINISHED), 0)
        count = len(path.steps)
        super().__init__(keymap, OptionList(glyphs, self._option, count, first, max_rows=count))
        self._path, self._glyphs, self._brackets = path, glyphs, list(path_brackets(path, glyphs))
        self.heading = (
            f"Path to {strip_parenthesis(path.title)} {glyphs.separator} {path_facts(path, glyphs)}"
        )

    def compose_body(self) -> ComposeResult:
        yield self.option_list
        if self._path.is_order:
            yield Static(NO_PREREQUISITES, classes="subtitle", markup=False)

    def _option(self, index: int, width: int) -> StyledLine:
        return path_row(self._path, index, self._brackets[index], width, self._glyphs)

    def action_finish(self, command: str) -> None:
        self.dismiss((command, self._path.steps[self.option_list.highlighted].id))

    def action_close(self) -> None:
        self.dismiss(None)
