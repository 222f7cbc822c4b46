"""config.json: what the training script needs to know about its job.

A file, because SageMaker passes hyperparameters as text and mangles JSON objects among them.
"""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from bakeoff import metrics
from bakeoff.documents import Document
from bakeoff.methods import Method
from bakeoff.metrics import Task
from bakeoff.names import item_key
from bakeoff.prepared.manifest import PreparedDataset, PreparedModel, Rows
from bakeoff.request.hyperparameters import Hyperparameters
from bakeoff.request.resolved import Candidate, ResolvedRequest

SCHEMA_VERSION: Final = 2


class ConfigDataset(BaseModel):
    """The data set that the job trains on."""

    model_config = ConfigDict(frozen=True, strict=True)

    id: str
    revision: str | None
    fingerprint: str
    rows: Rows


class JobConfig(Document):
    """The training code has its own definition of this document, and refuses other versions."""

    model_config = ConfigDict(strict=True)

    schema_version: Literal[2]
    run: str
    item: str
    candidate: str
    model: str
    model_revision: str | None
    seed: int
    method: Method
    task: Task
    labels: list[str]
    """In the order of their numbers; empty in a regression."""
    positive_label: str | None
    is_pair: bool
    """Whether a row has two texts."""
    main_metric: str
    higher_is_better: bool
    max_length: int | None
    """Tokens after which texts are cut; None for baselines."""
    hyperparameters: Hyperparameters
    dataset: ConfigDataset


def job_config(
    resolved: ResolvedRequest,
    candidate: Candidate,
    model: PreparedModel | None,
    dataset: PreparedDataset,
    seed: int,
) -> JobConfig:
    """The configuration of one seed of a candidate; `model` is None for a baseline."""
    main_metric = resolved.main_metric_of(dataset.task)
    return JobConfig(
        schema_version=SCHEMA_VERSION,
        run=resolved.run,
        item=item_key(candidate.candidate, seed),
        candidate=candidate.candidate,
        model=candidate.model,
        model_revision=model.revision if model else None,
        seed=seed,
        method=candidate.method,
        task=dataset.task,
        labels=dataset.labels,
        positive_label=dataset.positive_label,
        is_pair=dataset.is_pair,
        main_metric=main_metric,
        higher_is_better=metrics.higher_is_better(main_metric),
        max_length=model.max_length if model else None,
        hyperparameters=candidate.hyperparameters,
        dataset=ConfigDataset(
            id=dataset.id,
            revision=dataset.revision,
            fingerprint=dataset.fingerprint,
            rows=dataset.rows,
        ),
    )
