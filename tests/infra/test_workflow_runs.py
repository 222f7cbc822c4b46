"""Executions of the state machine: what each does when AWS, a job or a function fails."""

import itertools
import json
import re

import pytest

from bakeoff.jobs.processing_job import processing_job
from tests.infra.test_workflow import expressions, states
from tests.support.run_samples import RUN, planned, resolved_with, settings_with
from tests.support.workflow_run import Failure, WorkflowRuns

THROTTLED = Failure(
    "SageMaker.AmazonSageMakerException",
    "Rate exceeded (Service: AmazonSageMaker; Status Code: 400; Error Code: ThrottlingException; "
    "Request ID: 5f4c1a52-0000-4000-8000-000000000000; Proxy: null)",
)
IN_USE = Failure(
    "SageMaker.ResourceInUseException",
    "Job name must be unique within an AWS account and region, and a job with this name already "
    "exists (arn:aws:sagemaker:eu-central-1:111122223333:training-job/x) (Service: "
    "AmazonSageMaker; Status Code: 400; Error Code: ResourceInUse; Request ID: 1-2; Proxy: null)",
)
UNANSWERED = Failure(
    "SageMaker.AmazonSageMakerException",
    "Internal failure (Service: AmazonSageMaker; Status Code: 500; Error Code: InternalFailure)",
)
MALFORMED = Failure(
    "SageMaker.AmazonSageMakerException",
    "1 validation error detected (Service: AmazonSageMaker; Status Code: 400; Error Code: "
    "ValidationException)",
)
QUOTA = Failure(
    "SageMaker.ResourceLimitExceededException",
    "The account-level service limit 'ml.g5.xlarge for training job usage' is 2 Instances, with "
    "current utilization of 2 Instances and a request delta of 1 Instances.",
)
NO_QUOTA = Failure(QUOTA.error, QUOTA.cause.replace("is 2 Instances", "is 0 Instances"))
CRASH = Failure("Runtime.ExitError", '{"errorType": "Runtime.ExitError"}')


def ended(status="Failed", **details):
    """A job that failed, as the task of an integration reports it."""
    return Failure("States.TaskFailed", json.dumps({"TrainingJobStatus": status, **details}))


CAPACITY = ended(FailureReason="CapacityError: Unable to provision requested ML compute capacity.")
NO_SPOT = ended("Stopped", SecondaryStatus="MaxWaitTimeExceeded")
INTERNAL = ended(FailureReason="InternalServerError: We encountered an internal error.")
BROKEN = ended(FailureReason="AlgorithmError: caused by CapacityError")

ON_DEMAND = settings_with(use_spot="false")
RESOLVED = resolved_with(ON_DEMAND)
ITEMS = [item.model_dump(mode="json") for item in planned(RESOLVED, settings=ON_DEMAND).items]
ACCEPTED = {
    "status": "accepted",
    "run": RUN,
    "name": "imdb",
    "bucket": "bakeoff-bucket",
    "processing_job": processing_job(RESOLVED, ON_DEMAND),
}
PLANNED = {
    "status": "planned",
    "run": RUN,
    "name": "imdb",
    "bucket": "bakeoff-bucket",
    "wave": 1,
    "stage": "final",
    "is_last": True,
    "plan_key": f"runs/{RUN}/waves/1/plan.json",
    "max_parallel_jobs": 2,
    "num_jobs": 1,
}
FINISHED = PLANNED | {"status": "finished", "num_jobs": 0}
WELL = {
    "ReadRequest": [ACCEPTED],
    "SearchModels": [{"status": "accepted", "searches": False}],
    "TakeTurn": [{"wait_seconds": 0}],
    "createProcessingJob.sync": [{"ProcessingJobStatus": "Completed"}],
    "PlanWave": [PLANNED],
    "createTrainingJob.sync": [{"TrainingJobStatus": "Completed"}],
    "RecordResult": [{}],
    "Compare": [{"run": RUN, "name": "imdb", "num_candidates": 1}],
    "putEvents": [{"FailedEntryCount": 0}],
    "RecordFailure": [{"run": RUN, "name": "imdb"}],
}
PROCESSING, TRAINING = "createProcessingJob.sync", "createTrainingJob.sync"
PROBLEM = {"field": "models", "problem": "No models.", "remedy": "Name one."}


