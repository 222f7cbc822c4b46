"""Language models behind an API: their ids, and which of them a deployment allows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

PREFIX = "bedrock/"
"""Begins their ids; what follows is Amazon Bedrock's id of a foundation model or an inference
profile, such as `amazon.nova-lite-v1:0` or `us.amazon.nova-lite-v1:0`."""
DEFAULT_MAX_LENGTH = 512
"""Tokens after which a text is cut; these models could read far more, for far more money."""

_BEDROCK_ID = re.compile(
    r"[a-z0-9][a-z0-9-]*(?:\.[A-Za-z0-9][A-Za-z0-9_-]*)+(?::[A-Za-z0-9.]+){0,2}"
)
_MOST_CHARACTERS = 120
_STATED = re.compile(r"(?P<id>[^=]+?)(?:=(?P<input>\d+(?:\.\d+)?)/(?P<output>\d+(?:\.\d+)?))?")


@dataclass(frozen=True)
class TokenPrice:
    """US dollars per million tokens."""

    input_usd: float
    output_usd: float

    def usd(self, input_tokens: float, output_tokens: float) -> float:
        return (input_tokens * self.input_usd + output_tokens * self.output_usd) / 1_000_000


def is_hosted(model: str) -> bool:
    """Whether the id of a request's model names one behind an API."""
    return model.startswith(PREFIX)


def bedrock_id(model: str) -> str:
    """Bedrock's own id of a hosted model."""
    return model.removeprefix(PREFIX)


def is_hosted_id(model: str) -> bool:
    """Whether Bedrock may have a model with this id."""
    text = bedrock_id(model)
    is_short = len(text) <= _MOST_CHARACTERS
    return is_hosted(model) and is_short and _BEDROCK_ID.fullmatch(text) is not None


def allowed_models(setting: Iterable[str]) -> dict[str, TokenPrice | None]:
    """The models that a deployment allows, by Bedrock's ids, with the prices that it states; None:
    those of AWS's price list.

    Each entry is `ID` or `ID=INPUT/OUTPUT`, in US dollars per million tokens. Raises ValueError.
    """
    found: dict[str, TokenPrice | None] = {}
    for entry in setting:
        match = _STATED.fullmatch(entry)
        if match is None or not is_hosted_id(PREFIX + match["id"]):
            raise ValueError(
                f"{entry!r} is neither a model id of Bedrock nor ID=INPUT/OUTPUT, with its prices "
                "in US dollars per million tokens"
            )
        prices = match["input"], match["output"]
        found[match["id"]] = None if None in prices else TokenPrice(*map(float, prices))
    return found
