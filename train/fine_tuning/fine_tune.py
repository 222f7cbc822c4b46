"""Fine-tunes one model: the Trainer with our recipe, scores and log lines."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from numpy.typing import NDArray
from transformers import (
    AutoModelForSequenceClassification,
    EvalPrediction,
    PreTrainedModel,
    PreTrainedTokenizerBase,
    PrinterCallback,
    TrainerCallback,
    TrainerControl,
    TrainerState,
    TrainingArguments,
)

from fine_tuning import cpu_attention
from fine_tuning.batches import Batches
from fine_tuning.label_scale import LabelScale
from fine_tuning.label_shares import start_at_shares
from fine_tuning.losses import row_losses
from fine_tuning.narrow_weights import start_dtype, widen_head
from fine_tuning.old_head import fit_old_head
from fine_tuning.row_trainer import RowTrainer
from fine_tuning.training_course import EarlyStopping, FurtherCheckpoints, steps_at
from job import hardware
from job.job_failure import DivergedError
from job.log_lines import evaluation_line, trying_line
from job.training_config import TrainingConfig
from job.training_task import task_of
from training_data.model_inputs import RowCollator
from training_data.padding import padding_side
from training_data.tokenised_rows import TokenisedRows


class EvaluationLines(TrainerCallback):
    """Prints a line after each evaluation on validation; before and in a trial, one that names the
    learning rate."""

    def __init__(self, config: TrainingConfig, *, is_trial: bool) -> None:
        self._config = config
        self._is_trial = is_trial

    def on_train_begin(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: Any,
    ) -> None:
        if self._is_trial:
            self._print_trial(0.0, {})

    def on_evaluate(
        self,
        args: TrainingArguments,
        state: TrainerState,
        control: TrainerControl,
        **kwargs: Any,
    ) -> None:
        train_loss = next(entry["loss"] for entry in reversed(state.log_history) if "loss" in entry)
        if not math.isfinite(train_loss):
            raise DivergedError(state.global_step, train_loss)
        scores = evaluation_scores(kwargs["metrics"])
        if not math.isfinite(scores["loss"]):
            raise DivergedError(state.global_step, scores["loss"], "validation")
        if self._is_trial:
            self._print_trial(state.epoch or 0.0, scores)
            return
        print(evaluation_line("validation", state.epoch or 0.0, scores, train_loss), flush=True)

    def _print_trial(self, epoch: float, scores: Mapping[str, float]) -> None:
        rate, rates = self._config.recipe.learning_rate, self._config.learning_rates
        place = rates.index(rate) + 1
        print(trying_line(place, len(rates), rate, epoch, scores), flush=True)


def evaluation_scores(metrics: Mapping[str, float]) -> dict[str, float]:
    """The Trainer's metrics without the prefix that it gives them."""
    return {name.removeprefix("eval_"): value for name, value in metrics.items()}


def start_model(
    folder: Path,
    config: TrainingConfig,
    tokenizer: PreTrainedTokenizerBase,
    train_labels: NDArray[Any],
    *,
    allow_remote_code: bool,
) -> tuple[PreTrainedModel, list[str]]:
    """Load a snapshot to be trained; returns sentences for people about its head as well.

    Weights that are not trained may be narrow (narrow_weights.py). A head for other labels is
    started anew (old_head.py). A new head for several labels starts at the labels' shares
    (label_shares.py); `train_labels` are in the shape described in Task.
    """
    task = task_of(config)
    dtype = start_dtype(folder, config.method)
    model, loading = _loaded(
        folder, config, tokenizer, allow_remote_code=allow_remote_code, dtype=dtype
    )
    widen_head(model)
    head = fit_old_head(
        model,
        folder,
        task.labels,
        missing=set(loading["missing_keys"]),
        mismatched={name for name, *_ in loading["mismatched_keys"]},
    )
    if task.is_multilabel and head.is_new:
        start_at_shares(model, train_labels)
    return model, [] if head.note is None else [head.note]


def load_model(
    folder: Path,
    config: TrainingConfig,
    tokenizer: PreTrainedTokenizerBase,
    *,
    allow_remote_code: bool,
) -> PreTrainedModel:
    """Load the weights of a checkpoint of this job."""
    return _loaded(folder, config, tokenizer, allow_remote_code=allow_remote_code)[0]


