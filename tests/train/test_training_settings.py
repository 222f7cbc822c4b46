"""The settings of a job: its configuration and its folders."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from fine_tuning.fine_tune import build_trainer, load_model
from job.job_folders import JobFolders
from job.training_config import Recipe, TrainingConfig, read_training_config
from job.training_task import task_of
from tests.support.tiny_job import TinyJob, prepared_job
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.text_rows import SPLITS
from training_data.tokenised_rows import TokenisedRows


@pytest.fixture
def job(tmp_path) -> TinyJob:
    return prepared_job(tmp_path, train_batch_size=24, eval_batch_size=12, weight_decay=0.02)


def config_of(job: TinyJob, **changes) -> TrainingConfig:
    return replace(read_training_config(job.config_file), **changes)


def trainer_for(job: TinyJob):
    config = config_of(job)
    tokenizer = load_prepared_tokenizer(job.model, allow_remote_code=False)
    model = load_model(job.model, config, tokenizer, allow_remote_code=False)
    task = task_of(config)
    splits = {split: TokenisedRows(job.tokenised / f"{split}.parquet", task) for split in SPLITS}
    return build_trainer(config, model, tokenizer, splits, job.checkpoints)


@pytest.mark.parametrize(
    ("steps", "ratio", "expected"),
    [(None, 0.5, 4), (None, 0.1, 1), (None, 1.0, 8), (None, 0.0, 0), (3, None, 3), (0, None, 0)],
)
def test_warm_up_is_given_in_steps_or_as_a_share_of_them(steps, ratio, expected):
    recipe = Recipe(warmup_steps=steps, warmup_ratio=ratio)
    assert recipe.warmup_for(total_steps=8) == expected


@pytest.mark.parametrize(
    ("task", "positive_label", "expected"),
    [
        ("binary", "good", 1),
        ("binary", "bad", 0),
        ("binary", None, 1),
        ("multiclass", None, None),
    ],
)
def test_the_positive_class_is_that_of_the_label(job, task, positive_label, expected):
    assert config_of(job, task=task, positive_label=positive_label).positive_index == expected


def test_the_recipe_reaches_the_trainer(job):
    arguments = trainer_for(job).args
    assert arguments.train_batch_size == 24
    assert arguments.eval_batch_size == 12
    assert arguments.learning_rate == 3e-3
    assert arguments.weight_decay == 0.02
    assert arguments.num_train_epochs == 3
    # A tenth of 20 steps in 3 epochs.
    assert arguments.warmup_steps == 6
    assert arguments.seed == arguments.data_seed == 42


def test_a_batch_is_padded_to_its_longest_text_only(job):
    trainer = trainer_for(job)
    rows = TokenisedRows(job.tokenised / "train.parquet", task_of(config_of(job)))
    batch = trainer.data_collator([rows[0], rows[1], rows[2]])
    lengths = rows.lengths[:3]
    assert lengths.max() > lengths.min()
    assert batch["input_ids"].shape[1] < 64
    assert batch["attention_mask"].sum(dim=1).tolist() == lengths.tolist()


def test_a_decoder_takes_for_padding_what_its_tokeniser_pads_with(tmp_path):
    trainer = trainer_for(prepared_job(tmp_path, family="gpt2"))
    padding = trainer.processing_class.pad_token_id
    assert padding is not None
    assert trainer.model.config.pad_token_id == padding


def test_folders_are_those_that_the_toolkit_names(tmp_path):
    job = TinyJob(tmp_path)
    folders = JobFolders.from_environment(job.environ)
    assert folders.config == job.config_file.parent
    assert folders.trained_model == job.trained_model
    assert folders.output == job.metrics_file.parent
    assert folders.checkpoints == job.checkpoints
    assert folders.failure == tmp_path / "output" / "failure"


def test_without_the_toolkit_folders_are_those_of_a_container():
    folders = JobFolders.from_environment({})
    assert folders.tokenised == Path("/opt/ml/input/data/tokenised")
    assert folders.trained_model == Path("/opt/ml/model")
    assert folders.output == Path("/opt/ml/output/data")
    assert folders.checkpoints == Path("/opt/ml/checkpoints")
    assert folders.failure == Path("/opt/ml/output/failure")


def test_the_script_runs_alone_and_takes_any_argument(job):
    script = Path(__file__).parents[2] / "train" / "train.py"
    job.write_config(json.loads(job.config_file.read_text()) | {"schema_version": 99})
    run = subprocess.run(
        [sys.executable, str(script), "--epochs", "3", "--model_name", "tiny/bert", "--new"],
        env=job.environ,
        cwd=job.base,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    assert "Traceback" in run.stderr
    assert job.failure.startswith("DocumentError: config.json has schema_version 99")
