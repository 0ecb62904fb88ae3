"""Import a folder of roadmap.sh content: one Markdown file per topic, and the graph that orders them."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from roadmap_tui.core.errors import InvalidRoadmap
from roadmap_tui.core.importers.base import (
    ITEM_LIMIT,
    Imported,
    Importer,
    ImportOptions,
    ImportReport,
    RoadmapShFolder,
    SourceData,
    clean_line,
    decode_text,
    register,
)
from roadmap_tui.core.importers.markdown.assembler import RoadmapAssembler, note_of
from roadmap_tui.core.importers.markdown.content import ContentBuilder
from roadmap_tui.core.importers.markdown.inline import inline_text
from roadmap_tui.core.importers.markdown.node_builder import NodeBuilder, SkippedContent, title_of
from roadmap_tui.core.importers.markdown.parser import DocumentTooLarge, parse
from roadmap_tui.core.importers.roadmap_sh_graph import Graph, read_graph
from roadmap_tui.core.importers.slugs import slug, unique_slug
from roadmap_tui.core.roadmap.format import LINE_LIMIT
from roadmap_tui.core.roadmap.model import TOPICS, Item, Resource, Roadmap, Source
from roadmap_tui.core.sanitize import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from roadmap_tui.core.importers.markdown.parser import Block

FILES_LIMIT: Final = 5_000
TOTAL_LIMIT: Final = 16 * 1024 * 1024
_MARKUP_LIMIT: Final = 400_000  # markup characters in all files, which take the parser some seconds

_file_name = re.compile(r"(.*)@([A-Za-z0-9_-]{21})\.md", re.DOTALL).fullmatch
_markup = re.compile(r"[]\[<`*_~&!\\:>]").findall
_tracking = re.compile(
    r"(?:utm_[^=]*|gclid|fbclid|si)(?:=.*)?|ref=.*roadmap\.sh/?", re.IGNORECASE | re.DOTALL
).fullmatch


class _Topic(NamedTuple):
    """The content of a topic's file."""

    title: str = ""
    summary: str = ""
    note: str = ""
    resources: tuple[Resource, ...] = ()


def topic_and_node(file_name: str) -> tuple[str, str] | None:
    """Split ``topic@id.md`` into topic and node id; return None for another file name."""
    match = _file_name(file_name)
    return (match[1], match[2]) if match else None


def read_topics(
    files: Mapping[str, bytes], graph: bytes | None, name: str, *, item_limit: int = ITEM_LIMIT
) -> Imported:
    """Import the ``files`` of a folder called ``name`` in the order of ``graph``.

    Each topic is an item. The graph gives titles, order and children; topics that it lacks come last, and
    a topic without a file has only a title. Without a graph the topics are a list sorted by file name. In a
    file, the H1 is the title, the first paragraph the summary; tracking parameters are removed from links.

    An item's id ends in the node id in lower case without punctuation, so that a topic is recognized after
    its title changed without storing the node id separately.

    Raises InvalidRoadmap for a graph or file that cannot be read, too much content, or no topic.
    """
    _check_size(files, graph, name)
    order = sorted(files)
    drawing = read_graph(graph, f"{_line(name)}.json", item_limit) if graph is not None else None
    reader = _TopicReader()
    topics = reader.read_all({file_name: files[file_name] for file_name in order})
    if not topics:
        raise _refusal(name, "no topic; a topic is a file content/<topic>@<node id of 21 characters>.md")
    builder = _ItemBuilder(topics)
    children = builder.items(drawing, "") if drawing else ()
    others = [node_id for node_id in topics if node_id not in builder.seen]
    children += tuple(builder.item(node_id) for node_id in others)
    if builder.count > item_limit:
        raise _refusal(name, f"{builder.count:,} items, at most {item_limit:,} are read")
    warnings = [*(drawing.warnings if drawing else ()), *reader.warnings()]
    if drawing and others:
        warnings.append(f"files that the drawing does not show, put at the end: {len(others)}")
    title = (drawing.title if drawing else "") or _humanize(name) or "Roadmap"
    source = Source(TOPICS, _line(name), _digest(files, order, graph))
    roadmap = Roadmap(slug(_line(name) or title), title, source=source, children=children)
    report = ImportReport(0, 0, builder.count, 0, builder.resources, 0, (), tuple(warnings), {})
    return Imported(roadmap, report, {})


def _read(source: SourceData, options: ImportOptions) -> Imported:  # noqa: ARG001 (there are no options)
    folder = source.folder or RoadmapShFolder({})
    found = read_topics(folder.files, folder.graph, source.name)
    if folder.skipped:
        warning = f"topics that are links or no regular files, left out: {folder.skipped}"
        found = found._replace(report=found.report._replace(warnings=(*found.report.warnings, warning)))
    return found


register(Importer("roadmap.sh", (), _read))


def remove_tracking(url: str) -> str:
    """Remove query parameters that only track where a visitor came from."""
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


def _refusal(name: str, why: str) -> InvalidRoadmap:
    return InvalidRoadmap(_line(name) or "folder", (why,))


