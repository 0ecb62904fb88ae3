"""What the detail pane says about a node: lines of spans, wrapped to a width."""

from __future__ import annotations

from typing import Final, NamedTuple

from roadmap_tui.core.humanize import format_datetime, strip_parenthesis
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.progress.statuses import STATUS_INFO
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.core.urls import to_ascii_url
from roadmap_tui.study.study import Study
from roadmap_tui.text.history import summarize_history
from roadmap_tui.text.item_details import resource_kind, resource_title, section_path
from roadmap_tui.text.styled_text import (
    ASCII,
    Glyphs,
    Span,
    StyledLine,
    cells,
    justify,
    truncate_line,
    wrap,
    wrap_url,
)

_OPENS_SHOWN: Final = 4
_ROOMY: Final = 14
_ITEMS_SHOWN: Final = 12


class DetailText(NamedTuple):
    """The lines about a node, where each resource begins, where the last one has ended, and which are
    headings.
    """

    lines: list[StyledLine]
    resource_lines: list[int]
    resources_end: int
    headings: frozenset[int] = frozenset()

    def resource_at(self, line: int) -> int | None:
        """The index of the resource that a line is about."""
        if not self.resource_lines or not self.resource_lines[0] <= line < self.resources_end:
            return None
        return sum(first <= line for first in self.resource_lines) - 1

    def window(self, top: int, height: int, glyphs: Glyphs) -> list[StyledLine]:
        """``height`` lines from ``top``; the last says how many more there are."""
        end = top + height
        shown = self.lines[top:end]
        if end < len(self.lines) and shown:
            # A heading of which nothing is shown says less than the line that counts it in.
            end -= 1
            while end > top + 1 and (not self.lines[end - 1] or end - 1 in self.headings):
                end -= 1
            shown = [*self.lines[top:end], [Span(f"{glyphs.ellipsis} {len(self.lines) - end} more", "faint")]]
        return shown + [[]] * (height - len(shown))


def resources_at(study: Study, at: int) -> tuple[Resource, ...]:
    """The resources of the node at a position, of the roadmap itself before the first."""
    return study.resources(study.tree.ids[at] if at >= 0 else "")


def render_detail(
    study: Study, at: int, size: tuple[int, int], chosen: int | None, glyphs: Glyphs
) -> DetailText:
    """The page of the node at a position (the roadmap itself before the first).

    ``size`` is the width it is wrapped to and the height there is, in cells; a low one has no empty
    lines. ``chosen`` is the index of the resource to mark, None for none.
    """
    width, height = size
    writer = _DetailWriter(study, width, glyphs, roomy=height >= _ROOMY)
    if at < 0:
        writer.about_roadmap()
        node: Roadmap | Section | Item = study.roadmap
    else:
        node = study.tree.nodes[at]
        writer.about_node(at, node)
    writer.words(node.summary)
    # Before what the roadmap says besides: in a low terminal there is room for little more.
    state = study.state("" if at < 0 else node.id)
    writer.notes(state)
    if isinstance(node, Item):
        writer.relations(node)
    writer.words(node.note, "muted")
    writer.resources(resources_at(study, at), len(node.resources), state, chosen)
    resources_end = len(writer.lines)
    if isinstance(node, Section):
        writer.contents(at)
    writer.history("" if at < 0 else node.id)
    return DetailText(writer.lines, writer.resource_lines, resources_end, frozenset(writer.headings))


