"""Completion in the shell: the script of each shell, and what may stand where the cursor is."""

from __future__ import annotations

import re
from typing import Final

import click
from click.shell_completion import CompletionItem, get_completion_class, shell_complete

from roadmap_tui.cli.context import COMPLETING, CliContext
from roadmap_tui.cli.echo import echo
from roadmap_tui.cli.options import shared_options
from roadmap_tui.core.errors import USAGE, RoadmapTuiError
from roadmap_tui.core.roadmap.model import Item, Section
from roadmap_tui.core.search import EITHER, Kind, matches
from roadmap_tui.store import library

NAME: Final = "roadmap-tui"

# A shell puts a completion on the command line as it is, and whoever presses enter runs what is in it. A file
# of any name may lie in the library, also one that came from another machine.
_is_word = re.compile(r"\w[\w.+@-]*").fullmatch


@click.command(short_help="What makes your shell complete.")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@shared_options
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print what makes a shell complete commands, items, sections and roadmaps.

    \b
    bash: eval "$(roadmap-tui completion bash)"   in ~/.bashrc
    zsh:  eval "$(roadmap-tui completion zsh)"    in ~/.zshrc
    fish: roadmap-tui completion fish > ~/.config/fish/completions/roadmap-tui.fish
    """
    script = get_completion_class(shell)
    if script is not None:
        echo([script(ctx.find_root().command, {}, NAME, COMPLETING).source().rstrip()])


def answer(program: click.Command, instruction: str) -> int:
    """Answer the question that a shell asks through the environment; the exit code."""
    try:
        return shell_complete(program, {}, NAME, COMPLETING, instruction)
    except (KeyError, ValueError):
        return USAGE  # The variable was set by hand: a shell also says where the cursor is.


def completions(ctx: click.Context, what: str, begun: str) -> list[CompletionItem]:
    """What may stand for ``begun``: "roadmaps" by name or file, "items" and "sections" by id.

    Ids that begin so go first; where there are none, a piece of a title will do.
    """
    session = ctx.ensure_object(CliContext)
    session.is_completing = True
    try:
        if what == "roadmaps":
            return _roadmaps(session, begun)
        kinds: tuple[Kind, ...] = (Section,) if what == "sections" else (Item,)
        return _nodes(session, begun, EITHER if ctx.params.get("branch") else kinds)
    except (RoadmapTuiError, OSError):
        return []


def _roadmaps(context: CliContext, begun: str) -> list[CompletionItem]:
    names = [name for name in library.names(context.library) if name.startswith(begun) and _is_word(name)]
    if not names:
        return [CompletionItem(begun, type="file")]
    return [CompletionItem(name) for name in names]


def _nodes(context: CliContext, begun: str, kinds: tuple[Kind, ...]) -> list[CompletionItem]:
    order = context.study.tree
    nodes = [node for node in order.nodes if isinstance(node, kinds) and node.id.startswith(begun)]
    if not nodes:
        nodes = [order.nodes[at] for at in matches(order, begun, kinds)]
    return [CompletionItem(node.id, help=node.title) for node in nodes]
