"""Encodes the values of label columns as the labels of a task."""
