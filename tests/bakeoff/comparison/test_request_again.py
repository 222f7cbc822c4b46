"""The request that a report gives to make its comparison again."""

import json

import pytest

from bakeoff.comparison.request_again import request_again
from bakeoff.request.resolved import resolve
from bakeoff.request.schema import parse_request
from tests.support import summary_samples
from tests.support.run_samples import WALK_THROUGH, parsed, settings_with

COMMIT = "c" * 40
CHANGES = [
    {},
    {"seeds": 3, "confidence": 0.9, "keep": "all", "baselines": False},
    {
        "models": [
            {"id": "a/b", "method": "lora", "hyperparameters": {"warmup_steps": 5}},
            {"id": "c/d", "hyperparameters": {"train_batch_tokens": 2000, "epochs": 3}},
        ],
    },
    {"dataset": {"train": "s3://bucket/a.csv", "encoding": "cp1252"}, "text": "body"},
    {"tune": {"learning_rate": [1e-5, 3e-5]}, "target": {"recall": 0.9}},
]


def resolved_of(document):
    return resolve(parsed(json.dumps(document).encode()), "r" * 16, settings_with())


def summary_of(resolved):
    """Of a run of this request, in which every candidate was trained to the end."""
    sample = summary_samples.binary()
    one = sample.candidates[0]
    candidates = [
        one.model_copy(update={"candidate": each.candidate, "model_revision": COMMIT})
        for each in resolved.candidates
    ]
    document = resolved.model_dump(mode="json")
    return sample.model_copy(
        update={
            "candidates": candidates,
            "provenance": sample.provenance.model_copy(update={"request": document}),
        }
    )


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: "-".join(change) or "as it is")
def test_it_is_a_valid_request_for_the_same(change):
    first = resolved_of(WALK_THROUGH | change)
    summary = summary_of(first)

    again = request_again(summary)

    request = parse_request(json.dumps(again).encode(), file_name="x.json")
    second = resolve(request, "r" * 16, settings_with())
    # Found by the run, or pinned by it.
    settled = {"text", "label", "dataset", "candidates"}
    assert second.model_dump(exclude=settled) == first.model_dump(exclude=settled)
    assert [(each.model, each.method, each.hyperparameters) for each in second.candidates] == [
        (each.model, each.method, each.hyperparameters) for each in first.candidates
    ]
    assert second.text == summary.conditions.text_columns
    assert {each.revision for each in second.candidates if "/" in each.model} <= {COMMIT, None}


def test_rows_and_models_are_at_the_commits_of_the_run():
    summary = summary_of(resolved_of(WALK_THROUGH))

    again = request_again(summary)

    assert again["dataset"]["revision"] == summary.conditions.dataset_revision
    assert {each["revision"] for each in again["models"]} == {COMMIT}


def test_those_that_dropped_out_are_left_out():
    resolved = resolved_of(WALK_THROUGH)
    summary = summary_of(resolved)
    first, *others = summary.candidates
    dropped = first.model_copy(update={"seeds": []})

    again = request_again(summary.model_copy(update={"candidates": [dropped, *others]}))

    assert len(again["models"]) == len(request_again(summary)["models"]) - 1


def test_a_summary_without_the_whole_request_gives_none():
    assert request_again(summary_samples.binary()) is None
