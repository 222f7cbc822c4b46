"""Describes the failure of a training job in one sentence, which the comparison shows."""

from collections.abc import Mapping

import torch

from job.promised_gpu import MissingGpuError
from job.training_config import TrainingConfig
from limits.full_disk import is_full_disk
from limits.out_of_memory import is_out_of_memory

# SageMaker cuts the text at 1,024 characters.
MAX_CHARACTERS = 1000


class JobError(Exception):
    """The job cannot go on; the message says why and what to do, and needs no more words."""


class DivergedError(Exception):
    """The loss is no longer a finite number."""

    def __init__(self, step: int, loss: float, split: str = "train") -> None:
        super().__init__(f"the {split} loss was {loss} at step {step}")


class NoRateError(Exception):
    """The training diverged at every learning rate; `reasons` says how, by rate."""

    def __init__(self, reasons: Mapping[float, str]) -> None:
        lowest = min(reasons)
        rates = ", ".join(f"{rate:g}" for rate in sorted(reasons))
        how = reasons[lowest].removeprefix("Training diverged: ").rstrip(".")
        super().__init__(
            f"Training diverged at each of the learning rates {rates} (at {lowest:g}: {how}). Let "
            "tune.learning_rate list lower ones, or warm up longer."
        )


def failure_sentence(error: BaseException, config: TrainingConfig | None) -> str:
    """What happened and, if known, what to do; `config` is None if it was not read."""
    if config is not None and isinstance(error, DivergedError):
        return (
            f"Training diverged: {error}. Lower learning_rate ({config.learning_rates[0]}), "
            "or warm up longer."
        )
    if config is not None and is_out_of_memory(error):
        where = "the GPU" if torch.cuda.is_available() else "the instance"
        batch = (
            f"train_batch_size ({config.recipe.train_batch_size})"
            if config.is_fine_tuned
            else f"eval_batch_size ({config.recipe.eval_batch_size})"
        )
        return (
            f"The model ran out of memory on {where}: lower {batch} or max_length "
            f"({config.max_length}), or use a larger instance type."
        )
    if is_full_disk(error):
        return (
            "The disk is full: raise compute.volume_gb or, in a local run, free some space on the "
            "machine, and send the request again."
        )
    message = " ".join(str(error).split())
    if isinstance(error, JobError | MissingGpuError | NoRateError):
        return message
    return f"{type(error).__name__}: {message}"[:MAX_CHARACTERS]
