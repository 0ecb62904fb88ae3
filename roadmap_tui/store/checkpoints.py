"""Keeping the checkpoint of a journal between two starts, and how far each log was read for it.

A checkpoint is gone on from only where every log still begins with the very bytes that were read then.
Of a short journal there is none, and nothing is loaded for it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from roadmap_tui.core.progress import records
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.store.cache import Cache
from roadmap_tui.store.log_reader import BadLine, LogReader, ReadOffset

if TYPE_CHECKING:
    from roadmap_tui.core.resumed import Resumed

# Fewer events than these are read as fast as a checkpoint is.
_WORTH_KEEPING: Final = 2000
_NAME: Final = "journal"


def _made_from() -> str:
    """What one version of the program can read, or one machine, another may not."""
    from roadmap_tui.core.pieces import LAYOUT

    return f"rows {LAYOUT}, records {records.VERSION} {' '.join(sorted(records.EVENT_KINDS))}"


def keep(reader: LogReader, progress: Progress, count: int, cache: Cache) -> None:
    """Keep what a reader read and what that adds up to, if it can be told in short.

    ``count`` is how many events it took: after few the next start is as fast without.
    """
    marks = reader.read_offsets() if count >= _WORTH_KEEPING and cache.can_keep else None
    made = progress.checkpoint() if marks is not None else None
    if made is None:
        return
    from roadmap_tui.core.pieces import joined

    read = json.dumps([marks, [line for line in reader.bad_lines if line.line], reader.needs_newer])
    cache.put(_NAME, _made_from(), joined([read.encode()]) + made.dump())


def resume(reader: LogReader, cache: Cache) -> Resumed | None:
    """The progress to begin with, after which the reader goes on behind it; None where nothing was kept."""
    data = cache.get(_NAME, _made_from)
    if data is None:
        return None
    from roadmap_tui.core.checkpoint import load
    from roadmap_tui.core.pieces import parted
    from roadmap_tui.core.resumed import Resumed

    read, made = parted(data)
    marks, bad, needs_newer = json.loads(bytes(read))
    known = {name: ReadOffset(*mark) for name, mark in marks.items()}
    if not reader.resume_from(known, [BadLine(*line) for line in bad], needs_newer=needs_newer):
        return None
    # No more than that: what came since is the reader's to give, once, to whoever shows it.
    folder, ends = reader.folder, {name: mark.offset for name, mark in known.items()}
    return Resumed(load(made), lambda: LogReader(folder, ends).read())
