"""Scores one model in a process of its own, so that it can cost no other its score.

The libraries are imported there: the process that starts it needs neither them nor their memory.
"""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from limits.limited_process import LimitedProcesses, ProcessFailedError, Step
from limits.out_of_memory import is_out_of_memory
from model.model_files import ModelError
from screening.sampled_rows import SampledRows
from screening.screening_config import FEATURES, ScreenedModel, ScreeningConfig
from screening.screening_scores import FAILED, ScreeningScore
from storage.error_text import in_words

# Python imports the script that starts the processes into each of them.
LIBRARIES = ("screening.libraries", "screen")

# Of address space, where weights are in the memory of a GPU: there the limit is the GPU's own.
NO_LIMIT_BYTES = 2**62


def screened(
    processes: LimitedProcesses,
    config: ScreeningConfig,
    model: ScreenedModel,
    folder: Path,
    rows: Mapping[str, SampledRows],
    *,
    allow_remote_code: bool,
) -> ScreeningScore:
    """The model's score, or why there is none.

    Args:
        processes: where the model may take all the memory.
        folder: the model's snapshot.
        rows: of train and, for a short training, of validation.
    """
    started = time.monotonic()
    try:
        score = processes.run(
            scored,
            config,
            model,
            folder,
            rows,
            allow_remote_code,
            memory_bytes=processes.memory_bytes,
        )
    except Exception as error:
        score = ScreeningScore(candidate=model.candidate, status=FAILED, reason=_reason(error))
    return replace(score, seconds=time.monotonic() - started)


def scored(
    step: Step,
    config: ScreeningConfig,
    model: ScreenedModel,
    folder: Path,
    rows: Mapping[str, SampledRows],
    allow_remote_code: bool,
) -> ScreeningScore:
    """The score, with the time of the processor. Raises ModelError, or a library's own error."""
    import torch

    from screening.feature_score import score_by_features
    from screening.short_training import score_by_training

    score_of = score_by_features if config.kind == FEATURES else score_by_training
    try:
        score = score_of(step, config, model, folder, rows, allow_remote_code)
    except RuntimeError as error:
        if torch.cuda.is_available() and is_out_of_memory(error):
            raise ModelError(
                "It took more than the memory of the GPU, even with one text at a time: choose an "
                "instance type with a larger GPU."
            ) from error
        raise
    return replace(score, cpu_seconds=time.process_time())


def _reason(error: Exception) -> str:
    if isinstance(error, ModelError | ProcessFailedError):
        return str(error)
    return f"It could not be screened: {in_words(error, 500)}."
