"""Callbacks of the Trainer: they set the epoch's batches, save checkpoints and stop."""

from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from fine_tuning.batches import Batches
from job.training_config import TrainingConfig
from job.training_report import epoch_history


class EpochSetter(TrainerCallback):
    """Sets the epoch of the batches; the Trainer does not do so after it has skipped batches."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches

    def on_epoch_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._batches.epoch = state.global_step // len(self._batches)


class FurtherCheckpoints(TrainerCallback):
    """Saves a checkpoint every `steps` steps, except at the end of an epoch. There the evaluation
    must come first, or a job resumed from the checkpoint would never evaluate."""

    def __init__(self, steps: int, steps_per_epoch: int) -> None:
        self._steps = steps
        self._steps_per_epoch = steps_per_epoch

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if state.global_step % self._steps == 0 and state.global_step % self._steps_per_epoch != 0:
            control.should_save = True


class StopAt(TrainerCallback):
    """Stops the training after `step` as an interruption would: within an epoch there is a
    checkpoint but no evaluation, so that going on from there equals never having stopped."""

    def __init__(self, step: int, steps_per_epoch: int) -> None:
        self._step = step
        self._steps_per_epoch = steps_per_epoch

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if state.global_step >= self._step:
            control.should_training_stop = True
            control.should_save = state.global_step % self._steps_per_epoch != 0

    def on_epoch_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if state.global_step % self._steps_per_epoch != 0:
            # The Trainer also calls it where it leaves an epoch half way.
            control.should_log = control.should_evaluate = control.should_save = False


def steps_at(share: float, total_steps: int) -> int:
    """The step that is reached after this share of all steps; at least one."""
    return max(1, round(share * total_steps))


class EarlyStopping(TrainerCallback):
    """Ends the training after `early_stopping_patience` epochs without a better main metric."""

    def __init__(self, config: TrainingConfig) -> None:
        self._config = config

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        if is_patience_over(state, self._config):
            control.should_training_stop = True


def is_patience_over(state: TrainerState, config: TrainingConfig) -> bool:
    """Whether training must stop after the epochs in the state's log; the last is evaluated."""
    patience = config.recipe.early_stopping_patience
    history = epoch_history(state.log_history)
    if patience is None or not history:
        return False
    sign = 1.0 if config.higher_is_better else -1.0
    values = [sign * epoch[config.main_metric] for epoch in history]
    return len(values) - 1 - values.index(max(values)) >= patience
