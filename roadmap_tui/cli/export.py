"""``export``: a roadmap with its reader's marks, for others to read."""

from __future__ import annotations

import errno
import os

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_err
from roadmap_tui.cli.options import complete_argument, pass_context, shared_options
from roadmap_tui.core.errors import BAD_DATA, SaveError, UsageError
from roadmap_tui.core.exporters.registry import EXPORTERS
from roadmap_tui.core.progress.events import Status
from roadmap_tui.core.sanitize import clean
from roadmap_tui.study.study import Study
from roadmap_tui.text.format import pluralize

_SHOWN = 20


@click.command(short_help="Write a roadmap with your marks as Markdown, JSON or HTML.")
@click.argument("name", required=False, shell_complete=complete_argument("roadmaps"))
@click.option(
    "--format", "form", type=click.Choice(sorted(EXPORTERS, reverse=True)), default="markdown",
    show_default=True, help="Markdown, the program's own JSON, or one HTML page.",
)  # fmt: skip
@click.option("--output", metavar="FILE", type=click.Path(dir_okay=False), help="Write there, not to stdout.")
@click.option(
    "--into", metavar="FILE.md", type=click.Path(dir_okay=False),
    help="Flip the marks of what you marked in this very file, and leave every other byte as it is.",
)  # fmt: skip
@shared_options
@pass_context
def export(context: CliContext, name: str | None, form: str, output: str | None, into: str | None) -> int:
    """Write a roadmap with your marks and notes. HTML is one page without scripts, fit to be printed."""
    if name:
        context.roadmap = name
    if into and (output or form != "markdown"):
        raise UsageError(
            "export", "--into writes Markdown into that very file", "leave the other options out"
        )
    study = context.study
    if into:
        return _into(study, into)
    text = _text(study, form)
    if output is None:
        echo([text.removesuffix("\n")])
    else:
        _write(output, text.encode())
    return 0


def _text(study: Study, form: str) -> str:
    from roadmap_tui.core.roadmap.custom_items import with_resources

    own = {node_id: study.state(node_id).resources for node_id in ("", *study.tree.index_of)}
    return EXPORTERS[form].write(with_resources(study.roadmap, own), _statuses(study), notes=_notes(study))


def _statuses(study: Study) -> dict[str, Status]:
    return {item.id: study.status(item.id) for item in study.tree.items()}


def _notes(study: Study) -> dict[str, str]:
    texts = {node.id: study.note_text(node.id) for node in study.tree.nodes}
    texts[study.roadmap.id] = study.note_text("")
    return {node_id: text for node_id, text in texts.items() if text}


def _into(study: Study, path: str) -> int:
    from roadmap_tui.core.exporters.checkboxes import update_checkboxes
    from roadmap_tui.store.sources import read_file

    shown = clean(path, 200, one_line=True)
    data = read_file(path)
    # What the reader never touched keeps the mark it has: it is its author's, or a tick by hand.
    touched = set(study.progress.ids_with_events(study.roadmap.id))
    statuses = {name: status for name, status in _statuses(study).items() if name in touched}
    changed, refusals = update_checkboxes(data, study.source, statuses, name=shown)
    if changed != data:
        _write(path, changed)
    count = sum(
        before != after for before, after in zip(data.splitlines(), changed.splitlines(), strict=True)
    )
    echo_err(f"{shown}: {pluralize(count, 'mark')} changed")
    for one in refusals[:_SHOWN]:
        place = f"{shown}:{one.line}" if one.line else shown
        echo_err(f"roadmap-tui: {place}: {one.title}: {one.why}; it is left as it was")
    if len(refusals) > _SHOWN:
        echo_err(f"roadmap-tui: {shown}: and {len(refusals) - _SHOWN} more")
    return BAD_DATA if refusals else 0


def _write(path: str, data: bytes) -> None:
    """Put ``data`` in place of a file, which keeps its mode. Raises CannotSave."""
    from roadmap_tui.store.files import atomic_write

    # A link stays a link: what it leads to is what is replaced.
    target = os.path.realpath(path)
    try:
        mode = os.stat(target).st_mode & 0o777 if os.path.exists(target) else 0o666 & ~_umask()
        if not os.path.isdir(os.path.dirname(target)):
            raise FileNotFoundError(errno.ENOENT, "there is no such folder")
        atomic_write(target, data)
        os.chmod(target, mode)
    except OSError as error:
        shown = clean(path, 200, one_line=True)
        raise SaveError(f"'{shown}'", error.strerror or str(error), "give another file") from None


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
