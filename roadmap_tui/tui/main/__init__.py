"""The main screen: state, actions, watcher, screen."""
