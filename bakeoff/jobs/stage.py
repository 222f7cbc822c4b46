"""The stages of a race."""

from typing import Literal

Stage = Literal["screening", "rung", "final"]
"""Screening looks at many models without fine-tuning them, or with little. A rung trains each
candidate for a part of its steps. Only jobs of the final are scored on test."""
