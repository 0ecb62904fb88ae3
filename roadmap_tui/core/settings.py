"""The settings: names, types, bounds and defaults.

The config file, the environment variables and ``roadmap-tui config`` are derived from ``SETTINGS``.
"""

from typing import Any, Final, NamedTuple

from roadmap_tui.core.sanitize import clean

LARGEST_ROADMAP: Final = 1_000_000  # items; the maximum of the setting limits.items
_MAX_TEXT: Final = 1000
_SWITCH: Final = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}
# Our own themes, then Textual's: listed here because importing Textual is slow.
OWN_THEMES: Final = ("auto", "dark", "light", "16")
THEMES: Final = (
    *OWN_THEMES,
    *("textual-dark", "textual-light", "nord", "gruvbox", "dracula", "tokyo-night", "monokai", "flexoki"),
    *("catppuccin-mocha", "catppuccin-latte", "catppuccin-frappe", "catppuccin-macchiato"),
    *("solarized-light", "solarized-dark", "rose-pine", "rose-pine-moon", "rose-pine-dawn"),
    *("atom-one-dark", "atom-one-light", "ansi-dark", "ansi-light"),
)


_CHOICES: Final = {"theme": THEMES, "first": ("auto", "today", "outline")}


class Settings(NamedTuple):
    """All settings; ``day_start`` is in minutes after midnight, ``keys`` pairs of a command and its keys."""

    theme: str = "auto"
    ascii: bool = False
    mouse: bool = True
    side_by_side: int = 100
    start: str = "last"
    first: str = "auto"
    slow_link: bool = False
    escape_ms: int = 0
    day_start: int = 4 * 60
    reviews_a_day: int = 10
    retention: float = 0.9
    sync_auto: bool = False
    most_items: int = 20_000
    keys: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def review_model(self) -> tuple[float, int]:
        """The arguments of the review scheduler."""
        return self.retention, self.day_start


DEFAULTS: Final = Settings()


class Setting(NamedTuple):
    """A setting: its name in the file (table.key), its field of ``Settings``, its help and bounds."""

    name: str
    field: str
    help: str
    lowest: float = 0
    highest: float = 0

    @property
    def variable(self) -> str:
        """The environment variable that overrides the file."""
        return f"ROADMAP_TUI_{self.field.upper()}"

    @property
    def allowed(self) -> str:
        """A description of the allowed values, for messages and the config template."""
        default = getattr(DEFAULTS, self.field)
        if self.field == "theme":
            return f"{', '.join(OWN_THEMES)}, or a theme of Textual such as nord"
        if self.field in _CHOICES:
            return ", ".join(_CHOICES[self.field])
        if self.field == "day_start":
            return 'a time from "00:00" to "23:59"'
        if isinstance(default, bool):
            return "true or false"
        if isinstance(default, str):
            return f"a text of 1 to {_MAX_TEXT} characters"
        return f"{'a whole number' if isinstance(default, int) else 'a number'} {self._bounds}"

    @property
    def _bounds(self) -> str:
        return f"between {self.lowest} and {self.highest}"

    def read(self, value: object) -> Any:
        """Validate a value from the file. Raises ValueError with a reason for the user."""
        default = getattr(DEFAULTS, self.field)
        if self.field == "day_start":
            return self._minutes(value)
        if isinstance(default, bool):
            if isinstance(value, bool):
                return value
        elif isinstance(default, str):
            is_allowed = self.field not in _CHOICES or value in _CHOICES[self.field]
            if isinstance(value, str) and 0 < len(value) <= _MAX_TEXT and is_allowed:
                return value
        elif isinstance(value, (int, type(default))) and not isinstance(value, bool):
            if self.lowest <= value <= self.highest:
                return value
            raise ValueError(f"{_format(value)} is not {self._bounds}")
        one_of = "one of " if self.field in _CHOICES else ""
        raise ValueError(f"{_format(value)} is not {one_of}{self.allowed}")

    def read_text(self, text: str) -> Any:
        """Parse and validate an environment variable. Raises ValueError with a reason for the user."""
        default = getattr(DEFAULTS, self.field)
        value: object = text
        if isinstance(default, bool):
            value = _SWITCH.get(text.strip().lower(), text)
        elif isinstance(default, (int, float)) and self.field != "day_start" and len(text) <= 40:
            for kind in (int, float):
                try:
                    value = kind(text)
                    break
                except ValueError:
                    continue
        return self.read(value)

    def write(self, settings: Settings) -> str:
        """Return the value in TOML."""
        value = getattr(settings, self.field)
        if self.field == "day_start":
            return f'"{value // 60:02}:{value % 60:02}"'
        return _format(value, _MAX_TEXT)

    def _minutes(self, value: object) -> int:
        """Convert "HH:MM" or a TOML time value to minutes after midnight."""
        text = value if isinstance(value, str) else str(value)[:5] if hasattr(value, "tzinfo") else ""
        hours, colon, minutes = text.partition(":")
        is_time = colon and len(minutes) == 2 and 0 < len(hours) <= 2 and (hours + minutes).isdecimal()
        if is_time and int(hours) < 24 and int(minutes) < 60:
            return int(hours) * 60 + int(minutes)
        raise ValueError(f"{_format(value)} is not {self.allowed}")


def _format(value: object, limit: int = 60) -> str:
    """Format a value in TOML for a message; only its type if it is long or a container."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        plain = clean(value, limit, one_line=True).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{plain}"'
    if isinstance(value, int):
        return str(value) if abs(value) < 10**15 else "so large a number"
    if isinstance(value, float):
        return str(value)
    return {"list": "a list", "dict": "a table"}.get(type(value).__name__, "a time or a date")


SETTINGS: Final = (
    Setting("screen.theme", "theme", "Colors; auto follows the terminal."),
    Setting("screen.ascii", "ascii", "Use ASCII characters only."),
    Setting("screen.mouse", "mouse", "Use the mouse; false leaves it to the terminal."),
    Setting(
        "screen.side_by_side",
        "side_by_side",
        "Width in columns from which the panes are side by side.",
        40,
        1000,
    ),
    Setting("screen.start", "start", "Roadmap to open: last, or a name that `list` shows."),
    Setting("screen.first", "first", "First page: today, outline, or auto (today, once a day)."),
    Setting("screen.slow_link", "slow_link", "Send less to the terminal, for a slow connection."),
    Setting(
        "terminal.escape_ms",
        "escape_ms",
        "How long Esc waits for the rest of a key's sequence, in milliseconds; 0 measures the connection.",
        0,
        1000,
    ),
    Setting("study.day_starts", "day_start", "Time at which a study day begins."),
    Setting("review.a_day", "reviews_a_day", "Maximum number of reviews a day.", 0, 1000),
    Setting(
        "review.retention",
        "retention",
        "Target retention: the share of items you still know when they are due.",
        0.7,
        0.99,
    ),
    Setting("sync.auto", "sync_auto", "Sync after the start, and for at most 3 s when you quit."),
    Setting("limits.items", "most_items", "Maximum number of items in a roadmap.", 1, LARGEST_ROADMAP),
)
