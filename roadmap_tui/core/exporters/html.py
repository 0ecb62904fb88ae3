"""Export a roadmap with the reader's progress as one self-contained HTML page."""

from __future__ import annotations

from bisect import bisect_left
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Final

from roadmap_tui.core.exporters.base import Exporter, register
from roadmap_tui.core.humanize import MONTHS, pluralize
from roadmap_tui.core.progress.counts import Counts, StatusCounts
from roadmap_tui.core.progress.statuses import STATUS_INFO, STATUSES
from roadmap_tui.core.roadmap.model import Item
from roadmap_tui.core.roadmap.tree import FlatTree
from roadmap_tui.core.sanitize import clean, safe_url
from roadmap_tui.core.stats.activity import quartiles

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from roadmap_tui.core.progress.events import Status
    from roadmap_tui.core.roadmap.model import Node, Resource, Roadmap
    from roadmap_tui.core.stats.activity import ActiveDay

_HEADING_LIMIT: Final = 6
_MAX_WEEKS: Final = 53

_STYLE: Final = """
:root { color-scheme: light dark; --words: #1b1f24; --back: #fff; --quiet: #57606a; --line: #d0d7de;
  --link: #0550ae; --done: #1a7f37; --soft: #f6f8fa;
  --l0: #eaeef2; --l1: #9be9a8; --l2: #40c463; --l3: #30a14e; --l4: #216e39 }
@media (prefers-color-scheme: dark) {
  :root { --words: #dfe3e8; --back: #14171a; --quiet: #9aa4af; --line: #363c43;
    --link: #79b8ff; --done: #56d364; --soft: #1c2126;
    --l0: #23292f; --l1: #0e4429; --l2: #006d32; --l3: #26a641; --l4: #39d353 }
}
body { max-width: 48rem; margin: 0 auto; padding: 2rem 1rem 4rem;
  color: var(--words); background: var(--back);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: break-word }
h1, h2, h3, h4, h5, h6 { line-height: 1.25; margin: 0; break-after: avoid }
summary { display: flex; align-items: baseline; gap: .6em; padding: .45em 0; cursor: pointer;
  border-bottom: 1px solid var(--line) }
summary::before { content: "▸"; color: var(--quiet) } details[open] > summary::before { content: "▾" }
summary::-webkit-details-marker { display: none }
summary h2 { font-size: 1.25rem } summary h3 { font-size: 1.05rem } summary .tally { margin-left: auto }
details details { margin-left: 1.2em }
progress { appearance: none; border: 0; height: .5em; width: 6em; border-radius: 1em; overflow: hidden;
  background: var(--l0) }
progress::-webkit-progress-bar { background: var(--l0) }
progress::-webkit-progress-value { background: var(--done) }
progress::-moz-progress-bar { background: var(--done) }
.total { width: 100%; height: .8em; margin: .6em 0 }
.map { display: grid; grid-auto-flow: column; grid-template-rows: repeat(7, .66em); grid-auto-columns: .66em;
  gap: .18em; margin: 1em 0 .3em; overflow-x: auto }
.map i { background: var(--l0); border-radius: .15em } .map .none { background: none }
.l1 { background: var(--l1) !important } .l2 { background: var(--l2) !important }
.l3 { background: var(--l3) !important } .l4 { background: var(--l4) !important }
ul { list-style: none; margin: .3em 0; padding-left: 1.6em }
li { margin: .3em 0 } .done > .sign { color: var(--done) } .item > .title { font-weight: 500 }
.sign { display: inline-block; width: 1.4em; margin-left: -1.4em }
.skipped > .title { color: var(--quiet); text-decoration: line-through }
p, .tally, .kind { color: var(--quiet) } .kind, .tally { font-size: .85em }
p { margin: .2em 0; white-space: pre-line }
.note { margin: .4em 0; padding: .3em .8em; border-left: 3px solid var(--done); background: var(--soft) }
.note p { color: inherit } .note ul, .note ol { list-style: revert } .note pre { overflow-x: auto }
.note table { border-collapse: collapse }
.note th, .note td { border: 1px solid var(--line); padding: .1em .5em }
a { color: var(--link) }
@page { size: A4; margin: 15mm }
@media print {
  :root { color-scheme: only light; --words: #000; --back: #fff; --quiet: #333; --line: #999; --link: #000;
    --done: #000; --soft: #fff; --l0: #eee; --l1: #bbb; --l2: #888; --l3: #555; --l4: #000 }
  * { print-color-adjust: exact }
  body { max-width: none; padding: 0; font-size: 10pt } li, summary { break-inside: avoid-page }
  details::details-content { content-visibility: visible; block-size: auto } summary::before { content: none }
  a::after { content: " (" attr(href) ")"; font-size: .8em; word-break: break-all }
}
"""


