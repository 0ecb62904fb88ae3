"""``status``: print the progress on a roadmap, as one line or one JSON object."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import command, option
from roadmap_tui.core.errors import SaveError
from roadmap_tui.store import status_file
from roadmap_tui.study.study import Study
from roadmap_tui.text.status import format_counts


def counts_to_json(study: Study, name: str, unread: int) -> dict[str, object]:
    """Return the counts of a study as ``status --json`` prints them."""
    counts, material = study.counts_at(), study.counts.material_counts()
    return {
        "roadmap": name,
        "title": study.roadmap.title,
        "total": counts.total,
        **counts.by_status,
        "retired": study.tree.retired,
        "material": sum(material),
        "material_done": material.done,
        "percent": counts.percent,
        "due": study.reviews.due_count(),
        "unread": unread,
    }


@command("status", "Print progress in one line, for prompts and tmux.", json="one object")
@option("--file", "as_file", is_flag=True, help="Print the path of a file that has the line.")
def status_command(context: CliContext, as_file: bool = False, as_json: bool = False) -> None:
    """Print progress in one line, for prompts and tmux.

    With --file, print the path of a file with this line and the date, of the roadmap opened last on this
    machine. From then on everything that changes progress replaces it, so that reading it needs no Python.

    With --json: {roadmap, title, total, done, doing, todo, skipped, retired, material, material_done,
    percent, due, unread}. The total is of topics and projects: skipped and retired items and material
    (courses, books, videos) are not in it. `due` is what `review` lists, `unread` the number of files and
    lines of the log that could not be read, and so are not counted.
    """
    if as_file:
        locations = context.require_locations("status")
        try:
            context.update_status_file(creates=True)
        except OSError as error:
            raise SaveError(
                "status file", error.strerror or str(error), f"look at {locations.state}"
            ) from None
        echo([status_file.path(locations.state)])
        return
    study = context.study
    if as_json:
        echo_json(counts_to_json(study, study.roadmap.id, len(study.journal.unread)))
    else:
        echo([format_counts(study.counts_at(), context.glyphs)])
