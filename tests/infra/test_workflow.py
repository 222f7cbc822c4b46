"""The state machine's own text, held to what AWS wants and the local emulator would forgive."""

import json
import math
import re

import pytest
from jsonata.jsonata import Jsonata

from bakeoff.errors import StorageError
from bakeoff.request.rules import MAX_MODELS
from infra.settings import Settings
from tests.infra.conftest import ROOT

ERRORS_NO_ONE_CATCHES = {"States.Runtime", "States.DataLimitExceeded"}


def machines(definition):
    """The top level, and the child of each Map, with the names that lead there."""
    yield "top", definition
    for name, state in definition["States"].items():
        if state["Type"] == "Map":
            yield name, state["ItemProcessor"]


def states(definition):
    for _, machine in machines(definition):
        yield from machine["States"].items()


def task_states(definition):
    return {name: state for name, state in states(definition) if state["Type"] == "Task"}


def targets(state):
    yield from (state[key] for key in ("Next", "Default") if key in state)
    yield from (rule["Next"] for key in ("Choices", "Catch") for rule in state.get(key, []))


def expressions(value):
    if isinstance(value, str):
        return [value] if value.startswith("{%") else []
    if isinstance(value, dict):
        value = list(value.values())
    children = value if isinstance(value, list) else []
    return [found for child in children for found in expressions(child)]


def test_every_state_is_reached_and_every_target_exists(definition):
    for _, machine in machines(definition):
        named = {machine["StartAt"]} | {t for s in machine["States"].values() for t in targets(s)}
        assert named == set(machine["States"])


def test_every_state_ends_or_goes_on(definition):
    for name, state in states(definition):
        if state["Type"] in ("Task", "Pass", "Wait", "Map"):
            assert ("Next" in state) != state.get("End", False), name


def test_a_failure_anywhere_at_the_top_is_recorded(definition):
    top = definition["States"]
    caught = {name: state["Catch"][-1] for name, state in top.items() if "Catch" in state}
    assert {rule["ErrorEquals"][0] for rule in caught.values()} == {"States.ALL"}
    assert {name: rule["Next"] for name, rule in caught.items()} == {
        "ReadRequest": "DescribeFailure",
        "PrepareData": "TriagePreparation",
        "PlanTraining": "DescribeFailure",
        "TrainCandidates": "DescribeFailure",
        "Compare": "CompareAverages",
        "CompareAverages": "DescribeFailure",
        "Announce": "Unannounced",
        "RecordFailure": "AnnounceFailure",
        "AnnounceFailure": "Failed",
    }
    assert top["TriagePreparation"]["Default"] == "DescribeFailure"
    assert top["DescribeFailure"]["Next"] == "RecordFailure"
    assert top["AnnounceFailure"]["Next"] == "Failed"
    assert top["Failed"]["Type"] == "Fail"


def test_every_task_is_tried_again(definition):
    for name, state in task_states(definition).items():
        assert state["Retry"], name


def test_lambda_states_retry_what_lambda_itself_gets_wrong(definition):
    for name, state in task_states(definition).items():
        if state["Resource"].endswith("lambda:invoke"):
            errors = {error for retry in state["Retry"] for error in retry["ErrorEquals"]}
            assert "Lambda.TooManyRequestsException" in errors, name
            assert "Lambda.ServiceException" in errors, name


def test_a_result_whose_output_could_not_be_read_is_recorded_again(definition):
    retry = task_states(definition)["RecordResult"]["Retry"]
    assert any(StorageError.__name__ in each["ErrorEquals"] for each in retry)


def test_nothing_relies_on_catching_what_aws_lets_no_one_catch(definition):
    for name, state in states(definition):
        for rule in [*state.get("Retry", []), *state.get("Catch", [])]:
            assert not ERRORS_NO_ONE_CATCHES & set(rule["ErrorEquals"]), name


