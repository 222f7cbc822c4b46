"""summary.json: everything that a comparison found; tables and report are renderings of it."""

from typing import Any, Literal

from pydantic import Field

from bakeoff.cost.cost_plan import CostPlan
from bakeoff.documents import Document
from bakeoff.errors import DocumentError, ResultsError
from bakeoff.jobs.stage import Stage
from bakeoff.summary.decision_curves import DecisionCurves
from bakeoff.summary.interval import Interval as Interval
from bakeoff.summary.learning_rates import LearningRateTrial
from bakeoff.summary.marks import Mark, MarkKind
from bakeoff.summary.more_labels import MoreLabels
from bakeoff.summary.part import Part
from bakeoff.summary.regression_fit import RegressionFit
from bakeoff.summary.slices import Slices
from bakeoff.summary.staged_race import StagedRace
from bakeoff.summary.suspect_labels import SuspectLabels

MemoryOf = Literal["process", "gpu"]
CandidateStatus = Literal["completed", "partial", "failed", "screened", "stopped"]
JobStatus = Literal["completed", "failed", "stopped", "missing"]

# A majority baseline predicts one answer for every row, so it has learnt nothing by design.
_MAJORITY = "majority"


class MetricSummary(Part):
    """A metric on one split, over a candidate's completed seeds."""

    mean: float
    std: float | None
    """The sample standard deviation; None for fewer than two seeds."""
    by_seed: dict[int, float | None]
    """None where a seed's value is missing or not a finite number."""
    interval: Interval | None
    """The confidence interval of the mean. None on validation, and where there are no predictions
    to compute it from."""


class Difference(Part):
    """The difference of the main metric between two candidates, on the same test rows."""

    difference: float
    """The first candidate's mean minus the second's, in the metric's unit."""
    interval: Interval
    p_value: float
    """The two-sided p-value of the paired bootstrap."""
    p_value_adjusted: float
    """The same after Holm's correction over the comparisons of one family."""
    mcnemar_p_value: float | None
    """The p-value of McNemar's exact test of the accuracy; None in a regression."""


class VersusBest(Difference):
    """A candidate (first) against the best (second); corrected over all candidates."""


class Pair(Difference):
    """Two candidates; corrected over all pairs of the run, those included that are not listed."""

    first: str
    second: str


class Ownership(Part):
    """What a model costs to own: one job's measurements, or a candidate's means over its seeds.

    None where nothing was measured, or where a figure has no meaning for the model.
    """

    num_parameters: int | None = None
    model_bytes: int | None = None
    """The size of the weights on disk."""
    train_peak_bytes: int | None = None
    inference_peak_bytes: int | None = None
    memory_of: MemoryOf | None = None
    """Whose peak memory that is: the whole process's, or the process's share of the GPU's."""
    training_seconds: float | None = None
    train_rows_per_second: float | None = None
    inference_rows_per_second_batch_1: float | None = None
    inference_rows_per_second_batch_32: float | None = None
    latency_p50_seconds: float | None = None
    """From one text to its label, tokenisation included."""
    latency_p95_seconds: float | None = None
    latency_p99_seconds: float | None = None
    inference_other_cpus: float | None = None
    """Processors that other programs used while inference was measured, on average: times beside
    busy programs are too long. None where it is not known."""
    tokens_per_text: float | None = None
    device: str | None = None
    instance_type: str | None = None
    """The one that the job was billed for, or planned on."""
    machine: str | None = None
    """What SageMaker called the machine when the job ran: the instance type, or `local` in the
    local cloud. None where no job said it, as in older results."""
    billable_seconds: int | None = None
    """A candidate's is the sum over all its jobs, failed ones included, and its share of the
    screening jobs."""
    price_usd_per_hour: float | None = None
    """On demand; None where the price list could not be read or lacks the instance type."""
    cost_usd: float | None = None
    """billable_seconds at that price, and a hosted model's tokens at theirs."""
    usd_per_million_predictions: float | None = None
    """At that price and at inference_rows_per_second; of a hosted model, the price of tokens."""
    train_tokens: int | None = None
    """Tokens processed in training with their padding, trials of learning rates included; a
    candidate's is the sum over all its jobs."""
    cpu_seconds: float | None = None
    """The processor time of training; a candidate's is the sum over all its jobs."""
    input_tokens: int | None = None
    """What a hosted model was asked, on validation and test together; None for other models."""
    output_tokens: int | None = None
    """What it answered."""
    unusable_answers: int | None = None
    """Its answers on test that say nothing, as a refusal; they count as wrong."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether the job is known to have run on another machine than one of SageMaker's."""
        return self.machine is not None and not self.machine.startswith("ml.")

    @property
    def inference_rows_per_second(self) -> float | None:
        """The higher of the two measured throughputs.

        On a CPU, texts of different lengths may be slower in batches: padding costs as much there
        as text.
        """
        measured = (self.inference_rows_per_second_batch_1, self.inference_rows_per_second_batch_32)
        return max((each for each in measured if each is not None), default=None)


