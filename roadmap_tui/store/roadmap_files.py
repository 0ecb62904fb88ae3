"""The files of a library as they are: those in use and those that were removed."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

from roadmap_tui.core.strict_json import BYTE_LIMIT
from roadmap_tui.store.files import atomic_write, make_folder, read_regular, unique_path
from roadmap_tui.store.library import ROADMAP_SUFFIX, TRASH_DIR
from roadmap_tui.store.library_merge import is_damaged

_LONGEST: Final = 200


def is_path(path: str) -> bool:
    """Whether a path, as others may have chosen it, is that of a roadmap in a library."""
    name = path.removeprefix(TRASH_DIR)
    return (
        name.endswith(ROADMAP_SUFFIX)
        and name[0] not in ".-"
        and "/" not in name
        and name.isprintable()
        and len(os.fsencode(name)) <= _LONGEST
    )


def read_all(folder: str) -> dict[str, bytes]:
    """Every roadmap's file, by its path in the library; links and what is too large are left out."""
    found: dict[str, bytes] = {}
    for prefix in ("", TRASH_DIR):
        try:
            names = sorted(os.listdir(os.path.join(folder, prefix)))
        except (FileNotFoundError, NotADirectoryError):
            continue
        for name in names:
            path = os.path.join(folder, prefix, name)
            if not is_path(prefix + name) or os.path.islink(path):
                continue
            with suppress(OSError):
                data = read_regular(path, BYTE_LIMIT)
                if len(data) <= BYTE_LIMIT:
                    found[prefix + name] = data
    return found


def changed_at(folder: str, path: str) -> int:
    """When a roadmap's file was written, in seconds since 1970; 0 where that is not known."""
    try:
        return max(0, int(os.lstat(os.path.join(folder, path)).st_mtime))
    except OSError:
        return 0


def write(folder: str, path: str, data: bytes) -> None:
    """Put a roadmap's file in its place; a damaged one that is there is put aside. Raises OSError."""
    target = os.path.join(folder, path)
    with suppress(FileNotFoundError):
        if os.path.islink(target) or is_damaged(read_regular(target, BYTE_LIMIT)):
            os.replace(target, unique_path(f"{target}.damaged"))
    atomic_write(target, data)


def move_to_trash(folder: str, path: str) -> None:
    """Move a roadmap in use to the removed ones, in place of an earlier one. Raises OSError."""
    make_folder(os.path.join(folder, TRASH_DIR))
    os.replace(os.path.join(folder, path), os.path.join(folder, TRASH_DIR, path))
