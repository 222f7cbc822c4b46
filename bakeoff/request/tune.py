"""What a candidate tries before it is trained."""

from typing import Annotated

from pydantic import AfterValidator, Discriminator, Field, Tag

from bakeoff.request.parts import Part
from bakeoff.request.values import A_LIST, A_NUMBER, Integer, Number, refused

MAX_LEARNING_RATES = 8
"""The most learning rates that a candidate tries."""


def _form(value: object) -> str:
    return A_LIST if isinstance(value, list) else A_NUMBER


def _check_rates(rates: list[float]) -> list[float]:
    for index, rate in enumerate(rates):
        if rate in rates[:index]:
            raise refused(
                f"The learning rate {rate:g} is given more than once.",
                "Give each rate once.",
            )
    return rates


LearningRate = Annotated[Number, Field(gt=0, le=1)]
LearningRates = Annotated[
    Annotated[Integer, Field(ge=1, le=MAX_LEARNING_RATES), Tag(A_NUMBER)]
    | Annotated[
        list[LearningRate],
        Field(min_length=1, max_length=MAX_LEARNING_RATES),
        AfterValidator(_check_rates),
        Tag(A_LIST),
    ],
    Discriminator(_form),
]


class Tune(Part):
    """What each candidate tries, on validation and on equal terms, before it is trained."""

    learning_rate: LearningRates = Field(
        default=3,
        description="The learning rates that each model tries: their number, around a usual rate "
        "for its size and method, where 1 means no trials; or a list of the rates.",
    )
