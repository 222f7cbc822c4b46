"""config.json of a screening job: which models it screens, and how.

A screening job scores several models one after the other, without the whole of their training, so
that only the promising ones are trained. Its program is screen.py. Its channels are `code`,
`config`, `dataset` (the prepared rows as texts), and for each model the one that `model_channel`
names, with the model's snapshot.
"""

from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

from bakeoff import metrics
from bakeoff.documents import Document
from bakeoff.jobs.recipe import Recipe
from bakeoff.methods import ModelMethod
from bakeoff.metrics import Task
from bakeoff.prepared.manifest import PreparedDataset
from bakeoff.request.resolved import ResolvedRequest

SCHEMA_VERSION: Final = 1
PROGRAM: Final = "screen.py"
MOST_MODELS_PER_JOB: Final = 8
"""SageMaker allows 20 channels, and a job must end within its time limit."""

ScreeningKind = Literal["features", "short_training"]
"""How models are scored: by how well a linear model predicts the labels from their features, or by
a short fine-tuning."""


class ScreenedModel(BaseModel):
    """A candidate of a screening job."""

    model_config = ConfigDict(frozen=True, strict=True, use_attribute_docstrings=True)

    candidate: str
    method: ModelMethod
    model_channel: str
    """The channel with the model's snapshot; candidates of one model may share it."""
    max_length: int
    """Tokens after which the candidate's texts are cut; the screening may cut them earlier."""
    recipe: Recipe | None
    """How to train; None where models are scored by features."""
    learning_rate: float | None
    """The only rate of the short fine-tuning; None where models are scored by features."""
    steps: int | None
    """About so many steps has the short fine-tuning; None where models are scored by features."""


class ScreeningConfig(Document):
    """The training code has its own definition of this document, and refuses other versions."""

    model_config = ConfigDict(strict=True)

    schema_version: Literal[1]
    run: str
    item: str
    task: Task
    labels: list[str]
    """In the order of their numbers; empty in a regression."""
    positive_label: str | None
    is_pair: bool
    """Whether a row has two texts."""
    main_metric: str
    higher_is_better: bool
    seed: int
    """Draws rows and folds, which are the same for all models of all jobs."""
    kind: ScreeningKind
    max_rows: int
    """The most rows of train, and of validation, that are used."""
    max_length: int
    """Tokens after which texts are cut, if not earlier."""
    models: list[ScreenedModel]


def screening_kind(dataset: PreparedDataset) -> ScreeningKind:
    """Features say little about pairs and numbers: there Kendall's tau with the scores of trained
    models was 0.28 on STS-B."""
    is_trained = dataset.is_pair or dataset.task == "regression"
    return "short_training" if is_trained else "features"


def model_channel(index: int) -> str:
    """The name of a model's channel; `index` counts a job's models from 0."""
    return f"model-{index}"


def screening_config(
    resolved: ResolvedRequest, dataset: PreparedDataset, item: str, models: list[ScreenedModel]
) -> ScreeningConfig:
    """The configuration of one screening job."""
    main_metric = resolved.main_metric_of(dataset.task)
    return ScreeningConfig(
        schema_version=SCHEMA_VERSION,
        run=resolved.run,
        item=item,
        task=dataset.task,
        labels=dataset.labels,
        positive_label=dataset.positive_label,
        is_pair=dataset.is_pair,
        main_metric=main_metric,
        higher_is_better=metrics.higher_is_better(main_metric),
        seed=resolved.seeds[0],
        kind=screening_kind(dataset),
        max_rows=1000,
        max_length=128,
        models=models,
    )