@pytest.fixture(scope="module")
def runs():
    made = WorkflowRuns()
    yield made
    made.close()


def run(runs, items=ITEMS[:1], **answers):
    """One execution in which all goes well but for the given answers."""
    named = {name.replace("_sync", ".sync"): answer for name, answer in answers.items()}
    return runs.run(WELL | named, items)


def names(ran, api):
    return [each[api.removeprefix("create").removesuffix(".sync") + "Name"] for each in ran.of(api)]


def recorded(ran):
    """What RecordResult was called with, for the only item."""
    (payload,) = ran.of("RecordResult")
    return payload


def test_an_execution_prepares_trains_each_candidate_and_compares(runs):
    ran = run(runs, items=ITEMS)

    assert len(ran.of(PROCESSING)) == 1
    assert sorted(names(ran, TRAINING)) == sorted(f"{item['base_job_name']}-1" for item in ITEMS)
    assert {each["error"] for each in ran.of("RecordResult")} == {None}
    (event,) = ran.of("putEvents")
    assert event["Entries"][0]["DetailType"] == "Comparison Completed"
    assert (ran.output["num_candidates"], ran.waits) == (1, [])


@pytest.mark.parametrize("api", [PROCESSING, TRAINING])
def test_throttled_calls_are_made_again_under_the_same_name_until_they_pass(runs, api):
    ran = run(runs, **{api: [THROTTLED] * 100 + WELL[api]})

    assert len(ran.of(api)) == 101
    assert len(set(names(ran, api))) == 1
    assert ran.failure is None
    assert recorded(ran)["error"] is None


def test_a_throttled_call_is_given_up_some_time(runs):
    ran = run(runs, items=[ITEMS[0] | {"max_throttled_attempts": 5}], **{TRAINING: [THROTTLED]})

    assert len(ran.of(TRAINING)) == 4 * 6
    assert "Rate exceeded" in recorded(ran)["error"]["Cause"]


@pytest.mark.parametrize("api", [PROCESSING, TRAINING])
def test_a_malformed_request_is_not_made_for_hours(runs, api):
    ran = run(runs, **{api: [MALFORMED]})

    assert len(ran.of(api)) == 4
    assert sum(ran.waits) < 120


def test_a_thousand_jobs_that_start_at_once_all_get_through_a_slow_api(runs):
    """Two calls a second are let through, of up to a thousand jobs that try in their own time."""
    child = runs.definition["States"]["TrainCandidates"]["ItemProcessor"]["States"]
    (retry,) = child["Train"]["Retry"]
    assert retry["JitterStrategy"] == "FULL"
    waits = [
        retry["IntervalSeconds"] * retry["BackoffRate"] ** number
        for number in range(retry["MaxAttempts"])
    ]
    longest = {
        throttled: runs.reference.evaluate(
            child["WaitForRate"]["Seconds"].replace("$random()", "1"), {"throttled": throttled}
        )
        for throttled in range(20)
    }
    assert waits == [5, 10, 20]
    assert (longest[0], longest[19]) == (60, 300)
    assert re.search(r"\$random\(\)", child["WaitForRate"]["Seconds"])
    draw = itertools.cycle(number / 997 for number in range(1, 997, 7)).__next__
    pending = [(0.0, 0, job) for job in range(1000)]
    admitted: dict[int, int] = {}
    most_refusals = 0
    while pending:
        pending.sort()
        second, refusals, job = pending.pop(0)
        if admitted.get(int(second), 0) < 2:
            admitted[int(second)] = admitted.get(int(second), 0) + 1
            continue
        most_refusals = max(most_refusals, refusals + 1)
        round_, retried = divmod(refusals, 4)
        limit = waits[retried] if retried < 3 else longest[min(round_, 19)]
        pending.append((second + draw() * limit, refusals + 1, job))
    assert max(admitted) < 3600
    assert most_refusals < 4 * ITEMS[0]["max_throttled_attempts"]


