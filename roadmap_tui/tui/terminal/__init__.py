"""The terminal: driver, input parsing, cell diff, signals, capabilities."""
