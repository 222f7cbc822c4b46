"""Candidates that tell their answers and not how likely they are."""

import json
import math

import numpy as np
import pytest
from pydantic import TypeAdapter

from bakeoff.statistics import Analysis, analyse, reduce_predictions
from bakeoff.statistics.predictions import Predictions
from tests.support.predicted import candidate, comparison_spec

ROWS = 200
TRUTH = np.random.default_rng(0).integers(0, 2, ROWS)
SPEC = comparison_spec()


def predictions(share, seed):
    chance = np.random.default_rng(seed)
    wrong = chance.random(ROWS) > share
    answers = np.where(wrong, 1 - TRUTH, TRUTH)
    return Predictions(np.arange(ROWS), TRUTH, 10.0 * np.eye(2)[answers])


def asked(name, share, seed=1):
    job = reduce_predictions(predictions(share, seed), SPEC, 42, has_probabilities=False)
    return candidate(name, job, method="prompt")


def trained(name, share, seed=2):
    return candidate(name, reduce_predictions(predictions(share, seed), SPEC, 42, temperature=1.5))


@pytest.mark.parametrize("best", ["asked", "trained"])
def test_they_are_compared_by_their_answers_and_claim_no_probabilities(best):
    racers = {"asked": asked("asked", 0.9), "trained": trained("trained", 0.85)}
    order = [racers.pop(best), *racers.values()]
    found = analyse(order, SPEC)
    assert {"accuracy", "f1"} <= found.intervals["asked"].keys()
    assert "loss" not in found.intervals["asked"]
    assert found.probability_scores["asked"] == {}
    assert "brier" in found.probability_scores["trained"]
    assert found.decisions["asked"] is None
    assert found.decisions["trained"] is not None
    (other,) = found.versus_best
    assert math.isfinite(found.versus_best[other].difference)


def test_the_hardest_rows_count_them_without_a_confidence():
    found = analyse([asked("a", 0.8, 1), asked("b", 0.8, 1), trained("c", 0.9)], SPEC)
    assert found.hardest_rows
    first = {each.candidate: each.confidence for each in found.hardest_rows[0].predictions}
    assert first["a"] is None
    assert first["c"] is not None
    assert 0 < found.hardest_rows[0].wrong_share <= 1


def test_the_analysis_is_sound_json():
    found = analyse([asked("a", 0.9, 1), trained("c", 0.8)], SPEC)
    json.loads(TypeAdapter(Analysis).dump_json(found))
    assert "NaN" not in TypeAdapter(Analysis).dump_json(found).decode()


def test_several_labels_lose_what_takes_a_ranking():
    spec = comparison_spec("multilabel")
    labels = np.random.default_rng(3).integers(0, 2, (ROWS, len(spec.labels)))
    raw = Predictions(np.arange(ROWS), labels, np.where(labels > 0, 10.0, -10.0))
    job = reduce_predictions(raw, spec, 42, threshold=0.5, has_probabilities=False)
    found = analyse([candidate("a", job, method="prompt")], spec)
    assert "ranking_average_precision" not in found.intervals["a"]