@pytest.mark.parametrize(
    ("api", "describe", "kind"),
    [
        (PROCESSING, "describeProcessingJob", "Processing"),
        (TRAINING, "describeTrainingJob", "Training"),
    ],
)
def test_a_job_that_was_created_although_the_answer_was_an_error_is_followed(
    runs, api, describe, kind
):
    status = f"{kind}JobStatus"
    ran = run(
        runs,
        **{
            api: [UNANSWERED, IN_USE],
            describe: [{status: "InProgress"}] * 20 + [{status: "Completed"}],
        },
    )

    assert names(ran, api) == names(ran, api)[:1] * 2
    assert ran.of(describe) == [{f"{kind}JobName": names(ran, api)[0]}] * 21
    assert max(ran.waits) == 600
    assert recorded(ran)["error"] is None
    assert ran.failure is None


def test_a_followed_job_that_finds_no_capacity_is_tried_again_under_another_name(runs):
    failed = {"TrainingJobStatus": "Failed", "FailureReason": "CapacityError: none"}
    ran = run(runs, describeTrainingJob=[failed], **{TRAINING: [IN_USE, *WELL[TRAINING]]})

    first, second = names(ran, TRAINING)
    assert (first[-2:], second[-2:]) == ("-1", "-2")
    assert recorded(ran)["error"] is None


def test_a_followed_preparation_that_fails_fails_the_run_with_its_reason(runs):
    failed = {"ProcessingJobStatus": "Failed", "ExitMessage": "The label is missing."}
    ran = run(runs, describeProcessingJob=[failed], **{PROCESSING: [IN_USE]})

    assert "The label is missing." in ran.failure.cause
    assert not ran.of(TRAINING)


def test_a_job_that_cannot_be_described_is_recorded_with_the_reason(runs):
    denied = Failure("SageMaker.SageMakerException", "User is not authorized")
    ran = run(runs, describeTrainingJob=[denied], **{TRAINING: [IN_USE]})

    assert recorded(ran)["error"]["Cause"] == "User is not authorized"


def item_with(settings=None, **compute):
    resolved = resolved_with(settings, compute=compute)
    chosen = settings or settings_with()
    return planned(resolved, settings=chosen).items[0].model_dump(mode="json")


def placements(ran):
    """Instance type of each attempt, and whether it is a spot instance."""
    return [
        (each["ResourceConfig"]["InstanceType"], each["EnableManagedSpotTraining"])
        for each in ran.of(TRAINING)
    ]


G5, G6 = "ml.g5.xlarge", "ml.g6.xlarge"


@pytest.mark.parametrize("reason", [NO_SPOT, CAPACITY])
def test_without_spot_capacity_the_next_attempt_is_on_demand_at_once(runs, reason):
    ran = run(runs, items=[item_with()], **{TRAINING: [reason, *WELL[TRAINING]]})

    assert placements(ran) == [(G5, True), (G5, False)]
    assert "MaxWaitTimeInSeconds" not in ran.of(TRAINING)[1]["StoppingCondition"]
    assert ran.of(TRAINING)[0]["CheckpointConfig"] == ran.of(TRAINING)[1]["CheckpointConfig"]
    assert ran.waits == []
    assert recorded(ran)["attempt"] == 2


def test_instance_types_are_tried_in_their_order_and_then_again_after_a_wait(runs):
    item = item_with(ON_DEMAND, fallback_instance_types=[G6])
    ran = run(runs, items=[item], **{TRAINING: [CAPACITY] * 4 + WELL[TRAINING]})

    assert [kind for kind, _ in placements(ran)] == [G5, G6, G5, G6, G5]
    assert ran.waits == [60, 120]


