"""Importers: other formats read into roadmaps."""
