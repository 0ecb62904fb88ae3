"""Validate the address of a git remote, and remove credentials for display."""

from __future__ import annotations

import os
import re
from typing import Final

from roadmap_tui.core.errors import ReadError, UsageError
from roadmap_tui.core.sanitize import clean, hide_credentials

PROTOCOLS: Final = ("file", "git", "http", "https", "ssh")
_REMEDY: Final = "give an https, ssh or git address, or the path of a repository"


def without_secrets(text: str) -> str:
    """Remove user names and passwords from the addresses in a text, and clean it for the terminal."""
    return clean(hide_credentials(text), 300, one_line=True)


def checked_remote(address: str, *, is_new: bool = True) -> str:
    """Return an address that is safe to pass to git; a path is made absolute.

    Raises UsageError for an unsafe address, ReadError for a new path that does not exist.
    """
    shown = f"remote '{without_secrets(address)}'"
    if not address or address.startswith("-") or not address.isprintable():
        raise UsageError(shown, "not an address", _REMEDY)
    if re.match(r"[A-Za-z0-9+.-]+::", address):
        raise UsageError(shown, "addresses of this kind can run programs", _REMEDY)
    scheme = re.match(r"([A-Za-z0-9+.-]+)://", address)
    if scheme and scheme[1] not in PROTOCOLS:
        raise UsageError(shown, f"{scheme[1]} is not among those that are used", _REMEDY)
    host, colon, _ = address.partition(":")
    if scheme or (colon and "/" not in host):
        # ssh would parse such a host as an option.
        if re.match(r"([A-Za-z0-9+.-]+://)?([^/@]*@)?-", address):
            raise UsageError(shown, "its host begins with a hyphen", _REMEDY)
        return address
    path = os.path.abspath(os.path.expanduser(address))
    if is_new and not os.path.isdir(path):
        raise ReadError(
            shown, "there is no such folder", f"make one: git init --bare {without_secrets(address)}"
        )
    return path
