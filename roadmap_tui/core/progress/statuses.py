"""The statuses an item can have: one table, from which everything that lists statuses is derived.

Adding a status means adding a row to ``STATUS_TABLE``: marking, counts, filters, exports, imports,
``--json``, the command line, the keys and the glyphs follow. The order of the rows is the order of filters
and of ``Counts``; a status code is the index of its row.
"""

from typing import Final, NamedTuple, TypeAlias

Status: TypeAlias = str  # one of STATUSES


class StatusCommand(NamedTuple):
    """The command of the main screen that sets a status: id, default key, short name, sentence for the help.

    ``footer_order`` is its position among the key hints of the footer, 0 for none.
    """

    id: str
    key: str
    name: str
    help: str
    footer_order: int = 0


class StatusInfo(NamedTuple):
    """The names, style and rules of one status.

    ``id`` is its name in the journal, in ``--json`` and on the command line, ``label`` the one shown on the
    screen. ``style`` is the style of its glyph and label, ``title_style`` that of an item's title in the
    outline. ``checkbox`` is the character between the brackets of a Markdown task; those of
    ``checkbox_aliases`` mean the same. Only statuses with ``is_counted`` are in the total; the dependents of
    an item whose status ``is_finished`` are ready. ``command`` is None for ``done``, which the space key
    toggles.
    """

    id: str
    label: str
    glyph: str
    ascii_glyph: str
    style: str
    title_style: str
    checkbox: str
    checkbox_aliases: str
    html_sign: str
    is_counted: bool
    is_finished: bool
    command: StatusCommand | None = None


STATUS_TABLE: Final[tuple[StatusInfo, ...]] = (
    StatusInfo(
        "todo", "to do", "·", ".", "muted", "", " ", "", "☐", True, False,
        StatusCommand("reset", "0", "to do", "Mark to do"),
    ),
    StatusInfo(
        "doing", "in progress", "▶", "/", "doing", "doing", "/", "/", "▶", True, False,
        StatusCommand("doing", "i", "in progress", "Mark in progress", footer_order=3),
    ),
    StatusInfo("done", "done", "✓", "x", "done", "muted", "x", "xX✔✓☑✅√", "☑", True, True),
    StatusInfo(
        "skipped", "skipped", "–", "-", "faint", "faint", "-", "-", "–", False, True,
        StatusCommand("skip", "s", "skip", "Skip (not counted)"),
    ),
)  # fmt: skip

STATUS_INFO: Final = {row.id: row for row in STATUS_TABLE}
STATUSES: Final[tuple[Status, ...]] = tuple(STATUS_INFO)
FINISHED: Final = frozenset(row.id for row in STATUS_TABLE if row.is_finished)
UNFINISHED: Final = frozenset(STATUSES) - FINISHED
# In the order of reports and command lines: ``done`` comes first, uncounted statuses last.
REPORT_ORDER: Final = (
    *(row.id for row in reversed(STATUS_TABLE) if row.is_counted),
    *(row.id for row in STATUS_TABLE if not row.is_counted),
)
# The statuses that a source's author can set by a checkbox, besides ticked and empty, by its character.
STATUS_OF_CHECKBOX: Final = {row.checkbox: row.id for row in STATUS_TABLE if row.id not in {"todo", "done"}}
# The commands that set a status; the command that resets it is the last.
STATUS_COMMANDS: Final = {
    row.command: row.id for row in (*STATUS_TABLE[1:], STATUS_TABLE[0]) if row.command is not None
}