class EpochPoint(Part):
    epoch: float
    train_loss: float | None
    validation_loss: float | None
    validation_metric: float | None
    """The main metric."""


class LearningCurve(Part):
    seed: int
    epochs: list[EpochPoint]


class JobSummary(Part):
    """One training job: a candidate with one seed, in one stage."""

    seed: int
    job_name: str | None
    """None if no job was created."""
    status: JobStatus
    reason: str | None
    """None if and only if the job completed."""
    attempts: int
    """How often the job was started, including starts that found no quota or capacity."""
    test: dict[str, float]
    """The metrics on test; values that are not finite numbers are left out."""
    validation: dict[str, float]
    """The metrics on validation, at the best epoch."""
    threshold: float | None
    """multilabel: the probability from which a label is assigned, chosen on validation."""
    best_epoch: int | None
    epochs_trained: float | None
    """Fewer than requested if training stopped early."""
    stopped_early: bool | None
    numeric_precision: str | None
    """fp32, bf16 or fp16."""
    micro_batch_size: int | None
    gradient_accumulation_steps: int | None
    padding_share: float | None
    """The share of padding among all tokens processed in training, 0 to 1."""
    ownership: Ownership
    chosen: dict[str, Any]
    """What a linear model chose on validation, such as its regularisation."""
    notes: list[str]
    """Sentences that the job recorded."""
    model_artifact_uri: str | None
    output_uri: str | None
    stage: Stage = "final"
    """A rung trains for a part of the steps, and scores no test."""
    wave: int | None = None
    """The pass of the race that the job belongs to, from 1; None in results of older versions."""
    learning_rate: float | None = None
    """The rate that it trained with; None for a method without one, and in older results."""
    learning_rate_trials: list[LearningRateTrial] = Field(default_factory=list)
    """The rates that this job tried, in rising order; empty where another job had tried them, one
    rate was given, or the method has none."""
    steps_planned: int | None = None
    """The optimiser steps of a whole training."""
    steps_trained: int | None = None
    """Those that the chosen learning rate was trained for, earlier stages included."""
    validation_standard_error: float | None = None
    """Of the main metric on validation, by a bootstrap over the validation rows."""
    majority_p_value: float | None = None
    """The one-sided p-value of its main metric on validation against predicting the most frequent
    label, or the mean; above 0.05 it has learnt nothing."""
    temperature: float | None = None
    """What logits are divided by for the best probabilities, found on validation; above 1 the model
    was too sure of itself. None in a regression."""
    target_threshold: float | None = None
    """The probability from which on the positive label reaches the target on validation; None
    without a target, and if none is high enough."""
    has_probabilities: bool = True
    """Whether its predictions tell how likely answers are, not only which one was given."""


class Confusion(Part):
    """Test rows by their label (rows) and by the predicted label (columns).

    Means over the seeds. Where labels are many, those with the most test rows, and `other`.
    """

    labels: list[str]
    counts: list[list[float]]


class LabelScores(Part):
    """The scores of one label on test; means over the seeds."""

    label: str
    rows: int
    """Test rows that have the label."""
    precision: float
    recall: float
    f1: float


