"""Dialogs and full screens, independent of each other."""
