"""Documents whose valid members are kept even if others are invalid.

They hold results that were paid for and that another program wrote. One member of the wrong type
must not cost the rest.
"""

import math
from collections.abc import Collection, Sequence
from typing import Annotated, Any, ClassVar, Self

from pydantic import (
    AfterValidator,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from bakeoff.documents import Document
from bakeoff.quoting import printable

_MAX_NAMES = 5
_MAX_NAMES_CHARACTERS = 300

Place = tuple[str | int, ...]
"""The way to a member: names of members and indices of lists."""


def _finite_or_none(number: float | None) -> float | None:
    return number if number is not None and math.isfinite(number) else None


Number = Annotated[float | None, Field(strict=True), AfterValidator(_finite_or_none)]
"""A finite number. None where there is none to give: a loss that diverged is NaN."""
Count = Annotated[int | None, Field(strict=True)]
Text = Annotated[str | None, Field(strict=True)]
Flag = Annotated[bool | None, Field(strict=True)]


class PartialDocument(Document):
    """A document whose members all have a default, which stands in for missing members and for
    members of the wrong type."""

    file_name: ClassVar[str]

    def with_note(self, sentence: str) -> Self:
        """The document with a sentence that names the members of the wrong type."""
        raise NotImplementedError

    @model_validator(mode="wrap")
    @classmethod
    def _ignore_unreadable(cls, value: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        ignored: list[Place] = []
        while True:
            try:
                document = validate(value)
            except ValidationError as error:
                places = _unreadable(error)
                if not all(places):
                    raise
                # An object that loses a member that it must have is unreadable in its turn.
                rest = _without(value, places)
                if rest == value:
                    raise
                value, ignored = rest, [*ignored, *places]
            else:
                break
        return document.with_note(_sentence(cls.file_name, ignored)) if ignored else document


def _unreadable(error: ValidationError) -> list[Place]:
    """The places of the error's problems; where a member is missing, that of its object."""
    places = (
        problem["loc"][:-1] if problem["type"] == "missing" else problem["loc"]
        for problem in error.errors()
    )
    return list(dict.fromkeys(places))


def _without(value: Any, places: Collection[Place], here: Place = ()) -> Any:
    """A copy of the JSON value without the members at these places; `here` is its own."""
    if isinstance(value, dict):
        return {
            name: _without(member, places, (*here, name))
            for name, member in value.items()
            if (*here, name) not in places
        }
    if isinstance(value, list):
        return [
            _without(member, places, (*here, index))
            for index, member in enumerate(value)
            if (*here, index) not in places
        ]
    return value


def _sentence(file_name: str, places: Sequence[Place]) -> str:
    names = [".".join(map(str, place)) for place in places]
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    named = printable(", ".join(names[:_MAX_NAMES]), _MAX_NAMES_CHARACTERS)
    return f"Members of {file_name} that are not of the expected type were ignored: {named}{more}."
