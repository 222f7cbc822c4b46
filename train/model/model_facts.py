"""Facts about a model that are stored beside its files, so that these need not be read again."""

from dataclasses import dataclass

DEFAULT_MAX_LENGTH = 512


@dataclass(frozen=True)
class ModelFacts:
    """Facts about a usable model that do not depend on the data."""

    own_max_length: int | None
    """The model's limit in tokens; None if it has none."""
    num_parameters: int
    """Without a head for the task."""
    encoder_parameters: int
    """Without embedding tables and without a head."""
    tokeniser: str
    """A digest; tokenisers with the same digest tokenise every text alike."""
    warnings: list[str]
    """Sentences."""
    is_static: bool = False
    """Whether it is a table of token vectors, with nothing to train."""
    entails: bool = False
    """Whether its own head tells if a text entails another."""
    head_fault: str | None = None
    """Why methods that train a classification head cannot have it; None if they can."""


def max_length(own: int | None, wanted: int | None) -> int:
    """Tokens after which texts are truncated: the requested number, within the model's limit."""
    if wanted is None:
        return DEFAULT_MAX_LENGTH if own is None else own
    return wanted if own is None else min(wanted, own)
