"""``note``: print or write the note on an item or section."""

import os
import signal
import sys
from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_err, echo_json
from roadmap_tui.cli.options import argument, command, complete_argument, option
from roadmap_tui.core.errors import BAD_DATA, ReadError, RoadmapTuiError, UsageError
from roadmap_tui.core.roadmap.model import Node
from roadmap_tui.core.sanitize import LONGEST_TEXT, clean
from roadmap_tui.core.search import EITHER, find
from roadmap_tui.study.study import Study

_AGAIN: Final = "--edit opens it again, as does the note's key on the screen"


class NotTextError(UsageError):
    """The input is not UTF-8."""

    exit_code = BAD_DATA


@command("note", "Print or edit your note on an item.", json="one object")
@argument("item", metavar="ITEM", shell_complete=complete_argument("items"))
@argument("text", required=False)
@option("--append", is_flag=True, help="Append TEXT to the note.")
@option("--edit", is_flag=True, help="Edit it in $VISUAL or $EDITOR.")
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
    if edit and (text is not None or append):
        raise UsageError("note", "--edit was given with something to write", "give one of them")
    change = ""
    if edit or text is not None:
        if text is None:
            change = _edit(context, node.id)
        else:
            change = _write(context, node.id, _read_stdin() if text == "-" else text, append)
        if not as_json:
            echo([f"{node.title}: {change or 'the note has not changed'}"])
    elif append:
        raise UsageError("note", "--append was given without TEXT", "say what to add")
    elif not as_json:
        _print(study, node)
    if as_json:
        echo_json(note_to_json(study, node))
    if change:
        context.back_up()


def appended_note(study: Study, node_id: str, text: str) -> str:
    """Return the note of a node with a text appended."""
    return "\n".join(part for part in (study.note_text(node_id), text.strip()) if part)


def _write(context: CliContext, node_id: str, text: str, append: bool) -> str:
    """Write the note of a node; returns a description of the change, empty if there is none."""
    study = context.study
    if append:
        text = appended_note(study, node_id, text)
    length = len(clean(text, 1 << 30).strip())  # the length that will be saved
    if length > LONGEST_TEXT:
        raise UsageError("note", f"{length:,} characters", f"at most {LONGEST_TEXT:,} fit into one")
    with context.writing():
        change = study.write_note(node_id, text)
    written = "note saved" if study.note_text(node_id) else "note removed"
    return written if change else ""


def _edit(context: CliContext, node_id: str) -> str:
    """Let the user edit a note, or its draft, in their editor; returns the result of ``_write``.

    Whatever is not saved is kept as a draft. Raises UsageError if the editor fails.
    """
    if not sys.stdin or not sys.stdin.isatty():
        why = "an editor needs a terminal, and stdin is none"
        raise UsageError("note", why, "give TEXT, or - to read it")
    from roadmap_tui.store.drafts import Drafts, NoteDraft, end_edit, read_edited
    from roadmap_tui.store.editor import run_editor
    from roadmap_tui.text.terminal import editor_command

    study = context.study
    roadmap, note = study.roadmap.id, study.note_text(node_id)
    drafts = Drafts(context.require_locations("note").drafts)
    given = drafts.get(roadmap, node_id) or NoteDraft(roadmap, node_id, note, note)
    if given.before != note:
        why = "there is a draft of it, and the note has changed since"
        raise UsageError("note", why, "open it on the screen, which shows both")
    try:
        path = drafts.begin_edit(given)
        ended = run_editor(editor_command(os.environ), path)
        text = read_edited(path)
    except OSError as error:
        why = error.strerror or str(error)
        raise UsageError("the editor", why, "set EDITOR to an installed editor") from None
    is_kept = text.strip() not in {given.text.strip(), note.strip()}
    kept = f"what you wrote is kept: {_AGAIN}" if is_kept else "the note is as it was"
    try:
        if ended.failure:
            raise UsageError("the editor", ended.failure, kept)
        if text.strip() == note.strip():
            echo_err(f"nothing was changed; if the editor is still open, what it saves is kept: {_AGAIN}")
            return ""
        change = _write(context, node_id, text, append=False)
    except RoadmapTuiError:
        if not ended.failure:
            echo_err(kept)
        raise
    finally:
        drafts.collect_edits()
        if ended.signal:
            signal.signal(ended.signal, signal.SIG_DFL)
            os.kill(os.getpid(), ended.signal)
    drafts.drop(roadmap, node_id)
    end_edit(path)
    return change


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


def note_to_json(study: Study, node: Node) -> dict[str, object]:
    """Return the note on a node as ``note --json`` prints it."""
    versions = study.state(node.id).notes
    return {
        "id": node.id,
        "title": node.title,
        "note": study.note_text(node.id),
        "versions": [{"text": note.text, "at": note.at.isoformat(timespec="seconds")} for note in versions],
    }
