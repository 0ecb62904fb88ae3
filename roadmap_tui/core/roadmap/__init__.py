"""The roadmap model and the operations on it."""
