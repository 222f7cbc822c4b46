"""The training of a model at one learning rate, from its newest checkpoint to where it stops."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from transformers import PreTrainedTokenizerBase, set_seed
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from fine_tuning.checkpoints import epochs_at, resumable_checkpoint
from fine_tuning.fine_tune import build_trainer, load_model, start_model
from fine_tuning.lora import load_adapters, with_adapters
from fine_tuning.progress import Progress
from fine_tuning.start_precision import precision_for
from job.job_failure import DivergedError
from job.job_folders import JobFolders
from job.log_lines import evaluation_line
from job.phase_clock import PhaseClock
from job.training_config import TrainingConfig
from job.training_report import best_of, epoch_history
from job.training_task import task_of
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.text_rows import SPLITS
from training_data.tokenised_rows import TokenisedRows
from training_data.train_share import with_train_share


@dataclass(frozen=True)
class TrainingInputs:
    """What the trainings of a job have in common."""

    config: TrainingConfig
    snapshot: Path
    """The folder of the model that they all begin with."""
    tokenizer: PreTrainedTokenizerBase
    splits: Mapping[str, TokenisedRows]
    clock: PhaseClock
    """Its phases are load and train, of which every training has both."""
    allow_remote_code: bool

    @classmethod
    def of(
        cls,
        config: TrainingConfig,
        folders: JobFolders,
        clock: PhaseClock,
        *,
        allow_remote_code: bool,
    ) -> "TrainingInputs":
        task = task_of(config)
        splits = {
            split: TokenisedRows(folders.tokenised / f"{split}.parquet", task) for split in SPLITS
        }
        splits = with_train_share(splits, config.num_train_rows, config.seed)
        tokenizer = load_prepared_tokenizer(folders.model, allow_remote_code=allow_remote_code)
        return cls(config, folders.model, tokenizer, splits, clock, allow_remote_code)


@dataclass(frozen=True)
class BestSoFar:
    """The best model of a training on validation, until it stopped."""

    scores: Mapping[str, float]
    """The task's metrics, and a multi-label task's `threshold`."""
    epoch: float
    checkpoint: Path
    lowest_loss: float
    """On validation, of all evaluations until then."""
    validation_logits: NDArray[Any] | None = None
    """Where they are known already."""


class RateTraining:
    """A training at `learning_rate`; the same inputs and rate always give the same weights.

    Args:
        checkpoints: a folder of its own, from whose newest usable checkpoint it goes on.
        stop_share: the share of its steps after which it stops, 0 < .. <= 1. The learning rate
            follows the schedule of the whole training, so that a later one goes on from there as
            if it had never stopped.
        before: what other rates have found out about the model, such as its memory.
        is_trial: whether its evaluations are to be printed as those of a trial.
    """

    def __init__(
        self,
        inputs: TrainingInputs,
        learning_rate: float,
        checkpoints: Path,
        stop_share: float,
        *,
        before: Progress | None = None,
        is_trial: bool = False,
    ) -> None:
        self.learning_rate = learning_rate
        recipe = replace(inputs.config.recipe, learning_rate=learning_rate)
        self.config = replace(inputs.config, recipe=recipe)
        self._inputs = inputs
        self._checkpoints = checkpoints
        self._counts_stop = is_trial or self.config.is_rung
        # Before the head's weights are drawn.
        set_seed(self.config.seed)
        self._checkpoint = resumable_checkpoint(checkpoints)
        if self._checkpoint is None:
            progress = before or Progress()
        else:
            progress = Progress.read(self._checkpoint)
        self.model, notes = self._model_to_train()
        self.precision = precision_for(
            self.model, inputs.tokenizer, inputs.splits["train"], progress.needs_fp32
        )
        self.trainer = build_trainer(
            self.config,
            self.model,
            inputs.tokenizer,
            inputs.splits,
            checkpoints,
            precision=self.precision.name,
            stop_share=stop_share,
            is_trial=is_trial,
        )
        self.trainer.go_on_with(progress)
        progress.needs_fp32 = progress.needs_fp32 or self.precision.has_changed
        for note in [*notes, *self.precision.notes]:
            self.trainer.note(note)
        inputs.clock.end("load")

    def run(self, *, repeats_lines: bool = False) -> BestSoFar:
        """Train until it stops; `repeats_lines` prints the evaluations before its checkpoint, too.

        The best model is that of the first of the best epochs. In trials and rungs, which stop
        anywhere, it may be that of the last step. Raises DivergedError.
        """
        if self._checkpoint is not None:
            print(f"bakeoff resumes from {self._checkpoint.name}", flush=True)
            for row in epochs_at(self._checkpoint) if repeats_lines else ():
                line = evaluation_line("validation", row["epoch"], row, row["train_loss"])
                print(line, flush=True)
        resumed = None if self._checkpoint is None else str(self._checkpoint)
        self.trainer.train(resume_from_checkpoint=resumed)
        return self._best_so_far()

    def spent(self) -> Progress:
        """What the training has taken until now."""
        self.trainer.count_cpu()
        return self.trainer.progress

    @property
    def history(self) -> list[dict[str, float]]:
        """One entry per epoch."""
        return epoch_history(self.trainer.state.log_history)

    def load(self, checkpoint: Path) -> None:
        """Give the model the weights of one of its checkpoints."""
        if self.config.method == "lora":
            load_adapters(self.model, checkpoint)
        else:
            self.model.load_state_dict(self._loaded(checkpoint).state_dict())

    def logits(self, split: str) -> NDArray[Any]:
        """Of all rows in order, in the shape described in Task."""
        predictions: Any = self.trainer.predict(self._inputs.splits[split]).predictions
        return task_of(self.config).logits_from(predictions)

    def _best_so_far(self) -> BestSoFar:
        epochs = self.history
        at_stop = self._at_stop() if self._counts_stop and self.trainer.is_within_epoch else None
        if not epochs and at_stop is not None:
            return at_stop
        best = best_of(epochs, self.config)
        evaluated = [*epochs, *([] if at_stop is None else [at_stop.scores])]
        lowest_loss = min(scores["loss"] for scores in evaluated)
        if at_stop is not None and self.config.is_better(at_stop.scores, best):
            return replace(at_stop, lowest_loss=lowest_loss)
        noted = self.trainer.state.best_model_checkpoint
        if noted is None:
            raise RuntimeError("no epoch's checkpoint was recorded as the best on validation")
        return BestSoFar(best, best["epoch"], Path(noted), lowest_loss)

    def _at_stop(self) -> BestSoFar:
        state, logits = self.trainer.state, self.logits("validation")
        labels = self._inputs.splits["validation"].labels
        scores = task_of(self.config).validation_scores(logits, labels)
        if not math.isfinite(scores["loss"]):
            raise DivergedError(state.global_step, scores["loss"], "validation")
        checkpoint = self._checkpoints / f"{PREFIX_CHECKPOINT_DIR}-{state.global_step}"
        return BestSoFar(
            scores, self.trainer.epochs, checkpoint, scores["loss"], np.asarray(logits)
        )

    def _model_to_train(self) -> tuple[Any, list[str]]:
        """The model as it goes into the Trainer, and sentences for people about how it starts."""
        inputs, checkpoint = self._inputs, self._checkpoint
        if checkpoint is not None and self.config.method == "full":
            return self._loaded(checkpoint), []
        model, notes = start_model(
            inputs.snapshot,
            self.config,
            inputs.tokenizer,
            inputs.splits["train"].labels,
            allow_remote_code=inputs.allow_remote_code,
        )
        if self.config.method != "lora":
            return model, notes
        adapted = with_adapters(model, self.config)
        if checkpoint is not None:
            load_adapters(adapted, checkpoint)
        return adapted, notes

    def _loaded(self, checkpoint: Path) -> Any:
        inputs = self._inputs
        return load_model(
            checkpoint, self.config, inputs.tokenizer, allow_remote_code=inputs.allow_remote_code
        )
