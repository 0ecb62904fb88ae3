"""The options that several commands have, in the terms of the command line's library."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from roadmap_tui.cli.context import CliContext

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

Function = TypeVar("Function", bound=Callable[..., object])

pass_context = click.make_pass_decorator(CliContext, ensure=True)


def _keep(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value and param.name:
        setattr(ctx.ensure_object(CliContext), param.name, value)


def complete_argument(
    what: str,
) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """What completes an argument: "items", "sections" or "roadmaps"."""

    def complete(ctx: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
        # Loaded only when a shell asks: its machinery is not needed to run a command.
        from roadmap_tui.cli.completion import completions

        return completions(ctx, what, begun)

    return complete


def shared_options(function: Function) -> Function:
    """Add the options that every command has, before its name and behind it."""
    for option in _SHARED:
        function = option(function)
    return function


def screen_options(function: Function) -> Function:
    """Add the options of the screen."""
    return _THEME(_SLOW_LINK(function))


_SHARED = (
    click.option(
        "--ascii", is_flag=True, expose_value=False, callback=_keep, help="Use no signs beyond ASCII."
    ),
    click.option(
        "--roadmap",
        metavar="NAME",
        expose_value=False,
        callback=_keep,
        shell_complete=complete_argument("roadmaps"),
        help="Work on this roadmap: a name that `list` shows, or a .json file.",
    ),
    click.option(
        "--data-dir",
        metavar="DIR",
        type=click.Path(file_okay=False),
        expose_value=False,
        callback=_keep,
        help="Keep everything in this folder.",
    ),
)
_THEME = click.option(
    "--theme",
    metavar="NAME",
    expose_value=False,
    callback=_keep,
    help="The colours of the screen: auto, dark, light, 16, or a theme of Textual.",
)
_SLOW_LINK = click.option(
    "--slow-link", is_flag=True, expose_value=False, callback=_keep, help="Draw less, for a slow connection."
)
