"""A roadmap with its reader's marks, written for others: Markdown, the marks of a source file, HTML."""

from __future__ import annotations

from roadmap_tui.core.exporters.checkboxes import SkippedMark, update_checkboxes
from roadmap_tui.core.exporters.html import to_html
from roadmap_tui.core.exporters.markdown import to_markdown

__all__ = ["SkippedMark", "to_html", "to_markdown", "update_checkboxes"]
