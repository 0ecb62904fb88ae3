"""``stats``: print statistics."""

from typing import Final

from roadmap_tui.cli.context import CliContext
from roadmap_tui.cli.echo import echo, echo_json
from roadmap_tui.cli.options import command, parse_since, since_option
from roadmap_tui.core.stats.json import statistics_to_dict
from roadmap_tui.text.statistics import render_statistics
from roadmap_tui.text.styled_text import to_ascii

_WIDTH: Final = 80


@command("stats", "Print statistics.", json="one object")
@since_option
def stats_command(context: CliContext, since: str | None = None, as_json: bool = False) -> None:
    """Print statistics: progress, activity, pace, hours and recall.

    A study day begins at 04:00 (a setting), by the clock of the machine where something was done.
    Activity and streak cover all roadmaps. --since leaves out earlier activity, hours and reviews;
    streak, pace and counts do not change.

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
      due_by_day  [reviews that come due today, tomorrow, …], 30 days
      leeches     [titles of what is forgotten again and again]
      unread      files and lines of the log that could not be read
    """
    statistics = context.study.statistics(parse_since(context.study, since))
    if as_json:
        echo_json(statistics_to_dict(statistics) | {"unread": len(context.study.journal.unread)})
        return
    page = render_statistics(statistics, _WIDTH, context.glyphs)
    lines = ["".join(span.text for span in line).rstrip() for line in page]
    echo(map(to_ascii, lines) if context.glyphs.is_ascii else lines)
