"""``stats``: what the log says about the study as a whole."""

from __future__ import annotations

import click

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import UNICODE, echo, echo_json
from roadmap_tui.cli.options import pass_context, shared_options
from roadmap_tui.cli.since import first_day, since_option

_WIDTH = 80


@click.command(short_help="Streak, pace, hours, reviews: how it goes.")
@since_option
@click.option("--json", "as_json", is_flag=True, help="Print one object.")
@shared_options
@pass_context
def stats(context: CliContext, since: str | None, as_json: bool) -> None:
    """Print how it goes: what is done, on which days, how fast, where the time went, what was recalled.

    A day of study begins at 04:00, or when the settings say, on the clock of the machine where something
    was done. The days and the streak are of all roadmaps. --since leaves out earlier days, hours, reviews
    and the chart before it; the streak, the pace and what is done are as ever.

    \b
    With --json, one object:
      roadmap, title, today, since
      total, done, doing, todo, skipped, retired, percent
      streak      {now, longest, days_this_week}
      days        [{date, done, reviewed, timed}], those with something on them
      pace        {weeks [items done, oldest first], done, per_week, missing}
      finish      {expected, earliest, latest}; null where pace.missing says why,
                  latest null where nothing was done in the slower weeks
      burn_up     [{date, done, size}], the days on which one of them changed
      seconds     on all items
      sections    [{id, title, depth, total, done, doing, todo, skipped, percent,
                  seconds}]; id null for what is in none
      retention   {all, four_weeks: {reviews, recalled, percent}, wanted_percent};
                  of an item's reviews on one day the first counts
    """
    found = context.study.statistics(first_day(context.study, since))
    if as_json:
        from roadmap_tui.core.stats.json import statistics_to_dict

        echo_json(statistics_to_dict(found))
        return
    from roadmap_tui.text.statistics import stats_lines
    from roadmap_tui.text.styled_text import ASCII, to_ascii
    from roadmap_tui.text.styled_text import UNICODE as SIGNS

    plain = context.glyphs is not UNICODE
    lines = stats_lines(found, _WIDTH, ASCII if plain else SIGNS)
    texts = ["".join(span.text for span in line).rstrip() for line in lines]
    echo([to_ascii(text) for text in texts] if plain else texts)
