"""The state machine's own text, held to what AWS wants and the local emulator would forgive."""

import json
import math
import re

from cfnlint.api import ManualArgs, lint

from bakeoff.errors import ServiceError, StorageError
from bakeoff.jobs.plan_item import MAX_QUOTA_ATTEMPTS
from bakeoff.request.model import MAX_MODELS
from infra.settings import Settings
from tests.infra.conftest import ROOT
from tests.infra.validators import problems_of_definition

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
        "SearchModels": "DescribeFailure",
        "TakeProcessingTurn": "IsProcessingTurn",
        "DescribePreparation": "DescribeFailure",
        "PrepareData": "TriagePreparation",
        "PlanWave": "HasResults",
        "TrainCandidates": "HasResults",
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


PASSING_ERRORS = {
    # Those that AWS's documents list for a function that may have run or not.
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.ServiceException",
    "Lambda.AWSLambdaException",
    "Lambda.SdkClientException",
    "Lambda.TooManyRequestsException",
    StorageError.__name__,
    ServiceError.__name__,
}


def test_lambda_states_retry_what_lambda_or_s3_gets_wrong(definition):
    for name, state in task_states(definition).items():
        if state["Resource"].endswith("lambda:invoke"):
            errors = {error for retry in state["Retry"] for error in retry["ErrorEquals"]}
            assert errors >= PASSING_ERRORS or errors == {"States.ALL"}, name


def test_whatever_goes_wrong_a_paid_result_is_recorded_again(definition):
    (retry,) = task_states(definition)["RecordResult"]["Retry"]
    assert retry["ErrorEquals"] == ["States.ALL"]


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
            of_its_own = set(re.findall(r"\$([a-z_]+) :=", expression)) | {"states"}
            used = set(re.findall(r"\$([a-z_]+)\b(?!\()", expression)) - of_its_own
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
    (caught,) = child["Train"]["Catch"]
    assert (caught["ErrorEquals"], caught["Next"]) == (["States.ALL"], "Triage")
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


def test_a_substituted_number_is_turned_from_text_into_a_number():
    text = (ROOT / "infra" / "workflow.asl.json").read_text()
    assert text.count("$number('${CapacityWaitSeconds}')") == text.count("${CapacityWaitSeconds}")


def test_an_execution_has_room_for_the_events_of_its_longest_wait(definition):
    """25,000 events are the limit; a state enters and exits, a task is also scheduled and ends."""
    events = {"Task": 5, "Choice": 2, "Wait": 2, "Pass": 2}
    turn = ["TakeTurn", "IsItsTurn", "WaitForTurn", "Name", "Train", "Triage"]
    child = definition["States"]["TrainCandidates"]["ItemProcessor"]["States"]
    assert MAX_QUOTA_ATTEMPTS * sum(events[child[name]["Type"]] for name in turn) < 20_000
    polls = ["DescribeJob", "IsJobOver", "WaitForJob"]
    # Ten days, at most every ten minutes: the longest job, after as long a wait for capacity.
    assert 10 * 24 * 6 * sum(events[child[name]["Type"]] for name in polls) < 20_000


def test_the_definition_is_one_that_awss_own_validator_accepts():
    text = (ROOT / "infra" / "workflow.asl.json").read_text()
    assert problems_of_definition(text) == []
    broken = text.replace('"Next": "IsAccepted"', '"Next": "IsAcceptable"', 1)
    assert "must be the name of an existing state" in str(problems_of_definition(broken))


def test_no_expression_has_a_raw_line_break(definition):
    for name, state in states(definition):
        assert not [each for each in expressions(state) if "\n" in each], name


def test_cfn_lint_accepts_the_template(template):
    # W3005: the CDK repeats dependencies that references already express.
    config = ManualArgs(regions=["us-east-1"], ignore_checks=["W3005"])
    assert [str(found) for found in lint(json.dumps(template), config=config)] == []
