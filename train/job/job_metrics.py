"""metrics.json: what the job measured, at full precision."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class InferenceMetrics:
    """The cost of using the trained model, on this instance."""

    device: str
    num_texts: int
    """Rows that were measured with."""
    latency_calls: int
    latency_p50_seconds: float
    """Latency of a call with one row, including tokenisation."""
    latency_p95_seconds: float
    latency_p99_seconds: float
    rows_per_second_batch_1: float
    rows_per_second_batch_32: float | None
    """None for hosted models, which take one row at a time."""
    peak_bytes: int | None
    """None if the system does not report it."""
    tokens_per_text: float | None
    """Mean over the test rows after truncation; None for methods without tokens."""
    other_cpus: float | None = None
    """Processors that other programs used meanwhile, on average; None if that is not known."""


@dataclass(frozen=True)
class AskedMetrics:
    """What a hosted model was asked, and what came of it."""

    num_replies: int
    """On validation and test, those of earlier attempts at the job included."""
    input_tokens: int
    """Of all these questions, as the service counts them."""
    output_tokens: int
    input_tokens_per_row: float | None
    """Mean over the test rows."""
    output_tokens_per_row: float | None
    unusable: dict[str, int]
    """Test rows whose answer says nothing, by kind: "refused", "cut", "malformed", "not_allowed" or
    "too_long". They count as wrong."""


@dataclass(frozen=True)
class DatasetIdentity:
    id: str
    revision: str | None
    fingerprint: str


@dataclass(frozen=True)
class LearningRateTrial:
    """What came of one of the learning rates that were tried."""

    learning_rate: float
    validation: dict[str, float]
    """Scores by metric after `steps`; empty if it diverged."""
    steps: int
    is_chosen: bool
    """Whether the training went on with this rate."""
    reason: str | None = None
    """Why it has no scores, as a sentence."""


@dataclass(frozen=True, kw_only=True)
class JobMetrics:
    schema_version: int = 3
    stage: str
    """"rung": a part of the training, without test; "final": all of it; "curve": of a part of the
    rows."""
    candidate: str
    model: str
    model_revision: str | None
    method: str
    seed: int
    task: str
    average: str | None
    """How f1, precision and recall are averaged: "binary" or "macro"; None without them."""
    positive_label: str | None
    threshold: float | None
    """The probability from which on a multilabel task assigns a label."""
    temperature: float | None
    """What logits are divided by for the best probabilities on validation; None in a regression."""
    target_threshold: float | None
    """The probability from which on the positive label's answers reach the target on validation;
    None without a target, and if none is high enough."""
    max_length: int | None
    best_epoch: float | None
    epochs_trained: float
    stopped_early: bool
    metrics: dict[str, dict[str, float]]
    """Scores by split ("validation", "test") and metric; a rung has none on test."""
    validation_standard_error: float | None
    """Of the main metric; None if it cannot be estimated."""
    majority_p_value: float | None
    """Of the main metric on validation, against the best constant prediction."""
    learning_rate: float | None
    """The peak rate of the training; None for methods without one."""
    learning_rates_tried: list[LearningRateTrial]
    """Ascending; empty if there was only one."""
    steps_planned: int | None
    """Of the whole training at one rate; None for methods without steps."""
    steps_trained: int | None
    """Of the chosen rate."""
    train_tokens: int | None
    """Tokens that were processed in training, padding included, at all rates."""
    cpu_seconds: float | None
    """Processor time of the phase train, over all attempts at the job."""
    history: list[dict[str, float]]
    """For each epoch `epoch`, `train_loss`, `learning_rate`, `seconds` and its scores on
    validation by metric."""
    rows: dict[str, int]
    """By split."""
    num_parameters: int | None
    """None for a hosted model, which does not tell."""
    model_bytes: int | None
    """Size of the files that are needed to use the model; None if a rung has saved none, and for
    hosted models."""
    device: str
    precision: str | None
    micro_batch_size: int | None
    gradient_accumulation_steps: int | None
    padding_share: float | None
    train_rows_per_second: float | None
    notes: list[str]
    chosen: dict[str, Any]
    library_versions: dict[str, str]
    dataset: DatasetIdentity
    has_reused_vectors: bool = False
    """Whether an earlier job has done a part of the work, so that `seconds` are too few."""
    instance_type: str | None = None
    """What SageMaker calls the machine; "local" in the local cloud."""
    has_probabilities: bool = True
    """Whether predictions.npz tells how likely answers are, not only which one was given."""
    asked: AskedMetrics | None = None
    """Of a hosted model."""
    train_peak_bytes: int | None = None
    memory_of: str | None = None
    """What both peaks measure: "process" or "gpu"."""
    inference: InferenceMetrics | None = None
    """None if it could not be measured; `notes` then say why."""
    seconds: dict[str, float] = field(default_factory=dict)
    """By phase of the job, and their total."""
