"""The user interface: the only package that draws on the screen."""
