"""Locate the data, state and config folders."""

import os
import sys
from collections.abc import Mapping
from typing import NamedTuple
from zlib import crc32

APP = "roadmap-tui"
HOME_VARIABLE = "ROADMAP_TUI_HOME"
_ON_MAC = "~/Library/Application Support"


class Locations(NamedTuple):
    """The three folders: data must never be lost, state may be, config belongs to the user."""

    data: str
    state: str
    config: str

    @property
    def log(self) -> str:
        """The folder of the log files."""
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
        """The folder of unsaved notes."""
        return os.path.join(self.state, "drafts")

    @property
    def cache(self) -> str | None:
        """The folder of disposable cache files: in the user's own cache folder, one per data folder.

        None without a home folder. Cached files are trusted, so they are not in the data folder, which may be
        writable by others.
        """
        root = _user_folder("XDG_CACHE_HOME", "~/.cache", "~/Library/Caches")
        if root is None:
            return None
        return os.path.join(root, APP, f"{crc32(os.fsencode(os.path.realpath(self.data))):08x}")

    @property
    def repository(self) -> str | None:
        """The git repository of ``sync``: in the user's own state folder, one per data folder.

        None without a home folder. git runs programs that a repository's config names, so the repository is
        not in the data folder, which others may have prepared.
        """
        from hashlib import sha256  # slow to import, and rarely needed

        root = _user_folder("XDG_STATE_HOME", "~/.local/state", _ON_MAC)
        if root is None:
            return None
        key = sha256(os.fsencode(os.path.realpath(self.data)), usedforsecurity=False).hexdigest()
        return os.path.join(root, APP, "sync", f"{key[:32]}.git")


def _user_folder(variable: str, folder: str, folder_on_mac: str) -> str | None:
    """Return a folder of the user, also if ``ROADMAP_TUI_HOME`` is set; None without a home folder."""
    root = os.environ.get(variable, "")
    if not os.path.isabs(root):
        root = os.path.expanduser(folder_on_mac if sys.platform == "darwin" else folder)
    return root if os.path.isabs(root) else None


def user_config_folder() -> str | None:
    """Return the platform's config folder of this program, whatever ``locate`` is told; None without one."""
    root = _user_folder("XDG_CONFIG_HOME", "~/.config", _ON_MAC)
    return root and os.path.join(root, APP)


def locate(override: str | None = None, environment: Mapping[str, str] = os.environ) -> Locations | None:
    """Return the folders to use, or None if there is no home folder. Creates nothing.

    ``override``, else ``ROADMAP_TUI_HOME``, puts all three under one folder; otherwise they are the
    platform's own (on Linux, the XDG folders).
    """
    home = override or environment.get(HOME_VARIABLE)
    if home:
        home = os.path.expanduser(home)
        # Without a home folder "~" is not expanded and would be created as a folder here.
        if home.startswith("~"):
            return None
        home = os.path.abspath(home)
        return Locations(home, os.path.join(home, "state"), os.path.join(home, "config"))
    data = _user_folder("XDG_DATA_HOME", "~/.local/share", _ON_MAC)
    state = _user_folder("XDG_STATE_HOME", "~/.local/state", _ON_MAC)
    config = user_config_folder()
    if data is None or state is None or config is None:
        return None
    return Locations(os.path.join(data, APP), os.path.join(state, APP), config)
