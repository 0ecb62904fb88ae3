"""``note``: print or write the note on an item or section."""

import os
import sys

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_err, echo_json
from roadmap_tui.cli.options import command, complete_argument
from roadmap_tui.core.errors import BAD_DATA, ReadError, UsageError
from roadmap_tui.core.roadmap.model import Node
from roadmap_tui.core.sanitize import LONGEST_TEXT, clean
from roadmap_tui.core.search import EITHER, find
from roadmap_tui.study.study import Study


class NotTextError(UsageError):
    """The input is not UTF-8."""

    exit_code = BAD_DATA


@command("note", "Print or edit your note on an item.", json="one object")
@click.argument("item", metavar="ITEM", shell_complete=complete_argument("items"))
@click.argument("text", required=False)
@click.option("--append", is_flag=True, help="Append TEXT to the note.")
@click.option("--edit", is_flag=True, help="Edit it in $VISUAL or $EDITOR.")
def note_command(
    context: CliContext, item: str, text: str | None, append: bool, edit: bool, as_json: bool
) -> None:
    """Print your note on an item or section, or write TEXT in its place.

    TEXT `-` reads stdin; an empty TEXT removes the note.

    With --json: {id, title, note, versions [{text, at}]}; there are two versions where two machines
    wrote at once, and writing replaces both.
    """
    study = context.study
    node = study.tree.nodes[find(study.tree, item, EITHER)]
    if edit:
        if text is not None or append:
            raise UsageError("note", "--edit was given with something to write", "give one of them")
        text = _edit(study.note_text(node.id))
    change = ""
    if text is not None:
        change = _write(context, node.id, _read_stdin() if text == "-" else text, append)
        if not as_json:
            echo([f"{node.title}: {change or 'the note has not changed'}"])
    elif append:
        raise UsageError("note", "--append was given without TEXT", "say what to add")
    elif not as_json:
        _print(study, node)
    if as_json:
        echo_json(_to_json(study, node))
    if change:
        context.back_up()


def _write(context: CliContext, node_id: str, text: str, append: bool) -> str:
    """Write the note of a node; returns a description of the change, empty if there is none."""
    study = context.study
    if append:
        text = "\n".join(part for part in (study.note_text(node_id), text.strip()) if part)
    length = len(clean(text, 1 << 30).strip())  # the length that will be saved
    if length > LONGEST_TEXT:
        raise UsageError("note", f"{length:,} characters", f"at most {LONGEST_TEXT:,} fit into one")
    with context.writing():
        change = study.write_note(node_id, text)
    written = "note saved" if study.note_text(node_id) else "note removed"
    return written if change else ""


def _edit(text: str) -> str:
    """Let the user edit a text in their editor. Raises UsageError if that fails."""
    if not sys.stdin or not sys.stdin.isatty():
        why = "an editor needs a terminal, and stdin is none"
        raise UsageError("note", why, "give TEXT, or - to read it")
    from roadmap_tui.store.editor import edit
    from roadmap_tui.text.terminal import editor_command

    try:
        edited = edit(text, editor_command(os.environ))
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError("the editor", why, "set EDITOR to an installed editor") from None
    if edited is None:
        raise UsageError("the editor", "it failed", "the note is as it was")
    return edited


def _read_stdin() -> str:
    limit = 8 * LONGEST_TEXT  # in bytes; a character has at most 4
    if sys.stdin is None:
        raise UsageError("note", "stdin is closed", "give TEXT, or something to read")
    try:
        data = sys.stdin.buffer.read(limit + 1)
    except OSError as error:
        raise ReadError("stdin", error.strerror or "cannot be read", "give it text") from None
    if len(data) > limit:
        raise UsageError("note", "stdin does not end", f"at most {LONGEST_TEXT:,} characters fit into one")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotTextError("note", f"stdin is not UTF-8 at byte {error.start + 1}", "give it text") from None


def _print(study: Study, node: Node) -> None:
    versions = len(study.state(node.id).notes)
    if versions > 1:
        echo_err(f"{node.title}: {versions} versions, written at the same time; writing one replaces them")
    if versions:
        echo([study.note_text(node.id)])
    else:
        echo_err(f"{node.title}: no note")


def _to_json(study: Study, node: Node) -> dict[str, object]:
    versions = study.state(node.id).notes
    return {
        "id": node.id,
        "title": node.title,
        "note": study.note_text(node.id),
        "versions": [{"text": note.text, "at": note.at.isoformat(timespec="seconds")} for note in versions],
    }