def to_html(
    roadmap: Roadmap,
    statuses: Mapping[str, Status],
    *,
    notes: Mapping[str, str] | None = None,
    days: Sequence[ActiveDay] = (),
    today: date | None = None,
    render_note: Callable[[str], str] | None = None,
) -> str:
    """Render a page without scripts. All text is escaped; only addresses that are safe become links.

    ``days`` are the active days up to ``today``. ``render_note`` renders a note as HTML; without it, notes
    are shown as they are. Sections that are finished, or not begun, are folded.
    """
    codes = bytes(map(STATUSES.index, statuses.values()))
    tree = FlatTree(roadmap)
    status_counts = StatusCounts(tree, statuses, codes)
    writer = _HtmlWriter(statuses, (tree, status_counts), notes or {}, render_note or _text)
    counts, material = status_counts.counts_for(-1), status_counts.material_counts()
    parts = [f"{counts.done} of {counts.total} done"]
    parts += [f"{count} {status}" for status, count in counts.uncounted.items()]
    parts += [f"{material.done} of {material.total} of the material"] if any(material) else []
    if today:
        parts.append(f"as of {_date(today)}")
    writer.add(f"<h1>{_text(roadmap.title)}</h1>", f'<div class="tally">{", ".join(parts)}</div>')
    if counts.total:
        writer.add(_progress(counts, "total"))
    if days and today:
        writer.add(*_heatmap(days, today))
    writer.add_details(roadmap)
    writer.add_nodes(roadmap.children, 2)
    if roadmap.retired:
        writer.add("<h2>Retired</h2>")
        writer.add_nodes(roadmap.retired, 3)
    head = (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta http-equiv="Content-Security-Policy" '
        "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{_text(roadmap.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
    )
    return head + "\n".join(writer.lines) + "\n</body>\n</html>\n"


register(Exporter("html", (".html", ".htm"), to_html))


def _text(text: str) -> str:
    return escape(clean(text))


def _date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _progress(counts: Counts, kind: str = "") -> str:
    attribute = f' class="{kind}"' if kind else ""
    return f'<progress{attribute} value="{counts.done}" max="{counts.total}"></progress>'


def _heatmap(days: Sequence[ActiveDay], today: date) -> list[str]:
    """Draw the weeks since the first active day, a column each, in a green for each quarter of the days."""
    monday = today - timedelta(days=today.weekday())
    first = max(days[0].day - timedelta(days=days[0].day.weekday()), monday - timedelta(weeks=_MAX_WEEKS - 1))
    totals = {day.day: day.total for day in days if first <= day.day <= today}
    thresholds = quartiles(totals.values())
    cells = []
    for offset in range((today - first).days + 1):
        day = first + timedelta(days=offset)
        if day < days[0].day:
            cells.append('<i class="none"></i>')
            continue
        total = totals.get(day, 0)
        level = 4 - len(thresholds) + bisect_left(thresholds, total) if total else 0
        cells.append(f'<i class="l{level}" title="{_date(day)}: {total}"></i>')
    label = f"{pluralize(len(totals), 'active day')} since {_date(max(first, days[0].day))}"
    return [f'<div class="map" role="img" aria-label="{label}">{"".join(cells)}</div>', f"<p>{label}</p>"]


class _HtmlWriter:
    """Collector of the lines of a page."""

    def __init__(
        self,
        statuses: Mapping[str, Status],
        counts: tuple[FlatTree, StatusCounts],
        notes: Mapping[str, str],
        render_note: Callable[[str], str],
    ) -> None:
        self.lines: list[str] = []
        self.statuses = statuses
        self.tree, self.counts = counts
        self.notes = notes
        self.render_note = render_note

    def add(self, *lines: str) -> None:
        """Add lines."""
        self.lines += lines

    def add_details(self, node: Node | Roadmap) -> None:
        """Add the summary, notes and resources of a node."""
        self.lines += [f"<p>{_text(text)}</p>" for text in (node.summary, node.note) if text]
        if note := self.notes.get(node.id):
            self.lines.append(f'<div class="note">{self.render_note(note)}</div>')
        if node.resources:
            self.add("<ul>", *[f"<li>{_resource(resource)}</li>" for resource in node.resources], "</ul>")

    def add_nodes(self, nodes: Sequence[Node], level: int) -> None:
        """Add sections, folded or not, with headings of ``level``, and items as lists."""
        in_list = False
        for node in nodes:
            if isinstance(node, Item) != in_list:
                in_list = not in_list
                self.lines.append("<ul>" if in_list else "</ul>")
            if isinstance(node, Item):
                self._add_item(node, level)
            else:
                self._add_section(node, level)
        if in_list:
            self.lines.append("</ul>")

    def _add_section(self, node: Node, level: int) -> None:
        tag = f"h{min(level, _HEADING_LIMIT)}"
        index = self.tree.index_of.get(node.id, -1)
        counts = self.counts.counts_for(index) if index >= 0 else Counts()
        has_begun = counts.done or counts.of("doing")
        tally = f'<span class="tally">{counts.done}/{counts.total}</span>' if counts.total else ""
        bar = _progress(counts) if has_begun else ""
        self.add(
            f"<details{' open' if has_begun and counts.done < counts.total else ''}>",
            f"<summary><{tag}>{_text(node.title)}</{tag}>{tally}{bar}</summary>",
        )
        self.add_details(node)
        self.add_nodes(node.children, level + 1)
        self.lines.append("</details>")

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
