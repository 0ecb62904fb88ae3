"""Where things are kept."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

APP = "roadmap-tui"
HOME_VARIABLE = "ROADMAP_TUI_HOME"


class Locations(NamedTuple):
    """Three folders: what must never be lost, what may be, and what the user sets."""

    data: str
    state: str
    config: str

    @property
    def log(self) -> str:
        """The folder of the journal's log files."""
        return os.path.join(self.data, "log")

    @property
    def roadmaps(self) -> str:
        """The folder of the imported roadmaps."""
        return os.path.join(self.data, "roadmaps")

    @property
    def backups(self) -> str:
        """The folder of the daily backups."""
        return os.path.join(self.state, "backups")

    @property
    def drafts(self) -> str:
        """The folder of texts that were typed and not saved."""
        return os.path.join(self.state, "drafts")

    @property
    def cache(self) -> str:
        """The folder of what can be worked out again."""
        return os.path.join(self.state, "cache")


def locate(override: str | None = None, environment: Mapping[str, str] = os.environ) -> Locations | None:
    """The folders to use; None where there is no home folder to put them in.

    ``override``, else ``ROADMAP_TUI_HOME``, puts all three under one folder; otherwise they
    are the platform's own, on Linux by the XDG variables. Nothing is created.
    """
    home = override or environment.get(HOME_VARIABLE)
    if home:
        home = os.path.expanduser(home)
        # Without a home folder "~" stays as it is, and would become a folder of that name right here.
        if home.startswith("~"):
            return None
        home = os.path.abspath(home)
        return Locations(home, os.path.join(home, "state"), os.path.join(home, "config"))
    from platformdirs import PlatformDirs

    folders = PlatformDirs(APP, appauthor=False)
    try:
        found = Locations(folders.user_data_dir, folders.user_state_dir, folders.user_config_dir)
    except RuntimeError:
        return None
    # Older platformdirs don't raise, but leave "~" as it is.
    return found if all(map(os.path.isabs, found)) else None