def render_answer(
    study: Study, node_id: str, size: tuple[int, int], chosen: int | None, glyphs: Glyphs
) -> DetailText:
    """What a review shows of an item: its words, the reader's notes, its resources, without numbers.

    ``size`` and ``chosen`` are those of ``page``.
    """
    width, height = size
    node, state = study.node(node_id), study.state(node_id)
    writer = _DetailWriter(study, width, glyphs, roomy=height >= _ROOMY // 2, numbered=False)
    writer.words(node.summary)
    writer.notes(state)
    writer.words(node.note, "muted")
    writer.resources(study.resources(node_id), len(node.resources), state, chosen)
    return DetailText(writer.lines, writer.resource_lines, len(writer.lines), frozenset(writer.headings))


class _DetailWriter:
    def __init__(
        self, study: Study, width: int, glyphs: Glyphs, *, roomy: bool, numbered: bool = True
    ) -> None:
        self.study = study
        self.roomy = roomy
        self.numbered = numbered
        self.width = max(1, width)
        self.glyphs = glyphs
        self.lines: list[StyledLine] = []
        self.resource_lines: list[int] = []
        self.headings: list[int] = []

    def _gap(self) -> None:
        if self.roomy and self.lines and self.lines[-1]:
            self.lines.append([])

    def _put(self, text: str, role: str = "", indent: int = 0) -> None:
        for line in wrap(text, max(1, self.width - indent)):
            self.lines.append([Span(" " * indent), Span(line, role)] if indent else [Span(line, role)])

    def about_roadmap(self) -> None:
        self._put(self.study.roadmap.title, "strong")
        self._put(self.study.count_summary(), "muted")

    def about_node(self, at: int, node: Section | Item) -> None:
        study = self.study
        tally = study.counts_at(at)
        if isinstance(node, Item):
            state = study.state(node.id)
            words, role = STATUS_INFO[state.status].label, STATUS_INFO[state.status].style
            if state.since and state.status != "todo":
                words = f"{words} {self.glyphs.separator} {format_datetime(state.since, study.now())}"
            if not study.is_saved(node.id):
                words, role = "not saved", "error"
        else:
            words, role = f"{tally.done}/{tally.total}" if tally.total else "", "muted"
            if tally.total and tally.done == tally.total:
                role = "done"
        first, *rest = wrap(node.title, max(1, self.width - len(words) - 2))
        self.lines.append(justify([Span(first, "strong")], [Span(words, role)], self.width))
        self.lines.extend([Span(line, "strong")] for line in rest)
        if path := section_path(study, node.id, self.width, self.glyphs):
            self.lines.append([Span(path, "muted")])
        if isinstance(node, Item) and study.custom.item(node.id):
            self._put("Your own item", "muted")
        if isinstance(node, Section) and tally.total:
            self._put(tally.summary(), "muted")

    def words(self, text: str, role: str = "") -> None:
        if text:
            self._gap()
            self._put(text, role)

    def relations(self, item: Item) -> None:
        needs, opens = self.study.prerequisites(item), self.study.unlocks(item)
        if needs or opens:
            self._gap()
        if needs:
            self._flow("Needs  ", [self._named(other) for other in needs])
        if opens:
            names = [self._named(other) for other in opens[:_OPENS_SHOWN]]
            if len(opens) > _OPENS_SHOWN:
                names.append((Span(""), f"and {len(opens) - _OPENS_SHOWN} more"))
            self._flow("Opens  ", names)

    def contents(self, at: int) -> None:
        """The sections and items right below a section, as many as a glance takes in."""
        self._gap()
        order, glyphs = self.study.tree, self.glyphs
        for child in order.nodes[at].children[:_ITEMS_SHOWN]:
            if isinstance(child, Item):
                sign, name = self._named(child)
                self.lines.append(truncate_line([sign, Span(name)], self.width))
            else:
                tally = self.study.counts_at(order.index_of[child.id])
                count = Span(f"{tally.done}/{tally.total}" if tally.total else "", "muted")
                title = Span(f"{glyphs.folded} {child.title}")
                self.lines.append(justify([title, Span(" ")], [count], self.width))
        more = len(order.nodes[at].children) - _ITEMS_SHOWN
        if more > 0:
            self._put(f"{glyphs.ellipsis} and {more} more", "muted")

    def _named(self, item: Item) -> tuple[Span, str]:
        status = self.study.status_at(self.study.tree.index_of[item.id])
        sign = Span(self.glyphs.of(status) + " ", STATUS_INFO[status].style)
        return sign, strip_parenthesis(item.title)

    def _flow(self, label: str, names: list[tuple[Span, str]]) -> None:
        """Names one after the other behind a label, each kept whole where a line has room for it."""
        indent = len(label)
        line: StyledLine = [Span(label, "muted")]
        used = indent
        for sign, name in names:
            need = cells(sign.text) + cells(name) + 3
            if used > indent and used + need - 3 > self.width:
                self.lines.append(line)
                line, used = [Span(" " * indent)], indent
            line.extend((sign, Span(name), Span("   ")))
            used += need
        self.lines.append(truncate_line(line[:-1], self.width))

    def notes(self, state: ItemState) -> None:
        notes = state.notes
        if not notes:
            return
        self._gap()
        self.headings.append(len(self.lines))
        self._put(
            "Note" if len(notes) == 1 else f"Note {self.glyphs.separator} {len(notes)} versions", "accent"
        )
        for number, note in enumerate(notes):
            if len(notes) > 1:
                self._put(f"Version {number + 1}, {format_datetime(note.at, self.study.now())}", "muted", 1)
            self._put(note.text, "", 1)

    def resources(
        self, resources: tuple[Resource, ...], given: int, state: ItemState, chosen: int | None
    ) -> None:
        """The resources, of which the first ``given`` are the source's and the rest the reader's own."""
        if not resources:
            return
        ticked = sum(resource.url in state.ticks for resource in resources)
        self._gap()
        self.headings.append(len(self.lines))
        count = f"{ticked}/{len(resources)}"
        self.lines.append(justify([Span("Resources", "accent")], [Span(count, "muted")], self.width))
        kinds = [resource_kind(resource) for resource in resources]
        kind_width = max(map(len, kinds))
        for number, resource in enumerate(resources):
            if number == given:
                self._put("Your own", "muted")
            self.resource_lines.append(len(self.lines))
            head = [
                Span(f"{number + 1} " if number < 9 and self.numbered else "  ", "key"),
                self._tick(resource.url in state.ticks),
                Span(f"{kinds[number]:<{kind_width}}  ", "muted"),
            ]
            role = "muted" if resource.url in state.ticks else ""
            self._resource(resource, head, role, chosen=number == chosen)

    def history(self, node_id: str) -> None:
        told = summarize_history(self.study, node_id)
        if told:
            self._gap()
            self.headings.append(len(self.lines))
            self._put("History", "accent")
        for line in told:
            self._put(line, "muted", 1)

    def _tick(self, on: bool) -> Span:
        status = STATUS_INFO["done" if on else "todo"]
        return Span(f"{self.glyphs.of(status.id)} ", status.style)

    def _resource(self, resource: Resource, head: StyledLine, role: str, *, chosen: bool) -> None:
        edge = Span(self.glyphs.cursor if chosen else " ", "accent")
        lead = sum(cells(span.text) for span in head)
        first, *rest = wrap(resource_title(resource), max(1, self.width - 1 - lead))
        self.lines.append([edge, *head, Span(first, role)])
        for line in rest:
            self.lines.append([edge, Span(" " * lead), Span(line, role)])
        # No sign beside the address, not even the chosen one's: who selects it with the mouse gets it alone.
        indent = Span(" " * 5)
        room = max(1, self.width - 5)
        target = to_ascii_url(resource.url)
        for piece in wrap_url(target if self.glyphs is ASCII else resource.url, room):
            self.lines.append([indent, Span(piece, "link", target)])
        for line in wrap(resource.note, room) if resource.note else ():
            self.lines.append([indent, Span(line, "faint")])
