"""Which trained models a run keeps."""

import pytest

from bakeoff.comparison.kept_models import models_to_keep
from tests.support import summary_samples


def with_artifacts(summary, validation=None):
    """Every completed job has left a model, and scored on validation as told, by seed."""
    metric = summary.conditions.main_metric

    def changed(candidate, job):
        scores = {metric: validation[job.seed]} if validation else job.validation
        uri = f"s3://bucket/runs/r/output/{candidate.candidate}-s{job.seed}/output/model.tar.gz"
        return job.model_copy(update={"model_artifact_uri": uri, "validation": scores})

    candidates = [
        each.model_copy(update={"jobs": [changed(each, job) for job in each.jobs]})
        for each in summary.candidates
    ]
    return summary.model_copy(update={"candidates": candidates})


def kept(summary, keep):
    return [each.model.candidate for each in models_to_keep(summary, keep)]


def test_the_best_is_kept_those_tied_with_it_all_or_none():
    summary = with_artifacts(summary_samples.binary())
    scored = [each.candidate for each in summary.candidates if each.has_result]

    assert kept(summary, "best") == [summary.verdict.best]
    assert kept(summary, "tied") == summary.verdict.tied
    assert kept(summary, "all") == scored
    assert kept(summary, "none") == []


@pytest.mark.parametrize(("metric", "best"), [("f1", 3), ("rmse", 2)])
def test_of_several_seeds_the_best_on_validation_is_kept(metric, best):
    summary = summary_samples.binary()
    conditions = summary.conditions.model_copy(update={"main_metric": metric})
    summary = summary.model_copy(update={"conditions": conditions})

    (only,) = models_to_keep(with_artifacts(summary, {1: 0.3, 2: 0.2, 3: 0.9}), "best")

    assert only.model.seed == best
    assert only.artifact_uri.endswith(f"-s{best}/output/model.tar.gz")


def test_without_validation_the_first_seed_is_kept():
    summary = with_artifacts(summary_samples.binary())
    jobs = [job.model_copy(update={"validation": {}}) for job in summary.candidates[0].jobs]
    first = summary.candidates[0].model_copy(update={"jobs": jobs})
    summary = summary.model_copy(update={"candidates": [first, *summary.candidates[1:]]})

    (only,) = models_to_keep(summary, "best")

    assert only.model.seed == jobs[0].seed


def test_nothing_is_kept_where_all_failed():
    for keep in ("best", "tied", "all"):
        assert models_to_keep(with_artifacts(summary_samples.all_failed()), keep) == []


def test_a_file_is_named_after_candidate_and_seed():
    (only,) = models_to_keep(with_artifacts(summary_samples.binary()), "best")

    assert only.model.file == f"models/{only.model.candidate}/seed-{only.model.seed}.tar.gz"
