"""A roadmap with its reader's marks, written for others: Markdown, the marks of a source file, HTML."""

from __future__ import annotations

from roadmap_tui.core.export.marks import Refusal, into
from roadmap_tui.core.export.outline import to_markdown
from roadmap_tui.core.export.page import to_html

__all__ = ["Refusal", "into", "to_html", "to_markdown"]
