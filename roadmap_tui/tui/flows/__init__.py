"""Sequences of dialogs."""
