"""Export a roadmap as Markdown that renders well on GitHub and imports as the same roadmap."""

from __future__ import annotations

import re
from collections import Counter
from html import escape as escape_html
from typing import TYPE_CHECKING, Final

from roadmap_tui.core.exporters.base import Exporter, register
from roadmap_tui.core.importers.markdown.inline import LITERAL, kind_comment
from roadmap_tui.core.importers.markdown.item_text import is_interpreted
from roadmap_tui.core.importers.markdown.mode import TASKS_MARKER
from roadmap_tui.core.importers.markdown.section_names import is_generic_title, is_label, is_phase
from roadmap_tui.core.importers.resource_kinds import guess
from roadmap_tui.core.progress.statuses import STATUS_INFO
from roadmap_tui.core.roadmap.model import Item, Section
from roadmap_tui.core.roadmap.titles import normalize_title
from roadmap_tui.core.sanitize import clean, safe_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from roadmap_tui.core.progress.events import Status
    from roadmap_tui.core.roadmap.model import Node, Resource, Roadmap

_HEADING_LIMIT: Final = 6

_special = re.compile(r"[\\`*_\[\]<|~$]")  # a pair of dollars is a formula on GitHub
_entity = re.compile(r"&(?=#?\w+;)")
_address = re.compile(r"(?i)(?<=http)(?=://)|(?<=https)(?=://)|(?<=www)(?=\.)|(?<=ftp)(?=://)")
# GitHub links e-mail addresses after it removed backslashes and entities: only markup in between prevents it.
_mail = re.compile(r"(?<=[\w.+-])@(?=\w)")
_block_start = re.compile(r"[-+=>#%]|[0-9]{1,9}(?=[.)](?:\s|$))").match
_typed = re.compile(r"@[A-Za-z.]{2,20}@").match
_in_address = re.compile(r"[()<>`\\*_\[\]]|&(?=#?\w+;)")


def to_markdown(
    roadmap: Roadmap, statuses: Mapping[str, Status], *, notes: Mapping[str, str] | None = None
) -> str:
    """Render sections as headings, items as task list items, and the reader's notes as quotes.

    All text is escaped, so that it gains no link, code, HTML or checkbox. Ids and retired items are not
    exported; a summary becomes the start of the note, an author part of a resource's note.
    """
    writer = _MarkdownWriter(statuses, notes or {})
    writer.titles = _names(roadmap.children)
    writer.add_block(f"# {escape_text(roadmap.title, heading=True)}")
    writer.add_notes(roadmap.id, roadmap.summary, roadmap.note, "")
    writer.add_resources(roadmap.resources, "")
    writer.add_nodes(roadmap.children, 2)
    if writer.links > 1:  # which are not items, although they are bullets outside of items
        writer.add_block(TASKS_MARKER)
    return "\n".join(writer.lines).rstrip("\n") + "\n"


register(Exporter("markdown", (".md", ".markdown"), to_markdown))


def escape_text(text: str, *, heading: bool = False, note: bool = False) -> str:
    """Escape one line of plain text: a title, the title of a heading, or a paragraph of a note."""
    text = clean(text, one_line=True)
    is_guarded = (is_label(text) or is_phase(text)) if note else is_interpreted(text)
    if heading:
        is_guarded = is_guarded or is_generic_title(text)
    text = _special.sub(r"\\\g<0>", text)
    text = _entity.sub(r"\\&", text)
    text = _address.sub(r"\\", text)
    text = _mail.sub("<!-- -->@", text)
    if match := _block_start(text):
        index = match.end() if match[0].isdigit() else 0
        text = f"{text[:index]}\\{text[index:]}"
    if heading and text.endswith("#"):
        text = f"{text[:-1]}\\#"
    return text + LITERAL if is_guarded else text


def format_link(resource: Resource) -> str:
    """Render a resource as a link, or as plain text if its address is unsafe."""
    title = clean(resource.title or resource.url, one_line=True)
    if safe_url(resource.url) is None:
        return escape_text(title)
    label = escape_text(title)
    has_words = any(map(str.isalnum, title))  # an import replaces a text like 👆, if no kind is given
    if resource.kind != guess(resource.url) or _typed(title) or not has_words:
        label = f"@{resource.kind}@{label}"
    hint = clean(": ".join(filter(None, (resource.by, resource.note))), one_line=True)
    if hint:
        hint = ' "' + re.sub(r'[\\"]|&(?=#?\w+;)', r"\\\g<0>", hint) + '"'
    url = _in_address.sub(lambda match: "\\" + match[0], resource.url)
    return f"[{label}]({url}{hint})"


def _names(nodes: Sequence[Node]) -> dict[str, str]:
    """Return the name of each item in a list of prerequisites."""
    names: dict[str, str] = {}
    stack = list(nodes)
    while stack:
        node = stack.pop()
        if isinstance(node, Item):
            names[node.id] = node.title
        stack.extend(node.children)
    counts = Counter(map(normalize_title, names.values()))
    is_name = {title for title in names.values() if counts[normalize_title(title)] == 1 and "," not in title}
    return {
        item_id: title if title in is_name and ";" not in title else item_id
        for item_id, title in names.items()
    }