def test_a_quota_of_zero_leads_to_the_next_instance_type_and_fails_where_all_have_it(runs):
    item = item_with(fallback_instance_types=[G6])
    ran = run(runs, items=[item], **{TRAINING: [NO_QUOTA, NO_QUOTA, *WELL[TRAINING]]})
    assert placements(ran) == [(G5, True), (G5, False), (G6, False)]
    assert recorded(ran)["error"] is None

    ran = run(runs, items=[item], **{TRAINING: [NO_QUOTA]})
    assert len(placements(ran)) == 3
    assert "is 0 Instances" in recorded(ran)["error"]["Cause"]
    assert ran.waits == []


def test_each_attempt_waits_for_the_quota_of_its_own_instances(runs):
    item = item_with(fallback_instance_types=[G6])
    busy = [NO_SPOT, QUOTA, CAPACITY, QUOTA, *WELL[TRAINING]]
    ran = run(runs, items=[item], TakeTurn=[{"wait_seconds": 0}] * 2, **{TRAINING: busy})

    asked = [each["quota"] for each in ran.of("TakeTurn")]
    assert asked == [
        "ml.m5.2xlarge-processing",
        "ml.g5.xlarge-spot-training",
        "ml.g5.xlarge-training",
        "ml.g6.xlarge-training",
    ]
    assert [each["refused"] for each in ran.of("TakeTurn")] == [False, False, True, True]


@pytest.mark.parametrize(
    ("api", "quota"), [(PROCESSING, "preparation"), (TRAINING, ITEMS[0]["item"])]
)
def test_a_job_waits_for_a_quota_in_use_as_long_as_its_turn_says(runs, api, quota):
    first_turns = 1 if api == PROCESSING else 2
    turns = [{"wait_seconds": 0}] * first_turns + [{"wait_seconds": 21}] * 3
    turns += [{"wait_seconds": 0}]
    ran = run(runs, TakeTurn=turns, **{api: [QUOTA] * 3 + WELL[api]})

    assert ran.waits == [21] * 3
    refused = [each for each in ran.of("TakeTurn") if each["refused"]]
    assert [(each["item"], each["num_waits"]) for each in refused] == [
        (quota, number) for number in range(3)
    ]
    assert len(set(names(ran, api))) == 1
    assert recorded(ran)["attempt"] == 1


def test_a_job_lets_another_run_go_first_and_then_starts(runs):
    ran = run(runs, TakeTurn=[{"wait_seconds": 0}, {"wait_seconds": 17}])

    assert ran.waits == [17]
    assert len(ran.of(TRAINING)) == 1


def test_an_internal_error_of_sagemaker_is_not_paid_for_many_times(runs):
    ran = run(runs, **{TRAINING: [INTERNAL]})
    assert len(ran.of(TRAINING)) == 4
    assert "internal error" in recorded(ran)["error"]["Cause"]

    ran = run(runs, **{PROCESSING: [INTERNAL]})
    assert len(ran.of(PROCESSING)) == 4
    assert len(set(names(ran, PROCESSING))) == 4


@pytest.mark.parametrize("api", [PROCESSING, TRAINING])
def test_a_job_that_fails_by_itself_is_not_started_again(runs, api):
    ran = run(runs, **{api: [BROKEN]})

    assert len(ran.of(api)) == 1
    assert ran.waits == []


@pytest.mark.parametrize("state", ["ReadRequest", "PlanWave", "RecordFailure"])
def test_a_function_that_crashes_twice_costs_nothing(runs, state):
    answers = {state: [CRASH, CRASH, *WELL[state]]}
    if state == "RecordFailure":
        answers["ReadRequest"] = [{"status": "rejected", "problems": [PROBLEM]}]
    ran = run(runs, **answers)

    assert len(ran.of(state)) == 3
    assert ran.failure is None or ran.failure.error == "Bakeoff.RequestRejected"


@pytest.mark.parametrize("state", ["ReadRequest", "PlanWave"])
def test_a_function_that_crashes_every_time_fails_the_run_with_a_recorded_reason(runs, state):
    ran = run(runs, **{state: [CRASH]})

    (reported,) = ran.of("RecordFailure")
    assert reported["error"]["Error"] == "Runtime.ExitError"
    assert ran.failure.error == "Runtime.ExitError"
    (event,) = ran.of("putEvents")
    assert event["Entries"][0]["DetailType"] == "Comparison Failed"


