"""What is kept to be faster changes nothing else: the answer is always that of the file itself.

Two seconds.
"""

from __future__ import annotations

import json
import os
import stat
import threading
from pathlib import Path

import pytest

from roadmap_tui.core import pieces
from roadmap_tui.core.errors import InvalidRoadmap, ReadError
from roadmap_tui.core.roadmap.model import Branch, Roadmap
from roadmap_tui.store import cache, library, roadmap_reader
from roadmap_tui.store.cache import Cache


def _large(count: int = 1500, note: str = "x") -> bytes:
    """A roadmap of more than 1 MiB."""
    items = [
        {"type": "item", "id": f"i-{number}", "title": f"Item {number}", "note": f"{note} " * 400}
        for number in range(count)
    ]
    return json.dumps({"format": 1, "id": "r", "title": "R", "children": items}).encode()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "r.json"
    path.write_bytes(_large())
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "cache"


def _read(file: Path, folder: Path) -> Roadmap:
    return library.find(str(file), None, str(folder))


def _is_from_cache(roadmap: Roadmap) -> bool:
    return isinstance(roadmap.children, Branch)


def _kept(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


def test_a_large_roadmap_is_decoded_once(file: Path, folder: Path) -> None:
    first, second = _read(file, folder), _read(file, folder)
    assert not _is_from_cache(first)
    assert _is_from_cache(second)
    assert first == second
    assert stat.S_IMODE(_kept(folder).stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_of_a_small_one_nothing_is_kept(tmp_path: Path, folder: Path) -> None:
    path = tmp_path / "small.json"
    path.write_bytes(_large(3))
    assert _read(path, folder) == _read(path, folder)
    assert not folder.exists()


def test_another_file_in_its_place_is_read_though_it_looks_the_same(file: Path, folder: Path) -> None:
    _read(file, folder)
    before = file.stat()
    with file.open("r+b") as same:
        same.write(_large(note="y"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert (file.stat().st_ino, file.stat().st_size) == (before.st_ino, before.st_size)
    assert _read(file, folder).children[0].note.startswith("y")


@pytest.mark.parametrize("at", [0, 5, 20, 60, 100, 250, 1000, 20_000, -1])
def test_a_byte_that_changed_in_what_is_kept_is_noticed(file: Path, folder: Path, at: int) -> None:
    right = _read(file, folder)
    kept = bytearray(_kept(folder).read_bytes())
    kept[at] ^= 1
    _kept(folder).write_bytes(kept)
    again = _read(file, folder)
    assert not _is_from_cache(again)
    assert again == right
    assert _is_from_cache(_read(file, folder)), "it is kept anew"


@pytest.mark.parametrize("kept", [b"", b"\n", b"roadmap-tui", b"\0" * 100_000])
def test_anything_may_stand_there(file: Path, folder: Path, kept: bytes) -> None:
    right = _read(file, folder)
    _kept(folder).write_bytes(kept)
    assert _read(file, folder) == right


def test_what_another_version_kept_is_left_alone(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(cache, "__version__", "0.0.1")
        _read(file, folder)
    assert not _is_from_cache(_read(file, folder))


def test_what_another_machine_kept_is_left_alone(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(pieces, "LAYOUT", "middle 4")
        _read(file, folder)
    assert not _is_from_cache(_read(file, folder))


def test_where_no_thread_is_to_be_had_it_goes_without(
    file: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", none)
    _read(file, folder)
    assert _is_from_cache(_read(file, folder))


def test_a_file_where_the_folder_would_be_is_none_either(file: Path, folder: Path) -> None:
    folder.parent.mkdir(parents=True)
    folder.write_text("")
    assert _read(file, folder) == _read(file, folder)


def test_only_a_few_are_kept(folder: Path) -> None:
    for number in range(20):
        Cache(str(folder)).put(f"n{number}", "k", b"x")
        os.utime(folder / f"n{number}.cache", (number, number))
    assert len(list(folder.iterdir())) <= 8
    kept = Cache(str(folder)).get("n19", lambda: "k")
    assert kept is not None
    assert bytes(kept) == b"x"


def test_the_limit_holds_for_what_is_kept_too(file: Path, folder: Path) -> None:
    _read(file, folder)
    with pytest.raises(InvalidRoadmap, match="more than 1,499 items"):
        library.find(str(file), None, str(folder), most_items=1499)


def test_a_higher_limit_allows_a_larger_file(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(_large(1) + b" " * (16 << 20))
    with pytest.raises(InvalidRoadmap, match="at most 16,777,216"):
        roadmap_reader.read(str(path))
    assert roadmap_reader.read(str(path), most_items=40_000).id == "r"


def test_a_file_that_is_gone_is_said_to_be(tmp_path: Path, folder: Path) -> None:
    for name in ("none.json", "a\0b.json"):
        with pytest.raises(ReadError):
            _read(tmp_path / name, folder)
