"""Reads prepared rows in a training job, and pads batches of them."""
