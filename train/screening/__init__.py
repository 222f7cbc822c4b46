"""Scores models without the whole of their training."""
