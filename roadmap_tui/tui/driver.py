"""The driver of the terminal, for a program whose first frame is on the screen before it starts."""

from __future__ import annotations

from typing import Any

from textual.drivers.linux_driver import LinuxDriver

from roadmap_tui.tui.watchdog import is_in_front


class KeepingDriver(LinuxDriver):
    """Does not enter the alternate screen the first time: it is there already.

    Entering it again would clear it, and the first frame would flash. The app's ``take_over`` is
    called instead, once: from then on it is the driver that leaves it.
    """

    _own_attributes: Any = None

    def start_application_mode(self) -> None:
        """Take the terminal, for the first time or back from the shell: nothing is known of what it shows."""
        forget = getattr(self._app, "forget_terminal", None)
        if forget:
            forget()
        super().start_application_mode()  # type: ignore[no-untyped-call] # so it is in Textual
        # What it found was set by the first frame: a shell that takes the terminal back wants its own.
        if self._own_attributes is not None:
            self.attrs_before, self._own_attributes = self._own_attributes, None

    def stop_application_mode(self) -> None:
        """Give the terminal back, unless it was given back before and is another's now."""
        if is_in_front(self.fileno):
            super().stop_application_mode()

    def write(self, data: str) -> None:
        """Pass the data on, but for that one sequence."""
        take_over = getattr(self._app, "take_over", None)
        if data == "\x1b[?1049h" and take_over:
            self._own_attributes = take_over()
            vars(self._app)["take_over"] = None
            return
        super().write(data)
