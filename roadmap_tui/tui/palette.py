"""The palette: every command of the keymap by its name."""

from __future__ import annotations

from functools import partial

from textual.command import CommandPalette, DiscoveryHit, Hit, Hits, Provider
from textual.widgets import Input

from roadmap_tui.tui.keymap import MOVE, Command, Keymap, keys_shown
from roadmap_tui.tui.screens.main import MainScreen


def found(keymap: Keymap) -> list[Command]:
    """The commands that the palette offers; what moves the cursor comes last, as nobody looks for that."""
    commands = [command for command in keymap.of() if command.id not in {"choose", "palette"}]
    return sorted(commands, key=lambda command: command.group == MOVE)


class Palette(CommandPalette):
    """Finds a command by its name."""

    def __init__(self) -> None:
        super().__init__(providers=[CommandProvider], placeholder="Find a command…")

    def on_mount(self) -> None:
        """Let nothing blink."""
        self.query_one(Input).cursor_blink = False


class CommandProvider(Provider):
    """Finds commands of the main screen."""

    async def discover(self) -> Hits:
        """All of them, for when nothing was typed yet."""
        for command in self._found():
            yield DiscoveryHit(self._label(command), partial(self._run, command), command.help)

    async def search(self, query: str) -> Hits:
        """Those whose name or sentence matches."""
        matcher = self.matcher(query)
        for command in self._found():
            text = f"{self._label(command)} {command.help}"
            score = matcher.match(text)
            if score > 0:
                label = self._label(command)
                yield Hit(score, matcher.highlight(label), partial(self._run, command), label, command.help)

    def _found(self) -> list[Command]:
        return found(self.screen.desk.keymap) if isinstance(self.screen, MainScreen) else []

    def _label(self, command: Command) -> str:
        keys = f"  ({keys_shown(command)})" if command.keys else ""
        return f"{command.name[:1].upper()}{command.name[1:]}{keys}"

    def _run(self, command: Command) -> None:
        if isinstance(self.screen, MainScreen):
            self.screen.action_command(command.id)
