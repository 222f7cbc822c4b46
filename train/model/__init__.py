"""Pins, fetches, checks and stores a candidate's model."""
