"""The wording of an item's details, for ``show ITEM`` and the detail pane."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from roadmap_tui.core.humanize import format_date, format_hours, pluralize
from roadmap_tui.core.progress.statuses import UNFINISHED
from roadmap_tui.core.roadmap.kinds import KIND_NAMES, TOPIC
from roadmap_tui.core.roadmap.model import DEFAULT_HOURS, Item, Resource
from roadmap_tui.core.study_material import EXERCISE
from roadmap_tui.core.urls import access_note, host
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.styled_text import cells, truncate, wrap, wrap_hanging

if TYPE_CHECKING:
    from roadmap_tui.study.reviews import Reviews

_LARGE_BRANCH: Final = 2000  # nodes: summing their hours would be felt at a key press


def section_titles(study: Study, index: int) -> list[str]:
    """Return the titles of the sections that contain (or contained) a node, outermost first."""
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


def counted_reviews(study: Study) -> "Reviews | None":
    """Return the reviews, or None while the due items are not counted yet; counting may take long."""
    reviews = study.reviews if "reviews" in vars(study) else None
    return reviews if reviews is not None and reviews.cached_due_count is not None else None


def format_memory(reviews: "Reviews | None", node_id: str, glyphs: Glyphs) -> str:
    """Return when an item is due, its recall and lapses, ``due today · recall 74%``; "" if it is not done."""
    status = reviews.status_of(node_id) if reviews else None
    if reviews is None or status is None:
        return ""
    day = format_date(status.due, reviews.today)
    due = f"next review {day}" if status.due > reviews.today else f"due since {day}"
    parts = ["due today" if status.due == reviews.today else due]
    if status.retrievability is not None:
        parts.append(f"recall {status.retrievability:.0%}")
    if lapses := reviews.lapses(node_id):
        parts.append(f"forgotten {pluralize(lapses, 'time')}")
    return f" {glyphs.separator} ".join(parts)


def format_section_effort(study: Study, index: int) -> str:
    """Return the estimated hours of the unfinished items of a branch; "" if none of them is estimated."""
    tree, hours, guesses = study.tree, 0.0, 0
    if tree.subtree_end[index] - index > _LARGE_BRANCH:
        return ""
    indexes = range(index, tree.subtree_end[index])
    counted = (at for at in indexes if tree.has_status(at) and not tree.is_uncounted(at))
    unfinished = study.items(tree.ids[at] for at in counted if study.status_at(at) in UNFINISHED)
    for item in unfinished:
        hours += item.hours or DEFAULT_HOURS
        guesses += not item.hours
    if guesses == len(unfinished):
        return ""
    guessed = f", {guesses} of {len(unfinished)} estimated" if guesses else ""
    return f"{'≈' if guesses else 'about'} {format_hours(hours)} left{guessed}"


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
    status = study.status_at(study.tree.index_of[item.id])
    yield f"{glyphs.of(status)} {item.title}  {status}"
    yield from wrap(f"{glyphs.path(section_titles(study, study.tree.index_of[item.id]))}  {item.id}", width)
    if effort := format_effort(study, item, glyphs):
        yield effort
    if memory := format_memory(study.reviews, item.id, glyphs):
        yield memory
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
            by += f", {resource.minutes} min" if resource.minutes else ""
            yield from wrap_hanging(f"{number} {tick} ", f"{resource.kind}  {resource.title}{by}", width)
            yield f"      {resource.url}"
    yield from format_questions(material, width, answers=answers)
    yield from format_exercise(material, width, is_ticked=EXERCISE in state.ticks)
    for note in state.notes:
        yield from ("", f"Your note{' (one of several versions)' if len(state.notes) > 1 else ''}", note.text)
    if item.children:
        yield ""
