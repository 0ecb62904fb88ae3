"""The address of a remote: what git may be given, and what of it may be shown."""

from __future__ import annotations

import os
import re
from typing import Final

from roadmap_tui.core.errors import ReadError, UsageError
from roadmap_tui.core.sanitize import clean

PROTOCOLS: Final = ("file", "git", "http", "https", "ssh")
_REMEDY: Final = "give an https, ssh or git address, or the path of a repository"


def without_secrets(text: str) -> str:
    """A text in which no address has a name or password, cleaned for the terminal."""
    return clean(re.sub(r"(?<=//)[^/@\s]*@", "", text), 300, one_line=True)


def checked_remote(word: str, *, is_new: bool = True) -> str:
    """An address that git can be given; a path is made absolute, and must be there if it is new.

    Raises Refused and CannotRead.
    """
    shown = f"remote '{without_secrets(word)}'"
    if not word or word.startswith("-") or not word.isprintable():
        raise UsageError(shown, "that is no address", _REMEDY)
    if re.match(r"[A-Za-z0-9+.-]+::", word):
        raise UsageError(shown, "addresses of that kind can run programs", _REMEDY)
    scheme = re.match(r"([A-Za-z0-9+.-]+)://", word)
    if scheme and scheme[1] not in PROTOCOLS:
        raise UsageError(shown, f"{scheme[1]} is not among those that are used", _REMEDY)
    host, colon, _ = word.partition(":")
    if scheme or (colon and "/" not in host):
        # ssh would take such a host for an option.
        if re.match(r"([A-Za-z0-9+.-]+://)?([^/@]*@)?-", word):
            raise UsageError(shown, "its host begins with a hyphen", _REMEDY)
        return word
    path = os.path.abspath(os.path.expanduser(word))
    if is_new and not os.path.isdir(path):
        raise ReadError(
            shown, "there is no such folder", f"make one: git init --bare {without_secrets(word)}"
        )
    return path
