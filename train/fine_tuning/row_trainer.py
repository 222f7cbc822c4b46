"""The Trainer with batches, losses and memory under our own control."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader
from transformers import Trainer, TrainerState
from transformers.trainer import TRAINER_STATE_NAME
from transformers.trainer_utils import PredictionOutput

from fine_tuning.batches import Batches
from fine_tuning.checkpoints import OlderCheckpoints
from fine_tuning.label_scale import LabelScale
from fine_tuning.losses import RowLosses
from fine_tuning.micro_batches import Inputs, MicroBatches, free_memory, num_rows
from fine_tuning.progress import Progress, ProgressKeeper
from fine_tuning.recomputation import can_recompute, recompute
from fine_tuning.training_course import EpochSetter, StopAt, is_patience_over
from job.job_failure import DivergedError
from job.peak_memory import peak_memory
from job.training_config import TrainingConfig
from limits.out_of_memory import is_out_of_memory
from training_data.model_inputs import inputs_for
from training_data.row_order import longest_first

# Reading the loss waits for the GPU, so it is not checked for divergence at every step.
STEPS_BETWEEN_LOSS_CHECKS = 10


class RowTrainer(Trainer):
    """A Trainer whose batches come from `Batches`. Its loss is the mean over a batch's rows, for
    any number of micro-batches. It stops after `last_step`, and when the loss is no longer
    finite."""

    def __init__(
        self,
        config: TrainingConfig,
        batches: Batches,
        row_losses: RowLosses,
        label_scale: LabelScale,
        last_step: int,
        **named: Any,
    ) -> None:
        super().__init__(**named)
        self.label_scale = label_scale
        self.progress = Progress()
        self._config = config
        self._batches = batches
        self._row_losses = row_losses
        self._last_step = last_step
        self._keeper = ProgressKeeper(self.progress, peak_memory(uses_gpu=True).peak_bytes)
        self._evaluation_parts = MicroBatches()
        self.add_callback(EpochSetter(batches))
        # In this order: the progress makes a checkpoint whole.
        self.add_callback(self._keeper)
        self.add_callback(OlderCheckpoints())
        if last_step < self.steps_planned:
            self.add_callback(StopAt(last_step, len(batches)))

    def go_on_with(self, progress: Progress) -> None:
        """Count on from there, for the job that the configuration names."""
        progress.begin(self._config.item)
        self.progress = self._keeper.progress = progress
        if progress.recomputes and can_recompute(self.model):
            recompute(self.model)

    def count_cpu(self) -> None:
        """Bring the progress's processor time up to now."""
        self._keeper.count_cpu()

    def train(
        self, resume_from_checkpoint: str | bool | None = None, *unused: Any, **named: Any
    ) -> Any:
        """Train, resuming from a checkpoint with its progress, unless the training stops there."""
        if isinstance(resume_from_checkpoint, str):
            checkpoint = Path(resume_from_checkpoint)
            self.go_on_with(Progress.read(checkpoint))
            state = TrainerState.load_from_json(str(checkpoint / TRAINER_STATE_NAME))
            if state.global_step >= self._last_step or is_patience_over(state, self._config):
                self.state = state
                return None
        return super().train(resume_from_checkpoint, *unused, **named)

    @property
    def steps_planned(self) -> int:
        """Of the whole training."""
        return len(self._batches) * self._config.recipe.epochs

    @property
    def epochs(self) -> float:
        """Passes over the rows so far."""
        return self.state.global_step / len(self._batches)

    @property
    def is_within_epoch(self) -> bool:
        return self.state.global_step % len(self._batches) != 0

    def facts(self) -> dict[str, Any]:
        """Facts about the training, by their names in metrics.json."""
        progress, recipe = self.progress, self._config.recipe
        rows = None if recipe.train_batch_tokens else recipe.train_batch_size
        step = self.state.global_step
        return {
            "epochs_trained": self.epochs,
            "stopped_early": step < self.steps_planned
            and is_patience_over(self.state, self._config),
            "micro_batch_size": rows and -(-rows // progress.parts),
            "gradient_accumulation_steps": progress.parts,
            "padding_share": progress.padding_share,
            "train_rows_per_second": progress.rows_per_second,
            "learning_rate": recipe.learning_rate,
            "steps_planned": self.steps_planned,
            "steps_trained": step,
        }

    # Not accelerate's loaders: a job resumed within an epoch would get the first epoch's batches.
    def get_train_dataloader(self) -> DataLoader[Any]:
        return self._loader(self.train_dataset, batch_sampler=self._batches)

    def get_eval_dataloader(self, eval_dataset: Any = None) -> DataLoader[Any]:
        # Batch texts of similar length, to reduce padding.
        rows: Any = self.eval_dataset if eval_dataset is None else eval_dataset
        order = longest_first(rows.lengths).tolist()
        return self._loader(rows, sampler=order, batch_size=self.args.eval_batch_size)

    def get_test_dataloader(self, test_dataset: Any) -> DataLoader[Any]:
        return self.get_eval_dataloader(test_dataset)

    def _loader(self, rows: Any, **batching: Any) -> DataLoader[Any]:
        return DataLoader(
            rows,
            collate_fn=self.data_collator,
            pin_memory=self.args.dataloader_pin_memory,
            **batching,
        )

    def training_step(
        self, model: torch.nn.Module, inputs: dict[str, torch.Tensor], *unused: Any
    ) -> torch.Tensor:
        model.train()
        mask = inputs["attention_mask"]
        self.progress.count(mask.sum(dim=1), mask.shape[1])
        batch = self._prepare_inputs(inputs)
        loss = self._loss_of(model, batch)
        self.progress.add_loss(loss)
        step = self.state.global_step
        if step % STEPS_BETWEEN_LOSS_CHECKS == 0 and not torch.isfinite(loss):
            raise DivergedError(step, loss.item())
        return loss

    def _loss_of(self, model: torch.nn.Module, batch: Inputs) -> torch.Tensor:
        """The batch's loss, whose gradients the model then has: in as many parts as memory asks
        for, and if not even a row fits, with layers that are computed twice."""
        memory = MicroBatches(self.progress.parts)
        backward = partial(self._backward, model, num_rows(batch))
        try:
            losses = memory.run(batch, backward, start_again=model.zero_grad)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error) or not can_recompute(model):
                raise
            losses = []
        # Only after the handler are the tensors of the failed computation released.
        if not losses:
            self._begin_to_recompute(model)
            memory = MicroBatches()
            losses = memory.run(batch, backward, start_again=model.zero_grad)
        if memory.parts != self.progress.parts:
            self._note_parts(memory.parts)
        return torch.stack(losses).sum()

    def _begin_to_recompute(self, model: torch.nn.Module) -> None:
        model.zero_grad()
        free_memory()
        recompute(model)
        self.progress.recomputes, self.progress.parts = True, 1
        step = self.state.global_step + 1
        self.note(
            f"Memory ran out at step {step} with single rows: from then on each step computed the "
            "layers twice (gradient checkpointing), which is slower."
        )

    def _backward(self, model: torch.nn.Module, batch_rows: int, part: Inputs) -> torch.Tensor:
        """Add the part's share to the batch's gradients; returns its share of the loss."""
        losses = self._row_losses(self._logits(model, part), part["labels"])
        loss = losses.sum() / batch_rows
        # Clipping must not depend on the labels' unit.
        self.accelerator.backward(loss / self.label_scale.scale**2)
        return loss.detach()

    def _logits(self, model: torch.nn.Module, part: Inputs) -> torch.Tensor:
        given = {name: tensor for name, tensor in part.items() if name != "labels"}
        return self.label_scale.numbers(model(**inputs_for(model, given)).logits.float())

    def _note_parts(self, parts: int) -> None:
        self.progress.parts = parts
        rows = -(-self._config.recipe.train_batch_size // parts)
        size = "" if self._config.recipe.train_batch_tokens else f" of at most {rows} rows"
        self.note(
            f"Memory ran out at step {self.state.global_step + 1}: from then on each batch was "
            f"computed in {parts} parts{size}, whose gradients were accumulated."
        )

    def note(self, sentence: str) -> None:
        """Tell it once in the job's results, also if the job is interrupted and resumed."""
        if sentence not in self.progress.notes:
            self.progress.notes.append(sentence)

    def prediction_step(
        self,
        model: torch.nn.Module,
        inputs: dict[str, torch.Tensor],
        prediction_loss_only: bool,
        ignore_keys: list[str] | None = None,
    ) -> tuple[None, torch.Tensor, torch.Tensor]:
        """The logits only; the loss among the scores is computed from them."""
        batch = self._prepare_inputs(inputs)
        memory, before = self._evaluation_parts, self._evaluation_parts.parts
        with torch.no_grad():
            logits = memory.run(batch, partial(self._logits, model))
        if memory.parts > before:
            self.note(
                f"Memory ran out in evaluation: its batches were computed in {memory.parts} parts."
            )
        return None, torch.cat(logits), batch["labels"]

    def predict(self, test_dataset: Any, *arguments: Any, **named: Any) -> PredictionOutput:
        """Predictions in the order of the rows."""
        output = super().predict(test_dataset, *arguments, **named)
        order = longest_first(test_dataset.lengths)
        return output._replace(
            predictions=_put_back(output.predictions, order),
            label_ids=_put_back(output.label_ids, order),
        )

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Log the loss of the whole epoch; the Trainer's own starts where the job was resumed."""
        if "loss" in logs:
            logs["loss"] = self.progress.take_epoch_loss()
        super().log(logs, start_time)


def _put_back(values: Any, order: np.ndarray) -> np.ndarray:
    restored = np.empty_like(values)
    restored[order] = values
    return restored
