"""Looks into the files of a data set before anything is sent."""
