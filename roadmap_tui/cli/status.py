"""``status`` and ``list``: how far a roadmap is, in one line or one object."""

from __future__ import annotations

import click

from roadmap_tui.cli.context import Session
from roadmap_tui.cli.echo import Glyphs, say, say_json
from roadmap_tui.cli.errors import tell
from roadmap_tui.cli.options import pass_session, shared_options
from roadmap_tui.core.errors import RoadmapError
from roadmap_tui.core.progress.counts import Tally
from roadmap_tui.store import library
from roadmap_tui.store.journal import Journal
from roadmap_tui.study.study import Study, wall_clock


def short_total(tally: Tally, glyphs: Glyphs) -> str:
    """A tally in a few words, fit for a prompt."""
    words = [f"{tally.done}/{tally.total}", f"{tally.percent}%"]
    if tally.doing:
        words.append(f"doing {tally.doing}")
    return glyphs.dot.join(words)


def total_record(study: Study, name: str) -> dict[str, object]:
    """A study's totals as ``--json`` has them."""
    tally = study.tally()
    return {
        "roadmap": name,
        "title": study.roadmap.title,
        "total": tally.total,
        "done": tally.done,
        "doing": tally.doing,
        "todo": tally.todo,
        "skipped": tally.skipped,
        "retired": study.order.retired,
        "percent": tally.percent,
        "due": study.reviews.due_count(),
    }


@click.command(short_help="How far you are, in one line for a prompt or tmux.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@shared_options
@pass_session
def status(session: Session, as_json: bool) -> None:
    """Print how far you are, in one line for a prompt or tmux.

    With --json: {roadmap, title, total, done, doing, todo, skipped, retired, percent, due}. Skipped
    and retired items are not in the total; `due` is what `review` lists.
    """
    study = session.study
    if as_json:
        say_json(total_record(study, study.roadmap.id))
    else:
        say([short_total(study.tally(), session.glyphs)])


@click.command("list", short_help="The roadmaps and how far you are in each.")
@click.option("--json", "as_json", is_flag=True, help="Print a list with an object for each roadmap.")
@shared_options
@pass_session
def list_roadmaps(session: Session, as_json: bool) -> int:
    """List the roadmaps and how far you are in each; `*` is the one that commands work on.

    With --json: a list of objects as `status --json` prints them.
    """
    chosen = session.roadmap or session.last
    # The journal is read once for all of them.
    progress = Journal(session.log, wall_clock, cache=session.cache).progress()
    studies: list[tuple[str, Study]] = []
    code = 0
    for name in library.names(session.library):
        try:
            roadmap = session.find(name)
        except RoadmapError as error:
            code = tell(error)
            continue
        study = Study(roadmap, Journal(None, wall_clock), session.settings, progress)
        studies.append((name, study))
    if as_json:
        say_json([total_record(study, name) for name, study in studies])
        return code
    if all(name != chosen for name, _ in studies) and not session.roadmap:
        chosen = studies[0][0] if studies else ""
    width = max((len(name) for name, _ in studies), default=0)
    for name, study in studies:
        tally = study.tally()
        mark = "*" if name == chosen else " "
        count = f"{tally.done}/{tally.total}"
        say([f"{mark} {name:<{width}}  {count:>9}  {tally.percent:>3}%  {study.roadmap.title}"])
    return code
