import json

import pytest

from bakeoff.errors import DocumentError
from bakeoff.jobs.job_metrics import SCHEMA_VERSION, JobMetrics
from tests.support.run_samples import job_metrics


def metrics_from(document):
    return JobMetrics.from_json(json.dumps(document).encode())


def test_the_metrics_file_of_a_job_survives_a_round_trip():
    document = job_metrics(0.1 + 0.2)

    metrics = metrics_from(document)

    assert metrics.notes == []
    assert metrics.scores("test")["f1"] == 0.1 + 0.2
    assert json.loads(metrics.to_json()).items() >= document.items()
    assert JobMetrics.from_json(metrics.to_json()) == metrics


def test_members_that_this_version_does_not_know_are_ignored():
    assert metrics_from({"metrics": {}, "carbon_grams": 7}).notes == []


def test_a_job_of_an_older_version_has_fewer_members():
    metrics = metrics_from({"schema_version": 1, "metrics": {"test": {"f1": 0.5}}})

    assert metrics.schema_version == 1 != SCHEMA_VERSION
    assert (metrics.scores("test"), metrics.inference, metrics.history) == ({"f1": 0.5}, None, [])


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999", "null"])
def test_a_number_that_is_not_finite_is_none(number):
    content = f'{{"metrics": {{"test": {{"loss": {number}, "f1": 0.5}}}}}}'.encode()

    metrics = JobMetrics.from_json(content)

    assert metrics.metrics["test"]["loss"] is None
    assert (metrics.scores("test"), metrics.notes) == ({"f1": 0.5}, [])


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({"best_epoch": "2"}, "best_epoch"),
        ({"stopped_early": 1}, "stopped_early"),
        ({"model_bytes": True}, "model_bytes"),
        ({"rows": [1, 2]}, "rows"),
        ({"metrics": {"test": {"f1": 0.5, "loss": "low"}}}, "metrics.test.loss"),
        ({"metrics": {"test": {"f1": 0.5}, "validation": []}}, "metrics.validation"),
        ({"inference": {"peak_bytes": "many"}}, "inference.peak_bytes"),
        ({"history": [{"epoch": 1, "loss": "low"}]}, "history.0.loss"),
    ],
)
def test_a_member_of_the_wrong_type_is_ignored_alone(broken, place):
    metrics = metrics_from(job_metrics(0.5) | broken)

    assert metrics.scores("test")["f1"] == 0.5
    assert metrics.num_parameters == 67_000_000
    (note,) = metrics.notes
    assert note.endswith(f"were ignored: {place}.")


def test_broken_entries_of_a_list_are_ignored_alone():
    history = [5, {"epoch": 1}, "x", {"epoch": 2, "loss": 0.5}, None]

    metrics = metrics_from({"history": history, "notes": ["Slow.", 7]})

    assert metrics.history == [{"epoch": 1}, {"epoch": 2, "loss": 0.5}]
    assert metrics.notes[0] == "Slow."
    assert "history.0, history.2, history.4, notes.1" in metrics.notes[1]


def test_the_note_names_a_few_of_many_broken_members():
    (note,) = metrics_from({"history": list(range(100))}).notes

    assert note.endswith("history.0, history.1, history.2, history.3, history.4 and 95 more.")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b"null", b"\xff", b"[" * 100_000])
def test_anything_but_an_object_is_refused(content):
    with pytest.raises(DocumentError, match="JobMetrics"):
        JobMetrics.from_json(content)


def test_a_value_that_cannot_be_left_out_is_refused():
    """Keys that are no texts are impossible in JSON, so no member can be blamed."""
    with pytest.raises(DocumentError, match="rows"):
        JobMetrics.from_object({"rows": {1: 2}})
