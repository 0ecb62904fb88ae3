"""Errors that are shown to the user, each with a remedy and an exit code."""

from __future__ import annotations

from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.sanitize import hide_credentials

USAGE = 2
BAD_DATA = 65
CANNOT_READ = 66
CANNOT_SAVE = 74


class RoadmapTuiError(Exception):
    """Base class: what failed, why, and what to do about it. ``str()`` is one line: ``what: why; remedy``."""

    exit_code = USAGE

    def __init__(self, what: str, why: str, remedy: str) -> None:
        # What was typed is repeated in errors, and may be an address with a password.
        self.what, self.why, self.remedy = map(hide_credentials, (what, why, remedy))
        super().__init__(self.what, self.why, self.remedy)

    def __str__(self) -> str:
        return f"{self.what}: {self.why}; {self.remedy}"


class InvalidRoadmap(RoadmapTuiError):
    """A roadmap file that violates the format; ``faults`` has one line per violation."""

    exit_code = BAD_DATA

    def __init__(self, what: str, faults: tuple[str, ...]) -> None:
        remedy = "fix the file or import its source again"
        super().__init__(what, pluralize(len(faults), "fault"), remedy)
        self.faults = tuple(map(hide_credentials, faults))

    def __str__(self) -> str:
        return "\n".join(f"{self.what}: {fault}" for fault in self.faults)


class ReadError(RoadmapTuiError):
    """An input is missing or unreadable."""

    exit_code = CANNOT_READ


class SaveError(RoadmapTuiError):
    """A change could not be saved; the state is unchanged."""

    exit_code = CANNOT_SAVE


class UsageError(RoadmapTuiError):
    """A request is invalid."""
