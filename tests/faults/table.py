"""The table at the end of ``pytest -m faults``: what was done to the program, and what that cost."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pytest

MARK = "faults"
_PROPERTY = "fault"
_HEADINGS = ("fault", "injected", "acknowledged", "found", "lost")


class Row(NamedTuple):
    """A fault, how often it was injected, the events said to be saved, and those of them found later."""

    fault: str
    injected: int
    acknowledged: int
    found: int


class Loss:
    """Counts what a fault cost. Each count is a row of the table, whether the test passes or not."""

    def __init__(self, record: Callable[[str, object], None]) -> None:
        self._record = record

    def count(self, fault: str, injected: int, acknowledged: Iterable[str], found: Iterable[str]) -> None:
        """Compare the ids of events that were acknowledged with those found; fails where one is lost."""
        told, there = {*acknowledged}, {*found}
        self._record(_PROPERTY, [fault, injected, len(told), len(told & there)])
        assert injected, f"{fault}: it was never injected"
        assert told, f"{fault}: nothing was acknowledged, so nothing is shown"
        assert told <= there, f"{fault}: {len(told - there)} lost, the first is {min(told - there)}"


def is_thorough(config: pytest.Config) -> bool:
    """Whether the faults were asked for by name, and may take their time."""
    return bool(config.option.markexpr == MARK)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table. The rows come with the reports, which is how they leave a worker of xdist."""
    rows = _rows(terminalreporter)
    if not rows or not is_thorough(config):
        return
    injected, acknowledged, found = (sum(int(row[at]) for row in rows) for at in (1, 2, 3))
    rows.append(Row(f"{len(rows)} faults", injected, acknowledged, found))
    table: list[tuple[str, ...]] = [_HEADINGS]
    for row in rows:
        numbers = (row.injected, row.acknowledged, row.found, row.acknowledged - row.found)
        table.append((row.fault, *(f"{number:,}" for number in numbers)))
    widths = [max(len(line[at]) for line in table) for at in range(len(_HEADINGS))]
    terminalreporter.section("faults")
    for line in table:
        cells = (cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True))
        terminalreporter.write_line("  ".join((line[0].ljust(widths[0]), *cells)))


def _rows(reporter: pytest.TerminalReporter) -> list[Row]:
    reports = [report for kind in ("passed", "failed") for report in reporter.stats.get(kind, [])]
    return sorted(
        Row(*value)
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == _PROPERTY
    )
