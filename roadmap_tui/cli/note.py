"""``note``: read and write what the reader noted on a node."""

from __future__ import annotations

import sys

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_err, echo_json
from roadmap_tui.cli.options import complete_argument, pass_context, shared_options
from roadmap_tui.core.errors import BAD_DATA, ReadError, UsageError
from roadmap_tui.core.sanitize import LONGEST_TEXT, clean
from roadmap_tui.core.search import EITHER, find
from roadmap_tui.study.study import Study


class _NotText(UsageError):
    exit_code = BAD_DATA


@click.command(short_help="Print or write your note on an item.")
@click.argument("wanted", metavar="ITEM", shell_complete=complete_argument("items"))
@click.argument("text", required=False)
@click.option("--append", is_flag=True, help="Add TEXT below the note there is.")
@click.option("--edit", is_flag=True, help="Write it in $VISUAL or $EDITOR.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@shared_options
@pass_context
def note(context: CliContext, wanted: str, text: str | None, append: bool, edit: bool, as_json: bool) -> None:
    """Print your note on an item or section, or write TEXT in its place.

    TEXT `-` is read from stdin; an empty one removes the note.

    With --json: {id, title, note, versions [{text, at}]}; there are two versions where two machines
    wrote at once, and writing replaces both.
    """
    study = context.study
    at = find(study.tree, wanted, EITHER)
    if edit:
        if text is not None or append:
            raise UsageError("note", "--edit was given with something to write", "give one of them")
        text = _edited(study.note_text(study.tree.nodes[at].id))
    if text is not None:
        changed = _write(context, at, _input() if text == "-" else text, append)
        if not as_json:
            echo([f"{study.tree.nodes[at].title}: {changed or 'the note is so already'}"])
    elif append:
        raise UsageError("note", "--append was given without TEXT", "say what to add")
    elif not as_json:
        _print(study, at)
    if as_json:
        echo_json(_record(study, at))
    if text is not None and changed:
        context.back_up()


def _write(context: CliContext, at: int, text: str, append: bool) -> str:
    """Write the note of a node; what was done in words, empty where it is so already."""
    study = context.study
    node_id = study.tree.nodes[at].id
    if append:
        text = "\n".join(one for one in (study.note_text(node_id), text.strip()) if one)
    length = len(clean(text, 1 << 30).strip())  # as it will be counted when it is shown
    if length > LONGEST_TEXT:
        raise UsageError("note", f"{length:,} characters", f"at most {LONGEST_TEXT:,} fit into one")
    with context.writing():
        change = study.write_note(node_id, text)
    if change is None:
        return ""
    return "note written" if study.note_text(node_id) else "note removed"


def _edited(text: str) -> str:
    """The text after the user's editor was at it. Raises Refused where that failed or can't be started."""
    if not sys.stdin or not sys.stdin.isatty():
        raise UsageError(
            "note", "an editor needs a terminal, and stdin is none", "give TEXT, or - to read it"
        )
    from roadmap_tui.tui.terminal.capabilities import edit

    try:
        after = edit(text)
    except OSError as error:
        raise UsageError(
            "the editor", error.strerror or str(error), "set EDITOR to one that is there"
        ) from None
    if after is None:
        raise UsageError("the editor", "it failed", "the note is as it was")
    return after


def _input() -> str:
    limit = 8 * LONGEST_TEXT  # bytes: no character has more than 4
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
        raise _NotText("note", f"stdin is not UTF-8 at byte {error.start + 1}", "give it text") from None


def _print(study: Study, at: int) -> None:
    node = study.tree.nodes[at]
    notes = study.state(node.id).notes
    if not notes:
        echo_err(f"{node.title}: no note")
    elif len(notes) > 1:
        echo_err(f"{node.title}: {len(notes)} versions, written at the same time; writing one replaces them")
    if notes:
        echo([study.note_text(node.id)])


def _record(study: Study, at: int) -> dict[str, object]:
    node = study.tree.nodes[at]
    return {
        "id": node.id,
        "title": node.title,
        "note": study.note_text(node.id),
        "versions": [
            {"text": one.text, "at": one.at.isoformat(timespec="seconds")}
            for one in study.state(node.id).notes
        ],
    }
