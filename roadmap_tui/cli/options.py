"""The decorator that makes a command, and the options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, Concatenate, Final, ParamSpec

import click

from roadmap_tui.cli.context import CliContext

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from roadmap_tui.study.study import Study

P = ParamSpec("P")


def command(
    name: str, short_help: str, *, json: str = "", screen: bool = False, hidden: bool = False
) -> Callable[[Callable[Concatenate[CliContext, P], int | None]], click.Command]:
    """Decorate a function as a command; it receives a ``CliContext`` and may return an exit code.

    Besides its own options the command has the shared ones, ``--json`` if ``json`` describes its output, and
    the options of the screen if ``screen``.
    """

    def decorate(function: Callable[Concatenate[CliContext, P], int | None]) -> click.Command:
        with_context = click.make_pass_decorator(CliContext, ensure=True)(function)
        made = click.command(name, short_help=short_help, hidden=hidden)(with_context)
        if json:
            made.params.append(click.Option(["--json", "as_json"], is_flag=True, help=f"Print {json}."))
        made.params += [*SHARED_OPTIONS, *(SCREEN_OPTIONS if screen else ())]
        return made

    return decorate


def _store_in_context(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value and param.name:
        setattr(ctx.ensure_object(CliContext), param.name, value)


def _context_option(name: str, **attributes: Any) -> click.Option:
    """Return an option whose value is stored in the ``CliContext`` instead of passed to the command."""
    return click.Option([name], expose_value=False, callback=_store_in_context, **attributes)


def complete_argument(kind: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """Return a completion function for an argument: "items", "sections" or "roadmaps"."""

    def complete(ctx: click.Context, _: click.Parameter, incomplete: str) -> list[CompletionItem]:
        # Deferred: only a shell that completes needs it, not a command that runs.
        from roadmap_tui.cli.completer import completions

        return completions(ctx, kind, incomplete)

    return complete


def parse_since(study: Study, text: str | None) -> date | None:
    """Parse the value of ``--since``, None if it was not given. Raises click.BadParameter."""
    if text is None:
        return None
    from roadmap_tui.core.parse_date import since

    try:
        return since(text, study.today())
    except ValueError as error:
        raise click.BadParameter(f"{text!r}: {error}", param_hint="--since") from None


SHARED_OPTIONS: Final = (
    _context_option(
        "--data-dir", metavar="DIR", type=click.Path(file_okay=False), help="Store everything in this folder."
    ),
    _context_option(
        "--roadmap",
        metavar="NAME",
        shell_complete=complete_argument("roadmaps"),
        help="Work on this roadmap: a name that `list` shows, or a .json file.",
    ),
    _context_option("--ascii", is_flag=True, help="Use ASCII characters only."),
)
SCREEN_OPTIONS: Final = (
    _context_option(
        "--theme",
        metavar="NAME",
        help="Colours: auto, dark, light, 16, or the name of a Textual theme.",
    ),
    _context_option("--slow-link", is_flag=True, help="Send less to the terminal, for a slow connection."),
)
dry_run_option: Final = click.option(
    "--dry-run", is_flag=True, help="Print what would change without changing anything."
)
force_option: Final = click.option(
    "--force", is_flag=True, help="Update even if most of your progress, or of the roadmap, would go."
)
since_option: Final = click.option(
    "--since", metavar="DATE", help="Start at this day: 2026-10-03, or 7d, 2w, 3m, 1y ago."
)
