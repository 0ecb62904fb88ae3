"""``import``, ``update`` and ``adopt-ticks``: roadmaps that others write."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import complete_argument, pass_context, shared_options
from roadmap_tui.cli.progress import spinner
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.importers.base import ImportOptions
from roadmap_tui.core.progress.fold import Progress
from roadmap_tui.core.sanitize import safe_url
from roadmap_tui.store import library
from roadmap_tui.store.importer import (
    ImportPlan,
    apply_plan,
    origin_of,
    plan_import,
    plan_update,
)
from roadmap_tui.store.journal import Journal
from roadmap_tui.store.sources import fetch
from roadmap_tui.study.study import Study, wall_clock
from roadmap_tui.text.import_report import (
    format_changes,
    format_items,
    format_source,
    format_summary,
    format_ticks,
)

if TYPE_CHECKING:
    from roadmap_tui.core.roadmap.update import Match, UpdateResult


@click.command("import", short_help="Make a roadmap of any Markdown.")
@click.argument("source")
@click.option("--name", default="", help="What to call it; the default is made from its title.")
@click.option(
    "--ticks", type=click.Choice(["ignore", "adopt"]), default="ignore", show_default=True,
    help="What to do with its author's ticks: adopt makes them yours.",
)  # fmt: skip
@click.option(
    "--items", type=click.Choice(["auto", "tasks", "all"]), default="auto", show_default=True,
    help="What is an item: only tasks, every bullet (all), or tasks if there are any, else bullets (auto).",
)  # fmt: skip
@click.option("--strict", is_flag=True, help="Take only what GitHub takes for a task.")
@click.option("--base-url", default="", metavar="URL", help="What relative links are relative to.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@shared_options
@pass_context
def import_roadmap(
    context: CliContext,
    source: str,
    name: str,
    ticks: str,
    items: Any,
    strict: bool,
    base_url: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Make a roadmap of SOURCE: a Markdown file, a folder with a README.md, an http(s) address, - for stdin.

    A folder of roadmap.sh content, <slug>/content/<topic>@<id>.md, is a roadmap too, ordered by the drawing
    <slug>/<slug>.json if there is one.

    Importing a source again updates it. With --json: {roadmap, sections, groups, items, ticked, resources,
    dropped {kind: count}, warnings []}.
    """
    if base_url and safe_url(base_url) is None:
        raise UsageError(
            "--base-url", "it is not a plain http(s) address", "give one, as https://example.org/"
        )
    given = ImportOptions(items, strict, base_url)
    with spinner(f"Reading {source}"):
        options = given if given != ImportOptions() else None
        plan = plan_import(fetch(source), options, context.library, _progress(context), name).plan()
    _refuse_command(plan.roadmap.id)
    if not dry_run:
        apply_plan(plan, context.library)
    adopted = _adopt(context, plan) if ticks == "adopt" and not dry_run else 0
    if as_json:
        echo_json(_import_record(plan))
        return
    echo(_import_told(plan, adopted, dry_run))


