"""The click group of all commands; without a command the screen is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import click

from roadmap_tui import __version__
from roadmap_tui.cli.commands import COMMANDS, PROGRAM_NAME
from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import reporting_output_errors, terminal_width
from roadmap_tui.cli.options import load_command, screen_options, shared_options

_WIDEST_HELP: Final = 78
_NARROWEST_HELP: Final = 50

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


class Program(click.Group):
    """The group of all commands; any other first argument names a roadmap to open on the screen."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """Import the module of a command and return the command; None for an unknown name."""
        command = load_command(cmd_name)
        return command.build() if command else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command named by the first argument, and the remaining arguments."""
        if args[0] in COMMANDS:
            return args[0], self.get_command(ctx, args[0]), args[1:]
        return "open", self.get_command(ctx, "open"), args

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete commands and roadmaps."""
        from roadmap_tui.cli.completer import completions

        commands = super().shell_complete(ctx, incomplete)
        return commands if commands and incomplete else [*commands, *completions(ctx, "roadmaps", incomplete)]


@click.group(
    cls=Program,
    params=[*shared_options(), *screen_options()],
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="[COMMAND | ROADMAP] …",
    epilog="Without a command the screen opens on ROADMAP or where you left it. Options may follow "
    "the command. Exit codes: 0 ok, 1 a bug, 2 usage or no terminal, "
    "65 bad data, 66 cannot read the input, 74 cannot save.",
)
@click.version_option(__version__, prog_name=PROGRAM_NAME, message="%(prog)s %(version)s")
@click.pass_context
def program(ctx: click.Context) -> int:
    """Work through a study roadmap in a terminal."""
    if ctx.invoked_subcommand is not None:
        return 0
    from roadmap_tui.cli.screen import open_screen

    return open_screen(ctx.ensure_object(CliContext))


def invoke(args: list[str], context: CliContext) -> int:
    """Parse the arguments and run the command; returns the exit code. Raises what the command raises."""
    # Not ``program.main``, which handles a closed pipe and an interrupt in its own way. Left to itself, click
    # takes the width of the help from COLUMNS.
    width = max(_NARROWEST_HELP, terminal_width(_WIDEST_HELP))
    try:
        # click prints the help and the version itself
        with (
            reporting_output_errors(),
            program.make_context(PROGRAM_NAME, args, obj=context, terminal_width=width) as ctx,
        ):
            code = program.invoke(ctx)
            return code if isinstance(code, int) else 0
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        from roadmap_tui.cli.errors import report_usage

        return report_usage(error)
    finally:
        context.finish(args[0] if args else "")
