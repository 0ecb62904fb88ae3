"""``export``: write a roadmap with the reader's statuses and notes."""

from functools import partial
from operator import ne
from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_err
from roadmap_tui.cli.options import argument, command, complete_argument, option
from roadmap_tui.core.errors import BAD_DATA, UsageError
from roadmap_tui.core.exporters.registry import EXPORTERS
from roadmap_tui.core.humanize import pluralize
from roadmap_tui.core.progress.statuses import Status
from roadmap_tui.core.tree_view import ROOT
from roadmap_tui.store.files import printable_path, write_file
from roadmap_tui.study.study import Study

_SKIPPED_SHOWN: Final = 20


@command("export", "Export a roadmap with your progress.")
@argument("name", required=False, shell_complete=complete_argument("roadmaps"))
@option(
    "--format", "format_", choices=(*sorted(EXPORTERS, reverse=True), "anki", "ics", "svg"),
    default="markdown", show_default=True,
    help="Markdown, the program's own JSON, one HTML page, Anki cards, the plan as a calendar, or an image.",
)  # fmt: skip
@option("--output", metavar="FILE", is_file=True, help="Write to this file instead of stdout.")
@option(
    "--into", metavar="FILE.md", is_file=True,
    help="Update the checkboxes of the items you marked in this file; nothing else changes.",
)  # fmt: skip
@option("--progress", is_flag=True, help="With --into: update the block between two markers instead.")
def export_command(
    context: CliContext, name: str | None, format_: str, output: str | None, into: str | None, progress: bool
) -> int:
    """Export a roadmap with your progress and notes. HTML is one page without scripts, with
    activity and folded sections, light or dark, that prints on A4.

    With --format ics it is the plan (see `plan`) as a calendar: each item on the days that it takes at your
    hours a week. That needs the extra `calendar`: pip install 'roadmap-tui[calendar]'.

    With --format anki it is a package for Anki with a note for each question, in a deck for each section.
    Importing a newer one updates the notes. That needs the extra `anki`: pip install 'roadmap-tui[anki]'.

    With --format svg it is an image of your activity in all roadmaps in the last 53 weeks, for light and dark
    pages.

    With --into and --progress it is a block with counts, a bar and the last two weeks, without notes, between
    the lines `<!-- roadmap-tui -->` and `<!-- /roadmap-tui -->`.
    """
    if name:
        context.roadmap = name
    if into and (output or format_ != "markdown"):
        why = "--into writes Markdown into an existing file"
        raise UsageError("export", why, "leave the other options out")
    if progress and not into:
        raise UsageError("export --progress", "no file was given", "add --into FILE.md")
    study = context.study
    if into:
        return _update_progress(study, into) if progress else _update_file(study, into)
    if format_ == "anki":
        from roadmap_tui.text.anki import questions_to_anki

        if output is None:
            raise UsageError("export --format anki", "a package is no text", "add --output FILE.apkg")
        write_file(output, questions_to_anki(study))
        return 0
    text = _export(study, format_)
    if output is None:
        echo([text.removesuffix("\n")])
    else:
        write_file(output, text.encode())
    return 0


def _export(study: Study, format_: str) -> str:
    if format_ == "ics":
        from roadmap_tui.study.plan import make_plan
        from roadmap_tui.text.plan import plan_to_calendar

        return plan_to_calendar(study, make_plan(study)).decode()
    if format_ == "svg":
        from roadmap_tui.text.heatmap_svg import heatmap_svg

        return heatmap_svg(study.statistics().days, study.today())
    from roadmap_tui.core.roadmap.custom_items import with_resources

    custom = {node_id: study.state(node_id).resources for node_id in ("", *study.tree.index_of)}
    notes = {study.roadmap.id: study.note_text("")}
    notes |= {node.id: study.note_text(node.id) for node in study.tree.nodes}
    notes = {node_id: text for node_id, text in notes.items() if text}
    roadmap, statuses = with_resources(study.roadmap, custom), _statuses(study)
    if format_ == "html":
        from roadmap_tui.core.exporters.html import to_html
        from roadmap_tui.text.markdown import to_html as render

        days, note = study.statistics().days, partial(render, is_page=True)
        return to_html(roadmap, statuses, notes=notes, days=days, today=study.today(), render_note=note)
    return EXPORTERS[format_].write(roadmap, statuses, notes=notes)


def _statuses(study: Study) -> dict[str, Status]:
    return {item.id: study.status(item.id) for item in study.tree.items()}


def _update_progress(study: Study, path: str) -> int:
    """Update the progress between the markers of a Markdown file in place; returns the exit code."""
    from roadmap_tui.core.exporters.progress_block import update_block
    from roadmap_tui.store.sources import read_file
    from roadmap_tui.text.published_progress import progress_block

    printable, data = printable_path(path), read_file(path)
    changed = update_block(data, progress_block(study), printable)
    if changed != data:
        write_file(path, changed)
    echo_err(f"{printable}: {'progress updated' if changed != data else 'nothing has changed'}")
    return 0


def _update_file(study: Study, path: str) -> int:
    """Update the checkboxes of a Markdown file in place; returns the exit code."""
    from roadmap_tui.core.exporters.checkboxes import update_checkboxes
    from roadmap_tui.store.sources import read_file

    printable = printable_path(path)
    data = read_file(path)
    # Items without events keep their checkbox: it is the author's, or was ticked by hand.
    with_events = set(study.progress.ids_with_events(study.roadmap.id))
    for node_id in list(with_events):  # the status of a group follows from its items
        index = study.tree.index_of.get(node_id, ROOT)
        while (index := study.tree.parents[index] if index >= 0 else ROOT) >= 0:
            with_events.add(study.tree.ids[index])
    statuses = {node_id: status for node_id, status in _statuses(study).items() if node_id in with_events}
    changed, skipped = update_checkboxes(data, study.source, statuses, name=printable)
    if changed != data:
        write_file(path, changed)
    count = sum(map(ne, data.splitlines(), changed.splitlines()))
    echo_err(f"{printable}: {pluralize(count, 'mark')} changed")
    for mark in skipped[:_SKIPPED_SHOWN]:
        where = f"{printable}:{mark.line}" if mark.line else printable
        echo_err(f"roadmap-tui: {where}: {mark.title}: {mark.why}; left unchanged")
    if len(skipped) > _SKIPPED_SHOWN:
        echo_err(f"roadmap-tui: {printable}: and {len(skipped) - _SKIPPED_SHOWN} more")
    return BAD_DATA if skipped else 0
