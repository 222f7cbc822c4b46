"""Processes and ports of the machine that the local cloud runs on."""
