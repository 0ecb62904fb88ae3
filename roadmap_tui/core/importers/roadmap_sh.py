"""A folder of roadmap.sh content, read into a roadmap: a file a topic, and the drawing that orders them."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.errors import InvalidRoadmap
from roadmap_tui.core.importers.markdown import Imported, ImportReport, source_text
from roadmap_tui.core.importers.markdown.assembler import RoadmapAssembler, noted
from roadmap_tui.core.importers.markdown.builder import DocumentBuilder
from roadmap_tui.core.importers.markdown.inline import inline_text
from roadmap_tui.core.importers.markdown.node_builder import NodeBuilder, SkippedContent, title_of
from roadmap_tui.core.importers.markdown.parser import TooLong, parse
from roadmap_tui.core.importers.markdown.slugs import slug
from roadmap_tui.core.importers.roadmap_sh_graph import Graph, read_drawing
from roadmap_tui.core.roadmap.format import LINE_LIMIT
from roadmap_tui.core.roadmap.model import TOPICS, Item, Resource, Roadmap, Source
from roadmap_tui.core.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roadmap_tui.core.importers.markdown.parser import Block

__all__ = ["FILES_LIMIT", "TOTAL_LIMIT", "read_topics", "topic_and_node"]

FILES_LIMIT: Final = 5_000
TOTAL_LIMIT: Final = 16 * 1024 * 1024
_MARKS_LIMIT: Final = 400_000  # of Markdown, in all files; so many take the parser some seconds

_file_name = re.compile(r"(.*)@([A-Za-z0-9_-]{21})\.md", re.DOTALL).fullmatch
_marks = re.compile(r"[]\[<`*_~&!\\:>]").findall
_tracking = re.compile(
    r"(?:utm_[^=]*|gclid|fbclid|si)(?:=.*)?|ref=.*roadmap\.sh/?", re.IGNORECASE | re.DOTALL
).fullmatch


class _Page(NamedTuple):
    """What the file of a topic says."""

    title: str = ""
    summary: str = ""
    note: str = ""
    resources: tuple[Resource, ...] = ()


def topic_and_node(file_name: str) -> tuple[str, str] | None:
    """The topic and the node id that a file is named for, ``topic@id.md``; None for another file."""
    form = _file_name(file_name)
    return (form[1], form[2]) if form else None


def read_topics(
    files: Mapping[str, bytes],
    graph: bytes | None,
    name: str,
    *,
    roadmap_id: str = "",
    item_limit: int = 20_000,
) -> Imported:
    """The roadmap in the ``files`` of a folder called ``name``, by their names, and their drawing.

    Each topic is an item. The drawing gives titles, order and what is below what; a file it does not
    show stands at the end, and a topic without a file has nothing but a title. Without a drawing the
    topics are one list in the order of the file names. In a file the H1 is the title, the first
    paragraph the summary, and links are resources, without what only tells where a reader came from.

    The id of an item ends in the node id, in small letters and without its signs. So the node id is in
    the library with no field of its own, and ``matching`` finds a topic by it that has another title.

    Raises ``BadRoadmap`` with one fault for a drawing or a file that can't be read, for more than there
    may be, and where there is no topic.
    """
    _check_size(files, graph, name)
    order = sorted(files)
    drawing = read_drawing(graph, f"{_line(name)}.json", item_limit) if graph is not None else None
    reader = _Reader()
    pages = reader.pages({file_name: files[file_name] for file_name in order})
    if not pages:
        raise _refusal(name, "no topic; a topic is a file content/<topic>@<node id of 21 characters>.md")
    maker = _ItemBuilder(pages)
    children = maker.drawn(drawing, -1) if drawing else ()
    others = [node for node in pages if node not in maker.seen]
    children += tuple([maker.item(node, "", ()) for node in others])
    if maker.count > item_limit:
        raise _refusal(name, f"{maker.count:,} items, at most {item_limit:,} are read")
    warnings = [*(drawing.warnings if drawing else ()), *reader.warnings()]
    if drawing and others:
        warnings.append(f"files that the drawing does not show, put at the end: {len(others)}")
    title = (drawing.title if drawing else "") or _humanize(name) or "Roadmap"
    roadmap = Roadmap(
        id=roadmap_id or slug(_line(name) or title),
        title=title,
        source=Source(TOPICS, _line(name), _digest(files, order, graph)),
        children=children,
    )
    return Imported(
        roadmap,
        ImportReport(
            sections=0,
            groups=0,
            items=maker.count,
            ticked=0,
            resources=maker.resources,
            lenient=0,
            dropped=(),
            warnings=tuple(warnings),
            marks={},
        ),
        {},
    )


def without_tracking(url: str) -> str:
    """An address without the parts of its query that only tell where a reader came from."""
    address, number_sign, fragment = url.partition("#")
    path, question, query = address.partition("?")
    if not question:
        return url
    kept = [part for part in query.split("&") if not _tracking(part)]
    return path + (f"?{'&'.join(kept)}" if kept else "") + number_sign + fragment


def _check_size(files: Mapping[str, bytes], graph: bytes | None, name: str) -> None:
    if len(files) > FILES_LIMIT:
        raise _refusal(name, f"{len(files):,} files, at most {FILES_LIMIT:,} are read")
    total = sum(map(len, files.values())) + len(graph or b"")
    if total > TOTAL_LIMIT:
        raise _refusal(name, f"{total:,} bytes, at most {TOTAL_LIMIT:,} are read")


def _refusal(name: str, fault: str) -> InvalidRoadmap:
    return InvalidRoadmap(_line(name) or "folder", (fault,))


def _line(text: str) -> str:
    return clean(text, LINE_LIMIT - 5, one_line=True)


def _humanize(name: str) -> str:
    """The words of a name that has hyphens between them."""
    text = _line(re.sub(r"[-_]+", " ", name))
    return text[:1].upper() + text[1:]


def _digest(files: Mapping[str, bytes], order: list[str], graph: bytes | None) -> str:
    digest = sha256()
    for name, data in [*((name, files[name]) for name in order), ("", graph or b"")]:
        shown = name.encode("utf-8", "surrogatepass")
        digest.update(b"%d %d\n%s%s" % (len(shown), len(data), shown, data))
    return digest.hexdigest()


class _Reader:
    """Reads the files of topics, and counts what is left out."""

    def __init__(self) -> None:
        self.unnamed = self.twice = 0
        self._left_out: dict[str, tuple[int, str]] = {}  # how many, and the file of the first
        self._marks = 0

    def pages(self, files: Mapping[str, bytes]) -> dict[str, _Page]:
        """What the files say, by the node ids in their names. Raises BadRoadmap."""
        pages: dict[str, _Page] = {}
        for name, data in files.items():
            if (form := topic_and_node(name)) is None:
                self.unnamed += 1
            elif form[1] in pages:
                self.twice += 1
            else:
                page = self.page(data, name)
                pages[form[1]] = page if page.title else page._replace(title=_humanize(form[0]))
        return pages

    def page(self, data: bytes, name: str) -> _Page:
        """What a file says. Raises BadRoadmap."""
        text = source_text(data, name)
        self._marks += len(_marks(text))
        if self._marks > _MARKS_LIMIT:
            raise _refusal(name, f"more than {_MARKS_LIMIT:,} marks of Markdown in all files up to this one")
        try:
            blocks = parse(text).blocks
        except TooLong:
            raise _refusal(name, "more lists, tables and paragraphs than a topic has") from None
        drops = SkippedContent()
        builder = DocumentBuilder(task_mode=True, drops=drops)
        draft = NodeBuilder("item", "", 0)
        summary = ""
        for i, block in enumerate(blocks):
            if block.kind == "heading" and block.level == 1 and not draft.title:
                words = inline_text(block)
                draft.title = title_of(words)
                draft.links += words.links
                continue
            if _is_link_intro(block, blocks[i + 1 : i + 2]):
                continue
            had = len(draft.notes)
            builder.attach(block, draft)
            if block.kind == "paragraph" and not summary and not had and draft.notes:
                summary = noted(draft)
                draft.notes.clear()
        draft.links = [link._replace(url=without_tracking(link.url)) for link in draft.links]
        resources = RoadmapAssembler("", drops).linked(draft)
        for dropped in drops.all():
            count, first = self._left_out.get(dropped.kind, (0, name))
            self._left_out[dropped.kind] = count + dropped.number, first
        return _Page(clean(draft.title, LINE_LIMIT, one_line=True), summary, noted(draft), resources)

    def warnings(self) -> list[str]:
        """Sentences about what is left out."""
        found = [
            f"left out: {count} {kind} (first: in {_line(first)})"
            for kind, (count, first) in self._left_out.items()
        ]
        if self.unnamed:
            found.append(f"files that are not named <topic>@<node id>.md, left out: {self.unnamed}")
        if self.twice:
            found.append(f"files with the node id of another, left out: {self.twice}")
        return found


def _is_link_intro(block: Block, following: list[Block]) -> bool:
    """Whether a paragraph only says that resources follow: there they are."""
    if block.kind != "paragraph" or not following or following[0].kind != "list":
        return False
    words = inline_text(block)
    if words.links or not words.text.endswith((":", "\uff1a")):
        return False
    entries = following[0].children
    return all(len(entry.children) == 1 and inline_text(entry.children[0]).only_links for entry in entries)


class _ItemBuilder:
    """Makes items of pages."""

    def __init__(self, pages: Mapping[str, _Page]) -> None:
        self.pages = pages
        self.seen: set[str] = set()
        self.count = self.resources = 0
        self._ids: set[str] = set()

    def drawn(self, drawing: Graph, at: int) -> tuple[Item, ...]:
        """The items that are drawn below position ``at``; a drawing is as deep as a roadmap at the most."""
        return tuple(
            [
                self.item(drawing.nodes[one].id, drawing.nodes[one].label, self.drawn(drawing, one))
                for one in drawing.below.get(at, ())
            ]
        )

    def item(self, node: str, label: str, children: tuple[Item, ...]) -> Item:
        """The item of a node."""
        page = self.pages.get(node, _Page())
        self.seen.add(node)
        self.count += 1
        self.resources += len(page.resources)
        title = label or page.title or "(no words)"
        return Item(
            self._id(title, node),
            title,
            summary=page.summary,
            note=page.note,
            resources=page.resources,
            children=children,
        )

    def _id(self, title: str, node: str) -> str:
        key = "".join(re.findall(r"[a-z0-9]+", node.lower()))[:21]
        wanted = base = f"{slug(title)}-{key}" if key else slug(title)
        number = 1
        while wanted in self._ids:
            number += 1
            wanted = f"{base}-{number}"
        self._ids.add(wanted)
        return wanted
