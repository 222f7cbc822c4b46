"""Turns the texts of a snapshot into a model's tokens."""
