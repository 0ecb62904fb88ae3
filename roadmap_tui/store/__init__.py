"""Storage: everything that reads or writes files."""