def _has_item(node: Node) -> bool:
    return isinstance(node, Item) or any(map(_has_item, node.children))


class _MarkdownWriter:
    """Collector of the lines of a file."""

    def __init__(self, statuses: Mapping[str, Status], notes: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self.links = 0  # outside of items
        self.statuses = statuses
        self.titles: dict[str, str] = {}  # of items, by id; the id itself if the title is not unique
        self.notes = notes

    def add_block(self, line: str) -> None:
        """Add a block of one line, after an empty line."""
        if self.lines and self.lines[-1]:
            self.lines.append("")
        self.lines.append(line)

    def add_notes(self, node_id: str, summary: str, note: str, indent: str) -> None:
        """Add summary and note, one paragraph per line, and the reader's note as a quote."""
        paragraphs = [line for text in (summary, note) for line in text.split("\n") if line.strip()]
        for paragraph in paragraphs:
            self.add_block(indent + escape_text(paragraph, note=True))
        quote = [line for line in self.notes.get(node_id, "").split("\n") if line.strip()]
        for index, paragraph in enumerate(quote):
            if index:
                self.lines.append(f"{indent}>")
                self.lines.append(f"{indent}> {escape_text(paragraph, note=True)}")
            else:
                self.add_block(f"{indent}> {escape_text(paragraph, note=True)}")
        if paragraphs or quote:
            self.lines.append("")

    def add_resources(self, resources: Sequence[Resource], indent: str) -> None:
        """Add resources as bullets."""
        self.links += 0 if indent else len(resources)
        if resources and not indent and self.lines[-1]:
            self.lines.append("")
        self.lines += [f"{indent}- {format_link(resource)}" for resource in resources]

    def add_nodes(self, nodes: Sequence[Node], level: int) -> None:
        """Add nodes as headings of ``level`` and as bullets.

        A heading contains everything after it, so only sections after the last item become headings. Others
        become plain bullets above their items or, if they have none, ``<details>``.
        """
        after_items = len(nodes)
        while after_items and isinstance(nodes[after_items - 1], Section) and level <= _HEADING_LIMIT:
            after_items -= 1
        for node in nodes[:after_items]:
            if isinstance(node, Item) or _is_group(node):
                self._add_bullet(node, "")
            else:
                self._add_details(node)
        for node in nodes[after_items:]:
            self.add_block(f"{'#' * level} {escape_text(node.title, heading=True)}")
            self.lines.append("")
            self._add_contents(node, "")
            self.add_nodes(node.children, level + 1)

    def _add_contents(self, node: Node, indent: str) -> None:
        self.add_notes(node.id, node.summary, node.note, indent)
        self.add_resources(node.resources, indent)

    def _add_details(self, section: Section) -> None:
        self.add_block("<details>")
        self.lines.append(f"<summary>{escape_html(clean(section.title, one_line=True))}</summary>")
        self.lines.append("")
        self._add_contents(section, "")
        # </details> closes the headings in it, so their levels can start again.
        self.add_nodes(section.children, 2)
        self.add_block("</details>")
        self.lines.append("")

    def _add_bullet(self, node: Node, indent: str) -> None:
        resources = node.resources
        title = escape_text(node.title)
        first = resources[0] if resources else None
        if first and first.title == node.title and first.kind == guess(first.url):
            title, resources = format_link(first), resources[1:]
        status = STATUS_INFO[self.statuses.get(node.id, "todo")]
        mark = f"[{status.checkbox}] " if isinstance(node, Item) else ""
        if isinstance(node, Item):
            title += _kind_marker(node)
        self.lines.append(f"{indent}- {mark}{title}")
        below = indent + "  "
        self.add_notes(node.id, node.summary, node.note, below)
        self.add_resources(resources, below)
        if isinstance(node, Item):
            self._add_facts(node, below)
        for child in node.children:
            self._add_bullet(child, below)

    def _add_facts(self, item: Item, indent: str) -> None:
        """Add prerequisites and questions in the syntax that the importer reads."""
        if names := [self.titles[name] for name in item.prerequisites if name in self.titles]:
            self.lines.append(f"{indent}- needs: {', '.join(map(escape_text, names))}")
        for question in item.questions:
            self.lines.append(f"{indent}- Q: {escape_text(question.ask)}")
            if question.answer:
                self.lines.append(f"{indent}- A: {escape_text(question.answer)}")


def _kind_marker(item: Item) -> str:
    """Return the HTML comment that keeps an import from guessing another kind for an item."""
    if item.kind:
        return kind_comment(item.kind)
    return LITERAL if [item.title] == [resource.url for resource in item.resources] else ""


def _is_group(section: Section) -> bool:
    """Return True for a section that can be a plain bullet: every section in it has items."""
    return _has_item(section) and all(
        isinstance(child, Item) or _is_group(child) for child in section.children
    )
