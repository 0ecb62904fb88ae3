"""The main screen: its state, the actions on it, the watcher for changes from outside, and the screen."""
