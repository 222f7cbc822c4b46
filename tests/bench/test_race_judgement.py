"""The benchmark of the race judges its cost and its choice by the exhaustive training."""

import pytest

from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.screening_scores import ScreeningScore
from bakeoff.jobs.wave import Wave
from bakeoff.race.past_wave import PastWave
from bakeoff.race.stage_outcome import Entrant, StageOutcome
from bench.race.judgement import chosen_rates, cost_of, judge, tau_of

PARAMETERS = {"small": 10, "large": 100}.__getitem__


def result(candidate, validation=0.5, test=None, *, stage="final", tokens=1000, cpu_seconds=2.0):
    scores = {"validation": {"accuracy": validation}}
    if test is not None:
        scores["test"] = {"accuracy": test}
    return JobResult(
        item=f"{candidate}-s1",
        candidate=candidate,
        seed=1,
        job_name=None,
        status="completed",
        reason=None,
        attempts=1,
        metrics=JobMetrics(metrics=scores, train_tokens=tokens, cpu_seconds=cpu_seconds),
        stage=stage,
    )


def outcome(stage, scores):
    entrants = [Entrant(candidate=each, score=score, is_kept=True) for each, score in scores]
    return StageOutcome(wave=1, stage=stage, places=1, entrants=entrants)


def test_a_cost_counts_tokens_by_the_size_of_their_model():
    cost = cost_of([result("small"), result("large", tokens=500)], PARAMETERS)

    assert (cost.cpu_seconds, cost.parameter_tokens) == (4, 10_000 + 50_000)


def test_a_screening_without_gradients_costs_a_third_of_a_training():
    score = ScreeningScore(candidate="large", status="scored", num_tokens=300, cpu_seconds=1.0)
    screening = result("small", tokens=None, cpu_seconds=None)
    screening = screening.model_copy(update={"metrics": None, "screening": [score]})

    cost = cost_of([screening], PARAMETERS)

    assert (cost.cpu_seconds, cost.parameter_tokens) == (1, pytest.approx(10_000))


def test_each_candidate_is_judged_at_the_rate_that_is_best_on_validation():
    results = {"small": {1e-4: result("small", 0.6, 0.9), 3e-4: result("small", 0.7, 0.5)}}

    assert chosen_rates(results, "accuracy", higher_is_better=True) == {"small": 3e-4}


def test_a_race_is_judged_by_what_it_cost_and_what_it_missed():
    results = {
        "small": {1e-4: result("small", 0.6, 0.70), 3e-4: result("small", 0.5, 0.6)},
        "large": {1e-4: result("large", 0.7, 0.80), 3e-4: result("large", 0.8, 0.75)},
    }
    past = [
        PastWave(
            Wave(1, "rung"),
            [result("small", 0.5, stage="rung"), result("large", 0.4, stage="rung")],
            outcome("rung", [("small", 0.5), ("large", 0.4)]),
        ),
        PastWave(Wave(2, "final"), [result("small", 0.6, 0.7)]),
    ]

    judged = judge(past, results, ["large"], "accuracy", PARAMETERS, higher_is_better=True)

    assert (judged.winner, judged.best, judged.is_winner_tied) == ("small", "large", False)
    assert judged.regret == pytest.approx(0.05)
    assert judged.cpu_share == pytest.approx(6 / 8)
    assert judged.parameter_tokens_share == pytest.approx((2 * 10 + 100) / (2 * 10 + 2 * 100))
    assert judged.taus == {"rung 1": -1}


def test_low_ranks_of_a_screening_agree_with_high_scores():
    screened = outcome("screening", [("a", 1.0), ("b", 2.5), ("c", 3.0)])

    assert tau_of(screened, {"a": 0.9, "b": 0.8, "c": 0.1}, higher_is_better=True) == 1


def test_low_ranks_of_a_screening_agree_with_low_errors():
    screened = outcome("screening", [("a", 1.0), ("b", 2.5), ("c", 3.0)])

    assert tau_of(screened, {"a": 0.1, "b": 0.2, "c": 0.3}, higher_is_better=False) == 1
