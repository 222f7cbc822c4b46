"""Scores a model by a short but complete fine-tuning on the sampled rows, at one learning rate."""

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import (
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
    set_seed,
)
from transformers.trainer_utils import IntervalStrategy, SaveStrategy

from fine_tuning.fine_tune import batches_of, build_trainer, start_model
from fine_tuning.lora import with_adapters
from fine_tuning.row_trainer import RowTrainer
from fine_tuning.start_precision import precision_for
from job.job_failure import DivergedError, failure_sentence
from job.training_config import TrainingConfig
from job.training_task import task_of
from limits.limited_process import Step
from model.model_files import ModelError
from scoring.validation_evidence import validation_evidence
from screening.frozen_score import frozen_logits
from screening.patience import STEP_SECONDS, loading_seconds
from screening.sampled_rows import SampledRows
from screening.sampled_tokens import SampledTokens
from screening.screening_config import ScreenedModel, ScreeningConfig
from screening.screening_scores import SCORED, ScreeningScore
from training_data.prepared_tokenizer import load_prepared_tokenizer


class _Signs(TrainerCallback):
    """Says before each step that the training is alive."""

    def __init__(self, alive: Callable[[], None]) -> None:
        self._alive = alive

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._alive()


def score_by_training(
    step: Step,
    config: ScreeningConfig,
    model: ScreenedModel,
    folder: Path,
    rows: Mapping[str, SampledRows],
    allow_remote_code: bool,
) -> ScreeningScore:
    """The main metric on the rows of validation. Raises ModelError if the training diverges."""
    step("reading its weights", loading_seconds(folder))
    training, train_tokens = config.of_model(model), None
    if training.method == "frozen":
        logits = frozen_logits(step, training, folder, rows, allow_remote_code)
    else:
        logits, train_tokens = _trained_logits(
            step, training, folder, rows, model.steps or 1, allow_remote_code
        )
    metric, standard_error = _measured(training, logits, rows)
    return ScreeningScore(
        candidate=model.candidate,
        status=SCORED,
        metric=metric,
        standard_error=standard_error,
        train_tokens=train_tokens,
    )


def _trained_logits(
    step: Step,
    config: TrainingConfig,
    folder: Path,
    rows: Mapping[str, SampledRows],
    steps: int,
    allow_remote_code: bool,
) -> tuple[NDArray[Any], int]:
    """Of the rows of validation, and the tokens that the model was trained on."""
    set_seed(config.seed)
    tokenizer = load_prepared_tokenizer(folder, allow_remote_code=allow_remote_code)
    splits = {
        split: SampledTokens(each, tokenizer, config.tokens_kept) for split, each in rows.items()
    }
    train, config = splits["train"], short(config, steps, splits["train"])
    network: Any
    network, _ = start_model(
        folder, config, tokenizer, train.labels, allow_remote_code=allow_remote_code
    )
    if config.method == "lora":
        network = with_adapters(network, config)
    precision = precision_for(network, tokenizer, train, needs_fp32=False)
    with tempfile.TemporaryDirectory() as nothing:
        trainer = build_trainer(
            config, network, tokenizer, splits, Path(nothing), precision=precision.name
        )
        _train(trainer, config, step)
        step("scoring it on validation", STEP_SECONDS)
        predictions: Any = trainer.predict(splits["validation"]).predictions
    return task_of(config).logits_from(predictions), trainer.progress.padded_tokens


def _train(trainer: RowTrainer, config: TrainingConfig, step: Step) -> None:
    # Only the end of the training counts.
    trainer.args.eval_strategy = IntervalStrategy.NO
    trainer.args.save_strategy = SaveStrategy.NO
    trainer.add_callback(_Signs(lambda: step("training it", STEP_SECONDS)))
    try:
        trainer.train()
    except DivergedError as error:
        raise ModelError(failure_sentence(error, config)) from None


def short(config: TrainingConfig, steps: int, train: SampledTokens) -> TrainingConfig:
    """The training with so many epochs that it has about so many steps, and the warm-up of one so
    short."""
    recipe = replace(config.recipe, epochs=1, checkpoint_steps=None, early_stopping_patience=None)
    if recipe.warmup_steps is not None:
        recipe = replace(recipe, warmup_steps=None, warmup_ratio=0.1)
    steps_per_epoch = len(batches_of(train, replace(config, recipe=recipe)))
    return replace(config, recipe=replace(recipe, epochs=max(1, round(steps / steps_per_epoch))))


def _measured(
    config: TrainingConfig, logits: NDArray[Any], rows: Mapping[str, SampledRows]
) -> tuple[float, float | None]:
    """The main metric on validation, and its standard error over rows."""
    task, metric = task_of(config), config.main_metric
    labels = rows["validation"].labels
    scores = task.validation_scores(logits, labels)
    if not np.isfinite(scores[metric]):
        raise ModelError("Its outputs after the short training are not finite numbers.")
    evidence = validation_evidence(
        task,
        metric,
        higher_is_better=config.higher_is_better,
        train_labels=rows["train"].labels,
        labels=labels,
        logits=logits,
        threshold=scores.get("threshold"),
    )
    return scores[metric], evidence.standard_error
