"""The method prompt with a model behind an API: the whole job, against a stand-in endpoint."""

import json

import numpy as np
import pyarrow.parquet as pq
import pytest

from hosted.kept_replies import FILE
from hosted.saved_prompt import SavedPrompt
from prediction.saved_folder import FolderError, load_saved_model
from tests.support.hosted_job import hosted_job, knowing
from tests.support.stand_in_bedrock import (
    Refusal,
    StandInBedrock,
    form_answer,
    last_text,
    text_answer,
)
from tests.support.tiny_job import ROWS

NUM_TEST, NUM_VALIDATION = ROWS["test"], ROWS["validation"]


@pytest.fixture
def bedrock(monkeypatch):
    with StandInBedrock(knowing).running() as stand_in:
        for name, value in stand_in.environment.items():
            monkeypatch.setenv(name, value)
        yield stand_in


def run(job):
    assert job.run().status == 0, job.failure
    return job.metrics


def test_each_row_is_asked_once_and_scored(bedrock, tmp_path):
    job = hosted_job(tmp_path)
    outcome = job.run()
    assert outcome.status == 0, job.failure
    metrics = job.metrics
    assert metrics["metrics"]["test"]["accuracy"] >= 0.85
    asked = {last_text(request) for request in bedrock.requests}
    assert len(bedrock.requests) == len(asked) <= NUM_TEST + NUM_VALIDATION
    assert metrics["asked"]["num_replies"] == len(asked)
    assert metrics["asked"]["input_tokens"] == 40 * len(asked)
    assert metrics["asked"]["output_tokens"] == 5 * len(asked)
    assert metrics["asked"]["input_tokens_per_row"] == 40
    assert metrics["asked"]["unusable"] == {}
    assert metrics["inference"]["device"] == "Amazon Bedrock"
    assert metrics["inference"]["latency_p50_seconds"] > 0
    assert metrics["num_parameters"] is None
    assert metrics["model_bytes"] is None


def test_answers_claim_no_probabilities(bedrock, tmp_path):
    job = hosted_job(tmp_path)
    log = job.run().log
    metrics = job.metrics
    assert metrics["has_probabilities"] is False
    assert metrics["temperature"] is None
    for split in ("validation", "test"):
        assert "loss" not in metrics["metrics"][split]
    assert "loss=" not in log
    table = pq.read_table(job.metrics_file.with_name("predictions.parquet"))
    assert table.column_names == ["id", "candidate", "seed", "label", "given"]


def test_a_job_that_was_cut_asks_nothing_twice(bedrock, tmp_path):
    job = hosted_job(tmp_path)
    left = NUM_VALIDATION + 20

    def breaking(request):
        if len(bedrock.requests) > left:
            return Refusal(403, "AccessDeniedException", "no more")
        return knowing(request)

    bedrock.behaviour = breaking
    assert job.run().status == 1
    assert "no more" in job.failure
    answered = len((job.checkpoints / FILE).read_text().splitlines())
    bedrock.requests.clear()
    bedrock.behaviour = knowing
    metrics = run(job)
    assert metrics["asked"]["num_replies"] == answered + len(bedrock.requests)
    assert metrics["asked"]["input_tokens"] == 40 * metrics["asked"]["num_replies"]
    assert any("earlier attempt" in note for note in metrics["notes"])


