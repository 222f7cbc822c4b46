from bakeoff.jobs.quotas import NeededQuotas, needed_quotas, quota_findings
from tests.support.run_samples import resolved_with

PROCESSING = "ml.m5.2xlarge for processing job usage"
SPOT, ON_DEMAND = "ml.g5.xlarge for spot training job usage", "ml.g5.xlarge for training job usage"
BASELINES = "ml.m5.xlarge for training job usage"


def needed(use_spot=True, jobs=6, baselines=0, **request):
    found = needed_quotas(
        resolved_with(**request), model_jobs=jobs, baseline_jobs=baselines, use_spot=use_spot
    )
    return {each.names: each.at_once for each in found}


def told(names, at_once=2, **quotas):
    """The sentences about quotas that have these values."""
    return [
        (finding.sentence, finding.is_blocking)
        for finding in quota_findings([NeededQuotas(tuple(names), at_once)], quotas)
    ]


def test_models_try_spot_capacity_first_and_baselines_never():
    assert needed(baselines=2) == {
        (PROCESSING,): 1,
        (SPOT, ON_DEMAND): 2,
        (BASELINES,): 2,
    }


def test_without_spot_capacity_models_need_the_usual_quota():
    assert (ON_DEMAND,) in needed(use_spot=False)


def test_fallback_instance_types_have_quotas_of_their_own():
    compute = {"fallback_instance_types": ["ml.g6.xlarge"]}
    expected = (SPOT, ON_DEMAND, "ml.g6.xlarge for training job usage")
    assert expected in needed(compute=compute)


def test_no_more_is_asked_for_than_there_are_jobs():
    assert needed(jobs=1, compute={"max_parallel_jobs": 8})[SPOT, ON_DEMAND] == 1


def test_a_quota_of_0_blocks_unless_there_is_another_to_fall_back_to():
    ((sentence, is_blocking),) = told(["a", "b"], a=0.0, b=0.0)
    assert is_blocking
    assert 'The quotas "a" and "b" are 0, so no such job can start: ask for 2 or more' in sentence
    ((sentence, is_blocking),) = told(["a", "b"], a=0.0, b=4.0)
    assert not is_blocking
    assert sentence == 'The quota "a" is 0, so its jobs go to "b".'


def test_a_low_quota_makes_jobs_take_turns():
    ((sentence, is_blocking),) = told(["a"], a=1.0)
    assert 'The quota "a" is 1, so 2 jobs that could run at once take turns' in sentence
    assert not is_blocking


def test_a_quota_that_aws_does_not_list_is_named():
    assert told(["a"]) == [('AWS lists no quota "a" for this region.', False)]


def test_enough_is_enough():
    assert told(["a"], a=2.0) == []
