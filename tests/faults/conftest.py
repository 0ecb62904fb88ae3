"""What the tests that do harm share: the count of what it cost, and ground to do it on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.grounds import Disk, Tmpfs
from tests.faults.sessions import Session
from tests.faults.table import MARK, Loss, is_thorough
from tests.tui.pty_program import Terminal

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(MARK)


@pytest.fixture
def thorough(request: pytest.FixtureRequest) -> bool:
    """Whether there is time for more than a sample."""
    return is_thorough(request.config)


@pytest.fixture
def loss(record_property: Callable[[str, object], None]) -> Loss:
    return Loss(record_property)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "data" / "log"


@pytest.fixture
def tmpfs(tmp_path: Path) -> Iterator[Tmpfs]:
    """A small file system in memory."""
    (tmp_path / "tmpfs").mkdir()
    with Tmpfs(tmp_path / "tmpfs", kilobytes=128) as ground:
        yield ground


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A real file system in an image file."""
    with Disk(tmp_path) as ground:
        yield ground


@pytest.fixture
def begin() -> Iterator[Callable[..., Session]]:
    """Begins sessions, each a process, and ends those that are left."""
    begun: list[Session] = []

    def one(log: Path, **options: Any) -> Session:
        begun.append(Session(log, **options))
        return begun[-1]

    yield one
    for session in begun:
        session.kill()


@pytest.fixture
def open_terminal(tmp_path: Path) -> Iterator[Callable[..., Terminal]]:
    """Opens the program in terminals, and closes them."""
    opened: list[Terminal] = []

    def one(*words: str, home: Path = tmp_path, **options: Any) -> Terminal:
        opened.append(Terminal(*words, home=home, **options))
        return opened[-1]

    yield one
    for terminal in opened:
        terminal.close()