def _loaded(
    folder: Path,
    config: TrainingConfig,
    tokenizer: PreTrainedTokenizerBase,
    *,
    allow_remote_code: bool,
    dtype: torch.dtype = torch.float32,
) -> tuple[PreTrainedModel, dict[str, Any]]:
    """The model, and what from_pretrained says about the weights that it found.

    transformers 5 stores a LayerNorm's weight and bias as gamma and beta. from_pretrained handles
    that; the Trainer's load_state_dict(strict=False) would silently keep the current ones.
    """
    model, loading = AutoModelForSequenceClassification.from_pretrained(
        folder,
        **task_of(config).model_arguments(),
        # A model that was fine-tuned before may have a head for other labels.
        ignore_mismatched_sizes=True,
        dtype=dtype,
        trust_remote_code=allow_remote_code,
        output_loading_info=True,
    )
    # A decoder's head reads the last token that is not padding, so it needs the padding token's id.
    model.config.pad_token_id = tokenizer.pad_token_id
    tokenizer.padding_side = padding_side(model.config)
    if not torch.cuda.is_available():
        cpu_attention.use_in(model)
    return model, loading


def build_trainer(
    config: TrainingConfig,
    model: torch.nn.Module,
    tokenizer: PreTrainedTokenizerBase,
    splits: Mapping[str, TokenisedRows],
    checkpoints: Path,
    batches: Batches | None = None,
    precision: str | None = None,
    *,
    stop_share: float = 1.0,
    is_trial: bool = False,
) -> RowTrainer:
    """The Trainer for a job.

    Args:
        batches: in place of the recipe's.
        precision: in place of the hardware's.
        stop_share: the share of the steps after which it stops; its schedule is that of all.
        is_trial: whether its evaluations are to be printed as those of a learning rate's trial.
    """
    train, task = splits["train"], task_of(config)
    batches = batches_of(train, config) if batches is None else batches
    total_steps = len(batches) * config.recipe.epochs
    trainer = RowTrainer(
        config,
        batches,
        row_losses(task, config.recipe, train.labels),
        LabelScale.of(train.labels, model) if task.is_regression else LabelScale(),
        steps_at(stop_share, total_steps),
        model=model,
        args=_arguments(config, total_steps, checkpoints, precision or hardware.precision()),
        train_dataset=train,
        eval_dataset=splits["validation"],
        data_collator=RowCollator(
            tokenizer, pad_to_multiple_of=hardware.padding_multiple(config.max_length or 0)
        ),
        processing_class=tokenizer,
        compute_metrics=lambda prediction: _scores(prediction, config),
        callbacks=[EvaluationLines(config, is_trial=is_trial), EarlyStopping(config)],
    )
    trainer.remove_callback(PrinterCallback)
    if config.recipe.checkpoint_steps is not None:
        trainer.add_callback(FurtherCheckpoints(config.recipe.checkpoint_steps, len(batches)))
    return trainer


def batches_of(train: TokenisedRows, config: TrainingConfig) -> Batches:
    recipe = config.recipe
    return Batches(
        train.lengths,
        seed=config.seed,
        num_epochs=recipe.epochs,
        rows_per_batch=recipe.train_batch_size,
        tokens_per_batch=recipe.train_batch_tokens,
        by_length=recipe.batching == "length",
    )


def _scores(prediction: EvalPrediction, config: TrainingConfig) -> dict[str, float]:
    logits: Any = prediction.predictions
    labels: Any = prediction.label_ids
    return task_of(config).validation_scores(logits, labels)


def _arguments(
    config: TrainingConfig, total_steps: int, checkpoints: Path, precision: str
) -> TrainingArguments:
    recipe = config.recipe
    arguments = TrainingArguments(
        output_dir=str(checkpoints),
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.train_batch_size,
        per_device_eval_batch_size=recipe.eval_batch_size,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type=recipe.schedule,
        warmup_steps=recipe.warmup_for(total_steps),
        weight_decay=recipe.weight_decay,
        max_grad_norm=recipe.max_grad_norm,
        optim="adamw_torch_fused",
        eval_strategy="epoch",
        save_strategy="epoch",
        logging_strategy="epoch",
        logging_nan_inf_filter=False,
        # load_model reads it instead, because the Trainer would skip renamed weights.
        load_best_model_at_end=False,
        metric_for_best_model=f"eval_{config.main_metric}",
        greater_is_better=config.higher_is_better,
        seed=config.seed,
        data_seed=config.seed,
        bf16=precision == "bf16",
        fp16=precision == "fp16",
        use_cpu=not torch.cuda.is_available(),
        dataloader_pin_memory=torch.cuda.is_available(),
        remove_unused_columns=False,
        report_to="none",
        disable_tqdm=True,
    )
    # With several GPUs the Trainer would multiply the batch size by their number.
    arguments._n_gpu = min(arguments.n_gpu, 1)
    return arguments