def _line(text: str) -> str:
    return clean(text, LINE_LIMIT - 5, one_line=True)


def _humanize(name: str) -> str:
    """Replace hyphens and underscores by spaces and capitalize."""
    text = _line(re.sub(r"[-_]+", " ", name))
    return text[:1].upper() + text[1:]


def _digest(files: Mapping[str, bytes], order: list[str], graph: bytes | None) -> str:
    digest = sha256()
    for name, data in [*((name, files[name]) for name in order), ("", graph or b"")]:
        encoded = name.encode("utf-8", "surrogatepass")
        digest.update(b"%d %d\n%s%s" % (len(encoded), len(data), encoded, data))
    return digest.hexdigest()


class _TopicReader:
    """A parser for topic files; counts skipped content."""

    def __init__(self) -> None:
        self._misnamed = self._repeated = self._markup_count = 0
        self._skipped: dict[str, tuple[int, str]] = {}  # count, and the first file, by kind

    def read_all(self, files: Mapping[str, bytes]) -> dict[str, _Topic]:
        """Parse files; return their topics by node id. Raises InvalidRoadmap."""
        topics: dict[str, _Topic] = {}
        for name, data in files.items():
            if (parts := topic_and_node(name)) is None:
                self._misnamed += 1
            elif parts[1] in topics:
                self._repeated += 1
            else:
                topic = self._read(data, name)
                topics[parts[1]] = topic if topic.title else topic._replace(title=_humanize(parts[0]))
        return topics

    def _read(self, data: bytes, name: str) -> _Topic:
        text = decode_text(data, name)
        self._markup_count += len(_markup(text))
        if self._markup_count > _MARKUP_LIMIT:
            raise _refusal(name, f"more than {_MARKUP_LIMIT:,} marks of Markdown in all files up to this one")
        try:
            blocks = parse(text).blocks
        except DocumentTooLarge:
            raise _refusal(name, "more lists, tables and paragraphs than a topic has") from None
        skipped = SkippedContent()
        builder = ContentBuilder(task_mode=True, skipped=skipped)
        node = NodeBuilder("item", "", 0)
        summary = ""
        for index, block in enumerate(blocks):
            if block.kind == "heading" and block.level == 1 and not node.title:
                heading = inline_text(block)
                node.title = title_of(heading)
                node.links += heading.links
                continue
            if _is_link_intro(block, blocks[index + 1 : index + 2]):
                continue
            is_first = not node.notes
            builder.attach(block, node)
            if block.kind == "paragraph" and not summary and is_first and node.notes:
                summary = note_of(node)
                node.notes.clear()
        node.links = [link._replace(url=remove_tracking(link.url)) for link in node.links]
        resources = RoadmapAssembler("", skipped).resources_of(node)
        for sample in skipped.samples():
            count, first = self._skipped.get(sample.kind, (0, name))
            self._skipped[sample.kind] = count + sample.number, first
        return _Topic(clean_line(node.title), summary, note_of(node), resources)

    def warnings(self) -> list[str]:
        """Return a sentence about each kind of skipped content."""
        found = [
            f"left out: {count} {kind} (first: in {_line(first)})"
            for kind, (count, first) in self._skipped.items()
        ]
        if self._misnamed:
            found.append(f"files that are not named <topic>@<node id>.md, left out: {self._misnamed}")
        if self._repeated:
            found.append(f"files with the node id of another, left out: {self._repeated}")
        return found


def _is_link_intro(block: Block, following: list[Block]) -> bool:
    """Return True for a paragraph that only announces the list of links after it."""
    if block.kind != "paragraph" or not following or following[0].kind != "list":
        return False
    intro = inline_text(block)
    if intro.links or not intro.text.endswith((":", "\uff1a")):
        return False
    entries = following[0].children
    return all(len(entry.children) == 1 and inline_text(entry.children[0]).only_links for entry in entries)


class _ItemBuilder:
    """Builder of items from topics, with unique ids."""

    def __init__(self, topics: Mapping[str, _Topic]) -> None:
        self.seen: set[str] = set()
        self.count = self.resources = 0
        self._topics = topics
        self._ids: set[str] = set()

    def items(self, graph: Graph, parent: str) -> tuple[Item, ...]:
        """Build the items below the node ``parent``; the depth of a graph is limited."""
        return tuple(
            self.item(node_id, graph.labels[node_id], self.items(graph, node_id))
            for node_id in graph.children.get(parent, ())
        )

    def item(self, node_id: str, label: str = "", children: tuple[Item, ...] = ()) -> Item:
        """Build the item of a node; without a label it has the title of its topic."""
        topic = self._topics.get(node_id, _Topic())
        self.seen.add(node_id)
        self.count += 1
        self.resources += len(topic.resources)
        title = label or topic.title or "(no words)"
        key = "".join(re.findall(r"[a-z0-9]+", node_id.lower()))[:21]
        item_id = unique_slug(f"{slug(title)}-{key}" if key else slug(title), self._ids)
        return Item(item_id, title, topic.summary, topic.note, resources=topic.resources, children=children)
