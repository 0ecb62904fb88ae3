"""File systems to do harm to: mounted for one test, by root only."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

import pytest

# EXT4_IOC_SHUTDOWN, _IOR('X', 125, __u32), and its flag that throws away what is not in the file
# system's own journal yet: from then on each call on a file answers EIO.
_SHUTDOWN, _NO_FLUSH = 0x8004587D, 2


def run(*words: str) -> None:
    """Run a tool of the system; the test is skipped where it does not work here."""
    if sys.platform != "linux":
        pytest.skip("file systems of Linux are needed")
    try:
        done = subprocess.run(words, capture_output=True, check=False, timeout=30)
    except FileNotFoundError:
        pytest.skip(f"{words[0]} is not installed")
    if done.returncode:
        pytest.skip(f"{words[0]} does not work here: {done.stderr.decode(errors='replace').strip()[:200]}")


class Mounted:
    """A mounted file system; ``path`` is where."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def mount(self, *options: str) -> None:
        """Mount it; the test is skipped where that can't be done."""
        run("mount", *options, str(self.path))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Lazily: a process of a failed test may still be there, and must not keep the next from running.
        while os.path.ismount(self.path):
            subprocess.run(["umount", "-l", str(self.path)], check=True, timeout=30)


class Tmpfs(Mounted):
    """A file system in memory, with little room."""

    def __init__(self, path: Path, *, kilobytes: int) -> None:
        super().__init__(path)
        self._kilobytes = kilobytes
        self._filler = path / "filler"

    def __enter__(self) -> Tmpfs:
        self.mount("-t", "tmpfs", "-o", f"size={self._kilobytes}k", "none")
        return self

    def fill(self, room: int = 0) -> None:
        """Leave nothing free but ``room`` pages of 4 KiB."""
        with self._filler.open("wb", buffering=0) as file, suppress(OSError):
            while file.write(b"x" * 4096):
                pass
        os.truncate(self._filler, max(0, self._filler.stat().st_size - room * 4096))

    def make_room(self) -> None:
        """Give the room back."""
        self._filler.unlink()

    def read_only(self, yes: bool = True) -> None:
        """Make it read-only, or writable again; a file open for writing forbids the first."""
        self.mount("-o", "remount,ro" if yes else "remount,rw")


class Disk(Mounted):
    """An ext4 in an image file, which ``copy`` takes a copy of as a power cut would leave it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "disk")
        self._image = folder / "disk.img"
        self._copies = 0

    def __enter__(self) -> Disk:
        with self._image.open("wb") as file:
            file.truncate(16 << 20)
        run("mkfs.ext4", "-q", "-F", str(self._image))
        self.path.mkdir()
        self.mount("-o", "loop,errors=remount-ro", str(self._image))
        return self

    def copy(self) -> Disk:
        """What a power cut at this moment leaves, not mounted yet."""
        self._copies += 1
        folder = self._image.parent / f"copy-{self._copies}"
        folder.mkdir()
        copy = Disk(folder)
        shutil.copyfile(self._image, copy._image)
        return copy

    @contextmanager
    def again(self) -> Iterator[None]:
        """Have a copy mounted: its journal is replayed."""
        self.path.mkdir()
        self.mount("-o", "loop", str(self._image))
        try:
            yield
        finally:
            self.__exit__(None, None, None)

    def unplug(self) -> None:
        """Have every call fail from now on."""
        handle = os.open(self.path, os.O_RDONLY)
        try:
            fcntl.ioctl(handle, _SHUTDOWN, _NO_FLUSH.to_bytes(4, sys.byteorder))
        finally:
            os.close(handle)

    def find_a_fault(self) -> None:
        """Have the file system find a fault in itself: it makes itself read-only, open files and all."""
        source = subprocess.run(
            ["findmnt", "-no", "SOURCE", str(self.path)], capture_output=True, text=True, check=True
        ).stdout.strip()
        trigger = Path("/sys/fs/ext4", os.path.basename(source), "trigger_fs_error")
        if not trigger.exists():
            pytest.skip("this kernel has no way to have ext4 find a fault")
        trigger.write_text("a test\n")
