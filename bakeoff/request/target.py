"""What the answers with the positive label must reach."""

from typing import Annotated, Literal

from pydantic import Field

from bakeoff.request.parts import Part
from bakeoff.request.values import Number

TargetMetric = Literal["precision", "recall"]

_Share = Annotated[Number, Field(ge=0.01, le=0.999)]


class Target(Part):
    """A wanted precision or recall of the positive label; one of the two."""

    precision: _Share | None = Field(
        default=None,
        description="The share of right ones among the rows that get the positive label.",
    )
    recall: _Share | None = Field(
        default=None, description="The share of the positive rows that get their label."
    )

    @property
    def metric(self) -> TargetMetric:
        return "recall" if self.precision is None else "precision"

    @property
    def value(self) -> float:
        """0 if neither is given, which no request is accepted with."""
        return self.precision or self.recall or 0.0
