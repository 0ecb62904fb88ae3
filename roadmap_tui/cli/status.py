"""``status``: print how far a roadmap is, in one line or one object."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import command
from roadmap_tui.core.progress.counts import Counts
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import Glyphs


def format_counts(counts: Counts, glyphs: Glyphs) -> str:
    """Format counts briefly, for a shell prompt: ``3/12 · 25% · in progress 1``."""
    parts = [f"{counts.done}/{counts.total}", f"{counts.percent}%"]
    if doing := counts.of("doing"):
        parts.append(f"in progress {doing}")
    return (", " if glyphs.is_ascii else f" {glyphs.separator} ").join(parts)


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
def status_command(context: CliContext, as_json: bool) -> None:
    """Print progress in one line, for prompts and tmux.

    With --json: {roadmap, title, total, done, doing, todo, skipped, retired, material, material_done,
    percent, due, unread}. The total is of topics and projects: skipped and retired items and material
    (courses, books, videos) are not in it. `due` is what `review` lists, `unread` the number of files and
    lines of the log that could not be read, and so are not counted.
    """
    study = context.study
    if as_json:
        echo_json(counts_to_json(study, study.roadmap.id, len(study.journal.unread)))
    else:
        echo([format_counts(study.counts_at(), context.glyphs)])
