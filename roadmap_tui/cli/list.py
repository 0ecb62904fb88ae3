"""``list``: print the roadmaps of the library."""

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.errors import report
from roadmap_tui.cli.options import command
from roadmap_tui.cli.status import counts_to_json


@command(
    "list", "List the roadmaps and your progress in each.", json="a list with an object for each roadmap"
)
def list_command(context: CliContext, as_json: bool) -> int:
    """List the roadmaps and your progress in each; `*` marks the one that commands use.

    With --json: a list of objects as `status --json` prints them.
    """
    current = context.roadmap or context.last
    entries = context.library.entries()
    code = 0
    for entry in entries:
        if entry.error:
            code = report(entry.error)
    if as_json:
        unread, studies = len(context.library.unread), [(entry.study, entry.name) for entry in entries]
        echo_json([counts_to_json(study, name, unread) for study, name in studies if study])
        return code
    entries = [entry for entry in entries if not entry.error]
    if not context.roadmap and all(entry.name != current for entry in entries):
        current = entries[0].name if entries else ""
    width = max((len(entry.name) for entry in entries), default=0)
    for entry in entries:
        cursor = "*" if entry.name == current else " "
        count = f"{entry.counts.done}/{entry.counts.total}"
        echo([f"{cursor} {entry.name:<{width}}  {count:>9}  {entry.counts.percent:>3}%  {entry.title}"])
    return code