@pytest.mark.parametrize("error", [CRASH, Failure("StorageError", "S3 refused PutObject")])
def test_a_result_is_recorded_whatever_goes_wrong_at_first(runs, error):
    ran = run(runs, RecordResult=[error] * 9 + [{}])

    assert len(ran.of("RecordResult")) == 10
    assert ran.failure is None


def test_a_result_that_cannot_be_recorded_leaves_the_others_and_the_comparison(runs):
    def broken_for_one(payload):
        return CRASH if payload["item"]["item"] == ITEMS[0]["item"] else {}

    ran = run(runs, items=ITEMS, RecordResult=[broken_for_one])

    assert len(ran.of("Compare")) == 1
    assert ran.failure is None


def test_without_an_answer_about_its_turn_a_job_is_created_all_the_same(runs):
    ran = run(runs, TakeTurn=[CRASH], **{TRAINING: [QUOTA, *WELL[TRAINING]]})

    assert len(ran.of(TRAINING)) == 2
    assert ran.waits[-1] == 60
    assert recorded(ran)["error"] is None


def test_a_comparison_that_crashes_is_made_from_the_averages(runs):
    ran = run(runs, Compare=[CRASH, *WELL["Compare"]])

    assert [each.get("statistics") for each in ran.of("Compare")] == [None, False]
    assert ran.failure is None


def test_a_comparison_that_always_crashes_fails_the_run_with_a_recorded_reason(runs):
    ran = run(runs, Compare=[CRASH])

    assert ran.of("RecordFailure")[0]["error"]["Error"] == "Runtime.ExitError"
    assert ran.failure.error == "Runtime.ExitError"


def test_a_failure_that_cannot_be_recorded_is_announced_all_the_same(runs):
    ran = run(runs, ReadRequest=[CRASH], RecordFailure=[CRASH])

    assert ran.of("putEvents")[0]["Entries"][0]["DetailType"] == "Comparison Failed"
    assert ran.failure.error == "Runtime.ExitError"


def test_an_event_that_cannot_be_sent_costs_neither_results_nor_the_reason(runs):
    refused = Failure("EventBridge.EventBridgeException", "no")
    assert run(runs, putEvents=[refused]).failure is None
    assert run(runs, putEvents=[refused], ReadRequest=[CRASH]).failure.error == "Runtime.ExitError"


@pytest.mark.parametrize("status", ["duplicate", "ignored"])
def test_an_event_that_is_no_new_request_ends_at_once(runs, status):
    ran = run(runs, ReadRequest=[{"status": status, "run": RUN}])

    assert ran.names == ["ReadRequest"]
    assert ran.failure is None


def test_a_rejected_request_is_recorded_with_every_problem(runs):
    rejected = {"status": "rejected", "run": RUN, "problems": [PROBLEM, PROBLEM]}
    ran = run(runs, ReadRequest=[rejected])

    assert ran.of("RecordFailure")[0]["problems"] == [PROBLEM, PROBLEM]
    assert ran.failure.cause == "models: No models. Name one.\nmodels: No models. Name one."


SEARCHING = ACCEPTED | {"searches": True}
AWAY = Failure("HubError", '{"errorMessage": "The model hub cannot be reached."}')


def test_the_hub_is_searched_only_where_the_request_asks_for_it(runs):
    assert not run(runs).of("SearchModels")
    ran = run(runs, ReadRequest=[SEARCHING])

    assert ran.of("SearchModels") == [{"run": RUN}]
    assert ran.names[:3] == ["ReadRequest", "SearchModels", "TakeTurn"]
    assert ran.failure is None


def test_a_search_that_finds_nothing_rejects_the_request(runs):
    rejected = {"status": "rejected", "problems": [PROBLEM]}
    ran = run(runs, ReadRequest=[SEARCHING], SearchModels=[rejected])

    assert ran.of("RecordFailure")[0]["problems"] == [PROBLEM]
    assert not ran.of(PROCESSING)


