"""The decorators that make a command, and the options that several commands share.

A command is declared without loading click, which takes as long as the rest of a short command: a plain form
such as ``status`` or ``mark done ITEM`` needs no parser (see ``plain``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Concatenate, Final, NamedTuple, ParamSpec, TypeVar

from roadmap_tui.cli.commands import COMMANDS
from roadmap_tui.cli.context import CliContext

if TYPE_CHECKING:
    import click
    from click.shell_completion import CompletionItem

    from roadmap_tui.study.study import Study

P = ParamSpec("P")
F = TypeVar("F", bound=Callable[..., Any])


class CliCommand(NamedTuple):
    """A command: its function, which may return an exit code, and ``build``, which returns click's object."""

    function: Callable[..., int | None]
    build: Callable[[], click.Command]


def load_command(name: str) -> CliCommand | None:
    """Import the module of a command and return the command; None for an unknown name."""
    if name not in COMMANDS:
        return None
    function = name.replace("-", "_")
    module = import_module(f"roadmap_tui.cli.{'import_' if name == 'import' else function}")
    found = getattr(module, f"{function}_command")
    return found if isinstance(found, CliCommand) else None


def command(
    name: str, short_help: str, *, json: str = "", screen: bool = False, hidden: bool = False
) -> Callable[[Callable[Concatenate[CliContext, P], int | None]], CliCommand]:
    """Decorate a function as a command; it receives a ``CliContext`` and may return an exit code.

    Besides its own options the command has the shared ones, ``--json`` if ``json`` describes its output, and
    the options of the screen if ``screen``.
    """

    def decorate(function: Callable[Concatenate[CliContext, P], int | None]) -> CliCommand:
        @cache
        def build() -> click.Command:
            import click

            for declare in getattr(function, _DECLARED, ()):
                declare(function)
            with_context = click.make_pass_decorator(CliContext, ensure=True)(function)
            made = click.command(name, short_help=short_help, hidden=hidden)(with_context)
            if json:
                made.params.append(click.Option(["--json", "as_json"], is_flag=True, help=f"Print {json}."))
            made.params += [*shared_options(), *(screen_options() if screen else ())]
            return made

        return CliCommand(function, build)

    return decorate


def _later(kind: str, names: Sequence[str], attributes: dict[str, Any]) -> Callable[[F], F]:
    """Return a decorator that declares an option or argument when click is loaded."""

    def declare(function: F) -> F:
        import click

        types: dict[str, Callable[[Any], click.ParamType[Any]]] = {
            "choices": click.Choice,
            "int_range": lambda limits: click.IntRange(*limits),
            "is_file": lambda is_file: click.Path(dir_okay=not is_file),
        }
        given = {name: value for name, value in attributes.items() if name not in types}
        for name in types.keys() & attributes.keys():
            given["type"] = types[name](attributes[name])
        decorate: Callable[[F], F] = getattr(click, kind)(*names, **given)
        return decorate(function)

    def record(function: F) -> F:
        vars(function).setdefault(_DECLARED, []).append(declare)
        return function

    return record


def option(*names: str, **attributes: Any) -> Callable[[F], F]:
    """Declare an option as ``click.option`` does; ``choices``, ``int_range`` or ``is_file`` is its type."""
    return _later("option", names, attributes)


def argument(*names: str, **attributes: Any) -> Callable[[F], F]:
    """Declare an argument as ``click.argument`` does; ``choices`` may be its type."""
    return _later("argument", names, attributes)


def _store_in_context(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value and param.name:
        setattr(ctx.ensure_object(CliContext), param.name, value)


def _context_option(name: str, **attributes: Any) -> click.Option:
    """Return an option whose value is stored in the ``CliContext`` instead of passed to the command."""
    import click

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
    import click

    from roadmap_tui.core.parse_date import since

    try:
        return since(text, study.today())
    except ValueError as error:
        raise click.BadParameter(f"{text!r}: {error}", param_hint="--since") from None


def shared_options() -> list[click.Option]:
    """Return the options that all commands have."""
    import click

    return [
        _context_option(
            "--data-dir",
            metavar="DIR",
            type=click.Path(file_okay=False),
            help="Store everything in this folder.",
        ),
        _context_option(
            "--roadmap",
            metavar="NAME",
            shell_complete=complete_argument("roadmaps"),
            help="Work on this roadmap: a name that `list` shows, or a .json file.",
        ),
        _context_option("--ascii", is_flag=True, help="Use ASCII characters only."),
    ]


def screen_options() -> list[click.Option]:
    """Return the options of the screen."""
    return [
        _context_option(
            "--theme",
            metavar="NAME",
            help="Colors: auto, dark, light, 16, or the name of a Textual theme.",
        ),
        _context_option(
            "--slow-link", is_flag=True, help="Send less to the terminal, for a slow connection."
        ),
    ]


_DECLARED: Final = "declared_parameters"
dry_run_option: Final = option(
    "--dry-run", is_flag=True, help="Print what would change without changing anything."
)
force_option: Final = option(
    "--force", is_flag=True, help="Update even if most of your progress, or of the roadmap, would go."
)
since_option: Final = option(
    "--since", metavar="DATE", help="Start at this day: 2026-10-03, or 7d, 2w, 3m, 1y ago."
)
