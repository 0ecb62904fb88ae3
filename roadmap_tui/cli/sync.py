"""``sync``: exchange progress and roadmaps with other machines."""

import sys
from contextlib import nullcontext

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_err, echo_json
from roadmap_tui.cli.options import command, option
from roadmap_tui.cli.progress import spinner
from roadmap_tui.store.sync import sync
from roadmap_tui.text.sync import format_sync


@command("sync", "Sync progress and roadmaps with your other machines.", json="one object")
@option("--remote", default="", metavar="URL", help="Use this git repository from now on.")
def sync_command(context: CliContext, remote: str, as_json: bool) -> None:
    """Sync progress and roadmaps with your other machines through a git repository.

    URL is any address git accepts, or a path, of an empty, private repository; it is saved after its first
    success. Open sessions show new entries within two seconds. If a saved remote is unreachable, changes
    wait for the next sync, which is no error. With --json: {remote, received, sent,
    roadmaps, waiting, why, notes}; received and sent count events, roadmaps those that came or went, waiting
    commits.
    """
    locations = context.require_locations("sync")
    can_ask = sys.stdin is not None and sys.stdin.isatty()
    with nullcontext() if can_ask else spinner("Syncing"):  # git may ask for a password
        result = sync(locations, remote, can_ask=can_ask)
    context.hooks.run("sync", result._asdict())
    for note in result.notes:
        echo_err(f"roadmap-tui: {note}")
    if as_json:
        echo_json(result._asdict())
    else:
        echo([format_sync(result)])
