"""Cleans, splits and samples the rows once; every candidate sees this snapshot."""
