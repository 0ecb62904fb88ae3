"""The wording of an item's details, for ``show ITEM`` and the detail pane."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from roadmap_tui.core.roadmap.kinds import KIND_NAMES, TOPIC
from roadmap_tui.core.roadmap.model import Item, Resource
from roadmap_tui.core.urls import access_note, host
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.styled_text import cells, truncate, wrap, wrap_hanging

if TYPE_CHECKING:
    from roadmap_tui.core.study_material import StudyMaterial


def section_titles(study: Study, index: int) -> list[str]:
    """Return the titles of the sections that contain a node, outermost first; of a retired one, that did."""
    titles = [section.title for section in study.tree.sections(index)]
    if index > study.tree.active_count:
        node_id = study.tree.ids[index]
        titles += next((node.path for node in study.source.former if node.id == node_id), ())
    return titles


def section_path(study: Study, node_id: str, width: int, glyphs: Glyphs) -> str:
    """Join the sections that contain a node, in ``width`` cells; if too long, the outermost are left out."""
    titles = section_titles(study, study.tree.index_of[node_id])
    path = glyphs.path(titles)
    while len(titles) > 1 and cells(path) > width:
        titles = titles[1:]
        path = glyphs.path([glyphs.ellipsis, *titles])
    return truncate(path, width, glyphs.ellipsis)


def resource_kind(resource: Resource) -> str:
    """Return the kind of a resource with its access: ``video course``, ``paid book``."""
    return f"{access_note(resource)} {resource.kind}".lstrip()


def resource_title_and_source(resource: Resource) -> tuple[str, str]:
    """Return the title of a resource and its author or, if that is unknown, its host.

    The latter is empty if the title contains it. The title of a resource without one is the host.
    """
    site = host(resource.url)
    if resource.title in {"", resource.url}:
        return site, ""
    by = resource.by or site
    return resource.title, "" if by.lower() in resource.title.lower() else by


def resource_title(resource: Resource) -> str:
    """Return the title of a resource and its author or host in one text."""
    title, by = resource_title_and_source(resource)
    return f"{title} — {by}" if by else title


def format_effort(study: Study, item: Item, glyphs: Glyphs) -> str:
    """Return the kind of an item that is no topic, and its estimates, ``project · about 8 h · level 2``."""
    kind = study.tree.kinds[study.tree.index_of[item.id]]
    name = "" if kind == TOPIC else KIND_NAMES[kind]
    hours = f"about {item.hours:g} h" if item.hours else ""
    level = f"level {item.level}" if item.level else ""
    return f" {glyphs.separator} ".join(filter(None, (name, hours, level)))


def format_item(
    study: Study,
    item: Item,
    glyphs: Glyphs,
    material: "StudyMaterial",
    *,
    width: int = 80,
    answers: bool = False,
) -> Iterator[str]:
    """Yield everything about an item as lines of plain text.

    Everything except notes and addresses is wrapped to ``width`` cells.
    """
    from roadmap_tui.text.study_material import format_exercise, format_goals, format_questions

    state = study.state(item.id)
    status = study.status_at(study.tree.index_of[item.id])
    yield f"{glyphs.of(status)} {item.title}  {status}"
    yield from wrap(f"{glyphs.path(section_titles(study, study.tree.index_of[item.id]))}  {item.id}", width)
    if effort := format_effort(study, item, glyphs):
        yield effort
    if item.summary:
        yield from ("", *wrap(item.summary, width))
    if item.note:
        yield from ("", item.note)
    yield from format_goals(material, width)
    for heading, items in (("Needs", study.prerequisites(item)), ("Unlocks", study.unlocks(item))):
        if items:
            yield from ("", heading)
            for other in items:
                status = study.status_at(study.tree.index_of[other.id])
                yield f"  {glyphs.of(status)} {other.title}  {other.id}"
    if resources := study.resources(item.id):
        yield from ("", "Resources")
        for number, resource in enumerate(resources, 1):
            tick = glyphs.of("done" if state.has_ticked(resource) else "todo")
            by = f", {resource.by}" if resource.by else ""
            yield from wrap_hanging(f"{number} {tick} ", f"{resource.kind}  {resource.title}{by}", width)
            yield f"      {resource.url}"
    yield from format_questions(material, width, answers=answers)
    yield from format_exercise(material, width)
    for note in state.notes:
        yield from ("", f"Your note{' (one of several versions)' if len(state.notes) > 1 else ''}", note.text)
    if item.children:
        yield ""
