"""Read other formats into a roadmap."""
