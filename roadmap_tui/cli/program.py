"""The program as a whole: which commands there are, and what is done without one."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

import click

from roadmap_tui import __version__
from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import gone
from roadmap_tui.cli.options import pass_context, screen_options, shared_options

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

NAME: Final = "roadmap-tui"

# In the order of the help; each is in a module of its family, loaded when it is asked for.
COMMANDS: Final[dict[str, tuple[str, str]]] = {
    "list": ("status", "list_roadmaps"),
    "show": ("show", "show"),
    "status": ("status", "status"),
    "next": ("show", "next_items"),
    "today": ("today", "today"),
    "mark": ("mark", "mark"),
    "note": ("note", "note"),
    "time": ("time", "time"),
    "undo": ("log", "undo"),
    "redo": ("log", "redo"),
    "log": ("log", "log"),
    "review": ("review", "review"),
    "stats": ("stats", "stats"),
    "import": ("importing", "import_roadmap"),
    "update": ("importing", "update"),
    "adopt-ticks": ("importing", "adopt_ticks"),
    "export": ("export", "export"),
    "sync": ("sync", "sync"),
    "restore": ("restore", "restore"),
    "keys": ("keys", "keys"),
    "config": ("config", "config"),
    "doctor": ("doctor", "doctor"),
    "completion": ("completion", "completion"),
}


@click.command("open", hidden=True)
@click.argument("word", metavar="ROADMAP")
@shared_options
@screen_options
@pass_context
def open_screen(context: CliContext, word: str) -> int:
    """Open the screen on ROADMAP, a name that `list` shows or a .json file."""
    from roadmap_tui.cli.screen import start

    return start(context, word)


class Program(click.Group):
    """The group of all commands; a first word that is none of them opens the screen on a roadmap."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - as above
        """The command of a name, None where there is none."""
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name]
        command = getattr(importlib.import_module(f"roadmap_tui.cli.{module}"), attribute)
        return command if isinstance(command, click.Command) else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of the first word, and the words behind it; any other word is for the screen."""
        if args[0] in COMMANDS:
            return args[0], self.get_command(ctx, args[0]), args[1:]
        return "open", open_screen, args

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The commands and the roadmaps that begin so."""
        from roadmap_tui.cli.completion import completions

        commands = super().shell_complete(ctx, incomplete)
        return commands if commands and incomplete else [*commands, *completions(ctx, "roadmaps", incomplete)]


@click.group(
    cls=Program,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    subcommand_metavar="[COMMAND | ROADMAP] …",
    epilog="Without a command the screen is opened, on ROADMAP or where it was left. What can be asked "
    "before the command can be asked behind it too. Exit codes: 0 ok, 1 a bug, 2 usage or no terminal, "
    "65 bad data, 66 cannot read the input, 74 cannot save.",
)
@shared_options
@screen_options
@click.version_option(__version__, prog_name=NAME, message="%(prog)s %(version)s")
@click.pass_context
def program(ctx: click.Context) -> int:
    """Work through a study roadmap in a terminal."""
    if ctx.invoked_subcommand is not None:
        return 0
    from roadmap_tui.cli.screen import start

    return start(ctx.ensure_object(CliContext), "")


def invoke(arguments: list[str], context: CliContext) -> int:
    """Do what the arguments say; the exit code. Raises RoadmapError, OSError and KeyboardInterrupt."""
    # Not ``program.main``: that handles a closed pipe and an interrupt in its own way.
    try:
        with program.make_context(NAME, arguments, obj=context) as ctx:
            code = program.invoke(ctx)
            return code if isinstance(code, int) else 0
    except click.Abort:
        raise KeyboardInterrupt from None
    except click.exceptions.Exit as end:
        return end.exit_code
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.filename is not None:
            raise
        raise gone(error) from error  # the help and the version are printed by click
    except click.ClickException as error:
        from roadmap_tui.cli.errors import report_usage

        return report_usage(error)
