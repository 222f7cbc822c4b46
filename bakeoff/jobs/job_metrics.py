"""metrics.json: what a training job measured."""

import math
from collections.abc import Collection, Sequence
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from bakeoff.documents import Document
from bakeoff.quoting import printable

SCHEMA_VERSION = 2

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


class InferenceMetrics(BaseModel):
    """The cost of using the trained model, on the instance that trained it."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    device: Text = None
    num_texts: Count = None
    """Test rows that were measured with."""
    latency_calls: Count = None
    latency_p50_seconds: Number = None
    """Of a call with one row, tokenisation included."""
    latency_p95_seconds: Number = None
    latency_p99_seconds: Number = None
    rows_per_second_batch_1: Number = None
    rows_per_second_batch_32: Number = None
    peak_bytes: Count = None
    tokens_per_text: Number = None
    """Mean over the test rows after truncation; None for methods without tokens."""


class DatasetIdentity(BaseModel):
    """The data set that the job was trained on."""

    model_config = ConfigDict(frozen=True)

    id: Text = None
    revision: Text = None
    fingerprint: Text = None


class JobMetrics(Document):
    """Every member may be missing: jobs of an older deployment know fewer.

    A member of the wrong type is dropped and named in `notes`. One unreadable number must not
    cost a job that was paid for the rest of its results.
    """

    schema_version: Count = SCHEMA_VERSION
    candidate: Text = None
    model: Text = None
    model_revision: Text = None
    method: Text = None
    seed: Count = None
    task: Text = None
    average: Text = None
    """How f1, precision and recall are averaged: "binary" or "macro"; None without them."""
    positive_label: Text = None
    threshold: Number = None
    """The probability from which on a multilabel task assigns a label."""
    max_length: Count = None
    """Tokens after which texts were cut."""
    best_epoch: Number = None
    epochs_trained: Number = None
    stopped_early: Flag = None
    metrics: dict[str, dict[str, Number]] = Field(default_factory=dict)
    """Scores by split ("validation", "test") and metric."""
    history: list[dict[str, Number]] = Field(default_factory=list)
    """For each epoch `epoch`, `train_loss`, `learning_rate`, `seconds` and its scores on
    validation by metric."""
    rows: dict[str, Count] = Field(default_factory=dict)
    """By split."""
    seconds: dict[str, Number] = Field(default_factory=dict)
    """By phase of the job: load, train, test, save, measure; and their total."""
    num_parameters: Count = None
    model_bytes: Count = None
    """Size of the files that are needed to use the model."""
    device: Text = None
    precision: Text = None
    """Of the arithmetic: "fp32", "bf16" or "fp16"; None without a neural network."""
    micro_batch_size: Count = None
    """Rows in memory at once; None where batches are counted in tokens."""
    gradient_accumulation_steps: Count = None
    padding_share: Number = None
    """Of all tokens processed in training, 0 to 1."""
    train_rows_per_second: Number = None
    memory_of: Text = None
    """What `peak_bytes` and `train_peak_bytes` measure: "gpu" or "process"."""
    train_peak_bytes: Count = None
    inference: InferenceMetrics | None = None
    """None if it could not be measured; `notes` then say why."""
    notes: list[Annotated[str, Field(strict=True)]] = Field(default_factory=list)
    """Sentences about what a reader would not expect."""
    chosen: dict[str, Any] = Field(default_factory=dict)
    """Settings chosen on validation."""
    library_versions: dict[str, Annotated[str, Field(strict=True)]] = Field(default_factory=dict)
    dataset: DatasetIdentity | None = None

    @model_validator(mode="wrap")
    @classmethod
    def _drop_unreadable(cls, value: Any, validate: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return validate(value)
        except ValidationError as error:
            if not isinstance(value, dict):
                raise
            places = list(dict.fromkeys(problem["loc"] for problem in error.errors()))
        readable = validate(_without(value, places))
        return readable.model_copy(update={"notes": [*readable.notes, _note(places)]})

    def scores(self, split: str) -> dict[str, float]:
        """The metrics on `split` that are finite numbers."""
        scores = self.metrics.get(split, {})
        return {name: value for name, value in scores.items() if value is not None}


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


def _note(places: Sequence[Place]) -> str:
    names = [".".join(map(str, place)) for place in places]
    more = f" and {len(names) - _MAX_NAMES} more" if len(names) > _MAX_NAMES else ""
    named = printable(", ".join(names[:_MAX_NAMES]), _MAX_NAMES_CHARACTERS)
    return f"Members of metrics.json that are not of the expected type were ignored: {named}{more}."
