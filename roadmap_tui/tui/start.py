"""From a study to its screen and back: nothing here loads the toolkit before the first frame is painted."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from roadmap_tui.core.errors import CANNOT_SAVE, SaveError, UsageError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import DEFAULTS, THEMES, Settings
from roadmap_tui.store.backup import back_up
from roadmap_tui.store.journal import dump
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.view_state import ViewState, first_time, load_view_state, saver
from roadmap_tui.study.study import Study
from roadmap_tui.text import terminal
from roadmap_tui.text.styled_text import ASCII, UNICODE
from roadmap_tui.tui.colors import DARK, DARK_NAME, LIGHT, LIGHT_NAME, SIXTEEN_NAME
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.splash import early_frame
from roadmap_tui.tui.terminal.capabilities import discard_output
from roadmap_tui.tui.terminal.signals import ShutdownGuard

if TYPE_CHECKING:
    from roadmap_tui.study.library import Library
    from roadmap_tui.tui.app import RoadmapApp


def run(
    study: Study,
    locations: Locations | None,
    name: str,
    *,
    ascii_only: bool = False,
    theme: str | None = None,
    word: str = "",
    problem: bool = False,
) -> int:
    """Show a study until the reader leaves; the exit code. ``name`` is what to open next time.

    ``word`` is something to say first, until the first key; as a ``problem`` if it is one. ``theme`` goes
    before that of the settings. What could not be saved is printed on stderr, a record a line.

    Raises Refused for a theme that there is not, and whatever bug ended the screen; the terminal and the
    journal are in order then.
    """
    place = load_view_state(locations.state, study.roadmap.id) if locations else ViewState()
    has_unicode = not ascii_only and terminal.supports_unicode(os.environ)
    desk = MainState(study, UNICODE if has_unicode else ASCII, place)
    desk.show_message(word, problem=problem)
    theme = theme_named(_wanted_theme(theme, study.settings))
    colours = {DARK_NAME: DARK, LIGHT_NAME: LIGHT}.get(theme) if terminal.has_true_color(os.environ) else None
    app: RoadmapApp | None = None

    def leave(number: int) -> None:
        if app is not None:
            app.post_message(app.SignalReceived(number))

    with ShutdownGuard(leave) as watchdog:
        try:
            with early_frame(desk, colours) as take_over:
                app = _app(desk, locations, name, theme, take_over)
                app.run(mouse=study.settings.mouse)
        finally:
            saved = _close(app.state.study if app else study)
    if watchdog.number:
        discard_output()
        return 128 + watchdog.number
    if app.bug is not None:
        raise app.bug
    return 0 if saved else CANNOT_SAVE


def _app(
    state: MainState, locations: Locations | None, name: str, theme: str, take_over: Callable[[], Any]
) -> RoadmapApp:
    """The app on a desk, which keeps its things in these folders, if there are any. Loads the toolkit."""
    from roadmap_tui.store.drafts import Drafts
    from roadmap_tui.tui.app import RoadmapApp

    if locations is None:
        return RoadmapApp(state, lambda _: None, theme, take_over=take_over)
    study = state.study

    def shelf() -> Library:
        from roadmap_tui.study.library import Library

        return Library(locations, settings=study.settings)

    def back_up_today() -> None:
        back_up(locations.log, locations.backups, study.now().date())

    return RoadmapApp(
        state,
        saver(locations.state, study.roadmap.id, name),
        theme,
        library=shelf,
        back_up=back_up_today,
        take_over=take_over,
        drafts=Drafts(locations.drafts),
        may_offer=lambda: first_time(locations.state, "slow-link"),
    )


def _wanted_theme(asked: str | None, settings: Settings) -> str:
    """The name of the theme that was asked for, else that of the settings."""
    wanted = asked or settings.theme
    if settings.slow_link and wanted == DEFAULTS.theme:
        return "16"  # colours by their numbers take a fifth of the bytes
    return wanted


def _close(study: Study) -> bool:
    """Close the journal; where something can't be saved it is printed. Whether all is saved."""
    try:
        study.close()
    except SaveError as error:
        with suppress(OSError):  # there may be nobody to read it
            for event in study.not_saved:
                sys.stderr.write(f"{dump(event)}\n")
            sys.stderr.write(f"roadmap-tui: {error}\n")
        return False
    return True


def theme_named(name: str) -> str:
    """The theme of a name: ``auto``, ``dark``, ``light``, ``16``, or one of the toolkit's. Raises Refused."""
    if name == DEFAULTS.theme:
        return default_theme()
    own = f"roadmap-{name.removeprefix('roadmap-')}"
    if own in (DARK_NAME, LIGHT_NAME, SIXTEEN_NAME):
        return own
    if name in THEMES:
        return name
    shown = clean(name, 100, one_line=True)
    raise UsageError(f"theme '{shown}'", "there is none of that name", f"use {', '.join(THEMES)}")


def default_theme() -> str:
    """The theme that suits the terminal: by the colours it has, and by its ground where it tells that."""
    if terminal.has_16_colors(os.environ):
        return SIXTEEN_NAME
    return LIGHT_NAME if terminal.is_light(os.environ) else DARK_NAME
