"""The interface of exporters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roadmap_tui.core.progress.events import Status
    from roadmap_tui.core.roadmap.model import Roadmap


class WriteFunction(Protocol):
    """Serialize a roadmap with the reader's progress.

    ``statuses`` and ``notes`` (the reader's own) are keyed by node id, the roadmap's id included; an item
    without a status is to do.
    """

    def __call__(
        self, roadmap: Roadmap, statuses: Mapping[str, Status], *, notes: Mapping[str, str] | None = None
    ) -> str:
        """Return the text of the file."""
        ...


class Exporter(NamedTuple):
    """A format that can be exported; ``suffixes`` are lower-case endings of file names."""

    name: str
    suffixes: tuple[str, ...]
    write: WriteFunction


EXPORTERS: Final[dict[str, Exporter]] = {}


def register(exporter: Exporter) -> None:
    """Add an exporter to ``EXPORTERS``."""
    EXPORTERS[exporter.name] = exporter
