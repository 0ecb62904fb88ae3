"""Events, their records on disk, and the state they fold to."""
