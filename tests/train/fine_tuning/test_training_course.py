"""When a training saves, which batches it takes and when it stops; and on which hardware how."""

import numpy as np
import pytest
import torch
from transformers import TrainerControl, TrainerState, TrainingArguments

from fine_tuning.batches import Batches
from fine_tuning.fine_tune import build_trainer, load_model
from fine_tuning.progress import Progress, ProgressKeeper
from fine_tuning.training_course import (
    EarlyStopping,
    EpochSetter,
    FurtherCheckpoints,
    StopAt,
    is_patience_over,
    steps_at,
)
from job.hardware import cpu_precision, precision
from job.training_config import read_training_config
from job.training_task import task_of
from tests.support.tiny_job import prepared_job
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.text_rows import SPLITS
from training_data.tokenised_rows import TokenisedRows

NO_ARGUMENTS = TrainingArguments(output_dir="unused", use_cpu=True)


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    return prepared_job(
        tmp_path_factory.mktemp("job"),
        schedule="cosine",
        max_grad_norm=0.5,
        early_stopping_patience=2,
        batching="random",
        train_batch_tokens=200,
    )


@pytest.fixture(scope="module")
def config(job):
    return read_training_config(job.config_file)


def evaluated(*f1: float) -> TrainerState:
    """A state after so many epochs with these scores."""
    log = []
    for epoch, score in enumerate(f1, start=1):
        log.append({"epoch": float(epoch), "loss": 0.5, "learning_rate": 0.1})
        log.append({"epoch": float(epoch), "eval_loss": 0.5, "eval_f1": score})
    return TrainerState(log_history=log)


@pytest.mark.parametrize(
    ("f1", "is_over"),
    [
        ([0.5], False),
        ([0.5, 0.4], False),
        ([0.5, 0.4, 0.5], True),
        ([0.5, 0.4, 0.6], False),
        ([0.5, 0.6, 0.6, 0.6], True),
        ([], False),
    ],
)
def test_patience_is_over_after_two_epochs_without_a_better_score(config, f1, is_over):
    assert is_patience_over(evaluated(*f1), config) is is_over
    control = TrainerControl()
    EarlyStopping(config).on_evaluate(NO_ARGUMENTS, evaluated(*f1), control)
    assert control.should_training_stop is is_over


def test_further_checkpoints_leave_the_ends_of_epochs_to_the_evaluation():
    further = FurtherCheckpoints(steps=5, steps_per_epoch=15)
    saved = []
    for step in range(1, 31):
        control = TrainerControl()
        further.on_step_end(NO_ARGUMENTS, TrainerState(global_step=step), control)
        if control.should_save:
            saved.append(step)
    assert saved == [5, 10, 20, 25]


@pytest.mark.parametrize(("share", "step"), [(0.25, 15), (0.05, 3), (0.001, 1), (1.0, 60)])
def test_a_share_of_the_steps_is_a_step(share, step):
    assert steps_at(share, 60) == step


@pytest.mark.parametrize(("step", "is_within_epoch"), [(7, True), (8, False)])
def test_a_training_stops_with_a_checkpoint_and_evaluates_only_whole_epochs(step, is_within_epoch):
    stop = StopAt(step, steps_per_epoch=4)
    before, after, end = TrainerControl(), TrainerControl(), TrainerControl()
    stop.on_step_end(NO_ARGUMENTS, TrainerState(global_step=step - 1), before)
    stop.on_step_end(NO_ARGUMENTS, TrainerState(global_step=step), after)
    end.should_log = end.should_evaluate = end.should_save = True
    stop.on_epoch_end(NO_ARGUMENTS, TrainerState(global_step=step), end)
    assert (before.should_training_stop, after.should_training_stop) == (False, True)
    assert after.should_save is is_within_epoch
    assert {end.should_log, end.should_evaluate, end.should_save} == {not is_within_epoch}


@pytest.mark.parametrize(("step", "epoch"), [(0, 0), (3, 0), (4, 1), (7, 1), (8, 2)])
def test_batches_know_the_epoch_when_training_resumes_within_it(step, epoch):
    batches = Batches(np.ones(8, dtype=int), seed=1, num_epochs=3, rows_per_batch=2)
    EpochSetter(batches).on_epoch_begin(NO_ARGUMENTS, TrainerState(global_step=step), None)
    assert batches.epoch == epoch


def test_progress_counts_what_was_padding_and_how_long_steps_took(tmp_path):
    seconds = iter([0.0, 10.0, 12.0, 20.0, 23.0])
    progress = Progress()
    keeper = ProgressKeeper(progress, lambda: None, now=lambda: next(seconds))
    for lengths in ([4, 3], [2]):
        keeper.on_step_begin(NO_ARGUMENTS, TrainerState(), TrainerControl())
        progress.count(torch.tensor(lengths), max(lengths))
        progress.add_loss(torch.tensor(len(lengths) / 2))
        keeper.on_step_end(NO_ARGUMENTS, TrainerState(), TrainerControl())
    assert progress.padding_share == pytest.approx(1 / 10)
    assert progress.rows_per_second == pytest.approx(3 / 5)

    progress.write(tmp_path)
    resumed = Progress.read(tmp_path)
    assert resumed == progress
    assert resumed.take_epoch_loss() == 0.75
    resumed.add_loss(torch.tensor(2.0))
    assert resumed.take_epoch_loss() == 2.0


def test_before_the_first_step_there_are_no_shares():
    assert Progress().padding_share is None
    assert Progress().rows_per_second is None


def test_the_recipe_reaches_the_trainer(job, config):
    task = task_of(config)
    splits = {split: TokenisedRows(job.tokenised / f"{split}.parquet", task) for split in SPLITS}
    tokenizer = load_prepared_tokenizer(job.model, allow_remote_code=False)
    model = load_model(job.model, config, tokenizer, allow_remote_code=False)
    trainer = build_trainer(config, model, tokenizer, splits, job.checkpoints)
    arguments, batches = trainer.args, list(trainer.get_train_dataloader())
    assert arguments.lr_scheduler_type == "cosine"
    assert arguments.max_grad_norm == 0.5
    assert arguments.optim == "adamw_torch_fused"
    assert arguments.bf16 is (precision() == "bf16")
    # A tenth of all steps; with a token budget their number differs from that with rows.
    assert arguments.warmup_steps == -(-len(batches) * 3 // 10)
    assert max(batch["input_ids"].numel() for batch in batches) <= 200
    assert len({len(batch["input_ids"]) for batch in batches}) > 1


@pytest.mark.parametrize(
    ("vendor", "flags", "expected"),
    [
        ("AuthenticAMD", "fpu avx512f avx512_bf16 avx512_vnni", "bf16"),
        ("GenuineIntel", "fpu avx512f avx512_bf16 avx512_vnni", "fp32"),
        ("GenuineIntel", "fpu amx_tile avx512_bf16 amx_bf16", "bf16"),
        ("AuthenticAMD", "fpu avx2 avx512f avx512_vnni", "fp32"),
        ("", "", "fp32"),
    ],
)
def test_a_processor_computes_in_bf16_where_that_is_faster(vendor, flags, expected):
    assert cpu_precision(vendor, flags) == expected
