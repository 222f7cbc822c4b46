"""Reads rows from files, prefixes and the hub, whatever their format."""
