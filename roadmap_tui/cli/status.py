"""``status`` and ``list``: how far a roadmap is, in one line or one object."""

from __future__ import annotations

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import Glyphs, echo, echo_json
from roadmap_tui.cli.errors import report
from roadmap_tui.cli.options import pass_context, shared_options
from roadmap_tui.core.errors import RoadmapTuiError
from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.store import library
from roadmap_tui.store.journal import Journal
from roadmap_tui.study.study import Study, wall_clock


def short_total(tally: Counts, glyphs: Glyphs) -> str:
    """A tally in a few words, fit for a prompt."""
    words = [f"{tally.done}/{tally.total}", f"{tally.percent}%"]
    if tally.doing:
        words.append(f"doing {tally.doing}")
    return glyphs.dot.join(words)


def total_record(study: Study, name: str) -> dict[str, object]:
    """A study's totals as ``--json`` has them."""
    tally = study.counts_at()
    return {
        "roadmap": name,
        "title": study.roadmap.title,
        "total": tally.total,
        "done": tally.done,
        "doing": tally.doing,
        "todo": tally.todo,
        "skipped": tally.skipped,
        "retired": study.tree.retired,
        "percent": tally.percent,
        "due": study.reviews.due_count(),
    }


@click.command(short_help="How far you are, in one line for a prompt or tmux.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@shared_options
@pass_context
def status(context: CliContext, as_json: bool) -> None:
    """Print how far you are, in one line for a prompt or tmux.

    With --json: {roadmap, title, total, done, doing, todo, skipped, retired, percent, due}. Skipped
    and retired items are not in the total; `due` is what `review` lists.
    """
    study = context.study
    if as_json:
        echo_json(total_record(study, study.roadmap.id))
    else:
        echo([short_total(study.counts_at(), context.glyphs)])


@click.command("list", short_help="The roadmaps and how far you are in each.")
@click.option("--json", "as_json", is_flag=True, help="Print a list with an object for each roadmap.")
@shared_options
@pass_context
def list_roadmaps(context: CliContext, as_json: bool) -> int:
    """List the roadmaps and how far you are in each; `*` is the one that commands work on.

    With --json: a list of objects as `status --json` prints them.
    """
    chosen = context.roadmap or context.last
    # The journal is read once for all of them.
    progress = Journal(context.log, wall_clock, cache=context.cache).progress()
    studies: list[tuple[str, Study]] = []
    code = 0
    for name in library.names(context.library):
        try:
            roadmap = context.find(name)
        except RoadmapTuiError as error:
            code = report(error)
            continue
        study = Study(roadmap, Journal(None, wall_clock), context.settings, progress)
        studies.append((name, study))
    if as_json:
        echo_json([total_record(study, name) for name, study in studies])
        return code
    if all(name != chosen for name, _ in studies) and not context.roadmap:
        chosen = studies[0][0] if studies else ""
    width = max((len(name) for name, _ in studies), default=0)
    for name, study in studies:
        tally = study.counts_at()
        mark = "*" if name == chosen else " "
        count = f"{tally.done}/{tally.total}"
        echo([f"{mark} {name:<{width}}  {count:>9}  {tally.percent:>3}%  {study.roadmap.title}"])
    return code
