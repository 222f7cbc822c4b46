"""Races of made-up candidates, run to their end with made-up results."""

import random

from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.jobs.result import JobResult
from bakeoff.jobs.screening_scores import ScreeningScore
from bakeoff.names import item_key, screening_key
from bakeoff.race.next_wave import next_wave, outcome_of
from bakeoff.race.past_wave import PastWave
from bakeoff.race.race import Race, Runner

RATES = (1e-5, 3e-5, 1e-4)


def race_with(num_models, finalists=3, seeds=(1, 2, 3), rates=RATES, included=(), **changes):
    """A race of models of equal size, named m0 to mN in their order, and of one baseline."""
    racers = [
        Runner(f"m{number}-0", True, seeds, rates, 1000, is_included=number in included)
        for number in range(num_models)
    ]
    baseline = Runner("b-0", False, seeds[:1], rates[:1])
    values = {"main_metric": "f1", "higher_is_better": True, "finalists": finalists}
    return Race([*racers, baseline], **(values | changes))


def trained(candidate, seed, f1=0.5, item=None, rate=RATES[1], error=0.0, **changes):
    """The result of a completed training job with this score on validation."""
    metrics = {
        "metrics": {"validation": {"f1": f1}},
        "learning_rate": rate,
        "validation_standard_error": error,
    }
    values = {
        "item": item or item_key(candidate, seed),
        "candidate": candidate,
        "seed": seed,
        "job_name": "job",
        "status": "completed",
        "reason": None,
        "attempts": 1,
        "metrics": JobMetrics.model_validate(metrics),
    }
    return JobResult(**values | changes)


def broken(candidate, seed, **changes):
    given = {"status": "failed", "reason": "Its memory ran out.", "metrics": None}
    return trained(candidate, seed, **given | changes)


def screened(number, scores, **changes):
    """The result of a screening job; a score of None is one that failed."""
    made = [
        ScreeningScore(candidate=candidate, status="failed", reason="It has no tokeniser.")
        if score is None
        # Of a score that is no finite number the document keeps None.
        else ScreeningScore(candidate=candidate, status="scored", metric=score)
        for candidate, score in scores.items()
    ]
    key = screening_key(number)
    given = {"stage": "screening", "metrics": None, "screening": made}
    return trained(key, 0, item=key, **given | changes)


def run_race(race, results_of):
    """All waves of a race; `results_of` makes the results of a wave's jobs."""
    past = []
    while (wave := next_wave(race, past)) is not None:
        results = results_of(wave)
        past.append(PastWave(wave, results, outcome_of(race, wave, results)))
        # Screening, three rungs, the final and the learning curve: an execution's history has room
        # for many more.
        assert len(past) <= 6
        if wave.is_last:
            assert next_wave(race, past) is None
    return past


def random_results(chance, failing=0.2):
    """Results of any wave with random scores, in random order; some jobs and models fail, some
    jobs leave no result, and some scores are no numbers."""

    def score():
        return round(chance.random(), 1) if chance.random() > failing / 4 else float("nan")

    def results_of(wave):
        results = [
            broken(each.candidate, each.seed)
            if chance.random() < failing
            else trained(each.candidate, each.seed, score(), error=chance.choice([None, 0.05]))
            for each in wave.trainings
        ]
        for number, shard in enumerate(wave.shards, start=1):
            scores = {each: None if chance.random() < failing else score() for each in shard}
            whole = screened(number, scores)
            lost = screened(number, {}, status="failed", reason="Its disk is full.", screening=[])
            results.append(lost if chance.random() < failing else whole)
        left = [each for each in results if chance.random() > failing / 4]
        return random.Random(chance.random()).sample(left, len(left))

    return results_of
