"""Fuzz targets for everything that parses untrusted bytes."""
