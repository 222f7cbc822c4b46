"""A trained model predicts for texts what it was scored on, whichever method trained it."""

import gc
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer

from fine_tuning.row_trainer import RowTrainer
from job.decisions import decisions_of
from job.job_folders import JobFolders
from job.phase_clock import PhaseClock
from job.prediction_table import write_prediction_table
from job.saved_model import add_facts
from job.trained import Trained
from job.training_config import read_training_config
from tests.support.preparing import resolved, reviews, run_prepare, write_csv
from tests.support.saved_answers import assert_answers_as_scored, texts_of
from tests.support.tiny_job import TinyJob, prepared_job
from tests.support.tiny_models import build_tiny_model
from train import trained_model
from training_data.text_batches import padded

LABELS = ("bad", "good", "mixed")
TASKS: dict[str, dict[str, Any]] = {
    "binary": {},
    "multiclass": {"labels": LABELS},
    "multilabel": {"labels": LABELS, "task": "multilabel"},
    "regression": {"labels": LABELS, "task": "regression"},
    "pair": {"is_pair": True},
}
MODELS = [
    ("full", "bert"),
    ("full", "gpt2"),
    ("full", "t5"),
    ("lora", "bert"),
    ("lora", "gpt2"),
    ("frozen", "bert"),
    ("frozen", "gpt2"),
    ("static", "bert"),
    ("tfidf", "bert"),
    ("majority", "bert"),
]


@pytest.fixture(autouse=True)
def exact(monkeypatch):
    """In bf16 the padding, which is another one here, changes the rounding."""
    monkeypatch.setattr("job.hardware.precision", lambda: "fp32")


def trained_in(job: TinyJob) -> Trained:
    config = read_training_config(job.config_file)
    folders = JobFolders.from_environment(job.environ)
    return trained_model(config, folders, PhaseClock(), allow_remote_code=False)


@pytest.mark.parametrize(("method", "family"), MODELS)
@pytest.mark.parametrize("task", TASKS)
def test_texts_give_the_scored_logits(method, family, task, tmp_path):
    epochs = {"epochs": 1, "train_batch_size": 32}
    job = prepared_job(tmp_path, family=family, method=method, **epochs, **TASKS[task])
    trained = trained_in(job)
    logits, texts = trained.test_logits(), texts_of(job.dataset / "test.parquet")
    before = trained.predict_texts(texts)
    trained.save(job.trained_model)
    assert before == pytest.approx(logits, abs=1e-4)
    # Loaded again by the code that is shipped with it.
    config, predictions = read_training_config(job.config_file), tmp_path / "predictions.parquet"
    decisions, test = decisions_of(config, trained), trained.splits["test"]
    write_prediction_table(predictions, config, decisions, test.ids, test.labels, logits)
    add_facts(job.trained_model, config, decisions, trained)
    assert_answers_as_scored(job.trained_model, predictions, job.dataset / "test.parquet")
    # As it was saved: adapters are merged, and numbers in the labels' unit.
    assert trained.predict_texts(texts) == pytest.approx(logits, abs=1e-4)
    assert trained.predict_texts(texts[:1]) == pytest.approx(logits[:1], abs=1e-4)


@pytest.mark.parametrize("is_pair", [False, True])
@pytest.mark.parametrize("family", ["bert", "roberta", "gpt2", "t5"])
def test_texts_become_the_tokens_that_preparation_stored(family, is_pair, tmp_path):
    header = ("text", "second", "label") if is_pair else ("text", "label")
    rows = [(text, *[text[5:]] * is_pair, label) for text, label in reviews(60)]
    model = build_tiny_model(family, tmp_path / family, [row[0] for row in rows])
    request = resolved(
        write_csv(tmp_path / "train.csv", rows, header),
        [model],
        text=list(header[:-1]),
        label="label",
        hyperparameters={"max_length": 9},
    )
    prepared = run_prepare(tmp_path, request)
    stored = prepared.tokenised(0, "test")
    tokenizer = AutoTokenizer.from_pretrained(prepared.snapshot(0))
    folder = prepared.store / prepared.manifest["dataset"]["prefix"]
    texts = texts_of(folder / "test.parquet")
    assert max(map(len, stored["input_ids"])) == 9
    for number, row in enumerate(texts):
        batch = padded(tokenizer, [row], 9, "right")
        assert batch["input_ids"][0].tolist() == stored["input_ids"][number]
        assert batch["attention_mask"].all()
        assert set(batch) - {"attention_mask"} == set(stored) - {"id", "label"}
        if "token_type_ids" in stored:
            assert batch["token_type_ids"][0].tolist() == stored["token_type_ids"][number]
    together = padded(tokenizer, texts, 9, "left")
    assert together["input_ids"].shape == (len(texts), 9)
    assert together["attention_mask"].sum(dim=1).tolist() == list(map(len, stored["input_ids"]))


@pytest.mark.parametrize("method", ["full", "lora"])
def test_only_what_is_needed_to_predict_is_left_of_the_training(method, tmp_path):
    def num_trainers() -> int:
        gc.collect()
        kinds = (RowTrainer, torch.optim.Optimizer)
        # The type itself is asked: to ask some objects for their class has them warn.
        return sum(issubclass(type(each), kinds) for each in gc.get_objects())

    before = num_trainers()
    trained = trained_in(prepared_job(tmp_path, method=method, epochs=1, train_batch_size=32))
    assert num_trainers() > before
    trained.save(tmp_path / "saved")
    predict = trained.predict_texts
    del trained
    assert num_trainers() == before
    assert predict([["the film"]]).shape == (1, 2)
