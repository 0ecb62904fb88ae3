"""Work through a study roadmap in a terminal."""

__version__ = "0.1.0"
