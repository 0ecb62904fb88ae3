"""``import``: make a roadmap from Markdown or roadmap.sh content."""

from typing import Any

import click

from roadmap_tui.cli.commands import COMMANDS
from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import argument, command, dry_run_option, force_option, option
from roadmap_tui.cli.progress import spinner
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.importers.base import ImportOptions
from roadmap_tui.core.progress.events import StatusSet
from roadmap_tui.core.progress.statuses import REPORT_ORDER, STATUS_INFO
from roadmap_tui.core.sanitize import safe_url
from roadmap_tui.store.importer import RESERVED_IDS, ImportPlan
from roadmap_tui.text import import_report


@command("import", "Import a roadmap from Markdown.", json="one object")
@argument("source", type=click.Path())
@option("--name", default="", help="Its name; by default made from its title.")
@option(
    "--ticks", choices=["ignore", "adopt"], default="ignore", show_default=True,
    help="What to do with the author's ticks: adopt marks them done for you.",
)  # fmt: skip
@option(
    "--items", choices=["auto", "tasks", "all"], default="auto", show_default=True,
    help="What becomes an item: tasks, all bullets, or auto: tasks if there are any, else bullets.",
)  # fmt: skip
@option("--strict", is_flag=True, help="Accept only what GitHub renders as a task.")
@option("--base-url", default="", metavar="URL", help="The base address of relative links.")
@force_option
@dry_run_option
def import_command(
    context: CliContext,
    source: str,
    name: str,
    ticks: str,
    items: Any,
    strict: bool,
    base_url: str,
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a roadmap from SOURCE: a Markdown file, a folder with a README.md, an http(s) address, or -
    for stdin.

    A folder of roadmap.sh content, <slug>/content/<topic>@<id>.md, works too, ordered by
    <slug>/<slug>.json if it exists.

    Importing a source again updates it. With --json: {roadmap, sections, groups, items, ticked, resources,
    dropped {kind: count}, dropped_first {kind: {line, text}}, warnings []}, with --ticks adopt also
    adopted {status: count}.
    """
    if base_url and safe_url(base_url) is None:
        raise UsageError(
            "--base-url", "it is not a plain http(s) address", "give one, as https://example.org/"
        )
    options = ImportOptions(items, strict, base_url)
    with spinner(f"Reading {source}"):
        # Without options, an import that is repeated keeps those of the first time.
        request = context.library.plan_import(source, None if options == ImportOptions() else options, name)
        plan = request.plan()
    if name and plan.roadmap.id in RESERVED_IDS - set(context.library.names()):
        why = "that name is reserved for a command"
        raise UsageError(f"roadmap '{plan.roadmap.id}'", why, "give another with --name")
    if not dry_run:
        if not force:
            plan.check_losses(f"`roadmap-tui import {source} --force`")
        context.library.apply(plan)
    adopted = _adopt(context, plan) if ticks == "adopt" and not dry_run else {}
    if as_json:
        echo_json(_to_json(plan) | ({"adopted": adopted} if ticks == "adopt" else {}))
    else:
        echo(_format(plan, adopted, dry_run))


def import_file(context: CliContext, source: str) -> tuple[str, str]:
    """Import or update from a Markdown file; returns the roadmap's name and a summary of the changes."""
    with spinner(f"Reading {source}"):
        plan = context.library.plan_import(source).plan()
    plan.check_losses(f"`roadmap-tui import {source} --force`")
    context.library.apply(plan)
    return plan.roadmap.id, "" if plan.same else import_report.format_summary(plan.report, plan.changes)


def _adopt(context: CliContext, plan: ImportPlan) -> dict[str, int]:
    """Adopt the author's ticks and other statuses; returns the number of items by status."""
    context.roadmap = plan.roadmap.id
    adopted: dict[str, int] = {}
    with context.writing() as study:
        changes = [study.adopt_ticks()]
        ids_by_status: dict[str, list[str]] = {}
        for node_id, status in plan.report.marks.items():
            # Only items without any event.
            if node_id in study.tree.index_of and not study.progress.has(study.roadmap.id, node_id):
                ids_by_status.setdefault(status, []).append(node_id)
        for status, ids in sorted(ids_by_status.items()):
            changes.append(study.set_status(ids, status, study.roadmap.title))
    for change in changes:
        if change and isinstance(change.action, StatusSet):
            status = change.action.status
            adopted[status] = adopted.get(status, 0) + len(change.ids)
    context.back_up()
    return adopted


def _to_json(plan: ImportPlan) -> dict[str, object]:
    report = plan.report
    return {
        "roadmap": plan.roadmap.id,
        **{kind: getattr(report, kind) for kind in ("sections", "groups", "items", "ticked", "resources")},
        "dropped": {skipped.kind: skipped.number for skipped in report.dropped},
        "dropped_first": {
            skipped.kind: {"line": skipped.line, "text": skipped.text} for skipped in report.dropped
        },
        "warnings": list(report.warnings),
    }


def _format(plan: ImportPlan, adopted: dict[str, int], dry_run: bool) -> list[str]:
    report, name = plan.report, plan.roadmap.id
    lines = [plan.roadmap.title, *import_report.format_source(report)]
    if plan.changes:
        lines += (
            ["already imported; nothing has changed"]
            if plan.same
            else import_report.format_changes(plan.changes)
        )
    if adopted:
        parts = [
            f"{adopted[status]} {STATUS_INFO[status].label}" for status in REPORT_ORDER if status in adopted
        ]
        undoes = "undoes it" if len(parts) == 1 else "undoes them one by one"
        undo = f"`roadmap-tui undo --roadmap {name}` {undoes}"
        lines.append(f"marked as its author did: {', '.join(parts)}; {undo}")
    else:
        lines += import_report.format_ticks(report, name)
    opening = f"roadmap-tui {'open ' if name in COMMANDS else ''}{name}"
    lines.append("nothing written (--dry-run)" if dry_run else f"open it: {opening}")
    return lines
