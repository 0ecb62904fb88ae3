"""Whole screens; they do not know each other."""
