"""How many rows a request is expected to have, before its data is prepared."""

import pytest

from bakeoff.cost.expected_work import expected_rows, expected_workloads
from bakeoff.cost.past_runs import PastJob, PastRun
from bakeoff.cost.tokens_read import Answering
from bakeoff.prepared.manifest import Rows
from tests.support.run_samples import resolved_with

FILES = {"train": "s3://bucket/train.csv", "test": "s3://bucket/test.csv"}


def rows_of(counted=None, past=(), **request):
    resolved = resolved_with(dataset=FILES, validation_fraction=0.1, **request)
    return expected_rows(resolved, counted or {}, past)[0]


def past_run(train, validation, test, **limits):
    limits = {"max_train_rows": None, "max_test_rows": None} | limits
    rows = Rows(train=train, validation=validation, test=test)
    return PastRun(run="0123", dataset="s3://bucket/train.csv", rows=rows, **limits)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, (45_000, 5_000, 10_000)),
        # As preparation does: validation is cut off first, in proportion to what is trained on.
        ({"max_train_rows": 2000, "max_test_rows": 1000}, (2000, 222, 1000)),
        ({"max_train_rows": 90_000}, (45_000, 5_000, 10_000)),
    ],
)
def test_counted_rows_are_split_as_preparation_splits_them(limits, expected):
    rows = rows_of({"train": 50_000, "test": 10_000}, **limits)
    assert (rows.train, rows.validation, rows.test) == expected


def test_a_validation_split_of_its_own_is_used_whole():
    rows = rows_of({"train": 50_000, "validation": 7_000, "test": 10_000}, max_train_rows=2000)
    assert (rows.train, rows.validation, rows.test) == (2000, 7000, 10_000)


def test_row_limits_are_the_estimate_if_nothing_else_is_known():
    rows = rows_of(max_train_rows=2000, max_test_rows=1000)
    assert (rows.train, rows.validation, rows.test) == (2000, 222, 1000)


@pytest.mark.parametrize(("validation", "expected"), [(5000, 222), (700, 700)])
def test_only_splits_cut_from_train_scale_with_the_training_rows_of_a_past_run(
    validation, expected
):
    rows = rows_of(past=[past_run(45_000, validation, 10_000)], max_train_rows=2000)
    assert (rows.train, rows.validation, rows.test) == (2000, expected, 10_000)


def test_no_rows_are_estimated_without_a_basis():
    assert rows_of() is None
    assert rows_of({"train": None, "test": 10}) is None
    assert rows_of(past=[past_run(2000, 222, 1000, max_train_rows=2000)]) is None


def test_without_training_rows_nothing_is_cut_from_them():
    models = [{"id": "m", "method": "zeroshot"}]
    resolved = resolved_with(dataset={"test": "s3://bucket/test.csv"}, models=models)
    rows, _ = expected_rows(resolved, {"test": 200}, [])
    assert rows == Rows(train=0, validation=0, test=200)


def test_what_a_model_reads_beside_texts_comes_from_its_past_and_from_the_request():
    model = {"id": "m", "method": "zeroshot"}
    rows = Rows(train=100, validation=10, test=20)

    def workload(past=(), **request):
        resolved = resolved_with(dataset=FILES, models=[model], **request)
        (found,) = expected_workloads(resolved, rows, past)
        return found

    job = PastJob(
        instance_type="ml.g5.xlarge",
        device=None,
        model="m",
        method="zeroshot",
        num_parameters=None,
        tokens_per_row=9,
        num_answers=5,
        entails=True,
        epochs=1,
        work_seconds=1,
        fixed_seconds=1,
        billable_share=1,
    )
    past = [past_run(100, 10, 20).model_copy(update={"jobs": [job]})]
    assert workload(past).answering == Answering(num_answers=5, entails=True)
    assert workload(past).note == ""
    assert workload(label=["a word", "another"]).answering == Answering(num_answers=2)
    assert "not a model for natural language inference" in workload().note
