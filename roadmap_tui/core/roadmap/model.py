"""The roadmap as its author wrote it: sections, items and resources."""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

KINDS = (
    *("book", "course", "video", "paper", "docs", "article", "repository", "tool", "dataset", "project"),
    "website",
)
ITEM_KINDS = ("topic", "project", "material")
DEFAULT_HOURS = 3.0  # of an item that nobody estimated
TOPICS = "roadmap.sh"  # a source kind: the ids of its items end in the node ids of roadmap.sh


class Resource(NamedTuple):
    """A link to something to read, watch or try; ``kind`` is one of ``KINDS``.

    ``was`` has the addresses that ``url`` replaced: a tick of one of them counts. ``minutes`` is an estimate
    or 0. ``extra`` has unknown fields as JSON.
    """

    title: str
    url: str
    kind: str = "website"
    by: str = ""
    note: str = ""
    was: tuple[str, ...] = ()
    minutes: int = 0
    extra: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The URL and the former URLs."""
        return (self.url, *self.was)


class Question(NamedTuple):
    """A review question with its answer."""

    id: str
    ask: str
    answer: str = ""


class Item(NamedTuple):
    """Something to learn. ``ticked`` is the mark of the source's author, never the reader's.

    ``kind`` is one of ``ITEM_KINDS`` or empty, ``hours`` and ``level`` (1 to 3) are estimates or 0. ``extra``
    has the fields that this version does not know, as a JSON object.
    """

    id: str
    title: str
    summary: str = ""
    note: str = ""
    prerequisites: tuple[str, ...] = ()
    ticked: bool = False
    resources: tuple[Resource, ...] = ()
    children: "Sequence[Item]" = ()
    kind: str = ""
    hours: float = 0
    level: int = 0
    questions: tuple[Question, ...] = ()
    extra: str = ""


class Section(NamedTuple):
    """A heading and the nodes below it; it has no status of its own."""

    id: str
    title: str
    summary: str = ""
    note: str = ""
    resources: tuple[Resource, ...] = ()
    children: "Sequence[Section | Item]" = ()
    extra: str = ""


Node: TypeAlias = Section | Item


class Source(NamedTuple):
    """Where a roadmap was imported from, and with which options.

    ``origin`` is the path or address to fetch a newer version from; ``items``, ``strict`` (``yes`` or empty)
    and ``base_url`` are the import options, which an update uses again.
    """

    kind: str = ""
    name: str = ""
    sha256: str = ""
    origin: str = ""
    items: str = ""
    strict: str = ""
    base_url: str = ""


class FormerNode(NamedTuple):
    """The last title of a node that left the roadmap, and the titles of the nodes that contained it."""

    id: str
    title: str
    path: tuple[str, ...] = ()


class Roadmap(NamedTuple):
    """A whole roadmap; ``retired`` holds items that are gone from the source but have progress.

    ``former`` names all nodes that are gone: the reader may have progress on them that was recorded later.
    """

    id: str
    title: str
    summary: str = ""
    note: str = ""
    source: Source = Source()
    resources: tuple[Resource, ...] = ()
    children: Sequence[Node] = ()
    retired: Sequence[Item] = ()
    former: tuple[FormerNode, ...] = ()
