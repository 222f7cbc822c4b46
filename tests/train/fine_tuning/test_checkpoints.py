"""Which checkpoints a training has left at the moment when it is killed."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from transformers import TrainerCallback, TrainerState, TrainingArguments

from fine_tuning.checkpoints import OlderCheckpoints, resumable_checkpoint
from fine_tuning.fine_tune import build_trainer, load_model
from fine_tuning.fine_tuned_model import fine_tuned_model
from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.training_config import TrainingConfig, read_training_config
from job.training_task import task_of
from tests.support.tiny_job import TinyJob, prepared_job
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.text_rows import SPLITS
from training_data.tokenised_rows import TokenisedRows

NUM_EPOCHS = 4


class WholeCheckpoints(TrainerCallback):
    """Notes the epoch from which a job would go on if it were killed while it saves, before any
    other callback has completed the checkpoint."""

    def __init__(self) -> None:
        self.epochs: list[float] = []

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: Any, **kwargs: Any
    ) -> None:
        whole = [
            TrainerState.load_from_json(str(each.parent / "trainer_state.json")).epoch
            for each in Path(args.output_dir or "").glob("checkpoint-*/progress.json")
        ]
        self.epochs.append(max((each for each in whole if each is not None), default=0.0))


@pytest.fixture(scope="module")
def job(tmp_path_factory: pytest.TempPathFactory) -> TinyJob:
    return prepared_job(tmp_path_factory.mktemp("job"), epochs=NUM_EPOCHS)


@pytest.fixture(scope="module")
def config(job: TinyJob) -> TrainingConfig:
    config = read_training_config(job.config_file)
    # It learns nothing, so that the first epoch stays the best.
    return replace(config, recipe=replace(config.recipe, learning_rate=1e-30))


def test_a_training_that_is_killed_while_it_saves_loses_one_epoch_at_most(
    job: TinyJob, config: TrainingConfig
) -> None:
    task = task_of(config)
    splits = {split: TokenisedRows(job.tokenised / f"{split}.parquet", task) for split in SPLITS}
    tokenizer = load_prepared_tokenizer(job.model, allow_remote_code=False)
    model = load_model(job.model, config, tokenizer, allow_remote_code=False)
    trainer = build_trainer(config, model, tokenizer, splits, job.checkpoints)
    watcher = WholeCheckpoints()
    trainer.callback_handler.callbacks.insert(0, watcher)

    trainer.train()

    assert Path(str(trainer.state.best_model_checkpoint)).name == _names(job.checkpoints)[0]
    assert watcher.epochs == [0, 1, 2, 3]
    assert resumable_checkpoint(job.checkpoints) == job.checkpoints / _names(job.checkpoints)[-1]


def test_the_model_becomes_that_of_the_best_epoch_however_early_it_was(tmp_path: Path) -> None:
    job = prepared_job(tmp_path, epochs=NUM_EPOCHS)
    # So that the first epoch, the worst, is taken for the best.
    job.write_config(json.loads(job.config_file.read_text()) | {"higher_is_better": False})
    config, folders = (
        read_training_config(job.config_file),
        JobFolders.from_environment(job.environ),
    )

    trained = fine_tuned_model(config, folders, PhaseClock(), allow_remote_code=False)

    labels = trained.splits["validation"].labels
    scores = task_of(config).validation_scores(trained.validation_logits, labels)
    assert (trained.best_epoch, len(trained.history)) == (1, NUM_EPOCHS)
    assert scores == pytest.approx({name: trained.validation_scores[name] for name in scores})


@pytest.mark.parametrize(
    ("steps", "best", "left"),
    [
        ([8], 8, [8]),
        ([8, 16], 8, [8, 16]),
        ([8, 16, 100], 8, [8, 100]),
        ([8, 16, 100], 16, [16, 100]),
        ([8, 16, 100], 100, [16, 100]),
        ([8, 16, 24, 32], None, [24, 32]),
    ],
)
def test_the_best_checkpoint_the_newest_and_two_at_least_are_kept(
    tmp_path: Path, steps: Sequence[int], best: int | None, left: Sequence[int]
) -> None:
    for step in steps:
        (tmp_path / f"checkpoint-{step}").mkdir()
    state = TrainerState(
        best_model_checkpoint=None if best is None else f"/elsewhere/checkpoint-{best}"
    )

    arguments = TrainingArguments(output_dir=str(tmp_path), use_cpu=True)
    OlderCheckpoints().on_save(arguments, state, None)  # type: ignore[arg-type]

    assert _names(tmp_path) == [f"checkpoint-{step}" for step in left]


def _names(folder: Path) -> list[str]:
    names = [each.name for each in folder.iterdir()]
    return sorted(names, key=lambda name: int(name.rpartition("-")[2]))
