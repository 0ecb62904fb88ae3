"""Renders the details of a node as styled lines wrapped to a width."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from roadmap_tui.core.humanize import format_datetime, strip_parenthesis
from roadmap_tui.core.progress.states import ItemState
from roadmap_tui.core.progress.statuses import STATUS_INFO
from roadmap_tui.core.roadmap.model import Item, Resource, Roadmap, Section
from roadmap_tui.core.study_material import EMPTY, EXERCISE, Exercise
from roadmap_tui.core.urls import to_ascii_url
from roadmap_tui.study.study import Study
from roadmap_tui.text.history import summarize_history
from roadmap_tui.text.item_details import (
    counted_reviews,
    format_effort,
    format_memory,
    format_section_effort,
    resource_kind,
    resource_title,
    resource_title_and_source,
    section_path,
    section_titles,
)
from roadmap_tui.text.markdown import render_markdown
from roadmap_tui.text.styled_text import (
    ASCII,
    Glyphs,
    Span,
    StyledLine,
    cells,
    justify,
    length,
    truncate,
    truncate_line,
    wrap,
    wrap_url,
)
from roadmap_tui.tui.render.detail_text import DetailLink, DetailText

_MAX_UNLOCKS: Final = 4
_MAX_CHILDREN: Final = 12
_ROOMY_HEIGHT: Final = 14  # from this height on there are empty lines between the parts
_URL_INDENT: Final = 5
_FOLDED_EXERCISE: Final = 2  # lines
_MEMORY_ROOM: Final = 28  # cells of the next review and the recall


def tickable_at(study: Study, index: int) -> tuple[Resource, ...]:
    """Return the resources and the exercise of the node at a tree index, or of the roadmap for ``ROOT``."""
    return study.tickable(study.tree.ids[index] if index >= 0 else "")


def linked_items(study: Study, index: int) -> list[Item]:
    """Return the related items that the details of a node show as links, in their order."""
    node = study.tree.nodes[index] if index >= 0 else None
    if not isinstance(node, Item):
        return []
    return [*study.prerequisites(node), *study.unlocks(node)[:_MAX_UNLOCKS]]


def node_title(study: Study, index: int) -> str:
    """Return the title of the node at a tree index, or of the roadmap for ``ROOT``."""
    return study.tree.nodes[index].title if index >= 0 else study.roadmap.title


def node_status(study: Study, index: int, glyphs: Glyphs) -> Span:
    """Return the status of an item with its date, the counts of a section, nothing for the roadmap."""
    if index < 0:
        return Span("")
    node = study.tree.nodes[index]
    if not isinstance(node, Item):
        counts = study.counts.branch_counts(index)
        is_done = counts.total and counts.done == counts.total
        return Span(f"{counts.done}/{counts.total}" if counts.total else "", "done" if is_done else "muted")
    if not study.is_saved(node.id):
        return Span("saving", "muted") if study.journal.is_saving else Span("not saved", "error")
    state, status = study.state(node.id), study.status_at(index)
    label, style = STATUS_INFO[status].label, STATUS_INFO[status].style
    if study.ranking.is_ready(index):
        label = "ready"
    elif state.since and state.status == status != "todo":
        label = f"{label} {glyphs.separator} {format_datetime(state.since, study.now())}"
    if until := study.ranking.snoozed_until(node.id):
        label = f"{label} {glyphs.separator} snoozed until {until}"
    return Span(label, style)


def render_detail(
    study: Study,
    index: int,
    size: tuple[int, int],
    selected: int | None,
    glyphs: Glyphs,
    link: int | None = None,
    *,
    has_title: bool = True,
) -> DetailText:
    """Render the node at a tree index, or the roadmap for ``ROOT``.

    ``size`` is the width to wrap to and the height; a low pane has no empty lines. ``selected`` is the index
    of the resource to mark, ``link`` that of the related item. ``has_title`` is False if the title and the
    status are in the frame.
    """
    width, height = size
    node: Roadmap | Section | Item = study.roadmap if index < 0 else study.tree.nodes[index]
    node_id = "" if isinstance(node, Roadmap) else node.id
    writer = DetailWriter(study, width, glyphs, roomy=height >= _ROOMY_HEIGHT)
    writer.selected_link = link
    if has_title:
        writer.add_title(node_title(study, index), node_status(study, index, glyphs))
    if isinstance(node, Roadmap):
        writer.add(study.count_summary(), "muted")
    else:
        writer.add_node(index, node)
    writer.add_text(node.summary)
    # The reader's notes come before the roadmap's: a low terminal shows little more than the first lines.
    state = study.state(node_id)
    writer.add_notes(state)
    material = study.material(node_id) if isinstance(node, Item) else EMPTY
    if isinstance(node, Item):
        writer.add_relations(node)
        writer.add_goals(material.goals)
    writer.add_text(node.note, "muted")
    resources = study.resources(node_id)
    writer.add_resources(resources, len(node.resources), state, selected)
    if material.exercise is not None:
        is_selected = selected is not None and selected == len(resources)
        writer.add_exercise(material.exercise, is_ticked=EXERCISE in state.ticks, is_selected=is_selected)
    resources_end = len(writer.lines)
    if isinstance(node, Section):
        writer.add_children(index)
    writer.add_history(node_id)
    return writer.result(resources_end)


class DetailWriter:
    """Collects lines; ``roomy`` puts an empty line before each part, ``numbered`` numbers the resources."""

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
        self.links: list[DetailLink] = []
        self.selected_link: int | None = None

    def result(self, resources_end: int) -> DetailText:
        """Return the lines collected so far; the resources end before the line ``resources_end``."""
        headings, links = frozenset(self.headings), tuple(self.links)
        return DetailText(self.lines, self.resource_lines, resources_end, headings, links)

    def add(self, text: str, style: str = "", indent: int = 0) -> None:
        """Add wrapped text."""
        margin = [Span(" " * indent)] if indent else []
        for line in wrap(text, max(1, self.width - indent)):
            self.lines.append([*margin, Span(line, style)])

    def _add_gap(self) -> None:
        if self.roomy and self.lines and self.lines[-1]:
            self.lines.append([])

    def _add_heading(self, text: str, right: str = "") -> None:
        self._add_gap()
        self.headings.append(len(self.lines))
        if right:
            self.lines.append(justify([Span(text, "accent")], [Span(right, "muted")], self.width))
        else:
            self.add(text, "accent")

    def add_title(self, title: str, status: Span) -> None:
        """Add the title with the status beside it."""
        first, *rest = wrap(title, max(1, self.width - cells(status.text) - 2))
        self.lines.append(justify([Span(first, "strong")], [status], self.width))
        self.lines.extend([Span(line, "strong")] for line in rest)

    def add_node(self, index: int, node: Section | Item) -> None:
        """Add the path of a node, its estimates and what is left of it."""
        study = self.study
        counts = study.counts.branch_counts(index)
        dot = f" {self.glyphs.separator} "
        effort = format_effort(study, node, self.glyphs) if isinstance(node, Item) else ""
        memory = format_memory(counted_reviews(study), node.id, self.glyphs)
        sections = section_titles(study, index)
        in_section = dot.join(filter(None, (*sections[-1:], effort)))
        # The reviews are counted later: what is below must not move then.
        is_done = isinstance(node, Item) and study.status_at(index) == "done"
        is_retired = index > study.tree.active_count
        if not is_retired and cells(in_section) + (_MEMORY_ROOM if is_done else 0) <= self.width:
            head = [in_section]
        else:
            self.lines.append([Span(section_path(study, node.id, self.width, self.glyphs), "muted")])
            head = [effort]
        if text := dot.join(filter(None, (*head, memory))):
            self.add(text, "muted")
        if isinstance(node, Item) and study.custom.item(node.id):
            self.add("Your own item", "muted")
        if not study.tree.has_status(index) and counts.total:
            self.add(counts.summary(), "muted")
            if effort := format_section_effort(study, index):
                self.add(effort, "muted")

    def add_text(self, text: str, style: str = "") -> None:
        """Add a text in Markdown, if it is not empty."""
        if text:
            self._add_gap()
            self.add_lines(self._markdown(text, self.width, style))

    def add_lines(self, lines: Iterable[StyledLine], indent: int = 0) -> None:
        """Add rendered lines."""
        margin = [Span(" " * indent)] if indent else []
        self.lines.extend([*margin, *line] if line else [] for line in lines)

    def _markdown(self, text: str, width: int, style: str = "") -> Sequence[StyledLine]:
        return render_markdown(text, width, style=style, is_ascii=self.glyphs.is_ascii, roomy=self.roomy)

    def add_relations(self, item: Item) -> None:
        """Add the prerequisites of an item, and the items that it unlocks."""
        prerequisites, unlocks = self.study.prerequisites(item), self.study.unlocks(item)
        if prerequisites or unlocks:
            self._add_gap()
        if prerequisites:
            self._add_names("Needs    ", prerequisites)
        if unlocks:
            more = len(unlocks) - _MAX_UNLOCKS
            self._add_names("Unlocks  ", unlocks[:_MAX_UNLOCKS], f"and {more} more" if more > 0 else "")

    def _name(self, item: Item) -> tuple[Span, str]:
        status = self.study.status_at(self.study.tree.index_of[item.id])
        sign = Span(self.glyphs.of(status) + " ", STATUS_INFO[status].style)
        return sign, strip_parenthesis(item.title)

    def _add_names(self, label: str, items: list[Item], more: str = "") -> None:
        """Add names after a label; a name is not broken if it fits on a line of its own."""
        indent = used = len(label)
        line: StyledLine = [Span(label, "muted")]

        def make_room(width: int) -> None:
            nonlocal line, used
            if used > indent and used + width > self.width:
                self.lines.append(truncate_line(line[:-1], self.width))
                line, used = [Span(" " * indent)], indent

        for item in items:
            sign, name = self._name(item)
            width = cells(sign.text) + cells(name)
            make_room(width)
            is_selected = len(self.links) == self.selected_link
            self.links.append(DetailLink(len(self.lines), used, used + width, item.id))
            # The cursor is in the blanks before the name, so that nothing moves.
            if is_selected:
                line[-1] = line[-1]._replace(text=line[-1].text[:-1])
                line.append(Span(self.glyphs.cursor, "accent"))
            line += [sign, Span(name, "link" if not is_selected else "strong"), Span("   ")]
            used += width + 3
        if more:
            make_room(cells(more))
            line += [Span(more), Span("")]
        self.lines.append(truncate_line(line[:-1], self.width))

    def add_children(self, index: int) -> None:
        """Add the first children of a section."""
        self._add_gap()
        tree, glyphs = self.study.tree, self.glyphs
        children = tree.nodes[index].children
        for child in children[:_MAX_CHILDREN]:
            if isinstance(child, Item):
                sign, name = self._name(child)
                self.lines.append(truncate_line([sign, Span(name)], self.width))
            else:
                counts = self.study.counts.branch_counts(tree.index_of[child.id])
                right = Span(f"{counts.done}/{counts.total}" if counts.total else "", "muted")
                title = Span(f"{glyphs.folded} {child.title}")
                self.lines.append(justify([title, Span(" ")], [right], self.width))
        if len(children) > _MAX_CHILDREN:
            self.add(f"{glyphs.ellipsis} and {len(children) - _MAX_CHILDREN} more", "muted")

    def add_notes(self, state: ItemState) -> None:
        """Add the note, or all its versions if several sessions wrote one."""
        notes = state.notes
        if not notes:
            return
        several = len(notes) > 1
        self._add_heading(f"Note {self.glyphs.separator} {len(notes)} versions" if several else "Note")
        for number, note in enumerate(notes, 1):
            if several:
                self.add(f"Version {number}, {format_datetime(note.at, self.study.now())}", "muted", 1)
            self.add_lines(self._markdown(note.text, self.width - 1), 1)

    def add_goals(self, goals: tuple[str, ...]) -> None:
        """Add the goals of the study material; in a low pane only the first."""
        if not goals:
            return
        self._add_gap()
        shown = goals if self.roomy else goals[:1]
        label = "You can  "
        for goal in shown:
            text = goal[:1].lower() + goal[1:] if goal[1:2].islower() else goal
            for number, line in enumerate(wrap(text.rstrip("."), max(1, self.width - len(label) - 2))):
                self.lines.append([Span(label, "muted"), Span(f"{'  ' if number else ''}{line}")])
                label = " " * len(label)
        if len(shown) < len(goals):
            self.lines.append([Span(f"{label}{self.glyphs.ellipsis} {len(goals) - 1} more", "faint")])

    def add_exercise(self, exercise: Exercise, *, is_ticked: bool, is_selected: bool) -> None:
        """Add the exercise; while it is not selected, only the beginning of it."""
        self._add_heading("Exercise")
        self.resource_lines.append(len(self.lines))
        cursor = Span(self.glyphs.cursor if is_selected else " ", "accent")
        sign = Span(f"{self.glyphs.of('done' if is_ticked else 'todo')} ", "done" if is_ticked else "muted")
        room = max(1, self.width - 3)
        task, check = wrap(exercise.task, room), wrap(f"Check: {exercise.check}", room)
        lines = [
            *((line, "muted" if is_ticked else "") for line in task),
            *((line, "muted") for line in check),
        ]
        if not is_selected and len(lines) > _FOLDED_EXERCISE:
            more = f"{self.glyphs.ellipsis} {len(lines) - _FOLDED_EXERCISE} more lines"
            lines = [*lines[:_FOLDED_EXERCISE], (more, "faint")]
        for line, style in lines:
            self.lines.append([cursor, sign, Span(line, style)])
            sign = Span("  ")

    def add_history(self, node_id: str) -> None:
        """Add a summary of the node's history."""
        if history := summarize_history(self.study, node_id, self.glyphs):
            self._add_gap()
            label = "History  "
            for line in wrap(history, max(1, self.width - len(label))):
                self.lines.append([Span(f"{label}{line}", "muted")])
                label = " " * len(label)

    def add_resources(
        self, resources: tuple[Resource, ...], original: int, state: ItemState, selected: int | None
    ) -> None:
        """Add the resources; the first ``original`` are the roadmap's, the others the reader's own."""
        if not resources:
            return
        ticked = [state.has_ticked(resource) for resource in resources]
        self._add_heading("Resources", f"{sum(ticked)}/{len(resources)}")
        kind_width = max(len(resource_kind(resource)) for resource in resources)
        for index, resource in enumerate(resources):
            if index == original:
                self.add("Your own", "muted")
            self.resource_lines.append(len(self.lines))
            done = ticked[index]
            head = [
                Span(f"{index + 1} " if index < 9 and self.numbered else "  ", "key"),
                Span(f"{self.glyphs.of('done' if done else 'todo')} ", "done" if done else "muted"),
                Span(f"{resource_kind(resource):<{kind_width}}  ", "muted"),
            ]
            style = "muted" if done else ""
            if index == selected:
                self._add_selected_resource(resource, [Span(self.glyphs.cursor, "accent"), *head], style)
            else:
                self._add_resource(resource, [Span(" "), *head], style)

    def _add_resource(self, resource: Resource, head: StyledLine, style: str) -> None:
        """Add one line: the title as a link, and the author or host."""
        title, by = resource_title_and_source(resource)
        room = max(1, self.width - length(head))
        right = [Span(f"  {by}", "muted")] if by and cells(title) + cells(by) + 2 <= room else []
        shown = truncate(title, max(1, room - length(right)), self.glyphs.ellipsis)
        left = [*head, Span(shown, style, to_ascii_url(resource.url))]
        self.lines.append(justify(left, right, self.width))

    def _add_selected_resource(self, resource: Resource, head: StyledLine, style: str) -> None:
        """Add the whole title, the URL and the note."""
        cursor, indent = head[0], length(head)
        minutes = f" {self.glyphs.separator} {resource.minutes} min" if resource.minutes else ""
        first, *rest = wrap(resource_title(resource) + minutes, max(1, self.width - indent))
        self.lines.append([*head, Span(first, style)])
        for line in rest:
            self.lines.append([cursor, Span(" " * (indent - 1)), Span(line, style)])
        # Nothing is beside the URL, so that selecting it with the mouse gives the URL alone.
        margin = Span(" " * _URL_INDENT)
        room = max(1, self.width - _URL_INDENT)
        target = to_ascii_url(resource.url)
        for piece in wrap_url(target if self.glyphs is ASCII else resource.url, room):
            self.lines.append([margin, Span(piece, "link", target)])
        for line in wrap(resource.note, room) if resource.note else ():
            self.lines.append([margin, Span(line, "faint")])
