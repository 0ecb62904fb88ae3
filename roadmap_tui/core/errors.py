"""The one family of errors that reach a user, each with a remedy and an exit code."""

from __future__ import annotations

USAGE = 2
BAD_DATA = 65
CANNOT_READ = 66
CANNOT_SAVE = 74


class RoadmapTuiError(Exception):
    """Something a user can mend: what went wrong, why, and what to do about it.

    ``str()`` is the single line shown to the user: ``what: why; remedy``.
    """

    exit_code = USAGE

    def __init__(self, what: str, why: str, remedy: str) -> None:
        super().__init__(what, why, remedy)
        self.what = what
        self.why = why
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}: {self.why}; {self.remedy}"


class InvalidRoadmap(RoadmapTuiError):
    """A roadmap file that breaks the format; ``faults`` says where, one line each."""

    exit_code = BAD_DATA

    def __init__(self, what: str, faults: tuple[str, ...]) -> None:
        count = len(faults)
        super().__init__(
            what,
            f"{count} fault{'s' if count != 1 else ''}",
            "mend the file or import its source again",
        )
        self.faults = faults

    def __str__(self) -> str:
        return "\n".join(f"{self.what}: {fault}" for fault in self.faults)


class ReadError(RoadmapTuiError):
    """An input that is missing or unreadable."""

    exit_code = CANNOT_READ


class SaveError(RoadmapTuiError):
    """A change that could not be put on disk; it is not shown as done."""

    exit_code = CANNOT_SAVE


class UsageError(RoadmapTuiError):
    """A request that makes no sense as it stands."""

    exit_code = USAGE
