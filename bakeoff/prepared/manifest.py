"""What PrepareData found: the data set as it is trained on, and the outcome for each model."""

from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bakeoff.documents import Document
from bakeoff.errors import Problem
from bakeoff.hosted_models import is_hosted
from bakeoff.metrics import Task

# SageMaker takes a prefix as a string: without the slash, m1 would also take m10.
_PREFIX = r"^[^/].*/$"


class Rows(BaseModel):
    model_config = ConfigDict(frozen=True)

    train: int
    validation: int
    test: int


class PreparedDataset(BaseModel):
    """The snapshot that every candidate is trained on."""

    model_config = ConfigDict(frozen=True)

    id: str
    revision: str | None
    fingerprint: str
    text_columns: list[str] = Field(min_length=1, max_length=2)
    label_columns: list[str] = Field(min_length=1)
    task: Task
    task_reason: str
    """Why it is this task, as a sentence."""
    labels: list[str]
    """In the order of their numbers; empty for regression."""
    positive_label: str | None
    rows: Rows
    leaked_rows_dropped: int | None = None
    """Rows dropped from train because they also occur in test."""
    prefix: str = Field(pattern=_PREFIX)
    """The prefix of the keys of SPLIT.parquet."""

    @property
    def is_pair(self) -> bool:
        """Whether a row has two texts."""
        return len(self.text_columns) == 2


class PreparedModel(BaseModel):
    """A candidate's model; `reason` says why it failed."""

    model_config = ConfigDict(frozen=True)

    candidate: str
    model: str
    revision: str | None
    status: Literal["ready", "failed"]
    reason: str | None = None
    max_length: int | None = None
    """Tokens: the lower one of the model's own limit and the request's."""
    num_parameters: int | None = None
    encoder_parameters: int | None = None
    """Without embedding tables and without a head: what a text is computed with; None if it could
    not be counted."""
    snapshot_prefix: str | None = Field(default=None, pattern=_PREFIX)
    """The prefix of the keys of the model and its tokeniser, at the pinned revision."""
    tokenised_prefix: str | None = Field(default=None, pattern=_PREFIX)
    """The prefix of the keys of its tokenisation of the data set's splits."""
    entails: bool = False
    """Whether its own head tells if a text entails another, so that it answers without training."""
    warnings: list[str] = Field(default_factory=list)
    """Sentences."""

    @model_validator(mode="after")
    def _check_prefixes(self) -> Self:
        is_here = self.snapshot_prefix and self.tokenised_prefix
        if self.status == "ready" and not is_here and not is_hosted(self.model):
            raise ValueError("a model that is ready has a snapshot_prefix and a tokenised_prefix")
        return self


class Manifest(Document):
    """`rejected` means that the data cannot be trained on, as `problems` say."""

    schema_version: int
    status: Literal["ready", "rejected"]
    problems: list[Problem] = Field(default_factory=list)
    dataset: PreparedDataset | None = None
    models: list[PreparedModel] = Field(default_factory=list)
    library_versions: dict[str, Any] = Field(default_factory=dict)
    seconds: dict[str, float] = Field(default_factory=dict)

    def model(self, candidate: str) -> PreparedModel | None:
        """What is known of the candidate's model; None if the manifest lacks it."""
        return next((model for model in self.models if model.candidate == candidate), None)
