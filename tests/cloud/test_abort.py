"""An execution that somebody stops: no Catch runs, and still there is an error document."""

from tests.cloud.conftest import Material
from tests.support.deployed_service import Service, wait_until


def test_a_stopped_execution_leaves_an_error_and_no_job(
    service: Service, material: Material
) -> None:
    service.request("stopped", material.request(["bert"]))
    key = "requests/stopped.json"
    wait_until(lambda: bool(service.executions(key)), "no execution")
    (execution,) = service.executions(key)
    sagemaker = service.client("sagemaker")

    def in_progress() -> list[str]:
        listed = sagemaker.list_processing_jobs(StatusEquals="InProgress")
        return [each["ProcessingJobName"] for each in listed["ProcessingJobSummaries"]]

    wait_until(lambda: bool(in_progress()), "the preparation does not start")
    (job,) = in_progress()

    service.client("stepfunctions").stop_execution(executionArn=execution["executionArn"])

    document = service.wait_for_error("stopped")
    assert document["execution_arn"] == execution["executionArn"]
    assert document["error"]["error"]
    wait_until(
        lambda: (
            sagemaker.describe_processing_job(ProcessingJobName=job)["ProcessingJobStatus"]
            == "Stopped"
        ),
        "the job goes on",
    )
    assert not service.training_jobs(document["run"])
