"""metrics.json: what a training job measured."""

from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.partial_document import Count, Flag, Number, PartialDocument, Text

SCHEMA_VERSION = 3


class InferenceMetrics(BaseModel):
    """The cost of using the trained model, on the instance that trained it."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    device: Text = None
    num_texts: Count = None
    """Test rows that were measured with."""
    latency_calls: Count = None
    latency_p50_seconds: Number = None
    """Latency of a call with one row, including tokenisation."""
    latency_p95_seconds: Number = None
    latency_p99_seconds: Number = None
    rows_per_second_batch_1: Number = None
    rows_per_second_batch_32: Number = None
    peak_bytes: Count = None
    tokens_per_text: Number = None
    """Mean over the test rows after truncation; None for methods without tokens."""
    other_cpus: Number = None
    """Processors that other programs used meanwhile, on average; None if that is not known."""


class AskedMetrics(BaseModel):
    """What a hosted model was asked, and what came of it."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    num_replies: Count = None
    """On validation and test, those of earlier attempts at the job included."""
    input_tokens: Count = None
    """Of all these questions, as the service counts them."""
    output_tokens: Count = None
    input_tokens_per_row: Number = None
    """Mean over the test rows."""
    output_tokens_per_row: Number = None
    unusable: dict[str, Annotated[int, Field(strict=True)]] = Field(default_factory=dict)
    """Test rows whose answer says nothing, by kind: "refused", "cut", "malformed", "not_allowed" or
    "too_long". They count as wrong."""


class DatasetIdentity(BaseModel):
    """The data set that the job was trained on."""

    model_config = ConfigDict(frozen=True)

    id: Text = None
    revision: Text = None
    fingerprint: Text = None


class LearningRateTrial(BaseModel):
    """What came of one of the learning rates that were tried."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    learning_rate: Number = None
    validation: dict[str, Number] = Field(default_factory=dict)
    """Scores by metric after `steps`; empty if it diverged."""
    steps: Count = None
    is_chosen: Annotated[bool, Field(strict=True)] = False
    """Whether the training went on with this rate."""
    reason: Text = None
    """Why it has no scores, as a sentence."""


class JobMetrics(PartialDocument):
    """Every member may be missing: jobs of an older deployment write fewer. `notes` name members
    of the wrong type."""

    file_name: ClassVar[str] = "metrics.json"

    schema_version: Count = SCHEMA_VERSION
    stage: Text = None
    """"rung": a part of the training, without test; "final": all of it; "curve": of a part of the
    rows."""
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
    temperature: Number = None
    """What logits are divided by for the best probabilities on validation; None in a regression."""
    target_threshold: Number = None
    """The probability from which on the positive label's answers reach the request's target on
    validation; None without a target, and if none is high enough."""
    max_length: Count = None
    """Tokens after which texts were cut."""
    best_epoch: Number = None
    epochs_trained: Number = None
    stopped_early: Flag = None
    metrics: dict[str, dict[str, Number]] = Field(default_factory=dict)
    """Scores by split ("validation", "test") and metric; a rung has none on test."""
    validation_standard_error: Number = None
    """Of the main metric, by a bootstrap over validation rows."""
    majority_p_value: Number = None
    """One-sided, of the main metric on validation against the best answer for all rows, a label
    or the mean; a model above 0.05 has not shown that it learnt anything."""
    learning_rate: Number = None
    """The peak rate of the training; None without a rate."""
    learning_rates_tried: list[LearningRateTrial] = Field(default_factory=list)
    """Ascending; empty if there was only one."""
    steps_planned: Count = None
    """Of the whole training at one rate; None without steps."""
    steps_trained: Count = None
    """Of the chosen rate."""
    train_tokens: Count = None
    """Tokens that were processed in training, padding included, at all rates."""
    cpu_seconds: Number = None
    """Processor time of the phase train, over all attempts at the job."""
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
    instance_type: Text = None
    """What SageMaker calls the machine; "local" in the local cloud."""
    precision: Text = None
    """The numeric precision, "fp32", "bf16" or "fp16"; None without a neural network."""
    micro_batch_size: Count = None
    """Rows in memory at once; None where batches are counted in tokens."""
    gradient_accumulation_steps: Count = None
    padding_share: Number = None
    """Share of padding among all tokens processed in training, 0 to 1."""
    train_rows_per_second: Number = None
    memory_of: Text = None
    """What `peak_bytes` and `train_peak_bytes` measure: "gpu" or "process"."""
    train_peak_bytes: Count = None
    inference: InferenceMetrics | None = None
    """None if it could not be measured; `notes` then say why."""
    notes: list[Annotated[str, Field(strict=True)]] = Field(default_factory=list)
    """Sentences about what a reader would not expect."""
    chosen: dict[str, Any] = Field(default_factory=dict)
    """Settings chosen on validation, and how a frozen model makes vectors of a text."""
    has_reused_vectors: Flag = None
    """Whether an earlier job has done a part of the work, so that `seconds` are too few."""
    has_probabilities: Flag = None
    """False where predictions.npz tells only which answers were given, not how likely they are."""
    asked: AskedMetrics | None = None
    """Of a hosted model."""
    library_versions: dict[str, Annotated[str, Field(strict=True)]] = Field(default_factory=dict)
    dataset: DatasetIdentity | None = None

    def with_note(self, sentence: str) -> Self:
        return self.model_copy(update={"notes": [*self.notes, sentence]})

    def scores(self, split: str) -> dict[str, float]:
        """The metrics on `split` that are finite numbers."""
        scores = self.metrics.get(split, {})
        return {name: value for name, value in scores.items() if value is not None}
