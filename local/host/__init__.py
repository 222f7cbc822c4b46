"""Processes and ports of the machine on which the local cloud runs."""
