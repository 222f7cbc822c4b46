"""What is the same for all candidates of a run: their data, and how statistics were computed."""

from typing import Literal

from pydantic import Field

from bakeoff.summary.part import Part


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
