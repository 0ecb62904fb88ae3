"""Study sessions: a roadmap, its journal, and every action of the reader."""
