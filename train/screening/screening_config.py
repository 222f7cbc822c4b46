"""config.json of a screening job."""

from dataclasses import dataclass, replace
from pathlib import Path

from documents.json_documents import read_document
from job.training_config import Recipe, TrainingConfig, TrainingDataset
from scoring.task import Task

FEATURES, SHORT_TRAINING = "features", "short_training"


@dataclass(frozen=True, kw_only=True)
class ScreenedModel:
    """A candidate of the job."""

    candidate: str
    method: str
    """"full", "frozen" or "lora"."""
    model_channel: str
    """The channel with the model's snapshot; candidates of one model may share it."""
    max_length: int
    """Tokens after which the candidate's texts are cut; the screening may cut them earlier."""
    recipe: Recipe | None
    """None where models are scored by features, as are `learning_rate` and `steps`."""
    learning_rate: float | None
    steps: int | None
    """About so many steps has the short fine-tuning."""


@dataclass(frozen=True, kw_only=True)
class ScreeningConfig:
    """One job; all jobs of a run use the same rows and folds."""

    schema_version: int = 1
    run: str
    item: str
    task: str
    """One of "binary", "multiclass", "multilabel" and "regression"."""
    labels: list[str]
    """In the order of their numbers; empty in a regression."""
    positive_label: str | None
    is_pair: bool
    """Whether a row has two texts."""
    main_metric: str
    higher_is_better: bool
    seed: int
    """Draws rows and folds."""
    kind: str
    """FEATURES or SHORT_TRAINING."""
    max_rows: int
    """The most rows of train, and of validation, that are used."""
    max_length: int
    """Tokens after which texts are cut, if not earlier."""
    models: list[ScreenedModel]

    @property
    def scored_task(self) -> Task:
        positive = self.positive_label
        index = None if self.task != "binary" or positive is None else self.labels.index(positive)
        return Task(self.task, tuple(self.labels), index)

    def tokens_kept(self, model: ScreenedModel) -> int:
        """Tokens after which the model's texts are cut."""
        return min(self.max_length, model.max_length)

    def of_model(self, model: ScreenedModel) -> TrainingConfig:
        """The configuration of a training job of the model, as far as the screening uses it."""
        recipe = model.recipe or Recipe()
        if model.learning_rate is not None:
            recipe = replace(recipe, learning_rate=model.learning_rate)
        return TrainingConfig(
            run=self.run,
            item=self.item,
            candidate=model.candidate,
            model=model.candidate,
            model_revision=None,
            seed=self.seed,
            method=model.method,
            task=self.task,
            labels=self.labels,
            positive_label=self.positive_label,
            is_pair=self.is_pair,
            main_metric=self.main_metric,
            higher_is_better=self.higher_is_better,
            max_length=self.tokens_kept(model),
            recipe=recipe,
            learning_rates=[recipe.learning_rate],
            trial_share=1.0,
            stop_share=1.0,
            stage="rung",
            num_train_rows=None,
            dataset=TrainingDataset("", None, "", {}),
            target_metric=None,
            target_value=None,
            instruction=None,
            label_descriptions={},
            most_input_tokens=None,
            most_output_tokens=None,
        )


def read_screening_config(path: Path) -> ScreeningConfig:
    """Raises DocumentError for a configuration of another version, and for a broken one."""
    return read_document(ScreeningConfig, path)
