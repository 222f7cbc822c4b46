"""What a search found, and what it dropped and why: runs/RUN/search.json."""

from collections import Counter
from typing import Literal, get_args

from pydantic import Field

from bakeoff.documents import Document
from bakeoff.request.model_search import ModelSearch

SCHEMA_VERSION = 1

DropKind = Literal[
    "unreadable",
    "included",
    "excluded",
    "not available",
    "gated",
    "licence",
    "language",
    "downloads",
    "not for text",
    "adapter",
    "quantised",
    "no weights",
    "own code",
    "size unknown",
    "too large",
    "too small",
    "family",
]
"""Why a model was dropped: the first of these that applies."""


class FoundModel(Document):
    """A model that takes part, pinned to the commit that the hub listed."""

    id: str
    revision: str
    """The commit."""
    num_parameters: int | None
    """None: the hub does not say."""
    license: str | None
    downloads: int
    """Of the last 30 days."""
    likes: int
    model_type: str | None
    pipeline_tag: str | None
    library: str | None


class DroppedModel(Document):
    """A model that the hub listed and that does not take part."""

    id: str
    """As the hub gives it, if need be escaped and shortened."""
    kind: DropKind
    reason: str
    """A sentence."""


class SearchOutcome(Document):
    """The same for the same query and the same list of the hub."""

    schema_version: int = SCHEMA_VERSION
    query: ModelSearch
    exclude: list[str]
    num_listed: int
    """Models of the hub that were looked at, from the first one on until enough were found."""
    found: list[FoundModel]
    """In the order of the query's `sort`."""
    dropped: list[DroppedModel] = Field(default_factory=list)
    """Those that come before the last model found, in the same order."""

    @property
    def num_dropped(self) -> dict[DropKind, int]:
        """How many models were dropped, by kind, the most frequent first."""
        counts = Counter(model.kind for model in self.dropped)
        order = get_args(DropKind)
        kinds = sorted(counts, key=lambda kind: (-counts[kind], order.index(kind)))
        return {kind: counts[kind] for kind in kinds}
