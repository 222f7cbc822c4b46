"""The base of all parts of summary.json."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)
