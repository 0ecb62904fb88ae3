"""Keeping the checkpoint of a journal between two starts, and how far each log was read for it.

A checkpoint is gone on from only where every log still begins with the very bytes that were read then.
"""

from __future__ import annotations

import json
from typing import Final

from roadmap_tui.core import records
from roadmap_tui.core.checkpoint import Checkpoint, load
from roadmap_tui.core.progress import Progress
from roadmap_tui.store.cache import Cache
from roadmap_tui.store.log_reader import BadLine, LogReader, Mark

# Fewer events than these are read as fast as a checkpoint is.
_WORTH_KEEPING: Final = 2000
_NAME: Final = "journal"
# What one version of the program can read, another may not.
_MADE_FROM: Final = f"columns, records {records.VERSION} {' '.join(sorted(records.EVENT_KINDS))}"


def keep(reader: LogReader, progress: Progress, count: int, cache: Cache) -> None:
    """Keep what a reader read and what that adds up to, if it can be told in short.

    ``count`` is how many events it took: after few the next start is as fast without.
    """
    marks = reader.marks() if count >= _WORTH_KEEPING else None
    made = progress.checkpoint() if marks is not None else None
    if made is not None:
        read = json.dumps([marks, [line for line in reader.bad_lines if line.line], reader.needs_newer])
        cache.put(_NAME, _MADE_FROM, "\n".join([read, *made.dump()]).encode())


def resume(reader: LogReader, cache: Cache) -> Checkpoint | None:
    """The checkpoint to begin with, after which the reader goes on behind it; None where there is none."""
    data = cache.get(_NAME, _MADE_FROM)
    if data is None:
        return None
    read, *made = str(data, "utf-8").split("\n")
    marks, bad, needs_newer = json.loads(read)
    known = {name: Mark(*mark) for name, mark in marks.items()}
    if not reader.go_on(known, [BadLine(*line) for line in bad], needs_newer=needs_newer):
        return None
    return load(made)
