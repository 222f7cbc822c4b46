"""Whole runs, from the request in S3 to the tables: three at once, one of them nonsense.

The first is the comparison that it all began from, examples/imdb.json, against the stand-in hub.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pyarrow.parquet as pq
import pytest

from bakeoff.summary.document import Summary
from local.cloud import ROOT
from tests.cloud.conftest import Material, to_csv
from tests.support.agreement import FILES, assert_files_agree
from tests.support.deployed_service import Service, wait_until
from tests.support.rights import (
    Grant,
    calls_in,
    documented_grants,
    grants_of_roles,
    policy_of,
)
from tests.support.stand_in_hub import Repository
from tests.support.tiny_imdb import DATASET, FAMILIES

WHOLE, PARTIAL, BROKEN = "whole", "partial", "broken"
BASELINES = {"baseline/majority", "baseline/tfidf"}
CANDIDATES = {*FAMILIES, *BASELINES}

# As `export` does, whose own tests export.
_BRING_TEST_ROWS = """
import sys
from pathlib import Path

from bakeoff.client.cloud import Cloud
from bakeoff.client.rows_of_test import fetch_test_rows

assert fetch_test_rows(Cloud.connect(), sys.argv[1], Path(sys.argv[2]))
"""


@dataclass(frozen=True)
class User:
    """Somebody who has the rights that docs/deploy.md lists for users of the command line."""

    environment: dict[str, str]
    grants: set[Grant]

    def bakeoff(self, folder: Path, *arguments: str) -> "subprocess.Popen[str]":
        """Start a command in a folder, with the user's credentials."""
        return self.python(folder, "-m", "bakeoff", *arguments)

    def python(self, folder: Path, *arguments: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env={**os.environ, **self.environment, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


@pytest.fixture(scope="module")
def user(service: Service) -> User:
    name = "analyst"
    account, region = "123456789012", service.cloud.environment["AWS_REGION"]
    arns = {
        "the bucket": f"arn:aws:s3:::{service.bucket}",
        "the stack": f"arn:aws:cloudformation:{region}:{account}:stack/Bakeoff/*",
        "the state machine": service.machine,
        "its executions": f"{service.machine.replace(':stateMachine:', ':execution:')}:*",
        "the function Compare": service.output("CompareFunctionArn"),
        "log groups": f"arn:aws:logs:{region}:{account}:log-group",
        "jobs": f"arn:aws:sagemaker:{region}:{account}",
        "the role of the predictions": json.loads(service.output("PredictionSettings"))["role_arn"],
        "the role of the endpoints": json.loads(service.output("EndpointSettings"))["role_arn"],
    }
    grants = documented_grants(ROOT / "docs" / "deploy.md", name, arns)
    iam = service.client("iam")
    iam.create_user(UserName=name)
    iam.put_user_policy(UserName=name, PolicyName="documented", PolicyDocument=policy_of(grants))
    key = iam.create_access_key(UserName=name)["AccessKey"]
    own = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    return User(service.cloud.environment | own, grants)


@pytest.fixture(scope="module")
def log_start(service: Service) -> int:
    """The size of the emulator's log when the runs of this module begin."""
    return service.cloud.log_file.stat().st_size


@pytest.fixture(scope="module")
def runs(
    service: Service,
    material: Material,
    imdb_on_the_hub: dict[str, Repository],
    user: User,
    log_start: int,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Service]:
    """A run in which all goes well, one with a model that is not there, and a bad request.

    The first two are sent and followed, and the first is compared again, by a user with the
    documented rights; the last is put.
    """
    missing = f"s3://{service.bucket}/uploads/models/nowhere/"
    partial = material.request(["bert"])
    partial["models"].append(missing)
    partial["register_model"] = True
    partial["dataset"] = {**material.dataset, "test": "./test.csv"}
    folder = tmp_path_factory.mktemp("user")
    (folder / "test.csv").write_bytes(to_csv(num_copies=2))
    (folder / f"{PARTIAL}.json").write_text(json.dumps(partial))
    shutil.copy(ROOT / "examples" / "imdb.json", folder / f"{WHOLE}.json")
    following = {
        user.bakeoff(folder, "run", f"{name}.json"): status
        # 3 where a candidate fails.
        for name, status in ((WHOLE, 0), (PARTIAL, 3))
    }
    service.put(f"requests/{BROKEN}.json", b"{not json")
    wait_until(lambda: bool(service.executions(f"requests/{WHOLE}.json")), "no execution")
    _deliver_again(service, WHOLE)
    for each, status in following.items():
        printed, _ = each.communicate(timeout=600)
        assert each.returncode == status, printed
    estimating = user.bakeoff(folder, "estimate", f"{WHOLE}.json")
    printed, _ = estimating.communicate(timeout=60)
    assert estimating.returncode == 0, printed
    wait_until(lambda: not service.running(), "an execution does not end")
    _lose_comparison(service, WHOLE)
    again = user.bakeoff(folder, "compare", "--again", WHOLE, "--output", "again")
    printed, _ = again.communicate(timeout=120)
    assert again.returncode == 0, printed
    _assert_same_files(folder / "again" / WHOLE, folder / "results" / WHOLE)
    _use_the_winner(service, user, folder)
    _deploy_the_winner(service, user, folder)
    _answer_in_s3(service, user, folder)
    yield service


def _use_the_winner(service: Service, user: User, folder: Path) -> None:
    """It answers the test rows as it was scored: by the files that a user gets."""
    fetching = user.bakeoff(folder, "results", WHOLE, "--predictions", "--output", "fetched")
    printed, _ = fetching.communicate(timeout=60)
    assert fetching.returncode == 0, printed
    summary = Summary.from_json((folder / "fetched" / WHOLE / "summary.json").read_bytes())
    (kept,) = summary.kept_models
    table = pq.read_table(folder / "fetched" / WHOLE / "predictions.parquet").to_pylist()
    scored = [
        row for row in table if (row["candidate"], row["seed"]) == (kept.candidate, kept.seed)
    ]
    run, rows = service.run_of(WHOLE)["run"], folder / "rows.parquet"
    bringing = user.python(folder, "-c", _BRING_TEST_ROWS, run, rows.name)
    printed, _ = bringing.communicate(timeout=60)
    assert bringing.returncode == 0, printed
    predicting = user.bakeoff(
        folder, "predict", WHOLE, rows.name, "--output", "answers.parquet", "--keep", "id"
    )
    printed, _ = predicting.communicate(timeout=120)
    assert predicting.returncode == 0, printed
    answers = pq.read_table(folder / "answers.parquet").to_pylist()
    by_id = {int(row["id"]): row["given"] for row in answers}
    assert by_id == {row["id"]: row["given"] for row in scored}
    assert len(by_id) == summary.conditions.rows["test"]


def _deploy_the_winner(service: Service, user: User, folder: Path) -> None:
    """It answers at an endpoint as on this machine, until it is removed."""
    printed = _said(user.bakeoff(folder, "deploy", WHOLE))
    (endpoint,) = set(re.findall(r"bakeoff-whole-[0-9a-f]+", printed))
    assert "0.25 US dollars an hour" in printed
    assert endpoint in _said(user.bakeoff(folder, "status", "--endpoints"))
    answers = pq.read_table(folder / "answers.parquet").to_pylist()[:20]
    texts = pq.read_table(folder / "rows.parquet")["text"].to_pylist()[:20]
    runtime = boto3.client(
        "sagemaker-runtime",
        endpoint_url=service.cloud.endpoint,
        region_name=user.environment["AWS_REGION"],
        aws_access_key_id=user.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=user.environment["AWS_SECRET_ACCESS_KEY"],
    )
    asked = runtime.invoke_endpoint(
        EndpointName=endpoint, ContentType="application/json", Body=json.dumps({"inputs": texts})
    )
    rows = json.loads(asked["Body"].read())
    assert [row["label"] for row in rows] == [row["given"] for row in answers]
    assert "are removed" in _said(user.bakeoff(folder, "undeploy", WHOLE))
    assert "nothing was removed" in _said(user.bakeoff(folder, "undeploy", WHOLE))


def _answer_in_s3(service: Service, user: User, folder: Path) -> None:
    """A job answers rows in S3 as this machine does."""
    rows = service.put("uploads/to-answer/rows.parquet", (folder / "rows.parquet").read_bytes())
    output = f"s3://{service.bucket}/answers/{WHOLE}.parquet"
    command = ("predict", WHOLE, rows, "--output", output, "--keep", "id")
    assert output in _said(user.bakeoff(folder, *command)).replace("\n", "")
    s3 = boto3.client(
        "s3",
        endpoint_url=service.cloud.endpoint,
        region_name=user.environment["AWS_REGION"],
        aws_access_key_id=user.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=user.environment["AWS_SECRET_ACCESS_KEY"],
    )
    s3.download_file(service.bucket, f"answers/{WHOLE}.parquet", str(folder / "from-s3.parquet"))
    found, expected = (
        pq.read_table(folder / file).to_pydict() for file in ("from-s3.parquet", "answers.parquet")
    )
    assert found["given"] == expected["given"]
    assert found["id"] == expected["id"]


def _said(started: "subprocess.Popen[str]") -> str:
    printed, _ = started.communicate(timeout=120)
    assert started.returncode == 0, printed
    return printed


def _lose_comparison(service: Service, name: str) -> None:
    """As if a job's record could not be written, and the comparison had failed."""
    run = service.run_of(name)["run"]
    record, *_ = service.keys(f"runs/{run}/results/")
    item = record.split("/")[-1].removesuffix(".json")
    lost = [record, f"runs/{run}/predictions/{item}.npz", *service.keys(f"results/{name}/")]
    for key in lost:
        service.client("s3").delete_object(Bucket=service.bucket, Key=key)


def _assert_same_files(one: Path, other: Path) -> None:
    contents = [{path.name: path.read_bytes() for path in each.iterdir()} for each in (one, other)]
    assert contents[0] == contents[1]


def _deliver_again(service: Service, name: str) -> None:
    """EventBridge occasionally delivers an event twice, which starts another execution."""
    (first,) = service.executions(f"requests/{name}.json")
    service.client("stepfunctions").start_execution(
        stateMachineArn=service.machine, input=first["input"]
    )


def test_every_candidate_has_a_row_with_its_metrics(runs: Service) -> None:
    rows = runs.table(WHOLE)

    assert {row["model"] for row in rows} == CANDIDATES
    assert {row["status"] for row in rows} == {"completed"}
    assert all(0 <= float(row["f1"]) <= 1 for row in rows)
    assert [float(row["f1"]) for row in rows] == sorted(
        (float(row["f1"]) for row in rows), reverse=True
    )


def test_what_the_short_form_leaves_open_follows_from_the_few_rows(runs: Service) -> None:
    candidates = json.loads(runs.get(f"results/{WHOLE}/summary.json"))["candidates"]
    fine_tuned = [each for each in candidates if each["method"] == "full"]

    assert len(fine_tuned) == len(FAMILIES)
    for candidate in fine_tuned:
        recipe = candidate["hyperparameters"]
        assert (recipe["epochs"], recipe["early_stopping_patience"]) == (20, 2)
        assert (recipe["train_batch_size"], recipe["eval_batch_size"]) == (16, 64)
        assert 0 < recipe["learning_rate"] < 1


def test_the_rows_name_the_commits_that_the_hub_had(
    runs: Service, imdb_on_the_hub: dict[str, Repository]
) -> None:
    for row in runs.table(WHOLE):
        if row["model"] in FAMILIES:
            assert row["model_revision"] == imdb_on_the_hub[row["model"]].commit
    conditions = json.loads(runs.get(f"results/{WHOLE}/summary.json"))["conditions"]
    assert conditions["dataset"] == DATASET
    assert conditions["dataset_revision"] == imdb_on_the_hub[DATASET].commit


def test_every_training_job_has_a_row(runs: Service) -> None:
    rows = runs.table(WHOLE, "jobs.csv")

    assert {row["job_name"] for row in rows} == set(runs.training_jobs(runs.run_of(WHOLE)["run"]))
    assert len(rows) == len(CANDIDATES)


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
    assert all(each.ownership.is_elsewhere for each in summary.candidates)


def test_the_list_of_all_results_leads_to_the_run(runs: Service) -> None:
    page = runs.get("results/index.html").decode()

    assert f'href="{WHOLE}/report.html"' in page


def test_the_same_event_twice_makes_one_run(runs: Service) -> None:
    executions = runs.executions(f"requests/{WHOLE}.json")

    assert [each["status"] for each in executions] == ["SUCCEEDED", "SUCCEEDED"]
    duplicates = [each for each in executions if "duplicate" in each["output"]]
    assert len(duplicates) == 1
    own = runs.keys(f"results/{WHOLE}/runs/")
    kept = [key for key in own if "/models/" in key or "/predictions.parquet/" in key]
    # The best model, and the predictions of every job.
    assert len(kept) == 1 + len(CANDIDATES)
    assert len(own) == len(FILES) + len(kept)
    assert len(runs.training_jobs(runs.run_of(WHOLE)["run"])) == len(CANDIDATES)


def test_the_best_model_waits_for_approval_where_the_request_wants_it(runs: Service) -> None:
    (kept,) = json.loads(runs.get(f"results/{PARTIAL}/summary.json"))["kept_models"]

    package = runs.client("sagemaker").describe_model_package(ModelPackageName=kept["package_arn"])

    assert package["ModelApprovalStatus"] == "PendingManualApproval"
    (container,) = package["InferenceSpecification"]["Containers"]
    assert container["ModelDataUrl"].endswith(f"/{kept['file']}")
    statistics = package["ModelMetrics"]["ModelQuality"]["Statistics"]["S3Uri"]
    assert json.loads(runs.get(statistics.removeprefix(f"s3://{runs.bucket}/")))


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

    assert len(table) == len(CANDIDATES)
    assert table["model_name"].nunique() == len(CANDIDATES)
    statistics = ("Min", "Max", "Avg", "StdDev", "Last", "Count")
    assert {f"test:f1 - {name}" for name in statistics} <= set(table.columns)
    by_model = {row["model"]: float(row["f1"]) for row in runs.table(WHOLE)}
    for _, row in table.iterrows():
        assert row["test:f1 - Last"] == pytest.approx(by_model[row["model_name"]], abs=1e-6)


def test_the_end_is_announced_in_the_logs_of_the_jobs(runs: Service) -> None:
    job = runs.table(WHOLE, "jobs.csv")[0]["job_name"]

    assert any(line.startswith("bakeoff split=test") for line in runs.log_of(job))


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


# Rights that these runs do not show to be needed: the action, the end of the resource, the reason.
_BY_AWS = "done by AWS's services themselves, which the emulator does not do or not check"
_ELSEWHERE = "needed when a run or its job ends otherwise, or meets another"
UNSEEN = (
    *(("ecr:" + each, "", _BY_AWS) for each in ("BatchCheckLayerAvailability", "BatchGetImage")),
    *(("ecr:" + each, "", _BY_AWS) for each in ("GetAuthorizationToken", "GetDownloadUrlForLayer")),
    ("cloudwatch:PutMetricData", "", _BY_AWS),
    ("xray:GetSamplingRules", "", _BY_AWS),
    ("xray:GetSamplingTargets", "", _BY_AWS),
    ("xray:PutTelemetryRecords", "", _BY_AWS),
    ("xray:PutTraceSegments", "", _BY_AWS),
    *(("events:" + each, "", _BY_AWS) for each in ("DescribeRule", "PutRule", "PutTargets")),
    *(("logs:" + each, "", _BY_AWS) for each in ("CreateLogStream", "PutLogEvents")),
    ("logs:DescribeLogStreams", "", _BY_AWS),
    *(
        (f"logs:{each}", "*", _BY_AWS)
        for each in (
            "CreateLogDelivery",
            "DeleteLogDelivery",
            "DescribeLogGroups",
            "DescribeResourcePolicies",
            "GetLogDelivery",
            "ListLogDeliveries",
            "PutResourcePolicy",
            "UpdateLogDelivery",
        )
    ),
    *((f"sqs:{each}", "", _BY_AWS) for each in ("GetQueueAttributes", "GetQueueUrl")),
    ("sqs:SendMessage", "", _BY_AWS),
    ("s3:AbortMultipartUpload", "", _BY_AWS),
    ("s3:GetBucketLocation", "", _BY_AWS),
    *((f"states:{each}Execution", "", _BY_AWS) for each in ("Describe", "Redrive", "Stop")),
    ("sagemaker:ListTags", "", _BY_AWS),
    # Of the tags in the requests that create; the emulator knows no such check.
    ("sagemaker:AddTags", "/bakeoff-*", _BY_AWS),
    ("sagemaker:CreateModelPackage", "-group/bakeoff-*", _BY_AWS),
    ("logs:FilterLogEvents", ":/aws/sagemaker/ProcessingJobs:*", _ELSEWHERE),
    ("s3:GetObject", "/answers/*", "answers may be rows of the next prediction"),
    ("logs:DescribeLogStreams", ":/aws/sagemaker/Endpoints/*:*", _ELSEWHERE),
    ("logs:GetLogEvents", ":/aws/sagemaker/Endpoints/*:*", _ELSEWHERE),
    ("s3:ListBucket", "", "makes S3 answer 404 rather than 403 for what is missing; never called"),
    ("s3:GetObjectVersion", "", "the emulator's events name no version"),
    ("s3:GetObject", "/throughput/*", _ELSEWHERE),
    ("s3:GetObject", "/waiting/*", _ELSEWHERE),
    ("s3:GetObject", "/results/*/runs/*", _ELSEWHERE),
    ("s3:DeleteObject", "/results/*/data.json", _ELSEWHERE),
    ("s3:DeleteObject", "/results/*/report.html", _ELSEWHERE),
    *(
        (f"s3:{each}Object", "/checkpoints/*", "a job may end before it has uploaded its first")
        for each in ("Put", "Delete")
    ),
    ("events:PutEvents", "", _ELSEWHERE),
    ("servicequotas:ListServiceQuotas", "*", "the emulator has no quotas to list"),
    ("servicequotas:ListAWSDefaultServiceQuotas", "*", "the emulator has no quotas to list"),
    ("sagemaker:StopProcessingJob", "", _ELSEWHERE),
    ("sagemaker:StopTrainingJob", "", _ELSEWHERE),
)


# Rights of single functions for the waves after the first; these runs have one wave each.
LATER_WAVES = (
    ("s3:GetObject", "/outcome.json", "Compare"),
    ("s3:GetObject", "/outcome.json", "PlanWave"),
    ("s3:GetObject", "/plan.json", "PlanWave"),
    ("s3:GetObject", "/output/*", "PlanWave"),
    ("s3:GetObject", "/results/*", "PlanWave"),
    ("s3:PutObject", "/outcome.json", "PlanWave"),
    ("s3:PutObject", "/predictions/*", "PlanWave"),
    ("s3:PutObject", "/results/*", "PlanWave"),
    ("sagemaker:DescribeTrainingJob", "", "PlanWave"),
)


def test_no_role_and_no_user_lacks_a_right(runs: Service, log_start: int) -> None:
    _, denied = calls_in(_log_of(runs, log_start))

    assert denied == set()


def test_every_right_of_a_role_or_a_user_is_needed(
    runs: Service, user: User, log_start: int
) -> None:
    allowed, _ = calls_in(_log_of(runs, log_start))
    granted = grants_of_roles(runs.client("iam"), "Bakeoff-") | user.grants

    unused = {grant for grant in granted if not any(grant.covers(call) for call in allowed)}

    unseen = [*LATER_WAVES, *((action, end, "") for action, end, _ in UNSEEN)]
    assert not {
        grant
        for grant in unused
        # No request of these runs searches: tests/cloud/race/ has one that does.
        if "SearchModels" not in grant.who + grant.pattern
        and not any(
            grant.action == action and grant.pattern.endswith(end) and role in grant.who
            for action, end, role in unseen
        )
    }


def _log_of(service: Service, start: int) -> str:
    with service.cloud.log_file.open("rb") as log:
        log.seek(start)
        return log.read().decode(errors="replace")