def test_children_of_the_map_use_only_variables_of_their_own(definition):
    """On AWS a Distributed Map's children see no variable of their parent."""
    child = definition["States"]["TrainCandidates"]["ItemProcessor"]
    assigned = {name for state in child["States"].values() for name in state.get("Assign", {})}
    for name, state in child["States"].items():
        for expression in expressions(state):
            used = set(re.findall(r"\$([a-z_]+)\b(?!\()", expression)) - {"states"}
            assert used <= assigned, name


def test_the_map_reads_the_plan_by_path_tolerates_all_and_returns_nothing(definition):
    map_state = definition["States"]["TrainCandidates"]
    assert map_state.get("QueryLanguage", "JSONPath") == "JSONPath"
    assert map_state["ItemReader"]["Parameters"] == {"Bucket.$": "$.bucket", "Key.$": "$.plan_key"}
    assert map_state["MaxConcurrencyPath"] == "$.max_parallel_jobs"
    assert map_state["ToleratedFailurePercentage"] == 100
    assert map_state["ResultPath"] is None
    ends = [s for s in map_state["ItemProcessor"]["States"].values() if s.get("End")]
    assert [state["Output"] for state in ends] == [{}]


def test_every_end_of_a_training_attempt_is_recorded(definition):
    child = definition["States"]["TrainCandidates"]["ItemProcessor"]["States"]
    assert child["Train"]["Next"] == "RecordResult"
    assert child["Train"]["Catch"] == [
        {
            "ErrorEquals": ["States.ALL"],
            "Output": "{% $merge([$states.input, {'error': $states.errorOutput}]) %}",
            "Next": "Triage",
        }
    ]
    assert child["Triage"]["Default"] == "RecordResult"


def test_payload_from_states_holds_keys_and_not_the_training_job(definition):
    child = definition["States"]["TrainCandidates"]["ItemProcessor"]["States"]
    payload = child["RecordResult"]["Arguments"]["Payload"]
    assert "training_job" not in payload["item"]


def test_the_machine_outlives_the_longest_jobs_and_gives_up_at_some_time(definition):
    settings = Settings()
    preparation_seconds = 24 * 3600
    rounds = math.ceil(MAX_MODELS / settings.max_parallel_jobs)
    default_seconds = preparation_seconds + rounds * settings.max_runtime_seconds
    # A job on spot instances may wait as long again as it may run, which is 5 days at most.
    longest_job_seconds = preparation_seconds + 2 * 432_000
    assert max(default_seconds, longest_job_seconds) < definition["TimeoutSeconds"]
    assert definition["TimeoutSeconds"] <= 365 * 24 * 3600


def test_json_path_states_hold_no_jsonata_and_the_reverse(definition):
    for name, state in states(definition):
        if state.get("QueryLanguage") == "JSONata":
            forbidden = {"Parameters", "ResultPath", "ResultSelector", "InputPath", "OutputPath"}
            assert not forbidden & set(state), name
            assert not [key for key in json.dumps(state).split('"') if key.endswith(".$")], name
        else:
            assert not expressions({k: v for k, v in state.items() if k != "ItemProcessor"}), name


def test_every_substitution_is_filled_and_none_is_left_over(template):
    text = (ROOT / "infra" / "workflow.asl.json").read_text()
    machine = next(
        r for r in template["Resources"].values() if r["Type"] == "AWS::StepFunctions::StateMachine"
    )
    filled = set(machine["Properties"]["DefinitionSubstitutions"])
    assert set(re.findall(r"\$\{(\w+)\}", text)) == filled


@pytest.mark.parametrize(
    "state",
    ["WaitForQuota", "WaitForCapacity", "WaitForProcessingQuota", "WaitForProcessingCapacity"],
)
def test_a_substituted_number_is_turned_from_text_into_a_number(definition, state):
    (found,) = (s for name, s in states(definition) if name == state)
    assert "$number('${CapacityWaitSeconds}')" in found["Seconds"]


