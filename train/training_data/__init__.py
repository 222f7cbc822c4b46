"""Reads prepared rows in a training job, and makes batches of them."""
