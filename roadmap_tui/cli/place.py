"""``place``: run the placement test, which asks what the reader knows already."""

import sys

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, flush
from roadmap_tui.cli.options import command
from roadmap_tui.core.placement import ANSWERS, Placement
from roadmap_tui.study.placement import save_placement, start_placement
from roadmap_tui.study.study import Study
from roadmap_tui.text.item_details import section_titles
from roadmap_tui.text.placement import QUESTION, format_progress, format_result, format_saved

_KEYS = "y yes, p partly, n no, b back, e enough"


@command("place", "Mark what you know already, by about 20 questions.")
def place_command(context: CliContext) -> int:
    """Ask what you know already, about one topic at a time, and mark it.

    Yes means that you know all that it requires too; no, that you know nothing that requires it; partly
    marks it as in progress. What you marked before stays as it is. At most 20 questions are asked, each the
    one that settles most, and nothing is marked before you confirm it at the end. One `undo` takes it back.
    """
    study = context.study
    placement = start_placement(study)
    if not _run_test(context, study, placement):
        echo(["Nothing was marked."])
        return 0
    with context.writing():
        result = placement.result()
        change = save_placement(study, result)
    echo([format_saved(result, change)])
    if change:
        context.back_up()
    return 0


def _run_test(context: CliContext, study: Study, placement: Placement) -> bool:
    """Run the placement test; return True if the reader wants to save the result."""
    answers = {name[0]: name for name in ANSWERS} | {name: name for name in ANSWERS}
    enough = False
    while True:
        name = None if enough else placement.question()
        if name is None:
            line = _read(f"{format_result(placement)} Mark them? (y yes, b back, n no) ")
            if line in {"y", "yes"}:
                return True
            if line in {"b", "back"}:
                if not enough:
                    placement.back()
                enough = False
                continue
            return False
        path = context.glyphs.path(section_titles(study, study.tree.index_of[name]))
        echo(["", format_progress(placement), f"{study.title(name)}  ({path})"])
        line = _read(f"{QUESTION} ({_KEYS}) ")
        if line in answers:
            placement.answer(answers[line])
        elif line in {"b", "back"}:
            placement.back()
        elif line in {"e", "enough"}:
            enough = True
        elif line is None:
            return False
        else:
            echo([f"Answer {_KEYS}."])


def _read(prompt: str) -> str | None:
    """Print a prompt and read a line in lower case; None at the end of the input."""
    sys.stdout.write(prompt)
    flush()
    line = sys.stdin.readline()
    return line.strip().lower() if line else None
