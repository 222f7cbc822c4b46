"""What is done with a model's files, each function in a process of its own.

The libraries are imported there: the process that starts the others needs neither them nor their
memory.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from job.training_config import Recipe, TrainingConfig, TrainingDataset
from limits.limited_process import Step
from model.model_facts import ModelFacts
from model.model_files import ModelError
from model.model_snapshot import WEIGHTS, FetchedModel, files_named

# Python imports the script that starts the processes into each of them; that takes no time where
# what it imports is there.
LIBRARIES = ("trial.libraries", "prepare")
_READ_BYTES_PER_SECOND = 20_000_000
# The weights as they are in the file, as numbers of 32 bits, and what is computed with them.
_MEMORY_PER_WEIGHT_BYTE = 4


@dataclass(frozen=True)
class Patience:
    """How long a step may take."""

    seconds: float

    def reading(self, num_bytes: int) -> float:
        """The seconds for a step that reads so many bytes."""
        return self.seconds + num_bytes / _READ_BYTES_PER_SECOND


@dataclass(frozen=True)
class TokensWanted:
    """The tokens of the rows in the folder `rows`, cut after `max_length`, written to `folder`."""

    rows: Path
    task: str
    max_length: int
    folder: Path
    workers: int


@dataclass(frozen=True)
class TrialWanted:
    """A forward pass by the method, with a head for the labels; `rows` is TRIAL_ROWS."""

    rows: Path
    method: str
    task: str
    labels: list[str]
    max_length: int

    @property
    def config(self) -> TrainingConfig:
        """That of a training job, as far as a forward pass depends on it."""
        return TrainingConfig(
            run="",
            item="",
            candidate="",
            model="",
            model_revision=None,
            seed=0,
            method=self.method,
            task=self.task,
            labels=self.labels,
            positive_label=None,
            is_pair=False,
            main_metric="",
            higher_is_better=True,
            max_length=self.max_length,
            recipe=Recipe(),
            learning_rates=[],
            trial_share=1.0,
            stop_share=1.0,
            stage="",
            num_train_rows=None,
            dataset=TrainingDataset("", None, "", {}),
            target_metric=None,
            target_value=None,
            instruction=None,
            label_descriptions={},
            most_input_tokens=None,
            most_output_tokens=None,
        )


def needed_bytes(num_weight_bytes: int) -> int:
    """Memory for computing with weights whose files have so many bytes."""
    return num_weight_bytes * _MEMORY_PER_WEIGHT_BYTE


def size_bytes(place: Path) -> int:
    """The size of a file, or of all files in a folder."""
    if place.is_file():
        return place.stat().st_size
    return sum(path.stat().st_size for path in place.rglob("*") if path.is_file())


def snapshot_facts(
    step: Step,
    fetched: FetchedModel,
    folder: Path,
    scratch: Path,
    patience: Patience,
    allow_remote_code: bool,
) -> ModelFacts:
    """Put the snapshot of a fetched model into `folder`. Raises ModelError."""
    num_bytes = size_bytes(fetched.place)
    # Unpacked, it may be several times as large.
    step("unpacking and checking its files", patience.reading(5 * num_bytes))
    from model.snapshot_folder import make_snapshot
    from model.usable_model import facts_of

    warnings = make_snapshot(fetched, folder, scratch)
    step("reading its configuration, tokeniser and weights", patience.reading(size_bytes(folder)))
    return facts_of(folder, allow_remote_code=allow_remote_code, warnings=warnings)


def tokenise_and_try(
    step: Step,
    model: Path,
    tokens: TokensWanted | None,
    trial: TrialWanted | None,
    patience: Patience,
    memory_bytes: int,
    allow_remote_code: bool,
) -> None:
    """Write the tokens and try the model, each only if it is wanted. Raises ModelError.

    A model for whose weights `memory_bytes` do not suffice is tried without them.
    """
    if tokens is not None:
        _tokenise(step, model, tokens, patience, allow_remote_code)
    if trial is None:
        return
    from trial.prompt_trial import PromptTrial
    from trial.trial_run import TrialRun

    num_bytes = sum(path.stat().st_size for path in files_named(model, WEIGHTS))
    has_weights = 0 < needed_bytes(num_bytes) <= memory_bytes
    step("trying it on some of this run's texts", patience.reading(num_bytes))
    if trial.method == "prompt":
        PromptTrial(model, trial.rows, has_weights, allow_remote_code).run()
    else:
        TrialRun(
            model,
            trial.rows,
            trial.config,
            has_weights=has_weights,
            allow_remote_code=allow_remote_code,
        ).run()


def _tokenise(
    step: Step, model: Path, wanted: TokensWanted, patience: Patience, allow_remote_code: bool
) -> None:
    # The tokenizers library reads it when it starts its threads.
    os.environ.setdefault("RAYON_NUM_THREADS", str(wanted.workers))
    from snapshot.dataset_snapshot import StoredSplits
    from tokeniser.text_tokens import NoRoomError
    from tokeniser.tokenisation import tokenise
    from trial.trial_rows import write_trial_rows

    def begin_batch() -> None:
        step("its tokeniser read some of this run's texts", patience.seconds)

    begin_batch()
    try:
        tokenise(
            model,
            StoredSplits(wanted.rows, wanted.task),
            wanted.max_length,
            wanted.folder,
            task=wanted.task,
            workers=wanted.workers,
            allow_remote_code=allow_remote_code,
            on_batch=begin_batch,
        )
    except NoRoomError as error:
        raise ModelError(str(error)) from error
    write_trial_rows(wanted.folder)
