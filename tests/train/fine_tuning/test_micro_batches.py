"""When memory runs out, a batch is gone through in parts, and gives the same."""

import copy

import numpy as np
import pytest
import torch

from fine_tuning.fine_tune import build_trainer, load_model
from fine_tuning.micro_batches import MicroBatches
from job.training_config import read_training_config
from job.training_task import task_of
from limits.out_of_memory import is_out_of_memory
from tests.support.tiny_job import TinyJob, prepared_job
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.text_rows import SPLITS
from training_data.tokenised_rows import TokenisedRows

BATCH = {"numbers": torch.arange(10), "labels": torch.arange(10)}


class ScarceMemory:
    """Stands before a model's forward, or any work: more than so many rows are too many."""

    def __init__(self, max_rows: int) -> None:
        self._max_rows = max_rows
        self.seen: list[int] = []

    def __call__(self, module, positional, named) -> None:
        self.take(len(named["input_ids"]))

    def take(self, rows: int) -> None:
        if rows > self._max_rows:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        self.seen.append(rows)


@pytest.mark.parametrize(("max_rows", "parts"), [(10, [10]), (5, [5, 5]), (4, [3, 3, 3, 1])])
def test_the_parts_are_halved_until_they_fit(max_rows, parts):
    memory, batches, fresh_starts = ScarceMemory(max_rows), MicroBatches(), []

    def work(part):
        memory.take(len(part["numbers"]))
        return part["numbers"]

    found = batches.run(BATCH, work, start_again=lambda: fresh_starts.append(1))
    assert [len(part) for part in found] == parts
    assert torch.cat(found).tolist() == list(range(10))
    # Once for each time that the parts doubled: 1, 2, 4.
    assert 2 ** len(fresh_starts) == batches.parts


def test_a_row_that_does_not_fit_fails():
    batches = MicroBatches()
    with pytest.raises(torch.OutOfMemoryError):
        batches.run(BATCH, lambda part: ScarceMemory(0).take(len(part["numbers"])))


def test_other_errors_are_not_mistaken_for_it():
    def work(part):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    batches = MicroBatches()
    with pytest.raises(RuntimeError, match="mat1"):
        batches.run(BATCH, work)
    assert batches.parts == 1
    assert not is_out_of_memory(ValueError("out of memory"))


@pytest.fixture(scope="module")
def job(tmp_path_factory) -> TinyJob:
    return prepared_job(
        tmp_path_factory.mktemp("job"), epochs=2, train_batch_size=8, eval_batch_size=16
    )


def trained(job: TinyJob, folder, memory: ScarceMemory | None = None):
    config = read_training_config(job.config_file)
    task = task_of(config)
    tokenizer = load_prepared_tokenizer(job.model, allow_remote_code=False)
    torch.manual_seed(1)
    model = load_model(job.model, config, tokenizer, allow_remote_code=False)
    # A part's dropout is drawn for itself, so only without it are parts comparable.
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    if memory is not None:
        model.register_forward_pre_hook(memory, with_kwargs=True)
    splits = {split: TokenisedRows(job.tokenised / f"{split}.parquet", task) for split in SPLITS}
    trainer = build_trainer(config, model, tokenizer, splits, folder)
    trainer.train()
    return trainer, splits


def test_a_job_that_runs_out_of_memory_trains_with_the_same_effective_batch(job, tmp_path, capsys):
    scarce = ScarceMemory(max_rows=3)
    plenty, splits = trained(job, tmp_path / "plenty")
    little, _ = trained(job, tmp_path / "little", scarce)

    facts = little.facts()
    assert facts["micro_batch_size"] == 2
    assert facts["gradient_accumulation_steps"] == 4
    (one, two) = little.progress.notes
    assert one.startswith("Memory ran out at step 1: from then on each batch was computed in 4 ")
    assert "at most 2 rows" in one
    assert "evaluat" in two.lower()
    assert plenty.progress.notes == []
    assert little.state.global_step == plenty.state.global_step
    assert max(scarce.seen) <= 3
    np.testing.assert_allclose(
        little.predict(splits["test"]).predictions,
        plenty.predict(splits["test"]).predictions,
        atol=0.05,
    )
    assert little.state.log_history[0]["loss"] == pytest.approx(
        plenty.state.log_history[0]["loss"], rel=0.01
    )


def test_a_resumed_job_remembers_the_parts(job, tmp_path):
    interrupted = copy.copy(job)
    trainer, _ = trained(interrupted, tmp_path, ScarceMemory(max_rows=3))
    newest = max(tmp_path.iterdir(), key=lambda path: int(path.name.rpartition("-")[2]))
    (note, *_) = trainer.progress.notes
    trainer.train(resume_from_checkpoint=str(newest))
    assert trainer.progress.notes[0] == note
    assert trainer.facts()["gradient_accumulation_steps"] == 4
