"""``show``: print the outline of a roadmap or a section, or the details of an item."""

from collections.abc import Collection, Iterator
from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json, terminal_width
from roadmap_tui.cli.options import argument, command, complete_argument, option
from roadmap_tui.core.progress.statuses import STATUSES
from roadmap_tui.core.roadmap.kinds import KIND_NAMES
from roadmap_tui.core.roadmap.model import Item, Section
from roadmap_tui.core.search import EITHER, find, matches
from roadmap_tui.core.study_material import EXERCISE
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import Glyphs
from roadmap_tui.text.item_details import format_item, section_titles
from roadmap_tui.text.status import format_counts

_WIDEST: Final = 80  # a longer line of text is hard to read


def node_to_json(study: Study, index: int) -> dict[str, object]:
    """Convert a node to its ``--json`` object; ``note`` is the reader's, ``ticked`` the author's."""
    node = study.tree.nodes[index]
    state = study.state(node.id)
    is_item = isinstance(node, Item)
    return {
        "id": node.id,
        "type": "item" if is_item else "section",
        "kind": KIND_NAMES[study.tree.kinds[index]] if is_item else None,
        "title": node.title,
        "path": section_titles(study, index),
        "depth": study.tree.depths[index],
        "status": study.status_at(index) if is_item else None,
        "ticked": isinstance(node, Item) and node.ticked,
        "hours": (node.hours or None) if isinstance(node, Item) else None,
        "level": (node.level or None) if isinstance(node, Item) else None,
        "note": study.note_text(node.id),
        "resources": [
            {
                "title": one.title,
                "url": one.url,
                "kind": one.kind,
                "minutes": one.minutes or None,
                "ticked": state.has_ticked(one),
            }
            for one in study.resources(node.id)
        ],
    }


def study_material_to_json(study: Study, node_id: str, *, answers: bool) -> dict[str, object]:
    """Convert the study material of a node to the fields that ``show ITEM --json`` adds."""
    material = study.material(node_id)
    questions = [question._asdict() for question in material.questions]
    if not answers:
        questions = [{"id": question["id"], "ask": question["ask"]} for question in questions]
    ticked = EXERCISE in study.state(node_id).ticks
    exercise = {**material.exercise._asdict(), "ticked": ticked} if material.exercise else None
    return {"goals": list(material.goals), "questions": questions, "exercise": exercise}


def show_to_json(
    study: Study, section: str | None, statuses: Collection[str] = (), *, answers: bool = False
) -> list[dict[str, object]]:
    """Return the roadmap, or a section or item of it, as ``show --json`` prints it."""
    start, indexes = _select(study, section, statuses)
    asked_for_item = section is not None and study.tree.is_item(start)
    return [
        node_to_json(study, index)
        | (study_material_to_json(study, study.tree.ids[index], answers=answers) if asked_for_item else {})
        for index in indexes
    ]


def _select(study: Study, section: str | None, statuses: Collection[str]) -> tuple[int, list[int]]:
    """Return the index of a section or item, and the indexes of its branch that have one of ``statuses``."""
    tree = study.tree
    start, end = 0, tree.active_count
    if section is not None:
        # Sections first: a section's title may be contained in the titles of many items.
        kinds = (Section,) if matches(tree, section, (Section,)) else EITHER
        start = tree.index_of[section] if section in tree.index_of else find(tree, section, kinds)
        end = tree.subtree_end[start]
    indexes = [
        index
        for index in range(start, end)
        if not statuses or (tree.is_item(index) and study.status_at(index) in statuses)
    ]
    return start, indexes


@command("show", "Print the roadmap, a section, or an item.", json="a list of objects")
@argument("section", required=False, shell_complete=complete_argument("sections"))
@option(
    "--status",
    "statuses",
    choices=STATUSES,
    multiple=True,
    help="Print only items with this status.",
)
@option("--answers", is_flag=True, help="Also print the answers to an item's questions.")
def show_command(
    context: CliContext, section: str | None, statuses: tuple[str, ...], answers: bool, as_json: bool
) -> None:
    """Print the roadmap, or the section or item that SECTION names by id or part of its title.

    For an item with study material this includes goals, questions (with --answers also the answers)
    and an exercise with its check.

    Items that left the roadmap are in the section Retired, which is printed only when you name it.

    With --json: a list of {id, type, kind, title, path, depth, status, ticked, hours, level, note,
    resources [{title, url, kind, minutes, ticked}]} in reading order. An item's kind is topic, project,
    material or group; a group's status follows from its items. A section's status is null, and with --status
    only items are listed. `note` is yours; `ticked` is the author's mark, on a resource yours. `hours`,
    `level` (1 to 3) and `minutes` are estimates, or null. Asked for an item, it and the items below it have
    {goals, questions [{id, ask}], exercise {task, check, ticked}} too, with --answers also each question's
    `answer`; `exercise` is null if there is none.
    """
    if as_json:
        echo_json(show_to_json(context.study, section, statuses, answers=answers))
        return
    study, tree, glyphs = context.study, context.study.tree, context.glyphs
    start, indexes = _select(study, section, statuses)
    if section is None:
        counts = format_counts(study.counts_at(), glyphs)
        echo([f"{study.roadmap.title}  {counts}", *([""] if indexes else [])])
    elif isinstance(item := tree.nodes[start], Item):
        width = terminal_width(_WIDEST)
        echo(format_item(study, item, glyphs, width=width, answers=answers))
        start += 1
        indexes = [index for index in indexes if index >= start]
    if statuses:
        indexes = _with_ancestors(study, indexes, start)
    base_depth = tree.depths[start] if start < len(tree) else 0
    echo(_outline(study, indexes, base_depth, glyphs))


def _with_ancestors(study: Study, indexes: list[int], start: int) -> list[int]:
    """Add the ancestors of nodes, from index ``start`` on; returns sorted indexes."""
    found: set[int] = set()
    for index in indexes:
        while index >= start and index not in found:
            found.add(index)
            index = study.tree.parents[index]  # noqa: PLW2901 - walks up
    return sorted(found)


def _outline(study: Study, indexes: list[int], base_depth: int, glyphs: Glyphs) -> Iterator[str]:
    for index in indexes:
        node = study.tree.nodes[index]
        indent = "  " * (study.tree.depths[index] - base_depth)
        if isinstance(node, Item):
            yield f"{indent}{glyphs.of(study.status_at(index))} {node.title}"
        else:
            counts = study.counts.branch_counts(index)
            yield f"{indent}{node.title}  {counts.done}/{counts.total}"
