"""The plan: what is left, when it will be done, and the next two weeks."""

from __future__ import annotations

from typing import Any, ClassVar

from roadmap_tui.study.plan import Plan
from roadmap_tui.text.keymap import Keymap
from roadmap_tui.text.plan import plan_lines
from roadmap_tui.text.styled_text import Glyphs
from roadmap_tui.tui.widgets.modal import PageModal


class PlanScreen(PageModal[str]):
    """Shows a plan; dismissed with the command to carry out, "" to close."""

    SCOPE = "plan"
    RESULTS: ClassVar[dict[str, Any]] = {
        "close": "",
        **{name: name for name in ("goal", "date", "hours", "calendar")},
    }

    def __init__(self, keymap: Keymap, glyphs: Glyphs, plan: Plan, message: str = "") -> None:
        super().__init__(keymap, glyphs, lambda width: plan_lines(plan, width - 1, glyphs), message or "Plan")