class CandidateSummary(Part):
    """A model with its recipe, or a baseline, and what came of it."""

    candidate: str
    """The key, unique in the run."""
    name: str
    """A short, distinct name for people."""
    model: str
    """The model's hub id or S3 URI; `baseline/METHOD` for baselines."""
    requested_as: str
    """The model as the request named it."""
    model_revision: str | None
    method: str
    is_baseline: bool
    status: CandidateStatus
    """completed: every seed has a result; partial: some have; failed: none has; screened: it
    dropped out without training; stopped: it dropped out after a part of its training."""
    reason: str | None
    rank: int | None
    """1 is the best; None if it has no score on test."""
    seeds: list[int]
    """The planned ones; none if it dropped out before."""
    seeds_completed: list[int]
    jobs: list[JobSummary]
    """One for each planned seed, in the same order."""
    metrics: dict[str, MetricSummary]
    """On test."""
    validation: dict[str, MetricSummary]
    """On validation, at the best epoch."""
    best_epoch: float | None
    """The mean over the completed seeds."""
    is_tied: bool | None
    """Whether its difference from the best is not significant (the best itself is tied); None if
    it was not compared."""
    versus_best: VersusBest | None
    """None for the best, and where there is nothing to compare."""
    ownership: Ownership
    hyperparameters: dict[str, Any]
    """Those that its method uses."""
    truncated_share: float | None = None
    """The share of the test texts that are longer than its max_length, 0 to 1."""
    learning_curves: list[LearningCurve]
    confusion: Confusion | None
    """Of the best fifty candidates only, in tasks with exactly one label."""
    label_scores: list[LabelScores]
    """Of the best fifty candidates only; empty in a regression."""
    fit: RegressionFit | None = None
    """Of the best fifty candidates of a regression."""
    decisions: DecisionCurves | None = None
    """Of the best fifty candidates only; None in a regression."""
    warnings: list[str] = Field(default_factory=list)
    """Warnings from preparing and training the model."""
    marks: list[Mark] = Field(default_factory=list)
    """What to know before its score is believed."""
    learning_rate_gain: float | None = None
    """How much better the chosen rate scored on validation than the middle one, in the unit of the
    main metric; 0 if it is the middle one, None without trials."""
    stage: Stage | None = None
    """The last stage that it entered; None if it entered none, and in older results."""
    screening_rank: int | None = None
    """Its place among the screened candidates, 1 is the best."""
    screening_score: float | None = None
    """The mean of its ranks by the scores of the screening."""
    stage_validation: float | None = None
    """The main metric on validation at the end of its last rung, where it dropped out."""
    rung_jobs: list[JobSummary] = Field(default_factory=list)
    """Its training jobs before the final stage, in the order of the waves."""

    @property
    def learning_rate_trials(self) -> list[LearningRateTrial]:
        """Those of the job that tried them, which is that of the first seed."""
        tried = (job.learning_rate_trials for job in [*self.rung_jobs, *self.jobs])
        return next((trials for trials in tried if trials), [])

    @property
    def has_result(self) -> bool:
        """Whether it was scored on test."""
        return self.status in ("completed", "partial")

    @property
    def has_losses(self) -> bool:
        """Whether something that was planned for it failed."""
        return self.status in ("failed", "partial")

    def is_marked(self, kind: MarkKind) -> bool:
        return any(mark.kind == kind for mark in self.marks)

    @property
    def knows_nothing(self) -> bool:
        """Whether it answers without having learnt from the texts: to be cheap, fast or small is
        then no merit."""
        return self.method == _MAJORITY or self.is_marked("learnt_nothing")


class RowPrediction(Part):
    candidate: str
    predicted: str
    """The prediction of the first completed seed."""
    confidence: float | None
    """Its probability, 0 to 1; None in a regression."""


class HardRow(Part):
    """A test row that most candidates get wrong, or are far from."""

    id: int
    """The row's number in the test split that it comes from."""
    texts: list[str]
    """Shortened for reading; empty if PrepareData left none."""
    label: str
    wrong_share: float
    """The share of the jobs that get it wrong, baselines excluded, 0 to 1; in a regression the mean
    absolute error."""
    predictions: list[RowPrediction]
    """Of the best fifty candidates."""


class CorrectedScore(Part):
    """The best candidate's score without the luck of having been chosen for it: the highest of
    several scores flatters. docs/statistics.md explains it."""

    score: float
    """In the unit of the main metric."""
    interval: Interval | None
    num_candidates: int
    """Out of how many it was chosen."""


class OtherLeader(Part):
    """A candidate that another metric would put first, and that is significantly better by it."""

    metric: str
    candidate: str
    score: float
    score_of_best: float
    interval: Interval
    """Of the difference, its score minus that of the best."""
    p_value: float
    """Two-sided."""
    p_value_adjusted: float
    """After a correction for the number of candidates and of metrics."""


class Verdict(Part):
    """`sentences` says it all in words; the first one is the headline."""

    sentences: list[str]
    best: str | None
    """None if no candidate has a result."""
    tied: list[str] = Field(default_factory=list)
    """The best, and every candidate whose difference from it is not significant; in the order of
    ranks."""
    unsettled: list[str] = Field(default_factory=list)
    """Tied candidates that score worse with every seed, but whose seeds vary too much for a
    significant difference; none of them is named the cheapest, fastest or smallest, nor is one that
    has learnt nothing, such as the majority baseline."""
    cheapest: str | None = None
    """The tied candidate whose predictions cost least; None where a tied one has no price."""
    fastest: str | None = None
    """The tied candidate with the lowest latency_p50_seconds; None where one was not measured."""
    smallest: str | None = None
    """The tied candidate with the fewest model_bytes; None where one was not measured."""
    has_tied_baseline: bool = False
    is_test_too_small: bool = False
    """Whether the difference between the top two is not significant."""
    rows_to_separate: int | None = None
    """The number of test rows with which the difference between the top two would be significant in
    8 of 10 cases, if it is as large as it seems. None where no number would suffice, or where it is
    significant already."""
    corrected_score: CorrectedScore | None = None
    """None where nothing was compared with the best."""
    other_leaders: list[OtherLeader] = Field(default_factory=list)
    """By metric: where another one would crown another candidate, and that is more than chance."""


