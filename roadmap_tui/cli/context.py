"""What every command works with: the folders, the roadmap that is meant, the study of it."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from roadmap_tui.cli.echo import Glyphs, echo_err, glyphs
from roadmap_tui.core.errors import ReadError, SaveError
from roadmap_tui.core.roadmap.model import Roadmap
from roadmap_tui.core.settings import SETTINGS, Settings
from roadmap_tui.store import library
from roadmap_tui.store.config import Config
from roadmap_tui.store.config import read as read_config
from roadmap_tui.store.locations import Locations, locate
from roadmap_tui.study.study import Study

if TYPE_CHECKING:
    from roadmap_tui.text.keymap import Keymap

COMPLETING: Final = "_ROADMAP_TUI_COMPLETE"  # the variable that a shell which asks for completions sets


class CliContext:
    """One run of the program: what its options say, and what follows from that when it is asked for."""

    def __init__(self) -> None:
        self.data_dir: str | None = None
        self.roadmap: str | None = None
        self.ascii = False
        self.theme: str | None = None
        self.on_screen = False
        self.slow_link = False
        self.is_completing = False  # somebody is typing a command: nothing may be said in the middle of that

    @functools.cached_property
    def locations(self) -> Locations | None:
        """The folders; None without a home folder."""
        try:
            return locate(self.data_dir)
        except RuntimeError:  # platformdirs, where neither HOME nor the system's accounts name one
            return None

    @property
    def log(self) -> str | None:
        """The folder of the journal; None without a home folder."""
        return self.locations.log if self.locations else None

    @property
    def library(self) -> str | None:
        """The folder of the imported roadmaps; None without a home folder."""
        return self.locations.roadmaps if self.locations else None

    @property
    def cache(self) -> str | None:
        """The folder of what can be worked out again; None without a home folder."""
        return self.locations.cache if self.locations else None

    @functools.cached_property
    def config(self) -> Config:
        """What the reader has set: by the file, over that the environment, over that the options."""
        config = read_config(self.locations.config if self.locations else None)
        for setting in SETTINGS:
            if setting.field in _BY_OPTION and (value := getattr(self, setting.field)):
                config.override(setting, _BY_OPTION[setting.field], value)
        return config

    @functools.cached_property
    def settings(self) -> Settings:
        """What is in force; what is wrong with it is told, on the screen by whoever opens that."""
        if not (self.on_screen or self.is_completing):
            for line in self.config.warnings:
                echo_err(f"roadmap-tui: {line}")
        return self.config.settings

    @functools.cached_property
    def keymap(self) -> Keymap:
        """The keys as the reader has them. Asked for before ``settings``, their faults are told too."""
        from roadmap_tui.text.keymap import KEYMAP, keys_shown

        keymap, faults = KEYMAP.rebind(self.config.settings.keys)
        for fault in faults:
            known = fault.id in {command.id for command in keymap.commands}
            held = f"; using {keys_shown(keymap[fault.id])}" if known else ""
            self.config.add_warning(f"keys.{fault.id}", f"{fault.why}{held}")
        return keymap

    @property
    def glyphs(self) -> Glyphs:
        """The signs to print with."""
        return glyphs(self.settings.ascii)

    def find(self, name: str) -> Roadmap:
        """The roadmap of a name or file. Raises CannotRead and BadRoadmap."""
        return library.find(name, self.library, self.cache, most_items=self.settings.most_items)

    @functools.cached_property
    def chosen(self) -> tuple[str, Roadmap]:
        """The roadmap to work on and its name: the one asked for, else the one opened last, else the bundled.

        Raises CannotRead and BadRoadmap.
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
        """The study of the roadmap that is meant. Raises CannotRead and BadRoadmap."""
        return Study.open(self.chosen[1], self.log, settings=self.settings, cache=self.cache)

    @property
    def last(self) -> str:
        """The name of the roadmap opened last, empty where none was."""
        if self.locations is None:
            return ""
        from roadmap_tui.store.view_state import last_roadmap

        return last_roadmap(self.locations.state)

    @contextmanager
    def writing(self) -> Iterator[Study]:
        """The study for changes, which are on the disk when this ends. Raises CannotSave."""
        try:
            yield self.study
            self.study.close()
        except SaveError as error:
            # What the screen would try again, a command that ends does not.
            raise SaveError(error.what, error.why, "mend that and repeat the command") from None

    def back_up(self) -> None:
        """Make the backup of the day, if there is none yet; where that fails it is said."""
        if self.locations is None:
            return
        from roadmap_tui.store.backup import back_up

        try:
            back_up(self.locations.log, self.locations.backups, self.study.now().date())
        except OSError as error:
            echo_err(f"roadmap-tui: no backup: {error.strerror or error}; look at {self.locations.backups}")


_BY_OPTION = {"theme": "--theme", "ascii": "--ascii", "slow_link": "--slow-link"}
