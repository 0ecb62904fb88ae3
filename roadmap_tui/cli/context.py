"""The context of a command: folders, configuration, the chosen roadmap and its study."""

from __future__ import annotations

import functools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from roadmap_tui.cli.commands import WRITING
from roadmap_tui.cli.echo import echo_err, supports_unicode
from roadmap_tui.core.errors import ReadError, RoadmapTuiError, SaveError
from roadmap_tui.core.progress.events import Event, ReviewGraded, StatusSet
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.settings import SETTINGS, Settings
from roadmap_tui.store import library
from roadmap_tui.store.config import Config
from roadmap_tui.store.config import read as read_config
from roadmap_tui.store.files import printable_path
from roadmap_tui.store.locations import Locations, locate
from roadmap_tui.study.study import Study
from roadmap_tui.text.glyphs import ASCII, UNICODE, Glyphs

if TYPE_CHECKING:
    from roadmap_tui.store.hooks import Hooks
    from roadmap_tui.study.library import Library
    from roadmap_tui.text.keymap import Keymap

COMPLETION_VARIABLE: Final = "_ROADMAP_TUI_COMPLETE"  # set by a shell that requests completions


class CliContext:
    """The shared options of one run, and values derived from them on first use."""

    def __init__(self) -> None:
        self.data_dir: str | None = None
        self.roadmap: str | None = None
        self.ascii = False
        self.theme: str | None = None
        self.slow_link = False
        self.shows_warnings = False  # the screen and `doctor` show warnings themselves
        self.roadmap_file: library.RoadmapFile | None = None  # of the roadmap found last
        self.is_completing = False  # nothing may be printed into a command line that is being typed

    @functools.cached_property
    def locations(self) -> Locations | None:
        """The data, state and config folders; None without a home folder."""
        return locate(self.data_dir)

    def require_locations(self, command: str) -> Locations:
        """Return the data, state and config folders. Raises SaveError without a home folder."""
        if self.locations is None:
            raise SaveError(command, "there is no home folder", "set HOME or ROADMAP_TUI_HOME")
        return self.locations

    @property
    def log(self) -> str | None:
        """The folder of the journal; None without a home folder."""
        return self.locations.log if self.locations else None

    @functools.cached_property
    def library(self) -> Library:
        """The library service."""
        from roadmap_tui.study.library import Library

        return Library(self.locations, settings=self.settings)

    @functools.cached_property
    def config(self) -> Config:
        """The configuration; options override environment variables, and those override the file."""
        config = read_config(self.locations.config if self.locations else None)
        for setting in SETTINGS:
            if setting.field in _BY_OPTION and (value := getattr(self, setting.field)):
                config.override(setting, _BY_OPTION[setting.field], value)
        return config

    @functools.cached_property
    def settings(self) -> Settings:
        """The settings in force. Prints warnings about the configuration on first use."""
        if not (self.shows_warnings or self.is_completing):
            for line in self.config.warnings:
                echo_err(f"roadmap-tui: {line}")
        return self.config.settings

    @functools.cached_property
    def keymap(self) -> Keymap:
        """The user's keymap; its errors become warnings of ``config``, so read it before ``settings``."""
        from roadmap_tui.text.keymap import KEYMAP, keys_shown

        keymap, errors = KEYMAP.rebind(self.config.settings.keys)
        ids = {command.id for command in keymap.commands}
        for command_id, why in errors:
            used = f"; using {keys_shown(keymap[command_id])}" if command_id in ids else ""
            self.config.add_warning(f"keys.{command_id}", why + used)
        return keymap

    @property
    def glyphs(self) -> Glyphs:
        """The glyphs to print."""
        return ASCII if self.settings.ascii or not supports_unicode() else UNICODE

    def find(self, name: str) -> Roadmap:
        """Load a roadmap by name or file. Raises ReadError and InvalidRoadmap."""
        folder, cache = (self.locations.roadmaps, self.locations.cache) if self.locations else (None, None)
        self.roadmap_file = library.RoadmapFile(name, folder, cache, most_items=self.settings.most_items)
        return self.roadmap_file.load()

    @functools.cached_property
    def chosen(self) -> tuple[str, Roadmap]:
        """The roadmap to work on and its name: ``--roadmap``, else the one opened last, else the bundled one.

        Raises ReadError and InvalidRoadmap.
        """
        if self.roadmap is not None:
            return self.roadmap, self.find(self.roadmap)
        last = self.last
        if last and last != library.BUNDLED_ID:
            try:
                return last, self.find(last)
            except (ReadError, ValueError) as error:
                why = error.why if isinstance(error, ReadError) else "that is no name"
                if not self.is_completing:
                    instead = f"using {library.BUNDLED_ID} instead"
                    echo_err(f"roadmap-tui: roadmap '{last}', opened last: {why}; {instead}")
        return library.BUNDLED_ID, self.find(library.BUNDLED_ID)

    @functools.cached_property
    def study(self) -> Study:
        """The study of the chosen roadmap. Raises ReadError and InvalidRoadmap."""
        cache = self.locations.cache if self.locations else None
        study = Study.open(self.chosen[1], self.log, settings=self.settings, cache=cache)
        study.file = self.roadmap_file
        study.journal.on_saved = self._run_hooks
        return study

    @functools.cached_property
    def hooks(self) -> Hooks:
        """The user's hooks. Prints on first use why hooks are refused."""
        from roadmap_tui.store.hooks import read_hooks

        hooks = read_hooks()
        for line in () if self.shows_warnings else hooks.errors:
            echo_err(f"roadmap-tui: {line}")
        return hooks

    def _run_hooks(self, events: list[Event]) -> None:
        """Run the hooks of events that were saved."""
        for event in events:
            if isinstance(event, ReviewGraded) or (isinstance(event, StatusSet) and event.status == "done"):
                from roadmap_tui.text.event_json import event_to_json

                name = "review" if isinstance(event, ReviewGraded) else "done"
                self.hooks.run(name, {"roadmap": event.roadmap, **event_to_json(event)})

    @property
    def last(self) -> str:
        """The name of the roadmap opened last, empty if there is none."""
        if self.locations is None:
            return ""
        from roadmap_tui.store.view_state import last_roadmap

        return last_roadmap(self.locations.state)

    @contextmanager
    def writing(self) -> Iterator[Study]:
        """Yield the study for changes and flush them to disk at the end. Raises SaveError."""
        try:
            yield self.study
            self.study.close()
        except SaveError as error:
            # The screen would retry; a command that ends cannot.
            raise SaveError(error.what, error.why, "fix that and repeat the command") from None

    def update_status_file(self, *, creates: bool = False) -> None:
        """Write the status of the roadmap opened last, if there is a status file, or with ``creates``.

        Raises OSError if it cannot be created.
        """
        from roadmap_tui.store import status_file

        if self.locations is None or not (creates or os.path.exists(status_file.path(self.locations.state))):
            return
        from roadmap_tui.text.status import status_line

        try:
            roadmap = self.find(self.last or library.BUNDLED_ID)
        except RoadmapTuiError:
            roadmap = library.load_bundled()
        study = Study.open(roadmap, self.log, settings=self.settings, cache=self.locations.cache)
        line = status_line(study.counts_at(), study.today(), self.glyphs)
        status_file.update(self.locations.state, line, creates=creates)

    def finish(self, command: str) -> None:
        """Write the status file if a command may have changed progress, and report what was not read."""
        if command in WRITING:
            self.update_status_file()
        self.report_unread()

    def report_unread(self) -> None:
        """Print one line about the unreadable log lines and roadmap files, if any."""
        if self.shows_warnings or self.is_completing or self.locations is None:
            return
        unread = self.study.journal.unread if "study" in self.__dict__ else []
        if not unread and "library" in self.__dict__:
            unread = self.library.unread
        if unread:
            from roadmap_tui.text.describe import format_unread

            echo_err(f"roadmap-tui: {format_unread(unread)}")
        try:
            os.listdir(self.locations.roadmaps)
        except (FileNotFoundError, NotADirectoryError):
            pass
        except OSError as error:
            shown = printable_path(self.locations.roadmaps)
            echo_err(f"roadmap-tui: not read: the roadmaps in {shown}: {error.strerror}")

    def back_up(self) -> None:
        """Write today's backup if there is none yet; a failure is only a warning."""
        if self.locations is None:
            return
        from roadmap_tui.store.backup import back_up

        try:
            back_up(self.locations.log, self.locations.backups, self.study.now().date())
        except OSError as error:
            echo_err(f"roadmap-tui: no backup: {error.strerror or error}; look at {self.locations.backups}")


_BY_OPTION = {"theme": "--theme", "ascii": "--ascii", "slow_link": "--slow-link"}