class KeptModel(Part):
    """A trained model that is kept with the results."""

    candidate: str
    seed: int
    """Of its seeds, the best by the main metric on validation."""
    file: str
    """The archive, below the folder of the run's own results."""
    package_arn: str | None = None
    """Of its package in SageMaker's Model Registry; None: it has none."""
    package_problem: str | None = None
    """Why it could not be registered, where that was wanted."""


class Spending(Part):
    """What the run was expected to take, and what it took."""

    plan: CostPlan | None
    """None if the run left none."""
    billable_seconds: int | None
    """The sum over all training jobs."""
    cost_usd: float | None
    """The sum over all training jobs; None if a price is missing."""


class Conditions(Part):
    """What is the same for all candidates."""

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
    leaked_rows_dropped: int | None = None
    """Training rows left out because they are in test as well."""
    main_metric: str | None
    main_metric_direction: Literal["higher", "lower"] | None
    forced_learning_rate: float | None = None
    """The learning rate, if the request forces the same one on several models; None if each has
    its own."""
    models_found: int | None = None
    """By the search on the hub; None if the request named all models."""
    target: dict[str, float] = Field(default_factory=dict)
    """The wanted `precision` or `recall` of the positive label; empty without."""


class Statistics(Part):
    """How intervals and p-values were computed; docs/statistics.md explains it."""

    confidence: float
    resamples: int
    seed: int
    """The bootstrap's random seed."""
    notes: list[str]
    """What the intervals leave out, in sentences."""


class Provenance(Part):
    run: str
    name: str
    requested_at: str | None
    request_key: str | None
    execution_arn: str | None
    experiment: str | None
    library_versions: dict[str, str]
    """Those of the training jobs."""
    devices: list[str]
    request: dict[str, Any]
    """With every default filled in."""


class Summary(Document):
    """The whole comparison; its size grows with the number of jobs."""

    schema_version: Literal[2, 3, 4] = 4
    """Version 2 has all pairs, and every candidate's confusion matrix and scores by label. Version
    3 knows no race in stages: every candidate has a rank or failed. Another version has another
    meaning somewhere, so it is refused."""
    verdict: Verdict
    candidates: list[CandidateSummary]
    """The best first, then those that dropped out, the last to do so first, then failed ones."""
    pairs: list[Pair]
    """Two by two, fifty candidates whose predictions could be compared: the best twenty, then those
    tied with the best, then the next best. The better ranked one is the first."""
    hardest_rows: list[HardRow]
    slices: Slices | None = None
    """None where test rows were not divided, or nothing could be compared with the best."""
    conditions: Conditions
    statistics: Statistics
    spending: Spending
    provenance: Provenance
    race: StagedRace | None = None
    """None where every candidate was trained to the end."""
    suspect_labels: SuspectLabels | None = None
    """None where rows have no label or several, and where no linear candidate left its
    probabilities."""
    more_labels: MoreLabels | None = None
    """None unless the request asked for a learning curve."""
    kept_models: list[KeptModel] = Field(default_factory=list)
    """In the order of the ranks."""
    predictions: str | None = None
    """The folder with all jobs' predictions as Parquet, below that of the run's own results; None
    where there are none."""

    def to_json(self) -> bytes:
        """On one line: the document of a thousand candidates has a quarter of a million."""
        return self.model_dump_json().encode()


def summary_json_schema() -> dict[str, Any]:
    """The JSON Schema of summary.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Summary.model_json_schema(mode="serialization"),
    }


def read_summary(content: bytes, source: str) -> Summary:
    """The summary that summary.json of `source`, a folder or a URI, holds.

    Raises ResultsError if it cannot be read.
    """
    try:
        return Summary.from_json(content)
    except DocumentError as error:
        raise ResultsError(
            f"summary.json of {source} cannot be read; probably another version of Bakeoff wrote "
            "it. Open report.html instead, or run the request again."
        ) from error
