"""Importing a file that is opened on the screen, and the check of a new roadmap's name."""

from __future__ import annotations

from roadmap_tui.cli.commands import COMMANDS
from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.progress import spinner
from roadmap_tui.core.errors import UsageError
from roadmap_tui.text.import_report import format_summary


def import_file(context: CliContext, source: str) -> tuple[str, str]:
    """Import or update from a Markdown file; returns the roadmap's name and a summary of the changes."""
    with spinner(f"Reading {source}"):
        plan = context.library.plan_import(source).plan()
    context.library.apply(plan)
    return plan.roadmap.id, "" if plan.same else format_summary(plan.report, plan.changes)


def refuse_command_name(name: str) -> None:
    """Raise UsageError for a roadmap that has the name of a command."""
    if name in COMMANDS:
        raise UsageError(f"roadmap '{name}'", "that is the name of a command", "give another with --name")
