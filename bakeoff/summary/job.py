"""A training job and what came of it."""

from typing import Any, Literal

from pydantic import Field

from bakeoff.jobs.stage import Stage
from bakeoff.summary.learning_rates import LearningRateTrial
from bakeoff.summary.ownership import Ownership
from bakeoff.summary.part import Part

JobStatus = Literal["completed", "failed", "stopped", "missing"]


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
