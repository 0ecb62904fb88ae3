"""The interface of importers: what they read, their options, and what they return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

from roadmap_tui.core.errors import InvalidRoadmap
from roadmap_tui.core.roadmap.format import LINE_LIMIT
from roadmap_tui.core.sanitize import clean

if TYPE_CHECKING:
    from roadmap_tui.core.progress.events import Status
    from roadmap_tui.core.roadmap.model import Roadmap

SIZE_LIMIT: Final = 2 * 1024 * 1024
ITEM_LIMIT: Final = 20_000
Items: TypeAlias = Literal["auto", "tasks", "all"]


class RoadmapShFolder(NamedTuple):
    """The files of a folder of roadmap.sh content by name, and the graph that orders them.

    ``skipped`` counts topic files that were not read because they are links or not regular files.
    """

    files: Mapping[str, bytes]
    graph: bytes | None = None
    skipped: int = 0


class SourceData(NamedTuple):
    """The content of a source; ``name`` is its file name, ``origin`` the path or address to fetch it again.

    A folder of roadmap.sh content has ``folder`` instead of ``data``. ``base_url`` is what relative links are
    relative to, if that is known.
    """

    data: bytes
    name: str
    origin: str
    folder: RoadmapShFolder | None = None
    base_url: str = ""


class ImportOptions(NamedTuple):
    """The options for reading a source.

    ``items`` chooses what becomes an item: only task list items (``tasks``), every bullet (``all``), or tasks
    if there are any, else bullets (``auto``). With ``strict`` only GitHub's task syntax counts.
    Relative links are resolved against ``base_url``, without it they are skipped.
    """

    items: Items = "auto"
    strict: bool = False
    base_url: str = ""


class SkippedSample(NamedTuple):
    """A kind of skipped content: its count, and the number (from 1) and text of the first such line."""

    kind: str
    number: int
    line: int
    text: str = ""


class ImportReport(NamedTuple):
    """The report of an import: how the content of the source was used.

    ``groups`` counts plain bullets and headings above items, ``lenient`` the tasks whose syntax is not
    GitHub's. ``marks`` has the author's statuses other than todo and done by item id. ``warnings`` are
    sentences.
    """

    sections: int
    groups: int
    items: int
    ticked: int
    resources: int
    lenient: int
    dropped: tuple[SkippedSample, ...]
    warnings: tuple[str, ...]
    marks: Mapping[str, Status]


class Imported(NamedTuple):
    """An imported roadmap, its report, and the line (from 0) of each item's checkbox by item id."""

    roadmap: Roadmap
    report: ImportReport
    lines: Mapping[str, int]


class Importer(NamedTuple):
    """A format that can be imported; ``suffixes`` are lower-case endings of file names.

    ``read`` raises InvalidRoadmap.
    """

    name: str
    suffixes: tuple[str, ...]
    read: Callable[[SourceData, ImportOptions], Imported]


IMPORTERS: Final[dict[str, Importer]] = {}


def register(importer: Importer) -> None:
    """Add an importer to ``IMPORTERS``."""
    IMPORTERS[importer.name] = importer


def decode_text(data: bytes, name: str) -> str:
    r"""Decode UTF-8 with or without BOM; turn every line ending into ``\n``. Raises InvalidRoadmap."""
    if len(data) > SIZE_LIMIT:
        raise invalid(name, f"{len(data):,} bytes, at most {SIZE_LIMIT:,} are read; divide the file")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise invalid(name, "UTF-16, not UTF-8; save it as UTF-8")
    if (index := data.find(b"\0")) >= 0:
        raise invalid(name, f"not a text: byte {index:,} is NUL; give a Markdown file")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise invalid(name, f"not UTF-8: byte {error.start:,}; save it as UTF-8") from None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def invalid(name: str, why: str) -> InvalidRoadmap:
    """Return the error for a source that cannot be imported."""
    return InvalidRoadmap(clean_line(name) or "Markdown", (why,))


def clean_line(text: str) -> str:
    """Sanitize a text for a field of one line, within the limit of the roadmap format."""
    return clean(text, LINE_LIMIT, one_line=True)
