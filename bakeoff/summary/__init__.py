"""summary.json, and the tables rendered from it."""
