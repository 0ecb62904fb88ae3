"""A session at the small roadmap, for whoever needs one."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.store.journal import Journal
from roadmap_tui.study.study import Study
from tests.faults.table import pytest_terminal_summary  # noqa: F401 - only this file is read by who prints
from tests.journals import ROADMAP, Clock

# The same examples in every run, so that a change fails only for what it did; `fuzz/run.py` and
# HYPOTHESIS_PROFILE=random look for new ones.
settings.register_profile("repeatable", derandomize=True, max_examples=60)
settings.register_profile("random", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


@pytest.fixture(autouse=True, scope="session")
def _private_folders(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the cache and the repositories of the user who runs the tests out of them."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        patched.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
        yield


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sit(tmp_path: Path, clock: Clock) -> Iterator[Callable[..., Study]]:
    """Opens a session over one log."""
    opened: list[Study] = []

    def one(roadmap: Roadmap = ROADMAP) -> Study:
        opened.append(Study(roadmap, Journal(str(tmp_path / "log"), clock, host="box")))
        return opened[-1]

    yield one
    for study in opened:
        study.close()


@pytest.fixture
def study(sit: Callable[..., Study]) -> Study:
    return sit()
