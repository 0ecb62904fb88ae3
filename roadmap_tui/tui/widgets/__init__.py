"""Widgets and base classes of dialogs; values are passed in, messages come out."""
