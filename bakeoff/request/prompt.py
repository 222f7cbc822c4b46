"""What language models are asked."""

from typing import Annotated

from pydantic import AfterValidator, Field

from bakeoff.quoting import shown
from bakeoff.request.parts import Part
from bakeoff.request.values import Text, refused

MAX_INSTRUCTION_CHARACTERS = 4000


def _check_instruction(text: str) -> str:
    lines = text.splitlines()
    if not text.strip() or not all(line.replace("\t", " ").isprintable() for line in lines):
        raise refused(
            f"{shown(text)} is empty or contains control characters.",
            "Say in a sentence or two what is asked about a text, or leave it out.",
        )
    return text.strip()


Instruction = Annotated[
    Text, Field(max_length=MAX_INSTRUCTION_CHARACTERS), AfterValidator(_check_instruction)
]


class Prompt(Part):
    """What models with the method prompt are asked about each text."""

    instruction: Instruction | None = Field(
        default=None,
        description="What is asked about a text, in words; what may be answered is added. null: a "
        "sentence that suits the task.",
    )
