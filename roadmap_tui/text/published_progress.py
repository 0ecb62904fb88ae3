"""Progress to publish: a block of Markdown for a README. It never contains notes."""

from collections.abc import Container, Sequence
from datetime import date, timedelta
from typing import Final

from roadmap_tui.core.exporters.markdown import escape_text
from roadmap_tui.core.humanize import format_date, format_duration, pluralize
from roadmap_tui.core.stats.activity import ActiveDay, active_days, all_completions
from roadmap_tui.study.study import Study

_BAR: Final = 40  # characters
_DAYS: Final = 14
_NO_ACTIVITY: Final = "·"
_LEVELS: Final = "▁▂▃▄▅▆▇█"


def progress_block(study: Study) -> str:
    """Return the counts, a bar and the last two weeks of a roadmap as Markdown."""
    counts, today = study.counts_at(), study.today()
    dates = [today - timedelta(days=ago) for ago in reversed(range(_DAYS))]
    days = {day.day: day for day in _own_days(study) if day.day in dates}
    facts = f"{counts.done} of {counts.total} done"
    facts += f", {doing} in progress" if (doing := counts.of("doing")) else ""
    filled = counts.percent * _BAR // 100
    done, reviews = sum(day.done for day in days.values()), sum(day.reviewed for day in days.values())
    parts = [f"{pluralize(done, 'item')} done", pluralize(reviews, "review")]
    if seconds := _logged_seconds(study, dates):
        parts.append(format_duration(seconds))
    period = f"{format_date(dates[0], today)} – {format_date(today, today)} {today.year}"
    lines = (
        f"**{escape_text(study.roadmap.title)}**: {facts}",
        f"`{'█' * filled}{'░' * (_BAR - filled)}` {counts.percent}%",
        f"Last two weeks, {period}: {', '.join(parts)}",
        f"`{_bars([days[day].total if day in days else 0 for day in dates])}`",
    )
    return "\n\n".join(lines)


def _own_days(study: Study) -> list[ActiveDay]:
    """Return the active days of this roadmap."""
    day_start = study.settings.day_start
    completions = all_completions(study.progress, day_start)
    own = {key: found for key, found in completions.items() if key[0] == study.source.id}
    reviews = {key: study.progress.reviews(*key) for key in own}
    return active_days(study.progress, own, reviews, day_start, study.today())


def _logged_seconds(study: Study, dates: Container[date]) -> int:
    """Return the seconds logged on this roadmap on some days, without a running timer, which changes."""
    entries = (entry for entry in study.progress.time_entries() if entry.roadmap == study.source.id)
    return sum(entry.timing.seconds or 0 for entry in entries if study.day(entry.timing.start) in dates)


def _bars(totals: Sequence[int]) -> str:
    """Draw a bar for each total, the highest at full height."""
    most = max(totals)
    return "".join(_LEVELS[total * (len(_LEVELS) - 1) // most] if total else _NO_ACTIVITY for total in totals)
