"""The option ``--since`` of the commands that look back."""

from __future__ import annotations

from datetime import date
from typing import Final

import click

from roadmap_tui.study.study import Study

since_option: Final = click.option(
    "--since", metavar="DATE", help="From that day on: 2026-10-03, or 7d, 2w, 3m, 1y ago."
)


def first_day(study: Study, words: str | None) -> date | None:
    """The day that the option names, None where it was not given. Raises click.BadParameter."""
    if words is None:
        return None
    from roadmap_tui.core.parse_date import since

    try:
        return since(words, study.today())
    except ValueError as error:
        raise click.BadParameter(f"{words!r}: {error}", param_hint="--since") from None
