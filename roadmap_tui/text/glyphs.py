"""The glyphs that are not letters, for terminals with Unicode and for those with ASCII only."""

from typing import Final, NamedTuple

from roadmap_tui.core.progress.statuses import STATUS_TABLE, Status


class Glyphs(NamedTuple):
    """One glyph per meaning, each one cell wide; the status glyphs come from the status table.

    ``corners`` are those of a frame: top left, top right, bottom left, bottom right.
    """

    unsaved: str = "!"
    ready: str = "○"
    folded: str = "▸"
    unfolded: str = "▾"
    cursor: str = "▌"
    selected: str = "•"
    bar: str = "━"
    bar_half: str = "╸"
    bar_rest: str = "─"
    hline: str = "─"
    vline: str = "│"
    note: str = "✎"
    timer: str = "●"
    match: str = "◂"
    separator: str = "·"
    path_separator: str = "›"
    ellipsis: str = "…"
    goal: str = "◎"
    due: str = "↻"
    bracket_top: str = "┐"
    bracket_bottom: str = "┘"
    corners: str = "╭╮╰╯"

    @property
    def is_ascii(self) -> bool:
        """True for the ASCII glyphs."""
        return self.ellipsis.isascii()

    def of(self, status: Status) -> str:
        """Return the glyph of a status."""
        return (_ASCII_STATUS if self.is_ascii else _UNICODE_STATUS)[status]

    def path(self, titles: list[str]) -> str:
        """Join the titles of nested sections."""
        return f" {self.path_separator} ".join(titles)


UNICODE: Final = Glyphs()
ASCII: Final = Glyphs(
    ready="o",
    folded=">",
    unfolded="v",
    cursor="|",
    selected="*",
    bar="#",
    bar_half="=",
    bar_rest="-",
    hline="-",
    vline="|",
    note='"',
    timer="@",
    match="<",
    separator="-",
    path_separator=">",
    ellipsis="~",
    due="%",
    goal="o",
    bracket_top="\\",
    bracket_bottom="/",
    corners="++++",
)
_UNICODE_STATUS: Final = {row.id: row.glyph for row in STATUS_TABLE}
_ASCII_STATUS: Final = {row.id: row.ascii_glyph for row in STATUS_TABLE}