def test_a_quota_of_zero_is_never_waited_for(definition):
    for name in ("Triage", "TriagePreparation"):
        (state,) = (s for n, s in states(definition) if n == name)
        limited = [c["Condition"] for c in state["Choices"] if "attempt" in c["Condition"]]
        quota = [c for c in limited if "CapacityError" not in c]
        assert len(quota) == 1
        assert "$not($contains($states.input.error.Cause, 'is 0 Instances'))" in quota[0]


QUOTA = {
    "Error": "SageMaker.ResourceLimitExceededException",
    "Cause": "The account-level service limit is 2 Instances, with current utilization of 2.",
}
NO_QUOTA = {**QUOTA, "Cause": "The account-level service limit is 0 Instances."}
CAPACITY = {
    "Error": "States.TaskFailed",
    "Cause": '{"JobName": "x", "FailureReason": "CapacityError: Unable to provision capacity"}',
}
THROTTLED = {"Error": "SageMaker.ThrottlingException", "Cause": "Rate exceeded"}
BROKEN = {
    "Error": "States.TaskFailed",
    "Cause": '{"FailureReason": "AlgorithmError: caused by CapacityError"}',
}
LIMITS = {"max_quota_attempts": 1000, "max_failed_attempts": 20}


@pytest.mark.parametrize(
    ("error", "attempt", "failed", "goes_to"),
    [
        (QUOTA, 1, 0, "Quota"),
        (QUOTA, 999, 0, "Quota"),
        (QUOTA, 1000, 0, None),
        (NO_QUOTA, 1, 0, None),
        (CAPACITY, 1, 0, "Capacity"),
        # Waits for the quota are no failures.
        (CAPACITY, 500, 19, "Capacity"),
        (CAPACITY, 21, 20, None),
        (THROTTLED, 1, 0, "Capacity"),
        (BROKEN, 1, 0, None),
    ],
)
@pytest.mark.parametrize("name", ["Triage", "TriagePreparation"])
def test_waiting_is_for_what_heals_by_waiting(definition, name, error, attempt, failed, goes_to):
    (triage,) = (state for each, state in states(definition) if each == name)
    variables = {
        "states": {"input": {**LIMITS, "error": error}},
        "attempt": attempt,
        "preparation_attempt": attempt,
        "failed_attempts": failed,
        "failed_preparations": failed,
    }
    chosen = (c["Next"] for c in triage["Choices"] if evaluate(c["Condition"], variables))
    expected = {
        "Triage": {"Quota": "WaitForQuota", "Capacity": "WaitForCapacity", None: "RecordResult"},
        "TriagePreparation": {
            "Quota": "WaitForProcessingQuota",
            "Capacity": "WaitForProcessingCapacity",
            None: "DescribeFailure",
        },
    }
    assert next(chosen, triage["Default"]) == expected[name][goes_to]


def evaluate(expression, variables):
    found = Jsonata(expression.removeprefix("{%").removesuffix("%}"))
    for name, value in variables.items():
        found.assign(name, value)
    return found.evaluate(None)


@pytest.mark.parametrize(("attempt", "name"), [(1, "x-prepare-1"), (12, "x-prepare-1-12")])
def test_each_attempt_of_the_preparation_has_a_name_of_its_own(definition, attempt, name):
    expression = definition["States"]["PrepareData"]["Arguments"]
    job = {"ProcessingJobName": "x-prepare-1", "RoleArn": "r"}
    variables = {
        "states": {"input": {"processing_job": job}},
        "preparation_attempt": attempt,
    }
    assert evaluate(expression, variables) == {"ProcessingJobName": name, "RoleArn": "r"}


@pytest.mark.parametrize("attempt", [1, 5, 1000])
def test_waits_are_a_minute_at_first_and_five_at_most(definition, attempt):
    (wait,) = (state for name, state in states(definition) if name == "WaitForQuota")
    seconds = evaluate(
        wait["Seconds"].replace("${CapacityWaitSeconds}", "60"), {"attempt": attempt}
    )
    assert seconds == (60 if attempt == 1 else 300)
