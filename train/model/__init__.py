"""A candidate's model: fetched, pinned, checked and stored."""
