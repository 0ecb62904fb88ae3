"""Replacing a whole file so that a reader sees the old one or the new one, never a part."""

from __future__ import annotations

import os
import secrets


def replace(path: str, data: bytes, *, durable: bool = True) -> None:
    """Write a file of mode 0600 in place of ``path``, creating its folder (0700). Raises OSError.

    ``durable`` also waits until the disk has it.
    """
    folder = os.path.dirname(path)
    os.makedirs(folder, mode=0o700, exist_ok=True)
    temporary = f"{path}.{secrets.token_hex(4)}.tmp"
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    handle = os.open(temporary, flags, 0o600)
    try:
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(handle, view) :]
            if durable:
                os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise
    if durable:
        handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