@click.command(short_help="Follow a roadmap whose author edited it.")
@click.argument("words", metavar="[NAME] [SOURCE]", nargs=-1, shell_complete=complete_argument("roadmaps"))
@click.option(
    "--accept", "offers", multiple=True, metavar="OLD=NEW",
    help="Take an offer: the item OLD has become the item NEW. Ids as --dry-run tells them.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@shared_options
@pass_context
def update(
    context: CliContext, words: tuple[str, ...], offers: tuple[str, ...], dry_run: bool, as_json: bool
) -> None:
    """Take over a newer version of a roadmap, by default from where it came from; your progress follows.

    With --json: {kept, new, moved, renamed, retired, dropped, returned, offered}, lists of {id, from, to}.
    """
    name, source = _name_and_source(context, words)
    if name:
        context.roadmap = name
    old = context.chosen[1]
    with spinner(f"Reading {source or origin_of(old)}"):
        fetched = fetch(source or origin_of(old))
        plan = plan_update(old, fetched, None, _progress(context)).plan(_accepted(offers))
    if not dry_run:
        apply_plan(plan, context.library)
    if as_json:
        echo_json(_update_record(plan.changes) if plan.changes else {})
        return
    echo(_update_told(plan, dry_run))


@click.command("adopt-ticks", short_help="Make a roadmap's author's ticks yours.")
@click.argument("name", required=False, shell_complete=complete_argument("roadmaps"))
@shared_options
@pass_context
def adopt_ticks(context: CliContext, name: str | None) -> None:
    """Mark as done what the author of a roadmap ticked and you did not touch.

    One `undo --roadmap NAME` takes it back.
    """
    if name:
        context.roadmap = name
    with context.writing() as study:
        change = study.adopt_ticks()
    count = len(change.ids) if change else 0
    echo([f"{study.roadmap.title}: {format_items(count)} done, as its author ticked them"])
    if change:
        context.back_up()


def open_markdown(context: CliContext, source: str) -> tuple[str, str]:
    """Import a Markdown file, or update what was made from it; the roadmap's name, and what changed."""
    with spinner(f"Reading {source}"):
        plan = plan_import(fetch(source), None, context.library, _progress(context)).plan()
    _refuse_command(plan.roadmap.id)
    apply_plan(plan, context.library)
    return plan.roadmap.id, "" if plan.same else format_summary(plan.report, plan.changes)


def _refuse_command(name: str) -> None:
    from roadmap_tui.cli.program import COMMANDS

    if name in COMMANDS:
        raise UsageError(f"roadmap '{name}'", "that is the name of a command", "give another with --name")


def _progress(context: CliContext) -> Progress:
    return Journal(context.log, wall_clock, cache=context.cache).progress()


def _adopt(context: CliContext, plan: ImportPlan) -> int:
    context.roadmap = plan.roadmap.id
    with context.writing() as study:
        change = study.adopt_ticks()
        _adopt_marks(study, plan)
    context.back_up()
    return len(change.ids) if change else 0


def _adopt_marks(study: Study, plan: ImportPlan) -> None:
    """Mark what the source marks as being done or skipped, where the reader did nothing yet."""
    for status in ("doing", "skipped"):
        ids = [node_id for node_id, mark in plan.report.marks.items() if mark == status]
        known = [node_id for node_id in ids if node_id in study.tree.index_of]
        fresh = [node_id for node_id in known if not study.progress.has(study.roadmap.id, node_id)]
        if fresh:
            study.set_status(fresh, "doing" if status == "doing" else "skipped", study.roadmap.title)


def _accepted(offers: Sequence[str]) -> dict[str, str]:
    accepted = {}
    for offer in offers:
        old, sign, new = offer.partition("=")
        if not (old and sign and new):
            raise UsageError(
                f"--accept {offer!r}", "it is not OLD=NEW", "`update --dry-run` lists the offers"
            )
        accepted[old] = new
    return accepted


def _name_and_source(context: CliContext, words: tuple[str, ...]) -> tuple[str, str]:
    if len(words) > 2:
        raise UsageError("update", "more than NAME and SOURCE were given", "see `roadmap-tui update --help`")
    if len(words) == 2:
        return words[0], words[1]
    if words and words[0] not in library.names(context.library):
        return "", words[0]
    return (words[0] if words else ""), ""


def _import_record(plan: ImportPlan) -> dict[str, object]:
    report = plan.report
    return {
        "roadmap": plan.roadmap.id,
        "sections": report.sections,
        "groups": report.groups,
        "items": report.items,
        "ticked": report.ticked,
        "resources": report.resources,
        "dropped": {one.kind: one.number for one in report.dropped},
        "warnings": list(report.warnings),
    }


def _import_told(plan: ImportPlan, adopted: int, dry_run: bool) -> list[str]:
    report, name = plan.report, plan.roadmap.id
    lines = [plan.roadmap.title, *format_source(report)]
    if plan.changes:
        lines += ["imported before, and nothing has changed"] if plan.same else format_changes(plan.changes)
    if adopted:
        told = f"{format_items(adopted)} done, as its author ticked them"
        lines.append(f"{told}; `roadmap-tui undo --roadmap {name}` takes it back")
    else:
        lines += format_ticks(report, name)
    lines.append("nothing was written (--dry-run)" if dry_run else f"open it: roadmap-tui {name}")
    return lines


def _update_record(changes: UpdateResult) -> dict[str, object]:
    return {
        "offered" if name == "suggested" else name: [_change_record(one) for one in value]
        for name, value in changes._asdict().items()
        if name != "roadmap"
    }


def _change_record(match: Match) -> dict[str, str | None]:
    record: dict[str, str | None] = {"id": match.id, "from": match.before or None, "to": match.after or None}
    return record | ({"accept": f"{match.id}={match.incoming}"} if match.incoming else {})


def _update_told(plan: ImportPlan, dry_run: bool) -> list[str]:
    lines = [plan.roadmap.title]
    if plan.same or plan.changes is None:
        return [*lines, "nothing has changed"]
    lines += format_changes(plan.changes)
    if dry_run:
        lines.append("nothing was written (--dry-run)")
    return lines