def test_answers_that_say_nothing_are_wrong_and_counted(bedrock, tmp_path):
    answers = [
        text_answer("", stop_reason="content_filtered"),
        text_answer("I cannot say."),
        form_answer({"mood": "good"}),
        form_answer({"label": "goo"}, stop_reason="max_tokens"),
    ]
    job = hosted_job(tmp_path)
    run(job)
    usable = job.metrics["metrics"]["test"]["accuracy"]
    bedrock.requests.clear()
    spoilt = hosted_job(tmp_path / "spoilt")
    seen = set()

    def spoiling(request):
        text = last_text(request)
        seen.add(text)
        return answers[len(text) // 3 % 4] if len(text) % 3 == 0 else knowing(request)

    bedrock.behaviour = spoiling
    metrics = run(spoilt)
    lost = sum(metrics["asked"]["unusable"].values())
    assert lost > 10
    assert metrics["metrics"]["test"]["accuracy"] <= usable - 0.5 * lost / NUM_TEST
    right = spoilt.predictions["logits"].argmax(axis=1) == spoilt.predictions["labels"]
    assert len(right) == NUM_TEST
    assert np.count_nonzero(~right) >= lost
    assert any("could not be used and count as wrong" in note for note in metrics["notes"])


def test_examples_are_shown_where_they_help(bedrock, tmp_path):
    def learning(request):
        shown = len(request["messages"]) > 1
        return knowing(request) if shown else form_answer({"label": "bad"})

    bedrock.behaviour = learning
    metrics = run(hosted_job(tmp_path, prompt_examples=None))
    assert metrics["chosen"]["examples"] in ("balanced", "nearest")
    assert metrics["chosen"]["number_of_examples"] == 4
    assert metrics["chosen"]["answers_by"] == "form"
    assert metrics["metrics"]["test"]["accuracy"] >= 0.85


def test_without_help_no_examples_are_shown(bedrock, tmp_path):
    metrics = run(hosted_job(tmp_path, prompt_examples=None))
    assert metrics["chosen"]["examples"] == "none"


@pytest.mark.parametrize("task", ["multiclass", "multilabel", "regression"])
def test_every_task_has_answers(bedrock, tmp_path, task):
    job = hosted_job(tmp_path, task)
    metrics = run(job)
    assert metrics["asked"]["unusable"] == {}
    if task == "multilabel":
        assert metrics["threshold"] == 0.5
        assert metrics["metrics"]["test"]["subset_accuracy"] == 1.0
        assert "ranking_average_precision" not in metrics["metrics"]["test"]
    if task == "regression":
        assert metrics["metrics"]["test"]["mae"] > 0


def test_a_model_without_tools_answers_in_text(bedrock, tmp_path):
    def in_text(request):
        if "toolConfig" in request:
            return Refusal(400, "ValidationException", "This model doesn't support tool use.")
        return text_answer("Good." if "superb" in last_text(request) else "bad")

    bedrock.behaviour = in_text
    metrics = run(hosted_job(tmp_path))
    assert metrics["chosen"]["answers_by"] == "text"
    assert metrics["asked"]["unusable"] == {}


def test_tokens_beyond_the_planned_cost_end_the_job(bedrock, tmp_path):
    job = hosted_job(tmp_path, most_input_tokens=400)
    assert job.run().status == 1
    assert "the run's cost was bounded for 400" in job.failure
    assert len(bedrock.requests) < 30


def test_a_model_that_is_not_there_fails_with_what_was_said(bedrock, tmp_path):
    bedrock.behaviour = lambda request: Refusal(404, "ResourceNotFoundException", "none here")
    job = hosted_job(tmp_path)
    assert job.run().status == 1
    assert "none here" in job.failure


def test_the_saved_prompt_asks_the_same(bedrock, tmp_path):
    job = hosted_job(tmp_path, prompt_examples=4)
    run(job)
    saved = SavedPrompt.load(job.trained_model)
    content = json.loads((job.trained_model / "model.json").read_text())
    assert content["model"] == "bedrock/amazon.nova-lite-v1:0"
    (question,) = saved.questions.of([["a superb film"]], saved.examples)
    assert len(question) == 9
    assert question[-1].text == "Text: a superb film"


def test_the_saved_prompt_is_not_taken_for_a_model(bedrock, tmp_path):
    job = hosted_job(tmp_path)
    run(job)
    with pytest.raises(FolderError, match="hosts"):
        load_saved_model(job.trained_model)
