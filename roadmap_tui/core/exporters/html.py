"""Export a roadmap with the reader's progress as one self-contained HTML page."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Final

from roadmap_tui.core.exporters.base import Exporter, register
from roadmap_tui.core.progress.counts import StatusCounts
from roadmap_tui.core.progress.statuses import STATUS_INFO, STATUSES
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.sanitize import clean, safe_url

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from roadmap_tui.core.progress.events import Status
    from roadmap_tui.core.roadmap.model import Node, Resource, Roadmap

_HEADING_LIMIT: Final = 6

_STYLE: Final = """
:root { color-scheme: light dark; --words: #1b1f24; --back: #fff; --quiet: #57606a;
  --line: #d0d7de; --link: #0550ae; --done: #1a7f37 }
@media (prefers-color-scheme: dark) {
  :root { --words: #dfe3e8; --back: #14171a; --quiet: #9aa4af;
    --line: #363c43; --link: #79b8ff; --done: #56d364 }
}
body { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem 4rem;
  color: var(--words); background: var(--back);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 1.6em 0 .4em; break-after: avoid }
h2 { border-bottom: 1px solid var(--line); padding-bottom: .2em }
ul { list-style: none; margin: .3em 0; padding-left: 1.6em }
li { margin: .2em 0 } .done > .sign { color: var(--done) }
.sign { display: inline-block; width: 1.4em; margin-left: -1.4em }
.skipped > .title { color: var(--quiet); text-decoration: line-through }
p, .tally, .kind { color: var(--quiet) } .kind { font-size: .85em }
p { margin: .2em 0; white-space: pre-line }
blockquote { margin: .3em 0; padding-left: .8em; border-left: 3px solid var(--line); white-space: pre-line }
a { color: var(--link) }
@media print {
  :root { --words: #000; --back: #fff; --quiet: #333; --line: #999; --link: #000; --done: #000 }
  body { max-width: none; padding: 0; font-size: 10pt } li { break-inside: avoid-page }
  a::after { content: " (" attr(href) ")"; font-size: .8em; word-break: break-all }
}
"""


def to_html(
    roadmap: Roadmap, statuses: Mapping[str, Status], *, notes: Mapping[str, str] | None = None
) -> str:
    """Render a page without scripts. All text is escaped; only addresses that are safe become links."""
    writer = _HtmlWriter(statuses, notes or {})
    codes = bytes(map(STATUSES.index, statuses.values()))
    status_counts = StatusCounts(FlatTree(roadmap), statuses, codes)
    counts, material = status_counts.counts_for(-1), status_counts.material_counts()
    parts = [f"{counts.done} of {counts.total} done"]
    parts += [f"{count} {status}" for status, count in counts.uncounted.items()]
    parts += [f"{material.done} of {material.total} of the material"] if any(material) else []
    tally = ", ".join(parts)
    writer.add(f"<h1>{_text(roadmap.title)}</h1>", f'<div class="tally">{tally}</div>')
    writer.add_details(roadmap)
    writer.add_nodes(roadmap.children, 2)
    if roadmap.retired:
        writer.add("<h2>Retired</h2>")
        writer.add_nodes(roadmap.retired, 3)
    head = (
        '<!DOCTYPE html>\n<html>\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{_text(roadmap.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(writer.lines) + "\n</body>\n</html>\n"


register(Exporter("html", (".html", ".htm"), to_html))


def _text(text: str) -> str:
    return escape(clean(text))


class _HtmlWriter:
    """Collector of the lines of a page."""

    def __init__(self, statuses: Mapping[str, Status], notes: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self.statuses = statuses
        self.notes = notes

    def add(self, *lines: str) -> None:
        """Add lines."""
        self.lines += lines

    def add_details(self, node: Node | Roadmap) -> None:
        """Add the summary, notes and resources of a node."""
        self.lines += [f"<p>{_text(text)}</p>" for text in (node.summary, node.note) if text]
        if note := self.notes.get(node.id):
            self.lines.append(f"<blockquote>{_text(note)}</blockquote>")
        if node.resources:
            self.add("<ul>", *[f"<li>{_resource(resource)}</li>" for resource in node.resources], "</ul>")

    def add_nodes(self, nodes: Sequence[Node], level: int) -> None:
        """Add sections as headings of ``level``, and items as lists."""
        in_list = False
        for node in nodes:
            if isinstance(node, Item) != in_list:
                in_list = not in_list
                self.lines.append("<ul>" if in_list else "</ul>")
            if isinstance(node, Item):
                self._add_item(node, level)
            else:
                tag = f"h{min(level, _HEADING_LIMIT)}"
                self.add("<section>", f"<{tag}>{_text(node.title)}</{tag}>")
                self.add_details(node)
                self.add_nodes(node.children, level + 1)
                self.lines.append("</section>")
        if in_list:
            self.lines.append("</ul>")

    def _add_item(self, item: Item, level: int) -> None:
        status = self.statuses.get(item.id, "todo")
        sign = STATUS_INFO[status].html_sign
        self.lines.append(
            f'<li class="item {status}"><span class="sign" title="{status}">{sign}</span>'
            f'<span class="title">{_text(item.title)}</span>'
        )
        self.add_details(item)
        self.add_nodes(item.children, level)
        self.lines.append("</li>")


def _resource(resource: Resource) -> str:
    title = _text(resource.title or resource.url)
    url = safe_url(resource.url)
    link = f'<a href="{escape(url)}" rel="noopener noreferrer">{title}</a>' if url else title
    details = ", ".join(filter(None, (resource.kind, resource.by)))
    note = f" – {_text(resource.note)}" if resource.note else ""
    return f'{link} <span class="kind">{_text(details)}</span>{note}'
