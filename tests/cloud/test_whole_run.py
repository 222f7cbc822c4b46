"""Whole runs, from the request in S3 to the tables: three at once, one of them nonsense."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cloud.conftest import Material
from tests.support.agreement import FILES, assert_files_agree
from tests.support.deployed_service import Service, wait_until

WHOLE, PARTIAL, BROKEN = "whole", "partial", "broken"
FAMILIES = ("bert", "distilbert", "roberta")


@pytest.fixture(scope="module")
def runs(service: Service, material: Material) -> Iterator[Service]:
    """A run in which all goes well, one with a model that is not there, and a bad request."""
    missing = f"s3://{service.bucket}/uploads/models/nowhere/"
    partial = material.request(["bert"])
    partial["models"].append(missing)
    service.request(WHOLE, material.request(FAMILIES))
    service.request(PARTIAL, partial)
    service.put(f"requests/{BROKEN}.json", b"{not json")
    wait_until(lambda: bool(service.executions(f"requests/{WHOLE}.json")), "no execution")
    _deliver_again(service, WHOLE)
    service.wait_for_results(PARTIAL)
    service.wait_for_results(WHOLE)
    yield service


def _deliver_again(service: Service, name: str) -> None:
    """EventBridge occasionally delivers an event twice, which starts another execution."""
    (first,) = service.executions(f"requests/{name}.json")
    service.client("stepfunctions").start_execution(
        stateMachineArn=service.machine, input=first["input"]
    )


def test_every_candidate_has_a_row_with_its_metrics(runs: Service) -> None:
    rows = runs.table(WHOLE)

    assert len(rows) == len(FAMILIES)
    assert {row["status"] for row in rows} == {"completed"}
    assert all(0 <= float(row["f1"]) <= 1 for row in rows)
    assert [float(row["f1"]) for row in rows] == sorted(
        (float(row["f1"]) for row in rows), reverse=True
    )


def test_every_training_job_has_a_row(runs: Service) -> None:
    rows = runs.table(WHOLE, "jobs.csv")

    assert {row["job_name"] for row in rows} == set(runs.training_jobs(runs.run_of(WHOLE)["run"]))
    assert len(rows) == len(FAMILIES)


def test_the_run_keeps_its_own_copy_of_the_results(runs: Service) -> None:
    run = runs.run_of(WHOLE)["run"]

    for file in FILES:
        archived = runs.get(f"results/{WHOLE}/runs/{run}/{file}")
        assert archived == runs.get(f"results/{WHOLE}/{file}")


def test_the_files_of_a_real_run_agree_with_one_another(runs: Service) -> None:
    summary = assert_files_agree({file: runs.get(f"results/{WHOLE}/{file}") for file in FILES})

    assert all(each.is_tied is not None for each in summary.candidates)
    assert all(each.ownership.latency_p50_seconds for each in summary.candidates)
    assert all(row.texts for row in summary.hardest_rows)


def test_the_same_event_twice_makes_one_run(runs: Service) -> None:
    executions = runs.executions(f"requests/{WHOLE}.json")

    assert [each["status"] for each in executions] == ["SUCCEEDED", "SUCCEEDED"]
    duplicates = [each for each in executions if "duplicate" in each["output"]]
    assert len(duplicates) == 1
    assert len(runs.keys(f"results/{WHOLE}/runs/")) == len(FILES)
    assert len(runs.training_jobs(runs.run_of(WHOLE)["run"])) == len(FAMILIES)


def test_a_candidate_that_fails_is_a_row_and_the_others_finish(runs: Service) -> None:
    first, second = runs.table(PARTIAL)

    assert (first["status"], second["status"]) == ("completed", "failed")
    assert "nowhere" in second["model"]
    assert second["reason"]
    assert second["f1"] == ""


def test_a_bad_request_next_to_them_has_its_error(runs: Service) -> None:
    (problem,) = runs.wait_for_error(BROKEN)["problems"]

    assert "JSON" in problem["problem"]


def test_the_experiment_has_the_table_of_the_walk_through(runs: Service) -> None:
    from sagemaker.core.analytics import ExperimentAnalytics

    class Session:
        sagemaker_client = runs.client("sagemaker")

    experiment = runs.run_of(WHOLE)["experiment"]
    table = ExperimentAnalytics(experiment, sagemaker_session=Session()).dataframe()

    assert len(table) == len(FAMILIES)
    assert table["model_name"].nunique() == len(FAMILIES)
    statistics = ("Min", "Max", "Avg", "StdDev", "Last", "Count")
    assert {f"test:f1 - {name}" for name in statistics} <= set(table.columns)
    by_model = {row["model"]: float(row["f1"]) for row in runs.table(WHOLE)}
    for _, row in table.iterrows():
        assert row["test:f1 - Last"] == pytest.approx(by_model[row["model_name"]], abs=1e-6)


def test_the_end_is_announced_in_the_logs_of_the_jobs(runs: Service) -> None:
    logs = runs.client("logs")
    job = runs.table(WHOLE, "jobs.csv")[0]["job_name"]
    events = logs.filter_log_events(
        logGroupName="/aws/sagemaker/TrainingJobs", logStreamNamePrefix=job
    )["events"]

    assert any(each["message"].startswith("bakeoff split=test") for each in events)


def test_training_jobs_are_isolated_and_pinned(runs: Service) -> None:
    sagemaker = runs.client("sagemaker")
    described: list[dict[str, Any]] = [
        sagemaker.describe_training_job(TrainingJobName=name)
        for name in runs.training_jobs(runs.run_of(WHOLE)["run"])
    ]

    assert all(each["EnableNetworkIsolation"] for each in described)
    run = runs.run_of(WHOLE)["run"]
    manifest = json.loads(runs.get(f"runs/{run}/prepared/manifest.json"))
    assert manifest["status"] == "ready"
    assert {each["status"] for each in manifest["models"]} == {"ready"}
