"""The JSON documents that the training code reads and writes, as dataclasses."""
