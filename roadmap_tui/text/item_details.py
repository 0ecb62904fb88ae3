"""The wording of an item's details, for ``show ITEM`` and the detail pane."""

from collections.abc import Iterator

from roadmap_tui.core.roadmap.model import Item, Resource
from roadmap_tui.core.study_material import EXERCISE
from roadmap_tui.core.urls import access_note, host
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.styled_text import cells, truncate, wrap, wrap_hanging


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


def resource_title(resource: Resource) -> str:
    """Return the title of a resource, followed by its author or, if that is unknown, its host.

    The author or host is left out if the title contains it. For a resource without a title, return the host.
    """
    site = host(resource.url)
    if resource.title in {"", resource.url}:
        return site
    by = resource.by or site
    return resource.title if by.lower() in resource.title.lower() else f"{resource.title} — {by}"


def format_effort(item: Item, glyphs: Glyphs) -> str:
    """Return the estimates of an item, ``about 8 h · level 2``; "" if it has none."""
    hours = f"about {item.hours:g} h" if item.hours else ""
    level = f"level {item.level}" if item.level else ""
    return f" {glyphs.separator} ".join(filter(None, (hours, level)))


def format_item(
    study: Study,
    item: Item,
    glyphs: Glyphs,
    *,
    width: int = 80,
    answers: bool = False,
) -> Iterator[str]:
    """Yield everything about an item as lines of plain text.

    Everything except notes and addresses is wrapped to ``width`` cells.
    """
    from roadmap_tui.text.study_material import format_exercise, format_goals, format_questions

    state, material = study.state(item.id), study.material(item.id)
    yield f"{glyphs.of(state.status)} {item.title}  {state.status}"
    yield from wrap(f"{glyphs.path(section_titles(study, study.tree.index_of[item.id]))}  {item.id}", width)
    if effort := format_effort(item, glyphs):
        yield effort
    if item.summary:
        yield from ("", *wrap(item.summary, width))
    if item.note:
        yield from ("", item.note)
    yield from format_goals(material, width)
    for heading, items in (("Needs", study.prerequisites(item)), ("Opens", study.unlocks(item))):
        if items:
            yield from ("", heading)
            for other in items:
                yield f"  {glyphs.of(study.state(other.id).status)} {other.title}  {other.id}"
    if resources := study.resources(item.id):
        yield from ("", "Resources")
        for number, resource in enumerate(resources, 1):
            tick = glyphs.of("done" if state.has_ticked(resource) else "todo")
            by = f", {resource.by}" if resource.by else ""
            yield from wrap_hanging(f"{number} {tick} ", f"{resource.kind}  {resource.title}{by}", width)
            yield f"      {resource.url}"
    yield from format_questions(material, width, answers=answers)
    yield from format_exercise(material, width, is_ticked=EXERCISE in state.ticks)
    for note in state.notes:
        yield from ("", f"Your note{' (one of several versions)' if len(state.notes) > 1 else ''}", note.text)
    if item.children:
        yield ""
