"""The search for models on the hub, and the values of its fields."""

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from bakeoff.methods import ModelMethod
from bakeoff.quoting import shown
from bakeoff.request.model import METHODS_MEANING
from bakeoff.request.parts import Part
from bakeoff.request.values import Flag, Integer, Text, refused

MAX_FOUND = 200
"""Models that one search may add to a race."""
MAX_PARAMETERS = 10**12
MAX_EXCLUDED = 200

Sort = Literal["downloads", "likes", "trending_score", "created_at", "last_modified"]
"""What the hub sorts by, each from the highest or newest down."""

_PARAMETERS = re.compile(r"(\d{1,12}(?:\.\d{1,6})?) ?([KMBkmb])?", re.ASCII)
_SCALES = {"": 1, "k": 10**3, "m": 10**6, "b": 10**9}
_TAG = re.compile(r"[a-z0-9]+(?:[-_.+][a-z0-9]+)*", re.ASCII)
_OWNER = re.compile(r"[A-Za-z0-9][\w.-]{0,95}", re.ASCII)
_PATTERN = re.compile(r"[\w.*/-]{1,96}", re.ASCII)
_MAX_STARS = 3


def parameters_of(value: Any) -> Any:
    """A text such as 130M becomes a number of parameters; a whole number is unchanged."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = _PARAMETERS.fullmatch(value.strip()) if isinstance(value, str) else None
    number = Decimal(match[1]) * _SCALES[(match[2] or "").lower()] if match else None
    # A fraction, as in 22.7, lacks its letter.
    if number is None or number != int(number):
        raise refused(
            f"{shown(value)} is not a number of parameters.",
            "Give a whole number, or a text such as 130M or 1.5B.",
        )
    return int(number)


def _check_tag(text: str) -> str:
    if _TAG.fullmatch(text) is None:
        raise refused(
            f"{shown(text)} is not a tag of the hub.",
            "Write it as the hub does, in lower case: for instance en, fill-mask or apache-2.0.",
        )
    return text


def _check_author(text: str) -> str:
    if _OWNER.fullmatch(text) is None:
        raise refused(
            f"{shown(text)} is not the name of a user or an organisation on the hub.",
            "Write it as in the ids of its models, before the slash.",
        )
    return text


def _check_pattern(text: str) -> str:
    if _PATTERN.fullmatch(text) is None or text.count("*") > _MAX_STARS or text.count("/") > 1:
        raise refused(
            f"{shown(text)} is neither a model's id nor a pattern of ids.",
            "Give an id, or a pattern of at most 96 characters in which up to three * stand for "
            "any characters, such as owner/*.",
        )
    return text


def _check_words(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise refused(
            f"{shown(text)} is empty or contains control characters.",
            "Give a part of the models' names.",
        )
    return text


Tag = Annotated[Text, Field(min_length=1, max_length=64), AfterValidator(_check_tag)]
IdPattern = Annotated[Text, AfterValidator(_check_pattern)]
_Number = Annotated[Integer, Field(ge=1, le=MAX_PARAMETERS)]
Parameters = Annotated[
    _Number,
    BeforeValidator(
        parameters_of,
        json_schema_input_type=_Number
        | Annotated[str, Field(json_schema_extra={"pattern": f"^{_PARAMETERS.pattern}$"})],
    ),
]


class ModelSearch(Part):
    """A search for models on the Hugging Face hub."""

    language: Tag | None = Field(
        default=None, description="The language of the models' texts, as the hub tags it, as in en."
    )
    task: Tag | None = Field(
        default=None,
        description="What the models are published for, as the hub tags it: fill-mask, "
        "sentence-similarity, feature-extraction, text-generation and so on. null: any.",
    )
    library: Tag | None = Field(
        default=None,
        description="The library that the models are tagged with, such as transformers or "
        "sentence-transformers; null: any that Bakeoff can train.",
    )
    licenses: Annotated[list[Tag], Field(min_length=1, max_length=50)] | None = Field(
        default=None,
        description="The licences allowed, by their tags on the hub, such as apache-2.0 and mit; "
        "null: any, also none.",
    )
    max_parameters: Parameters | None = Field(
        default=None, description="The most parameters of a model, as in 130M or 130000000."
    )
    min_parameters: Parameters | None = Field(
        default=None, description="The fewest parameters of a model."
    )
    min_downloads: Annotated[Integer, Field(ge=0, le=10**12)] = Field(
        default=0, description="The fewest downloads of the last 30 days."
    )
    gated: Flag = Field(
        default=False,
        description="Whether models are allowed for which one has to ask on the hub. The "
        "deployment's token must have access to them.",
    )
    author: Annotated[Text, AfterValidator(_check_author)] | None = Field(
        default=None, description="The user or organisation that the models belong to; null: any."
    )
    text: Annotated[Text, Field(max_length=96), AfterValidator(_check_words)] | None = Field(
        default=None, description="A part of the models' ids; null: any."
    )
    sort: Sort = Field(
        default="downloads", description="Which models come first: those with the most, or newest."
    )
    limit: Annotated[Integer, Field(ge=1, le=MAX_FOUND)] = Field(
        default=20, description="How many models the search may add to the race."
    )
    method: ModelMethod = Field(
        default="full", description=f"How the models found are adapted. {METHODS_MEANING}"
    )
