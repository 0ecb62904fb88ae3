"""The name of the program and the names of its commands."""

from typing import Final

PROGRAM_NAME: Final = "roadmap-tui"
# In the order of the help.
COMMANDS: Final = (
    *(
        "list",
        "open",
        "show",
        "status",
        "next",
        "path",
        "plan",
        "place",
        "today",
        "mark",
        "note",
        "time",
        "undo",
        "redo",
        "log",
        "review",
    ),
    *("stats", "import", "update", "adopt-ticks", "export", "sync", "restore", "keys", "config", "doctor"),
    "schema",
    "mcp",
    "completion",
)
# These change progress or roadmaps, and so the status file.
WRITING: Final = frozenset(
    ("mark", "place", "time", "undo", "redo", "update", "adopt-ticks", "sync", "restore", "doctor")
)
