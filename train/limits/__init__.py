"""Runs code that reads strangers' files within limits of memory and time."""
