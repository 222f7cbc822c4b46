"""What came of one question."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Reply:
    """As the service gave it, not yet read."""

    stop_reason: str
    form: Any
    """The form that the model filled in, as JSON; None if it did not."""
    text: str
    input_tokens: int
    output_tokens: int
    seconds: float
    """From the question to the reply, without attempts that failed."""
