"""A roadmap as Markdown that reads well on GitHub and gives the same roadmap when it is imported."""

from __future__ import annotations

import re
from html import escape as escape_html
from typing import TYPE_CHECKING, Final

from roadmap_tui.core.importers.markdown.resource_kinds import guess
from roadmap_tui.core.progress.statuses import STATUS_INFO
from roadmap_tui.core.roadmap.model import Item, Section
from roadmap_tui.core.sanitize import clean, safe_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from roadmap_tui.core.progress.events import Status
    from roadmap_tui.core.roadmap.model import Node, Resource, Roadmap

_DEEPEST_HEADING: Final = 6

_special = re.compile(r"[\\`*_\[\]<|~$]")  # a pair of dollars is a formula on GitHub
_entity = re.compile(r"&(?=#?\w+;)")
_address = re.compile(r"(?i)(?<=http)(?=://)|(?<=https)(?=://)|(?<=www)(?=\.)|(?<=ftp)(?=://)")
# GitHub looks for these after it took backslashes and entities away: only markup in between keeps them apart.
_mail = re.compile(r"(?<=[\w.+-])@(?=\w)")
_block_start = re.compile(r"[-+=>#]|[0-9]{1,9}(?=[.)](?:\s|$))").match
_typed = re.compile(r"@[A-Za-z.]{2,20}@").match
_in_address = re.compile(r"[()<>`\\*_\[\]]|&(?=#?\w+;)")


def to_markdown(
    roadmap: Roadmap, statuses: Mapping[str, Status], *, notes: Mapping[str, str] | None = None
) -> str:
    """``roadmap`` as Markdown, a mark before each item: ``[ ]``, ``[x]``, ``[/]`` or ``[-]``.

    An item that ``statuses`` doesn't name is still to do. ``notes`` are the reader's own, by the id of
    the node, that of the roadmap included; they stand as quotes. Every text is escaped: it gains no
    link, code, HTML or mark. Imported, it is the same roadmap but for what Markdown has no place for:
    ids, prerequisites, retired items; a summary becomes the beginning of the note, and who made a
    resource is told with its note.
    """
    writer = _MarkdownWriter(statuses, notes or {})
    writer.line(f"# {text(roadmap.title, heading=True)}")
    writer.words(roadmap.id, roadmap.summary, roadmap.note, "")
    writer.resources(roadmap.resources, "")
    writer.nodes(roadmap.children, 2)
    return "\n".join(writer.lines).rstrip("\n") + "\n"


def text(words: str, *, heading: bool = False) -> str:
    """One line of plain words as Markdown that says exactly that."""
    words = clean(words, one_line=True)
    words = _special.sub(r"\\\g<0>", words)
    words = _entity.sub(r"\\&", words)
    words = _address.sub(r"\\", words)
    words = _mail.sub("<!-- -->@", words)
    if found := _block_start(words):
        at = found.end() if found[0].isdigit() else 0
        words = f"{words[:at]}\\{words[at:]}"
    if heading and words.endswith("#"):
        words = f"{words[:-1]}\\#"
    return words


def link(resource: Resource) -> str:
    """A resource as a Markdown link, or its words where its address is none."""
    title = clean(resource.title or resource.url, one_line=True)
    if safe_url(resource.url) is None:
        return text(title)
    label = text(title)
    if resource.kind != guess(resource.url) or _typed(title):
        label = f"@{resource.kind}@{label}"
    hint = clean(": ".join(filter(None, (resource.by, resource.note))), one_line=True)
    if hint:
        hint = ' "' + re.sub(r'[\\"]|&(?=#?\w+;)', r"\\\g<0>", hint) + '"'
    return f"[{label}]({_in_address.sub(_escaped, resource.url)}{hint})"


def _escaped(form: re.Match[str]) -> str:
    return f"\\{form[0]}"


def _holds_item(node: Node) -> bool:
    return isinstance(node, Item) or any(map(_holds_item, node.children))


