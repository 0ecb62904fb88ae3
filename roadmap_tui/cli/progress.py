"""A spinner for operations that take longer than half a second, and a bar for those that can be counted."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from roadmap_tui.core.sanitize import clean

DELAY_SECONDS: Final = 0.5


@contextmanager
def spinner(label: str) -> Iterator[None]:
    """Show a moving bar on stderr while the block runs, from half a second on, if stderr is a terminal."""
    if not sys.stderr.isatty():
        yield
        return
    done = threading.Event()
    thread = threading.Thread(target=_show, args=(clean(label, 60, one_line=True), done), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@contextmanager
def progress_bar(label: str, total: int) -> Iterator[Callable[[], None]]:
    """Show a bar on stderr if it is a terminal; the function that is yielded advances it by one."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(clean(label, 60, one_line=True), total=total)
        yield lambda: progress.advance(task)


def _show(label: str, done: threading.Event) -> None:
    if done.wait(DELAY_SECONDS):
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(label, total=None)
        done.wait()
