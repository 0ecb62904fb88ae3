"""Starts and ends the screen; does not import Textual before the first frame is painted."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from roadmap_tui.core.errors import CANNOT_SAVE, SaveError, UsageError
from roadmap_tui.core.sanitize import clean
from roadmap_tui.core.settings import DEFAULTS, OWN_THEMES, THEMES, Settings
from roadmap_tui.store.journal import dump
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.view_state import ViewState, first_on, first_time, load_view_state, saver
from roadmap_tui.study.study import Study
from roadmap_tui.text import terminal
from roadmap_tui.text.styled_text import ASCII, UNICODE
from roadmap_tui.tui.main.state import MainState
from roadmap_tui.tui.render.colors import DARK_NAME, LIGHT_NAME, PALETTES, SIXTEEN_LIGHT_NAME, SIXTEEN_NAME
from roadmap_tui.tui.splash import early_frame
from roadmap_tui.tui.terminal.capabilities import correct_environment, discard_output
from roadmap_tui.tui.terminal.signals import ShutdownGuard

if TYPE_CHECKING:
    from roadmap_tui.store.sync import SyncResult
    from roadmap_tui.study.library import Library
    from roadmap_tui.study.today import Today
    from roadmap_tui.tui.app import RoadmapApp
    from roadmap_tui.tui.main.syncer import Syncer


def run(
    study: Study,
    locations: Locations | None,
    name: str,
    *,
    ascii_only: bool = False,
    theme: str | None = None,
    message: str = "",
    is_error: bool = False,
    on_synced: Callable[[SyncResult], None] = lambda _: None,
) -> int:
    """Show a roadmap until the reader leaves; return the exit code.

    ``name`` is the roadmap to open next time. ``theme`` overrides the setting. ``on_synced`` is called with
    the result of each sync. Events that could not be saved are printed to stderr, one record per line. Raises
    UsageError for an unknown theme, and the exception that crashed the screen, after the terminal was
    restored and the journal closed.
    """
    view_state = load_view_state(locations.state, study.roadmap.id) if locations else ViewState()
    correct_environment()
    glyphs = ASCII if ascii_only or not terminal.supports_unicode(os.environ) else UNICODE
    state = MainState(study, glyphs, view_state)
    if not message and glyphs is ASCII and locations and _is_ascii_unexpected(study.settings, locations):
        message = "ASCII only: no UTF-8 locale is set here; set LANG to one, as in LANG=C.UTF-8"
    state.show_message(message, is_error=is_error)
    theme = theme_named(_requested_theme(theme, study.settings))
    palette = None if terminal.is_color_disabled(os.environ) else PALETTES.get(theme)
    app: RoadmapApp | None = None

    def shut_down(number: int) -> None:
        if app is not None:
            app.post_message(app.SignalReceived(number))

    def fail(args: threading.ExceptHookArgs) -> None:
        if app is not None and args.exc_value is not None:
            app.fail(args.exc_value)

    threading.excepthook = fail
    with ShutdownGuard(shut_down) as guard:
        try:
            first_page = _first_page(study, locations) if locations else None
            with early_frame(state, palette, first_page) as adopt_terminal:
                app = _create_app(state, locations, name, theme, adopt_terminal, first_page, on_synced)
                # GNU screen holds Escape back while the mouse is tracked.
                app.run(mouse=study.settings.mouse and not os.environ.get("STY"))
        finally:
            threading.excepthook = threading.__excepthook__
            saved = _close(app.state.study if app else study)
            if app is not None:
                app.syncer.stop()
        if study.settings.sync_auto and app.crash is None and not guard.number:
            _sync_at_exit(app.syncer, guard)
    if guard.number:
        discard_output()
        return 128 + guard.number
    if app.crash is not None:
        raise app.crash
    return 0 if saved else CANNOT_SAVE


def _sync_at_exit(syncer: Syncer, guard: ShutdownGuard) -> None:
    """Sync for a short time; print what went wrong to stderr, which may be closed."""
    if message := syncer.sync_at_exit(lambda: bool(guard.number)):
        with suppress(OSError):
            sys.stderr.write(f"roadmap-tui: {message}\n")


def _is_ascii_unexpected(settings: Settings, locations: Locations) -> bool:
    """Return True, once, if only ASCII is used because a multiplexer has no UTF-8 locale."""
    is_chosen = settings.ascii or terminal.supports_unicode(os.environ)
    return not is_chosen and terminal.is_multiplexed(os.environ) and first_time(locations.state, "ascii")


def _create_app(
    state: MainState,
    locations: Locations | None,
    name: str,
    theme: str,
    adopt_terminal: Callable[[], Any],
    first_page: Today | None,
    on_synced: Callable[[SyncResult], None],
) -> RoadmapApp:
    """Import Textual and create the app; without ``locations`` nothing is stored."""
    from roadmap_tui.store import status_file
    from roadmap_tui.store.backup import back_up
    from roadmap_tui.store.drafts import Drafts
    from roadmap_tui.store.library import is_removed
    from roadmap_tui.text.status import status_line
    from roadmap_tui.tui.app import RoadmapApp
    from roadmap_tui.tui.main.syncer import Syncer

    if locations is None:
        return RoadmapApp(state, lambda _: None, theme, adopt_terminal=adopt_terminal)
    study = state.study

    def open_library() -> Library:
        from roadmap_tui.study.library import Library

        library = Library(locations, settings=study.settings)
        library.on_saved = study.journal.on_saved
        return library

    def write_status(state: MainState) -> None:
        counts, day = state.study.counts_at(), state.study.today()
        status_file.update(locations.state, status_line(counts, day, state.glyphs))

    def back_up_today() -> None:
        back_up(locations.log, locations.backups, study.now().date())

    return RoadmapApp(
        state,
        saver(locations.state, study.roadmap.id, name),
        theme,
        open_library=open_library,
        back_up=back_up_today,
        adopt_terminal=adopt_terminal,
        drafts=Drafts(locations.drafts, lambda name: is_removed(name, locations.roadmaps)),
        may_offer_slow_link=lambda: first_time(locations.state, "slow-link"),
        write_status=write_status,
        first_page=first_page,
        syncer=Syncer(locations, on_synced),
    )


def _first_page(study: Study, locations: Locations) -> Today | None:
    """Return the Today page if the day begins with it: not if the first question is about a running timer.

    With ``auto`` it does on the first start of a day that has something to do.
    """
    first, is_timing = study.settings.first, bool(study.time_tracker.running())
    if first == "outline" or (is_timing and not study.view_only):
        return None
    if first == "auto":
        if not first_on(locations.state, study.today()):
            return None
        is_busy = is_timing or bool(study.counts.ids_of("doing"))
        if not (is_busy or (study.counts_at().done > 0 and study.reviews.due_count() > 0)):
            return None
    from roadmap_tui.study.today import active_studies, today

    return today(active_studies(study, locations.roadmaps))


def _requested_theme(theme: str | None, settings: Settings) -> str:
    """Return the name of the theme from the command line or the settings."""
    name = theme or settings.theme
    if settings.slow_link and name == DEFAULTS.theme:
        return "16"  # the numbers of the 16 colors take a fifth of the bytes of true color
    return name


def _close(study: Study) -> bool:
    """Close the journal and print events that can't be saved; return True if all are saved."""
    try:
        study.close()
    except SaveError as error:
        with suppress(OSError):  # stderr may be closed
            for event in study.not_saved:
                sys.stderr.write(f"{dump(event)}\n")
            sys.stderr.write(f"roadmap-tui: {error}\n")
        return False
    return True


def theme_named(name: str) -> str:
    """Resolve ``auto``, ``dark``, ``light``, ``16`` or the name of a theme of Textual. Raises UsageError.

    The program's own themes have colors for the number that the terminal has; ``auto`` and ``16`` follow its
    background, if it is known.
    """
    short = name.removeprefix("roadmap-")
    if short in OWN_THEMES:
        is_light = terminal.is_light(os.environ) if short in {"auto", "16"} else short == "light"
        if short == "16" or terminal.has_16_colors(os.environ):
            return SIXTEEN_LIGHT_NAME if is_light else SIXTEEN_NAME
        own = LIGHT_NAME if is_light else DARK_NAME
        return own if terminal.reports_true_color(os.environ) else f"{own}-256"
    if name in THEMES:
        return name
    shown = clean(name, 100, one_line=True)
    raise UsageError(f"theme '{shown}'", "no such name", f"use {', '.join(THEMES)}")
