"""Wording and styled text that both front ends share."""
