"""Builders, fakes and stand-ins that several tests share."""

from pathlib import Path

TRAIN = Path(__file__).parents[2] / "train"
"""The folder of the training code, which runs in a container without the rest of the project."""
