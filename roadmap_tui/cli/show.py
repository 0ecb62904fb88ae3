"""``show`` and ``next``: the nodes of a roadmap, as an outline for reading or as records."""

from __future__ import annotations

from collections.abc import Iterator

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import Glyphs, echo, echo_json
from roadmap_tui.cli.options import complete_argument, pass_context, shared_options
from roadmap_tui.cli.status import short_total
from roadmap_tui.core.progress.events import STATUSES
from roadmap_tui.core.roadmap.model import Item, Resource, Section
from roadmap_tui.core.search import EITHER, find, matches
from roadmap_tui.study.study import Study


def node_record(study: Study, at: int) -> dict[str, object]:
    """A node as ``--json`` has it. ``note`` is the reader's, ``ticked`` the author's mark."""
    node = study.tree.nodes[at]
    state = study.state(node.id)
    item = isinstance(node, Item)
    return {
        "id": node.id,
        "type": "item" if item else "section",
        "title": node.title,
        "path": [section.title for section in study.tree.sections(at)],
        "depth": study.tree.depths[at],
        "status": study.status_at(at) if item else None,
        "ticked": isinstance(node, Item) and node.ticked,
        "note": study.note_text(node.id),
        "resources": [
            {"title": one.title, "url": one.url, "kind": one.kind, "ticked": one.url in state.ticks}
            for one in study.resources(node.id)
        ],
    }


@click.command(short_help="The roadmap, a section, or all about one item.")
@click.argument("section", required=False, shell_complete=complete_argument("sections"))
@click.option(
    "--status", "wanted", type=click.Choice(STATUSES), multiple=True, help="Only items of this status."
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@shared_options
@pass_context
def show(context: CliContext, section: str | None, wanted: tuple[str, ...], as_json: bool) -> None:
    """Print the roadmap, or the SECTION of an id or a piece of its title; of an item all there is.

    Items that left the roadmap are in the section Retired, which is printed by its name only.

    With --json: a list of {id, type, title, path, depth, status, ticked, note, resources [{title, url,
    kind, ticked}]} in reading order. A section's status is null, and with --status only items are
    listed. `note` is yours; `ticked` is the author's mark, on a resource yours.
    """
    study = context.study
    order = study.tree
    start, end = 0, order.active_count
    if section is not None:
        # A section's title may be a piece of many items' titles: sections go first.
        kinds = (Section,) if matches(order, section, (Section,)) else EITHER
        start = order.index_of[section] if section in order.index_of else find(order, section, kinds)
        end = order.subtree_end[start]
    kept = [at for at in range(start, end) if not wanted or _has(study, at, wanted)]
    if as_json:
        echo_json([node_record(study, at) for at in kept])
        return
    if section is None:
        echo(
            [
                f"{study.roadmap.title}  {short_total(study.counts_at(), context.glyphs)}",
                *([""] if kept else []),
            ]
        )
    elif isinstance(order.nodes[start], Item):
        echo(_details(study, start, context.glyphs))
        start += 1
        kept = [at for at in kept if at >= start]
    if wanted:
        kept = _with_holders(study, kept, start)
    base = order.depths[start] if start < len(order) else 0
    echo(_outline(study, kept, base, context.glyphs))


@click.command("next", short_help="What to study next.")
@click.option(
    "-n", "count", metavar="N", type=click.IntRange(1), default=5, help="At most so many.", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
@shared_options
@pass_context
def next_items(context: CliContext, count: int, as_json: bool) -> None:
    """Print what to study next: what you are doing, then what is ready, in the roadmap's order.

    Ready is what has all its prerequisites done or skipped. With --json: a list of objects as `show --json`
    prints them.
    """
    study = context.study
    spots = [study.tree.index_of[item.id] for item in study.next_items(count)]
    if as_json:
        echo_json([node_record(study, at) for at in spots])
        return
    signs = context.glyphs
    for number, at in enumerate(spots, 1):
        node = study.tree.nodes[at]
        path = signs.into.join(section.title for section in study.tree.sections(at))
        status = signs.of(study.status_at(at))
        echo([f"{number:>{len(str(len(spots)))}} {status} {node.title}  ({path})  {node.id}"])


def _has(study: Study, at: int, wanted: tuple[str, ...]) -> bool:
    return isinstance(study.tree.nodes[at], Item) and study.status_at(at) in wanted


def _with_holders(study: Study, spots: list[int], start: int) -> list[int]:
    """The positions, and of all that holds them, from ``start`` on."""
    shown: set[int] = set()
    for spot in spots:
        at = spot
        while at >= start and at not in shown:
            shown.add(at)
            at = study.tree.parents[at]
    return sorted(shown)


def _outline(study: Study, spots: list[int], base: int, signs: Glyphs) -> Iterator[str]:
    for at in spots:
        node = study.tree.nodes[at]
        indent = "  " * (study.tree.depths[at] - base)
        if isinstance(node, Item):
            yield f"{indent}{signs.of(study.status_at(at))} {node.title}"
        else:
            tally = study.counts_at(at)
            yield f"{indent}{node.title}  {tally.done}/{tally.total}"


def _details(study: Study, at: int, signs: Glyphs) -> Iterator[str]:
    """All there is about an item."""
    item = study.tree.nodes[at]
    if not isinstance(item, Item):
        return
    state = study.state(item.id)
    yield f"{signs.of(state.status)} {item.title}  {state.status}"
    yield f"{signs.into.join(section.title for section in study.tree.sections(at))}  {item.id}"
    for text in (item.summary, item.note):
        if text:
            yield ""
            yield text
    for heading, others in (("Needs", study.prerequisites(item)), ("Opens", study.unlocks(item))):
        if others:
            yield ""
            yield heading
            for other in others:
                sign = signs.of(study.state(other.id).status)
                yield f"  {sign} {other.title}  {other.id}"
    if resources := study.resources(item.id):
        yield ""
        yield "Resources"
        for number, resource in enumerate(resources, 1):
            yield from _resource(number, resource, resource.url in state.ticks, signs)
    for note in state.notes:
        yield ""
        yield f"Your note{' (one of several versions)' if len(state.notes) > 1 else ''}"
        yield note.text
    if item.children:
        yield ""


def _resource(number: int, resource: Resource, ticked: bool, signs: Glyphs) -> Iterator[str]:
    by = f", {resource.by}" if resource.by else ""
    yield f"  {number} {signs.done if ticked else signs.todo} {resource.kind}  {resource.title}{by}"
    yield f"      {resource.url}"
