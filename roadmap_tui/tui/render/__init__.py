"""Renders values as styled lines; does not import Textual."""
