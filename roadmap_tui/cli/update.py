"""``update``: apply a newer version of a roadmap's source."""

from collections.abc import Sequence

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import argument, command, complete_argument, dry_run_option, force_option, option
from roadmap_tui.cli.progress import spinner
from roadmap_tui.core.errors import UsageError
from roadmap_tui.core.roadmap.update import Match, UpdateResult
from roadmap_tui.store.importer import ImportPlan, origin_of
from roadmap_tui.text.import_report import format_changes


@command("update", "Update a roadmap from its source.", json="one object")
@argument("args", metavar="[NAME] [SOURCE]", nargs=-1, shell_complete=complete_argument("roadmaps"))
@option(
    "--accept", "suggestions", multiple=True, metavar="OLD=NEW",
    help="Accept that item OLD became item NEW; ids as printed by --dry-run.",
)  # fmt: skip
@force_option
@dry_run_option
def update_command(
    context: CliContext,
    args: tuple[str, ...],
    suggestions: tuple[str, ...],
    force: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Update a roadmap from its source; your progress is kept.

    SOURCE alone updates the roadmap that was imported from it, else the one opened last. `undo` brings the
    version before back. An update that would retire most items with your progress, or replace the roadmap
    that comes with the program, is refused unless --force is given.

    With --json: {roadmap, kept, new, moved, renamed, retired, dropped, returned, grouped, offered}, the last
    nine lists of {id, from, to}.
    """
    name, source = _name_and_source(context, args)
    if name:
        context.roadmap = name
    roadmap = context.chosen[1]
    source = source or origin_of(roadmap)
    with spinner(f"Reading {source}"):
        request = context.library.plan_update(roadmap, source, follows_source=not name)
        plan = request.plan(_accepted(suggestions))
    if not dry_run:
        if not force:
            plan.check_losses(f"`roadmap-tui update {plan.roadmap.id} {source} --force`")
        context.library.apply(plan)
    if as_json:
        echo_json({"roadmap": plan.roadmap.id} | (_to_json(plan.changes) if plan.changes else {}))
    else:
        echo(_format(plan, dry_run))


def _name_and_source(context: CliContext, args: tuple[str, ...]) -> tuple[str, str]:
    if len(args) > 2:
        raise UsageError("update", "more than NAME and SOURCE were given", "see `roadmap-tui update --help`")
    if len(args) == 1 and args[0] not in context.library.names():
        return "", args[0]
    name, source = (*args, "", "")[:2]
    return name, source


def _accepted(suggestions: Sequence[str]) -> dict[str, str]:
    """Parse ``OLD=NEW`` pairs of ids. Raises UsageError."""
    accepted = {}
    for suggestion in suggestions:
        old, _, new = suggestion.partition("=")
        if not (old and new):
            what = f"--accept {suggestion!r}"
            raise UsageError(what, "it is not OLD=NEW", "`update --dry-run` lists the suggestions")
        accepted[old] = new
    return accepted


def _to_json(changes: UpdateResult) -> dict[str, object]:
    return {
        "offered" if name == "suggested" else name: [_match_to_json(match) for match in matches]
        for name, matches in changes._asdict().items()
        if name != "roadmap"
    }


def _match_to_json(match: Match) -> dict[str, str | None]:
    record: dict[str, str | None] = {"id": match.id, "from": match.before or None, "to": match.after or None}
    return record | ({"accept": f"{match.id}={match.incoming}"} if match.incoming else {})


def _format(plan: ImportPlan, dry_run: bool) -> list[str]:
    if plan.same or plan.changes is None:
        return [plan.roadmap.title, "nothing has changed"]
    lines = ["nothing written (--dry-run)"] if dry_run else []
    return [plan.roadmap.title, *format_changes(plan.changes), *lines]
