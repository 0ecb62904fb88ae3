"""``sync``: what one machine has, all have."""

from __future__ import annotations

import sys

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_err, echo_json
from roadmap_tui.cli.options import pass_context, shared_options
from roadmap_tui.cli.progress import spinner
from roadmap_tui.core.errors import SaveError
from roadmap_tui.text.format import pluralize


@click.command(short_help="Exchange progress and roadmaps with your other machines.")
@click.option("--remote", default="", metavar="URL", help="The git repository to sync with from now on.")
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@shared_options
@pass_context
def sync(context: CliContext, remote: str, as_json: bool) -> None:
    """Exchange progress and roadmaps with your other machines, through a git repository.

    URL is any address git takes, or a path; make an empty, private repository for it. Sessions may go on
    meanwhile, and see what came within two seconds. Where the remote is out of reach, all is committed and
    waits: that is said, and no error. With --json: {remote, received, sent, roadmaps, waiting, why,
    notes}; received and sent count events, roadmaps those that came or went, waiting commits.
    """
    if context.locations is None:
        raise SaveError("sync", "there is no home folder", "set HOME or ROADMAP_TUI_HOME")
    from roadmap_tui.store.sync import sync as exchange

    data = context.locations.data
    if sys.stdin is not None and sys.stdin.isatty():
        # Somebody may be asked for a password: no bar in the way of that.
        done = exchange(data, remote, can_ask=True)
    else:
        with spinner("Syncing"):
            done = exchange(data, remote, can_ask=False)
    for note in done.notes:
        echo_err(f"roadmap-tui: {note}")
    if as_json:
        echo_json(done._asdict())
    elif done.why:
        waiting = pluralize(done.waiting, "commit")
        echo([f"{waiting} wait{'s' if done.waiting == 1 else ''} for {done.remote}: {done.why}"])
    elif done.received or done.sent or done.roadmaps:
        roadmaps = f", {pluralize(done.roadmaps, 'roadmap')} exchanged" if done.roadmaps else ""
        events = f"{pluralize(done.received, 'event')} received, {done.sent} sent"
        echo([f"{events}{roadmaps}: {done.remote}"])
    else:
        echo([f"nothing new: {done.remote}"])
