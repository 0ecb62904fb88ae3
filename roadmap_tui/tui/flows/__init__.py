"""Sequences of dialogs, and commands that need the terminal."""
