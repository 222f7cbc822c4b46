"""The benchmark of the orchestration runs the deployed service, and counts as AWS would."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bench.orchestration import __main__ as orchestration
from bench.orchestration import history
from bench.orchestration.measure import s3_calls

START = datetime(2026, 3, 1, tzinfo=UTC)
FOLLOWED = "arn:aws:states:::sagemaker:createTrainingJob.sync"
INVOKED = "arn:aws:states:::lambda:invoke"


def entered(name, kind="Task", content="{}", seconds=0):
    details = {"name": name, "input": content}
    at = START + timedelta(seconds=seconds)
    return {"type": f"{kind}StateEntered", "timestamp": at, "stateEnteredEventDetails": details}


def exited(name, kind="Task", content="{}", seconds=0):
    details = {"name": name, "output": content}
    at = START + timedelta(seconds=seconds)
    return {"type": f"{kind}StateExited", "timestamp": at, "stateExitedEventDetails": details}


def scheduled(resource):
    return {"type": "TaskScheduled", "taskScheduledEventDetails": {"resource": resource}}


def test_a_task_counts_as_on_aws_where_it_is_told_to_have_started_and_to_be_submitted():
    succeeded = {"type": "TaskSucceeded"}
    invoked = [entered("PlanWave"), scheduled(INVOKED), succeeded, exited("PlanWave")]
    followed = [entered("Train"), scheduled(FOLLOWED), succeeded, exited("Train")]

    assert history.num_events(invoked) == 5
    assert history.num_events(followed) == 6
    assert history.num_events([entered("Each", "Map"), exited("Each", "Map")]) == 4


def test_retries_are_transitions_too():
    tried = [entered("Train"), scheduled(FOLLOWED), scheduled(FOLLOWED), exited("Train")]

    assert history.num_transitions([*tried, entered("Choose", "Choice")]) == 3


def test_the_largest_payload_is_named_by_its_state_and_counted_in_bytes():
    events = [entered("A", content="x"), exited("A", content="é" * 9), entered("B", content="y")]

    assert history.largest_payload([events, []]) == history.Payload(18, "A")


def test_waves_are_stages_by_what_they_do():
    events = [
        entered("ReadRequest", seconds=0),
        exited("ReadRequest", seconds=1),
        *(
            event
            for number, stage in enumerate(("screening", "rung", "rung", "final"))
            for event in (
                entered("TrainCandidates", "Map", json.dumps({"stage": stage}), 10 * number),
                exited("TrainCandidates", "Map", seconds=10 * number + 4),
            )
        ),
        entered("IsLastWave", "Choice", seconds=40),
        exited("IsLastWave", "Choice", seconds=41),
    ]

    found = history.stages(events)

    names = ["ReadRequest", "screening", "rung 1", "rung 2", "final", "other"]
    assert [stage.name for stage in found] == names
    assert [stage.seconds for stage in found] == [1, 4, 4, 4, 4, 1]


def test_calls_of_s3_are_counted_by_function():
    role = "arn:aws:sts::123456789012:assumed-role/Bakeoff-{}-1A/x"
    plan, jobs = role.format("FunctionsPlanWaveRole7B2"), role.format("JobsRole9C")
    log = "\n".join(
        [
            f"INFO [rights] allowed {plan} s3:GetObject arn:aws:s3:::b/k",
            f"INFO [rights] allowed {plan} s3:PutObject arn:aws:s3:::b/k",
            f"INFO [rights] denied {plan} s3:PutObject arn:aws:s3:::b/k",
            f"INFO [rights] allowed {plan} sagemaker:CreateTrial arn:aws:s3:::b/k",
            f"INFO [rights] allowed {jobs} s3:ListBucket arn:aws:s3:::b",
        ]
    )

    assert s3_calls(log) == {
        "PlanWave": {"reads": 1, "writes": 1},
        "jobs": {"reads": 1, "writes": 0},
    }


@pytest.mark.cloud
def test_a_race_of_stub_jobs_is_measured_in_the_local_cloud(tmp_path, capsys):
    file = tmp_path / "figures.json"

    orchestration.main(
        ["--kind", "race", "--candidates", "7", "--work", str(tmp_path), "--json", str(file)]
    )

    (run,) = json.loads(file.read_text())["runs"]
    stages = {stage["stage"]: stage for stage in run["stages"]}
    assert [name for name in stages if name in ("screening", "rung 1", "final")] == [
        "screening",
        "rung 1",
        "final",
    ]
    assert stages["screening"]["jobs"] == 1
    assert sum(stage["jobs"] for stage in run["stages"]) == run["jobs"]
    assert run["children"]["most_events"] > run["jobs"] > 0
    assert 0 < run["parent"]["largest_payload"]["num_bytes"] < history.PAYLOAD_LIMIT_BYTES
    assert run["functions"]["search_models"]["calls"] == 1
    assert run["functions"]["compare"]["peak_bytes"] > 0
    assert run["s3_calls"]["PlanWave"]["writes"] > 0
    assert "race 7" in capsys.readouterr().out
