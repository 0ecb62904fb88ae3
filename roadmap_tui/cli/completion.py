"""``completion``: print the completion script of a shell."""

from typing import Final

import click
from click.shell_completion import get_completion_class

from roadmap_tui.cli.commands import PROGRAM_NAME
from roadmap_tui.cli.context import COMPLETION_VARIABLE, CliContext
from roadmap_tui.cli.echo import echo
from roadmap_tui.cli.options import command

# click's script needs bash 4.4, and macOS comes with 3.2, which has neither `compopt` nor `nosort`.
_BASH: Final = """\
_roadmap_tui_completion() {
    local IFS=$'\\n' line type
    COMPREPLY=()
    for line in $(env COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD VARIABLE=bash_complete "$1"); do
        type=${line%%,*}
        case $type in
            file) compopt -o default 2>/dev/null ;;
            dir) compopt -o dirnames 2>/dev/null ;;
            *) COMPREPLY+=("${line#*,}") ;;
        esac
    done
}
complete -o nosort -F _roadmap_tui_completion PROGRAM 2>/dev/null ||
    complete -o default -F _roadmap_tui_completion PROGRAM
""".replace("VARIABLE", COMPLETION_VARIABLE).replace("PROGRAM", PROGRAM_NAME)


@command("completion", "Print shell completions.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def completion_command(_: CliContext, shell: str) -> None:
    """Print shell completions for commands, items, sections and roadmaps.

    \b
    bash: eval "$(roadmap-tui completion bash)"   in ~/.bashrc
    zsh:  eval "$(roadmap-tui completion zsh)"    in ~/.zshrc
    fish: roadmap-tui completion fish > ~/.config/fish/completions/roadmap-tui.fish
    """
    if shell == "bash":
        echo([_BASH.rstrip()])
    elif script := get_completion_class(shell):
        program = click.get_current_context().find_root().command
        echo([script(program, {}, PROGRAM_NAME, COMPLETION_VARIABLE).source().rstrip()])
