"""The terminal: driver, cell diff, signals, clipboard, browser, and all uses of Textual's private API."""
