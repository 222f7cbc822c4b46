"""A race's stages, as they follow from a request."""

import pytest

from bakeoff.cost.stages import num_jobs, stage_names, stages_in_words, stages_of, stages_of_request
from tests.support.run_samples import WALK_THROUGH, parsed, resolved_with

POOL = {"search": {"limit": 40}, "include": ["a/b", "c/d"], "finalists": 3}


def names_and_jobs(**changes):
    stages = stages_of(resolved_with(**changes))
    return list(zip(stage_names(stages), map(num_jobs, stages), strict=True))


def test_every_model_of_a_list_is_trained_to_the_end_with_every_seed():
    assert names_and_jobs(seeds=3, baselines=True) == [("final", 8)]


def test_models_that_may_yet_be_found_count():
    (screening, *rungs, final) = names_and_jobs(models=POOL, seeds=2, baselines=True)

    # 42 models, 8 in a job.
    assert screening == ("screening", 6)
    assert [name for name, _ in rungs] == ["rung 1", "rung 2", "rung 3"]
    # Three finalists, and two whose scores are as good, with two seeds; and two baselines.
    assert final == ("final", 12)


def test_a_single_rung_has_no_number():
    assert [name for name, _ in names_and_jobs(models=POOL | {"search": {"limit": 3}})] == [
        "rung",
        "final",
    ]


def test_a_learning_curve_follows_the_final():
    stages = stages_of(resolved_with(baselines=True, learning_curve=True))

    assert list(zip(stage_names(stages), map(num_jobs, stages), strict=True)) == [
        ("final", 4),
        ("learning curve", 6),
    ]
    assert stages_in_words(stages) == (
        "The race takes at most 10 jobs: 4 for the final and 6 for the learning curve."
    )


@pytest.mark.parametrize("tune", [{"learning_rate": 1}, {"learning_rate": 3}])
def test_trials_share_the_jobs_of_their_model(tune):
    assert names_and_jobs(tune=tune, seeds=2) == [("final", 4)]
    assert stages_of(resolved_with(tune=tune))[-1].trial_jobs == (
        2 if tune["learning_rate"] > 1 else 0
    )


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"models": POOL, "seeds": 3},
        {"models": POOL, "learning_curve": True},
        {"models": {"search": {"method": "frozen"}}, "baselines": False},
        {"models": [{"id": "m", "method": "lora"}, {"id": "m", "method": "frozen"}]},
    ],
)
def test_a_request_has_the_stages_that_it_has_once_resolved(changes):
    document = WALK_THROUGH | {"baselines": True} | changes
    of_request = stages_of_request(parsed(document))

    of_resolved = stages_of(resolved_with(**document))
    assert [(s.stage, num_jobs(s)) for s in of_request] == [
        (s.stage, num_jobs(s)) for s in of_resolved
    ]


def test_stages_are_told_in_a_sentence_where_there_are_several():
    assert stages_in_words(stages_of(resolved_with())) == ""
    models = {"search": {"limit": 12}}
    assert stages_in_words(stages_of(resolved_with(models=models))) == (
        "The race takes at most 20 jobs: 2 for screening, 7 for rung 1, 6 for rung 2 and 5 for the "
        "final."
    )