def test_a_hub_that_is_away_is_waited_for(runs):
    answers = [AWAY] * 8 + WELL["SearchModels"]
    assert run(runs, ReadRequest=[SEARCHING], SearchModels=answers).failure is None

    ran = run(runs, ReadRequest=[SEARCHING], SearchModels=[AWAY])
    assert len(ran.of("SearchModels")) == 9
    assert "cannot be reached" in ran.of("RecordFailure")[0]["error"]["Cause"]


def test_a_hub_that_refuses_is_not_asked_again(runs):
    refused = Failure("HubRefusedError", '{"errorMessage": "Check the hub token."}')
    ran = run(runs, ReadRequest=[SEARCHING], SearchModels=[refused])

    assert len(ran.of("SearchModels")) == 1
    assert ran.failure.error == "HubRefusedError"


def test_a_plan_without_jobs_is_compared(runs):
    ran = run(runs, PlanWave=[FINISHED])

    assert not ran.of(TRAINING)
    assert len(ran.of("Compare")) == 1


def test_wave_follows_wave_until_nothing_is_left_to_train(runs):
    rung, final = (PLANNED | {"wave": number, "is_last": False} for number in (1, 2))
    ran = run(runs, PlanWave=[rung, final, FINISHED | {"wave": 3}])

    assert [each["wave"] for each in ran.of("PlanWave")] == [1, 2, 3]
    assert len(ran.of(TRAINING)) == 2
    assert len(ran.of("Compare")) == 1


def test_after_the_last_wave_the_run_is_compared_at_once(runs):
    assert len(run(runs).of("PlanWave")) == 1


def test_a_later_wave_that_cannot_be_planned_costs_nothing_of_the_earlier_ones(runs):
    ran = run(runs, PlanWave=[PLANNED | {"is_last": False}, CRASH])

    assert len(ran.of("Compare")) == 1
    assert not ran.of("RecordFailure")
    assert ran.failure is None


def test_the_reference_implementation_evaluates_every_expression_of_the_workflow(runs):
    """Between them, these executions take every path that has an expression of its own."""
    spot = [item_with(fallback_instance_types=[G6])]
    followed = [{"TrainingJobStatus": "InProgress"}, {"TrainingJobStatus": "Completed"}]
    prepared = [{"ProcessingJobStatus": "InProgress"}, {"ProcessingJobStatus": "Completed"}]
    failures = [THROTTLED] * 4 + [NO_QUOTA, QUOTA] + [CAPACITY] * 4 + [INTERNAL, IN_USE]
    crowded = run(
        runs,
        items=spot,
        TakeTurn=[{"wait_seconds": 1}],
        describeTrainingJob=followed,
        describeProcessingJob=prepared,
        **{TRAINING: failures, PROCESSING: [THROTTLED] * 4 + [QUOTA, CAPACITY, INTERNAL, IN_USE]},
    )
    others = [
        *(run(runs, ReadRequest=[{"status": each}]) for each in ("ignored", "rejected")),
        run(runs, PlanWave=[PLANNED | {"is_last": False}, FINISHED]),
        run(runs, describeTrainingJob=[MALFORMED], **{TRAINING: [IN_USE]}),
        run(runs, describeProcessingJob=[MALFORMED], **{PROCESSING: [IN_USE]}),
        run(runs, TakeTurn=[CRASH], RecordFailure=[CRASH], PlanWave=[CRASH]),
        run(runs, Compare=[CRASH]),
        run(runs, ReadRequest=[CRASH]),
        run(runs, ReadRequest=[SEARCHING]),
        run(runs, ReadRequest=[SEARCHING], SearchModels=[CRASH]),
    ]
    there = {
        text.removeprefix("{%").removesuffix("%}").strip()
        for _, state in states(runs.definition)
        for text in expressions({k: v for k, v in state.items() if k != "ItemProcessor"})
    }
    assert there - set().union(*(ran.expressions for ran in [crowded, *others])) == set()
