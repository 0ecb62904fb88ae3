"""``completion``: print the completion script of a shell."""

import click
from click.shell_completion import get_completion_class

from roadmap_tui.cli.commands import PROGRAM_NAME
from roadmap_tui.cli.context import COMPLETION_VARIABLE, CliContext
from roadmap_tui.cli.echo import echo
from roadmap_tui.cli.options import command


@command("completion", "Print shell completions.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(_: CliContext, shell: str) -> None:
    """Print shell completions for commands, items, sections and roadmaps.

    \b
    bash: eval "$(roadmap-tui completion bash)"   in ~/.bashrc
    zsh:  eval "$(roadmap-tui completion zsh)"    in ~/.zshrc
    fish: roadmap-tui completion fish > ~/.config/fish/completions/roadmap-tui.fish
    """
    if script := get_completion_class(shell):
        program = click.get_current_context().find_root().command
        echo([script(program, {}, PROGRAM_NAME, COMPLETION_VARIABLE).source().rstrip()])
