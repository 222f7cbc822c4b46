"""config.json: what the training script needs to know about its job.

A file, because SageMaker passes hyperparameters as text and mangles JSON objects among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from bakeoff import metrics
from bakeoff.documents import Document
from bakeoff.jobs.learning_rates import middle_of
from bakeoff.jobs.recipe import Recipe, recipe_of
from bakeoff.jobs.token_bound import token_bound
from bakeoff.methods import Method, reads_label_descriptions
from bakeoff.metrics import Task
from bakeoff.names import item_key
from bakeoff.prepared.manifest import PreparedDataset, PreparedModel, Rows
from bakeoff.request.resolved import Candidate, ResolvedRequest
from bakeoff.request.target import TargetMetric

SCHEMA_VERSION: Final = 3

Stage = Literal["rung", "final", "curve"]
"""What a training job is for: a rung trains a part of the steps, to compare candidates on
validation; the final stage scores test, and so does the learning curve, with fewer rows to train
on."""
Share = Annotated[float, Field(gt=0, le=1)]
"""A share of all steps of the training."""


class ConfigDataset(BaseModel):
    """The data set that the job trains on."""

    model_config = ConfigDict(frozen=True, strict=True)

    id: str
    revision: str | None
    fingerprint: str
    rows: Rows


@dataclass(frozen=True)
class TrainingPart:
    """The part of a candidate's training that one job does; by default all of it, at one rate."""

    learning_rates: Sequence[float] = ()
    """Ascending; empty: that of the recipe alone."""
    trial_share: float = 1.0
    stop_share: float = 1.0
    stage: Stage = "final"
    num_train_rows: int | None = None
    """A sample of so many train rows, the same for all candidates; None: all of them."""
    item: str | None = None
    """None: the item is named after candidate and seed."""


class JobConfig(Document):
    """The training code has its own definition of this document, and refuses other versions."""

    model_config = ConfigDict(strict=True)

    schema_version: Literal[3]
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
    hyperparameters: Recipe
    learning_rates: list[float] = Field(min_length=1)
    """Ascending. Several are tried, and the best on validation goes on."""
    trial_share: Share
    """The share of the steps after which the rates are compared."""
    stop_share: Share
    """Below 1, the job ends after this share of the steps and keeps its checkpoints, from which
    the candidate's next job goes on."""
    stage: Stage
    num_train_rows: int | None = Field(ge=1)
    """So many rows of train are trained on, drawn by label and by `seed`, so that a smaller number
    takes a part of the rows of a larger one; None: all of them."""
    dataset: ConfigDataset
    target_metric: TargetMetric | None
    """What the positive label's answers must reach; None: the request has no target."""
    target_value: float | None
    """0..1"""
    instruction: str | None
    """What a language model is asked about a text; None: what suits the task, or a method that asks
    nothing."""
    label_descriptions: dict[str, str]
    """What labels mean, by label, for methods that go by their names; others say it themselves."""
    most_input_tokens: int | None
    """What a hosted model may be asked in all, which bounds the cost; None for other models."""
    most_output_tokens: int | None
    """What it may answer in all."""


def job_config(
    resolved: ResolvedRequest,
    candidate: Candidate,
    model: PreparedModel | None,
    dataset: PreparedDataset,
    seed: int,
    part: TrainingPart | None = None,
) -> JobConfig:
    """The configuration of one seed of a candidate; `model` is None for a baseline."""
    part = part or TrainingPart()
    main_metric = resolved.main_metric_of(dataset.task)
    rows = dataset.rows
    if part.num_train_rows is not None:
        # As many steps as a data set of this size would get.
        rows = rows.model_copy(update={"train": part.num_train_rows})
    recipe = recipe_of(candidate, rows, model.encoder_parameters if model else None)
    learning_rates = list(part.learning_rates) or [recipe.learning_rate]
    recipe = recipe.model_copy(update={"learning_rate": middle_of(learning_rates)})
    return JobConfig(
        schema_version=SCHEMA_VERSION,
        run=resolved.run,
        item=part.item or item_key(candidate.candidate, seed),
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
        hyperparameters=recipe,
        learning_rates=learning_rates,
        trial_share=part.trial_share,
        stop_share=part.stop_share,
        stage=part.stage,
        num_train_rows=part.num_train_rows,
        dataset=ConfigDataset(
            id=dataset.id,
            revision=dataset.revision,
            fingerprint=dataset.fingerprint,
            rows=dataset.rows,
        ),
        target_metric=resolved.target.metric if resolved.target else None,
        target_value=resolved.target.value if resolved.target else None,
        instruction=_instruction_for(candidate.method, resolved),
        label_descriptions=_descriptions_for(candidate.method, resolved),
        **_most_tokens(candidate, dataset),
    )


def _most_tokens(candidate: Candidate, dataset: PreparedDataset) -> dict[str, int | None]:
    if not candidate.is_hosted:
        return {"most_input_tokens": None, "most_output_tokens": None}
    bound = token_bound(candidate.hyperparameters, dataset.rows.test)
    return {"most_input_tokens": bound.input_tokens, "most_output_tokens": bound.output_tokens}


def _instruction_for(method: Method, resolved: ResolvedRequest) -> str | None:
    return resolved.prompt.instruction if resolved.prompt and method == "prompt" else None


def _descriptions_for(method: Method, resolved: ResolvedRequest) -> dict[str, str]:
    return (resolved.label_descriptions or {}) if reads_label_descriptions(method) else {}
