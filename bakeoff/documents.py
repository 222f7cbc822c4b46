"""The base of all documents that the steps of a run exchange through the bucket."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError

from bakeoff.errors import DocumentError


class Document(BaseModel):
    """A JSON document; unknown members are ignored, so that a newer version can add some."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    def to_json(self) -> bytes:
        return self.model_dump_json(indent=1).encode()

    @classmethod
    def from_json(cls, content: bytes) -> Self:
        """Raises DocumentError if the content is not what `to_json` writes."""
        try:
            return cls.model_validate_json(content)
        except ValidationError as error:
            raise DocumentError(f"This is not a valid {cls.__name__}: {error}") from error

    @classmethod
    def from_object(cls, value: Any) -> Self:
        """The document that a parsed JSON value holds. Raises DocumentError like `from_json`."""
        try:
            return cls.model_validate(value)
        except ValidationError as error:
            raise DocumentError(f"This is not a valid {cls.__name__}: {error}") from error
