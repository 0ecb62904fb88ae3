"""All exporters: a new one registers itself in its module, which is imported here."""

from __future__ import annotations

from roadmap_tui.core.exporters import (
    html,  # noqa: F401 (importing it registers it)
    json,  # noqa: F401 (registers itself too)
    markdown,  # noqa: F401 (registers itself too)
)
from roadmap_tui.core.exporters.base import EXPORTERS

__all__ = ["EXPORTERS"]
