"""From a study to its screen and back: nothing here loads the toolkit before the first frame is painted."""

from __future__ import annotations

import sys
from contextlib import suppress

from roadmap_tui.core.errors import CANNOT_SAVE, CannotSave
from roadmap_tui.store.journal import dump
from roadmap_tui.store.locations import Locations
from roadmap_tui.store.place import Place, keep_place, place_in
from roadmap_tui.study import Study
from roadmap_tui.tui import terminal
from roadmap_tui.tui.colours import DARK, DARK_NAME, LIGHT, LIGHT_NAME, SIXTEEN_NAME
from roadmap_tui.tui.desk import Desk
from roadmap_tui.tui.first_frame import painted
from roadmap_tui.tui.lines import ASCII, UNICODE


def run(
    study: Study,
    locations: Locations | None,
    name: str,
    *,
    ascii_only: bool = False,
    theme: str | None = None,
) -> int:
    """Show a study until the reader leaves; the exit code. ``name`` is what to open next time.

    What could not be saved is printed on stderr, a record a line.
    """

    def remember(place: Place) -> None:
        if locations:
            with suppress(OSError):
                keep_place(locations.state, study.roadmap.id, name, place)

    place = place_in(locations.state, study.roadmap.id) if locations else Place()
    glyphs = ASCII if ascii_only or not terminal.speaks_unicode() else UNICODE
    desk = Desk(study, glyphs, place)
    theme = theme or default_theme()
    colours = {DARK_NAME: DARK, LIGHT_NAME: LIGHT}.get(theme) if terminal.has_true_colour() else None
    with painted(desk, colours) as take_over:
        from roadmap_tui.tui.app import RoadmapApp

        app = RoadmapApp(desk, remember, theme, take_over)
        app.run()
    unsaved = list(study.journal.unsaved)
    try:
        study.close()
    except CannotSave as error:
        for event in unsaved:
            sys.stderr.write(f"{dump(event)}\n")
        sys.stderr.write(f"roadmap-tui: {error}\n")
        return CANNOT_SAVE
    return app.return_code or 0


def default_theme() -> str:
    """The theme that suits the terminal: by the colours it has, and by its ground where it tells that."""
    if terminal.has_few_colours():
        return SIXTEEN_NAME
    return LIGHT_NAME if terminal.is_light() else DARK_NAME