class _MarkdownWriter:
    """Writes nodes as lines."""

    def __init__(self, statuses: Mapping[str, Status], notes: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self.statuses = statuses
        self.notes = notes

    def line(self, line: str) -> None:
        """Write a block of one line, with an empty line before it."""
        if self.lines and self.lines[-1]:
            self.lines.append("")
        self.lines.append(line)

    def words(self, node_id: str, summary: str, note: str, indent: str) -> None:
        """Write what is said about a node, a paragraph for each line."""
        paragraphs = [line for words in (summary, note) for line in words.split("\n") if line.strip()]
        for paragraph in paragraphs:
            self.line(indent + text(paragraph))
        own = [line for line in self.notes.get(node_id, "").split("\n") if line.strip()]
        for i, paragraph in enumerate(own):
            if i:
                self.lines.append(f"{indent}>")
                self.lines.append(f"{indent}> {text(paragraph)}")
            else:
                self.line(f"{indent}> {text(paragraph)}")
        if paragraphs or own:
            self.lines.append("")

    def resources(self, resources: Sequence[Resource], indent: str) -> None:
        """Write resources as bullets."""
        if resources and not indent and self.lines[-1]:
            self.lines.append("")
        self.lines += [f"{indent}- {link(resource)}" for resource in resources]

    def nodes(self, nodes: Sequence[Node], level: int) -> None:
        """Write the nodes of a section as headings of ``level`` and lists.

        A heading holds all that follows it, so only the last ones may be headings. One before an item
        is written as a plain bullet above its items or, where it has none, as ``<details>``.
        """
        after_items = len(nodes)
        while after_items and isinstance(nodes[after_items - 1], Section) and level <= _DEEPEST_HEADING:
            after_items -= 1
        for node in nodes[:after_items]:
            if isinstance(node, Item) or _is_group(node):
                self._bullet(node, "")
            else:
                self._details(node)
        for node in nodes[after_items:]:
            self.line(f"{'#' * level} {text(node.title, heading=True)}")
            self.lines.append("")
            self._about(node, "")
            self.nodes(node.children, level + 1)

    def _about(self, node: Node, indent: str) -> None:
        self.words(node.id, node.summary, node.note, indent)
        self.resources(node.resources, indent)

    def _details(self, section: Section) -> None:
        self.line("<details>")
        self.lines.append(f"<summary>{escape_html(clean(section.title, one_line=True))}</summary>")
        self.lines.append("")
        self._about(section, "")
        # What closes it closes its headings too, so they may begin at the top again.
        self.nodes(section.children, 2)
        self.line("</details>")
        self.lines.append("")

    def _bullet(self, node: Node, indent: str) -> None:
        resources = node.resources
        title = text(node.title)
        first = resources[0] if resources else None
        if first and first.title == node.title and first.kind == guess(first.url):
            title, resources = link(first), resources[1:]
        status = STATUS_INFO[self.statuses.get(node.id, "todo")]
        mark = f"[{status.checkbox}] " if isinstance(node, Item) else ""
        self.lines.append(f"{indent}- {mark}{title}")
        below = indent + "  "
        self.words(node.id, node.summary, node.note, below)
        self.resources(resources, below)
        for child in node.children:
            self._bullet(child, below)


def _is_group(section: Section) -> bool:
    """Whether a section can be a plain bullet: items are below it, and below every section in it."""
    return _holds_item(section) and all(
        isinstance(child, Item) or _is_group(child) for child in section.children
    )


def iter_items(nodes: Sequence[Node]) -> Iterator[tuple[Item, tuple[str, ...]]]:
    """The items below ``nodes`` in reading order, each with the titles of what holds it."""
    yield from _iter(nodes, ())


def _iter(nodes: Sequence[Node], path: tuple[str, ...]) -> Iterator[tuple[Item, tuple[str, ...]]]:
    for node in nodes:
        if isinstance(node, Item):
            yield node, path
        yield from _iter(node.children, (*path, node.title))
