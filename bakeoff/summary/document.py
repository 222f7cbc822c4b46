"""summary.json: all that a comparison found, for machines; the report is a rendering of it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bakeoff.cost.cost_plan import CostPlan
from bakeoff.documents import Document

SCHEMA_VERSION = 1

MemoryOf = Literal["process", "gpu"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Interval(_Part):
    """A confidence interval at the summary's `confidence`."""

    low: float
    high: float


class MetricSummary(_Part):
    """A metric on test, over a candidate's completed seeds."""

    mean: float
    std: float | None
    """The sample standard deviation; None for fewer than two seeds."""
    by_seed: dict[int, float | None]
    """None where a seed's value is no finite number."""
    interval: Interval | None
    """Of the mean; None where no predictions could be read."""


class Difference(_Part):
    """Of the main metric between two candidates, on the same test rows."""

    difference: float
    """The first one's mean less the second one's, in the metric's unit."""
    interval: Interval
    p_value: float
    """Two-sided, of the paired bootstrap."""
    p_value_adjusted: float
    """By Holm's method, over the comparisons that belong together."""
    mcnemar_p_value: float | None
    """Of McNemar's exact test of the accuracy; None where rows are not simply right or wrong."""


class VersusBest(Difference):
    """The first is the candidate, the second the best; adjusted over the candidates."""


class Pair(Difference):
    """Adjusted over all pairs."""

    first: str
    second: str


class Ownership(_Part):
    """What a candidate costs to own: means over its completed seeds, as its jobs measured it.

    None is what was not measured, or has no meaning for the candidate.
    """

    num_parameters: int | None = None
    model_bytes: int | None = None
    """On disk."""
    train_peak_bytes: int | None = None
    inference_peak_bytes: int | None = None
    memory_of: MemoryOf | None = None
    """Whose peak that is: the whole process's, or what the model took of the GPU's memory."""
    training_seconds: float | None = None
    train_rows_per_second: float | None = None
    inference_rows_per_second_batch_1: float | None = None
    inference_rows_per_second_batch_32: float | None = None
    latency_p50_seconds: float | None = None
    """Of one text, tokenised and labelled, batch 1."""
    latency_p95_seconds: float | None = None
    latency_p99_seconds: float | None = None
    tokens_per_text: float | None = None
    device: str | None = None
    instance_type: str | None = None
    billable_seconds: int | None = None
    """Of all jobs of the candidate."""
    price_usd_per_hour: float | None = None
    """On demand; None where the price list could not be asked, or has no such instance."""
    cost_usd: float | None = None
    """billable_seconds at that price."""
    usd_per_million_predictions: float | None = None
    """At that price and the higher one of the two measured throughputs."""


class EpochPoint(_Part):
    epoch: float
    train_loss: float | None
    validation_loss: float | None
    validation_metric: float | None
    """The main metric."""


class LearningCurve(_Part):
    seed: int
    epochs: list[EpochPoint]


class Confusion(_Part):
    """Test rows by what they are (rows) and what they were taken for (columns).

    Means over the seeds. Of many labels there are those with the most test rows, and `other`.
    """

    labels: list[str]
    counts: list[list[float]]


class LabelScores(_Part):
    """Of one label, on test; means over the seeds."""

    label: str
    rows: int
    """That have the label."""
    precision: float
    recall: float
    f1: float


class CandidateSummary(_Part):
    candidate: str
    model: str
    model_revision: str | None
    method: str
    is_baseline: bool
    status: Literal["completed", "partial", "failed"]
    reason: str | None
    rank: int | None
    seeds: list[int]
    """Planned."""
    seeds_completed: list[int]
    metrics: dict[str, MetricSummary]
    validation: dict[str, float]
    """Means over the completed seeds, at the best epoch."""
    is_tied: bool | None
    """Whether it cannot be told from the best (the best is); None if it was not compared."""
    versus_best: VersusBest | None
    """None for the best, and where there is nothing to compare."""
    ownership: Ownership
    hyperparameters: dict[str, Any]
    """Those that its method uses."""
    learning_curves: list[LearningCurve]
    confusion: Confusion | None
    label_scores: list[LabelScores]
    warnings: list[str] = Field(default_factory=list)
    """What preparation and jobs had to tell."""


class RowPrediction(_Part):
    candidate: str
    predicted: str
    """By the first completed seed."""
    confidence: float | None
    """Its probability, 0..1; None in a regression."""


class HardRow(_Part):
    """A test row that most candidates get wrong, or are far from."""

    id: int
    """The row's number in the test split it comes from."""
    texts: list[str]
    """Cut to a length that can be read; empty if they could not be had."""
    label: str
    wrong_share: float
    """Of all jobs of candidates that are no baselines, 0..1; in a regression the mean error."""
    predictions: list[RowPrediction]


class Verdict(_Part):
    """`sentences` is all of it in words, the first one the headline."""

    sentences: list[str]
    best: str | None
    """None if no candidate has a result."""
    tied: list[str] = Field(default_factory=list)
    """Candidates that cannot be told from the best, itself among them, in the order of ranks."""
    unsettled: list[str] = Field(default_factory=list)
    """Of the tied ones those that every seed and row speaks against, but whose seeds differ too
    much to be sure; they are no candidates for the cheapest, fastest and smallest."""
    cheapest: str | None = None
    """Of the tied ones, by the cost of a million predictions; None where there are no prices."""
    fastest: str | None = None
    """Of the tied ones, by latency_p50_seconds."""
    smallest: str | None = None
    """Of the tied ones, by model_bytes."""
    has_tied_baseline: bool = False
    is_test_too_small: bool = False
    """Whether the top two cannot be told apart."""
    rows_to_separate: int | None = None
    """Test rows at which the top two would be told apart 8 times of 10, if they differ as much
    as they seem to; None where no number would do, or it is not needed."""


class Spending(_Part):
    """What the run was expected to take, and what it took."""

    plan: CostPlan | None
    """None if the run left none."""
    billable_seconds: int | None
    """Of all training jobs."""
    cost_usd: float | None
    """Of all training jobs; None if a price is missing."""


class Conditions(_Part):
    """The same for all candidates."""

    dataset: str
    dataset_revision: str | None
    dataset_fingerprint: str | None
    task: str | None
    task_reason: str | None
    labels: list[str]
    positive_label: str | None
    text_columns: list[str]
    label_columns: list[str]
    rows: dict[str, int]
    """By split."""
    main_metric: str | None
    main_metric_direction: Literal["higher", "lower"] | None


class Statistics(_Part):
    """How intervals and p-values were found; docs/statistics.md explains it."""

    confidence: float
    resamples: int
    seed: int
    """Of the bootstrap."""
    notes: list[str]
    """Sentences on what the intervals leave out, such as training luck where seeds are few."""


class Provenance(_Part):
    run: str
    name: str
    requested_at: str | None
    request_key: str | None
    execution_arn: str | None
    experiment: str | None
    library_versions: dict[str, str]
    """Of the training jobs."""
    devices: list[str]
    request: dict[str, Any]
    """With every default filled in."""


class Summary(Document):
    """The best candidate first, failed ones last."""

    schema_version: int = SCHEMA_VERSION
    verdict: Verdict
    candidates: list[CandidateSummary]
    pairs: list[Pair]
    """Of all candidates with a result, the better ranked one first."""
    hardest_rows: list[HardRow]
    conditions: Conditions
    statistics: Statistics
    spending: Spending
    provenance: Provenance


def summary_json_schema() -> dict[str, Any]:
    """The JSON Schema of summary.json, for those who read it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Summary.model_json_schema(mode="serialization"),
    }
