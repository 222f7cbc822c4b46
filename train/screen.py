"""The screening job: scores several models one after the other, without all of their training.

Run by SageMaker's in-container toolkit, as train.py is.
"""

import math
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace

from documents.json_documents import write_document
from job import hardware
from job.job_failure import failure_sentence
from job.job_folders import JobFolders
from job.log_lines import print_failure
from job.promised_gpu import check_gpu
from limits.free_memory import free_memory_bytes
from limits.limited_process import LimitedProcesses
from screening.kept_scores import KeptScores
from screening.sampled_rows import SampledRows, sampled_rows
from screening.screened_model import LIBRARIES, NO_LIMIT_BYTES, screened
from screening.screening_config import (
    FEATURES,
    SHORT_TRAINING,
    ScreenedModel,
    ScreeningConfig,
    read_screening_config,
)
from screening.screening_scores import SCORED, ScreeningScore, ScreeningScores

_SHARE_OF_MEMORY = 0.9


def main(environ: Mapping[str, str], processes: LimitedProcesses | None = None) -> int:
    """The exit status; a failure's sentence goes to where SageMaker looks for it.

    The command line is ignored: the toolkit passes hyperparameters there, for people to see.
    `processes` are those that the models get, by default with nearly all memory that is free.
    """
    folders = JobFolders.from_environment(environ)
    try:
        config = read_screening_config(folders.config / "config.json")
        check_gpu(folders.resources)
        screen(
            config,
            folders,
            processes or LimitedProcesses(_memory_bytes(), LIBRARIES),
            allow_remote_code=environ.get("ALLOW_REMOTE_CODE") == "true",
        )
    except Exception as error:
        sentence = failure_sentence(error, None)
        folders.failure.parent.mkdir(parents=True, exist_ok=True)
        folders.failure.write_text(sentence, encoding="utf-8")
        print_failure(error, sentence)
        return 1
    return 0


def screen(
    config: ScreeningConfig,
    folders: JobFolders,
    processes: LimitedProcesses,
    *,
    allow_remote_code: bool,
) -> None:
    """Score every model that no earlier attempt has scored, and write all scores.

    A model that fails is a score that says why.
    """
    kept = KeptScores(folders.checkpoints)
    scores = kept.read()
    known = {score.candidate for score in scores}
    if known:
        print(f"bakeoff resumes with {len(known)} scores", flush=True)
        for score in scores:
            # The log of this attempt would lack them.
            print(_line(score), flush=True)
    rows = _rows(config, folders)
    for model in config.models:
        if model.candidate in known:
            continue
        score = _of_same_features(config, model, scores) or screened(
            processes,
            config,
            model,
            folders.channels / model.model_channel,
            rows,
            allow_remote_code=allow_remote_code,
        )
        scores = [*scores, score]
        kept.write(scores)
        print(_line(score), flush=True)
    write_document(folders.output / "screening.json", ScreeningScores(scores=scores))
    kept.remove()


def _of_same_features(
    config: ScreeningConfig, model: ScreenedModel, scores: Sequence[ScreeningScore]
) -> ScreeningScore | None:
    """The score of a candidate that differs only in how it would be trained, if there is one."""
    if config.kind != FEATURES:
        return None
    alike = {
        other.candidate
        for other in config.models
        if other.model_channel == model.model_channel
        and config.tokens_kept(other) == config.tokens_kept(model)
    }
    score = next((score for score in scores if score.candidate in alike), None)
    if score is None:
        return None
    return replace(score, candidate=model.candidate, seconds=0.0, cpu_seconds=0.0, num_tokens=0)


def _rows(config: ScreeningConfig, folders: JobFolders) -> dict[str, SampledRows]:
    splits = ("train", "validation") if config.kind == SHORT_TRAINING else ("train",)
    task = config.scored_task
    return {
        split: sampled_rows(
            folders.dataset / f"{split}.parquet", task, config.max_rows, config.seed
        )
        for split in splits
    }


def _line(score: ScreeningScore) -> str:
    """`bakeoff screened candidate=A status=scored log_loss=0.41 log_me=-0.52 ... seconds=12.5`"""
    if score.status != SCORED:
        reason = " ".join(str(score.reason).split())
        return f"bakeoff screened candidate={score.candidate} status={score.status}: {reason}"
    shown = {
        name: value
        for name, value in vars(score).items()
        if isinstance(value, float) and math.isfinite(value)
    }
    numbers = " ".join(f"{name}={value:.6g}" for name, value in shown.items())
    return f"bakeoff screened candidate={score.candidate} status={score.status} {numbers}"


def _memory_bytes() -> int:
    has_gpu = hardware.device().type == "cuda"
    return NO_LIMIT_BYTES if has_gpu else int(free_memory_bytes() * _SHARE_OF_MEMORY)


if __name__ == "__main__":
    sys.exit(main(os.environ))
