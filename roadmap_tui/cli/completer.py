"""Shell completion: the possible values of an argument."""

import re

import click
from click.shell_completion import CompletionItem, shell_complete

from roadmap_tui.cli.commands import PROGRAM_NAME
from roadmap_tui.cli.context import COMPLETION_VARIABLE, CliContext
from roadmap_tui.core.errors import USAGE, RoadmapTuiError
from roadmap_tui.core.roadmap.model import Item, Section
from roadmap_tui.core.search import EITHER, Kind, matches

# The shell inserts a completion verbatim, and enter runs it. File names in the library may come from another
# machine, so anything but a plain word is left out.
_is_word = re.compile(r"\w[\w.+@-]*").fullmatch


def run_completion(program: click.Command, instruction: str) -> int:
    """Answer a shell's completion request from the environment; returns the exit code."""
    try:
        return shell_complete(program, {}, PROGRAM_NAME, COMPLETION_VARIABLE, instruction)
    except (KeyError, ValueError):
        return USAGE  # Somebody set the variable by hand: a shell also sets the cursor position.


def completions(ctx: click.Context, kind: str, incomplete: str) -> list[CompletionItem]:
    """Complete "roadmaps" by name or file, "items" and "sections" by id, or by title if no id matches."""
    context = ctx.ensure_object(CliContext)
    context.is_completing = True
    try:
        if kind == "roadmaps":
            return _roadmaps(context, incomplete)
        kinds: tuple[Kind, ...] = (Section,) if kind == "sections" else (Item,)
        return _nodes(context, incomplete, EITHER if ctx.params.get("branch") else kinds)
    except (RoadmapTuiError, OSError):
        return []


def _roadmaps(context: CliContext, incomplete: str) -> list[CompletionItem]:
    names = [name for name in context.library.names() if name.startswith(incomplete) and _is_word(name)]
    if not names:
        return [CompletionItem(incomplete, type="file")]
    return [CompletionItem(name) for name in names]


def _nodes(context: CliContext, incomplete: str, kinds: tuple[Kind, ...]) -> list[CompletionItem]:
    tree = context.study.tree
    nodes = [node for node in tree.nodes if isinstance(node, kinds) and node.id.startswith(incomplete)]
    if not nodes:
        nodes = [tree.nodes[index] for index in matches(tree, incomplete, kinds)]
    return [CompletionItem(node.id, help=node.title) for node in nodes]
