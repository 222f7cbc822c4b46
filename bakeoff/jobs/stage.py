"""The stages of a race."""

from typing import Literal

Stage = Literal["screening", "rung", "final", "curve"]
"""Screening looks at many models without fine-tuning them, or with little. A rung trains each
candidate for a part of its steps. Jobs of the final train to the end and are scored on test. For
the learning curve the best two train again on parts of the rows; nothing is chosen by it."""
