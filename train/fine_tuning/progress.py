"""Counters of a training job, stored in its checkpoints so that a resumed job continues them."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments
from transformers.trainer_utils import PREFIX_CHECKPOINT_DIR

from job.peak_memory import larger

PROGRESS_FILE = "progress.json"


@dataclass
class Progress:
    """Sums over all steps so far, of this job and those whose checkpoints it goes on from."""

    rows: int = 0
    tokens: int = 0
    """Without padding."""
    padded_tokens: int = 0
    """With padding."""
    seconds: float = 0.0
    """Time spent in steps, without evaluation and checkpoints."""
    parts: int = 1
    """Micro-batches per batch at the end; more than 1 if memory ran out."""
    recomputes: bool = False
    """Whether a step computes a model's layers twice, since memory ran out even so."""
    notes: list[str] = field(default_factory=list)
    peak_bytes: int | None = None
    """Peak memory when the last checkpoint was written; None if unknown."""
    epoch_steps: int = 0
    """Steps since the epoch began."""
    epoch_loss: float | torch.Tensor = 0.0
    """The sum of these steps' losses; a tensor, to avoid waiting for the GPU."""
    needs_fp32: bool = False
    """Whether the model cannot be computed in the hardware's own precision."""
    cpu_seconds: float = 0.0
    """Processor time of training and evaluation, until the last checkpoint."""
    item: str = ""
    """The job that counts; what earlier ones had counted is in the next two fields."""
    earlier_tokens: int = 0
    earlier_cpu_seconds: float = 0.0

    def begin(self, item: str) -> None:
        """Go on for this job, which may be another one than has counted so far."""
        if item != self.item:
            self.item = item
            self.earlier_tokens = self.padded_tokens
            self.earlier_cpu_seconds = self.cpu_seconds

    def for_another_rate(self) -> "Progress":
        """What holds for the model at any learning rate: what its memory and numbers need."""
        return Progress(
            parts=self.parts,
            recomputes=self.recomputes,
            notes=[*self.notes],
            peak_bytes=self.peak_bytes,
            needs_fp32=self.needs_fp32,
        )

    @property
    def job_tokens(self) -> int:
        """Tokens that this job has processed, padding included."""
        return self.padded_tokens - self.earlier_tokens

    @property
    def job_cpu_seconds(self) -> float:
        return self.cpu_seconds - self.earlier_cpu_seconds

    def count(self, lengths: torch.Tensor, width: int) -> None:
        """Count a batch of texts with `lengths` (rows,) in tokens, padded to `width`."""
        self.rows += len(lengths)
        self.tokens += int(lengths.sum())
        self.padded_tokens += len(lengths) * width

    def add_loss(self, loss: torch.Tensor) -> None:
        """Add the loss of one step, the mean over the batch's rows."""
        self.epoch_loss = self.epoch_loss + loss.detach().double()
        self.epoch_steps += 1

    def take_epoch_loss(self) -> float:
        """The mean over the epoch's steps; resets the sum for the next epoch."""
        mean = float(self.epoch_loss) / self.epoch_steps
        self.epoch_loss, self.epoch_steps = 0.0, 0
        return mean

    @property
    def padding_share(self) -> float | None:
        """The share of padding among all tokens, 0..1; None before the first step."""
        return 1 - self.tokens / self.padded_tokens if self.padded_tokens else None

    @property
    def rows_per_second(self) -> float | None:
        return self.rows / self.seconds if self.seconds else None

    def write(self, checkpoint: Path) -> None:
        (checkpoint / PROGRESS_FILE).write_text(json.dumps(self.as_json(), indent=1))

    def as_json(self) -> dict[str, Any]:
        self.epoch_loss = float(self.epoch_loss)
        return asdict(self)

    @classmethod
    def read(cls, checkpoint: Path) -> "Progress":
        """Raises OSError or ValueError if it is missing or incomplete."""
        return cls(**json.loads((checkpoint / PROGRESS_FILE).read_text()))


def totals(rates: Sequence[Progress], item: str) -> dict[str, Any]:
    """What the trainings at all learning rates took, by the names of Trained; of tokens and
    processor time only what the job `item` has spent."""
    of_job = [each for each in rates if each.item == item]
    peak_bytes = None
    for each in rates:
        peak_bytes = larger(peak_bytes, each.peak_bytes)
    return {
        "train_tokens": sum(each.job_tokens for each in of_job),
        "cpu_seconds": sum(each.job_cpu_seconds for each in of_job),
        "train_peak_bytes": peak_bytes,
        "notes": list(dict.fromkeys(note for each in rates for note in each.notes)),
    }


class ProgressKeeper(TrainerCallback):
    """Measures the time of the steps, and writes the progress into each checkpoint."""

    def __init__(
        self,
        progress: Progress,
        peak_bytes: Callable[[], int | None],
        now: Callable[[], float] = time.monotonic,
        cpu_now: Callable[[], float] = time.process_time,
    ) -> None:
        self.progress = progress
        self._peak_bytes = peak_bytes
        self._now = now
        self._cpu_now = cpu_now
        self._started = now()
        self._cpu_counted = cpu_now()

    def count_cpu(self) -> None:
        """Add the processor time since the last call, or since it was made."""
        now = self._cpu_now()
        self.progress.cpu_seconds += now - self._cpu_counted
        self._cpu_counted = now

    def on_step_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self._started = self._now()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        self.progress.seconds += self._now() - self._started

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        checkpoint = Path(args.output_dir or "") / f"{PREFIX_CHECKPOINT_DIR}-{state.global_step}"
        self.progress.peak_bytes = larger(self.progress.peak_bytes, self._peak_bytes())
        self.count_cpu()
        self.progress.write(checkpoint)
