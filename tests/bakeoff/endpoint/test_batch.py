import pytest

from bakeoff.endpoint.batch import RowsInS3, output_uri, prediction_job
from bakeoff.errors import BakeoffError
from tests.support.fake_cloud import BUCKET, PREDICTIONS
from tests.support.kept_run import NAME, kept_summary
from tests.support.service_model import violations

KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-aaaa-4bbb-8ccc-000000000002"
EVERYTHING = PREDICTIONS.model_copy(
    update={
        "subnet_ids": ("subnet-1",),
        "security_group_ids": ("sg-1",),
        "bucket_kms_key_arn": KEY,
        "volume_kms_key_arn": KEY,
    }
)
ROWS = RowsInS3("s3://b/rows/", "s3://b/answers/a.parquet")


def job_of(asked=ROWS, settings=PREDICTIONS, instance_type=None):
    summary = kept_summary()
    kept = summary.kept_models[0]
    return prediction_job(summary, kept, asked, BUCKET, settings, instance_type, "20260301-120000")


@pytest.mark.parametrize("settings", [PREDICTIONS, EVERYTHING], ids=["default", "everything"])
def test_the_request_is_one_of_the_api(settings):
    asked = RowsInS3(ROWS.rows, ROWS.output, ["body"], ["id"], "cp1252", allow_remote_code=True)

    assert violations("CreateProcessingJob", job_of(asked, settings)) == []


def test_the_job_has_the_kept_model_and_no_network():
    job = job_of()

    model, rows = (each["S3Input"]["S3Uri"] for each in job["ProcessingInputs"])
    assert model.startswith(f"s3://{BUCKET}/results/{NAME}/runs/")
    assert rows == ROWS.rows
    assert job["NetworkConfig"]["EnableNetworkIsolation"]


def test_a_file_name_comes_from_the_output_and_options_are_handed_on():
    job = job_of(RowsInS3(ROWS.rows, ROWS.output, ["a", "b"], ["id"]))

    arguments = job["AppSpecification"]["ContainerArguments"]
    assert arguments[2] == "/opt/ml/processing/output/answers/a.parquet"
    assert arguments[4:] == ["--text=a", "--text=b", "--keep=id"]
    (output,) = job["ProcessingOutputConfig"]["Outputs"]
    assert output["S3Output"]["S3Uri"] == "s3://b/answers"


def test_the_instance_type_may_be_another():
    job = job_of(settings=EVERYTHING, instance_type="ml.g5.xlarge")

    cluster = job["ProcessingResources"]["ClusterConfig"]
    assert cluster["InstanceType"] == "ml.g5.xlarge"
    assert "VolumeKmsKeyId" not in cluster


def test_a_prefix_gets_a_file_of_the_usual_name():
    assert output_uri("s3://b/answers/") == "s3://b/answers/predictions.csv"


@pytest.mark.parametrize("output", ["answers.csv", "s3://b", "s3://b/a.xlsx", "s3://b/a"])
def test_an_output_that_says_no_format_or_is_not_in_s3_is_refused(output):
    with pytest.raises(BakeoffError, match="must be the URI of a file in S3"):
        output_uri(output)


def test_rows_of_this_machine_are_not_answered_into_s3():
    with pytest.raises(BakeoffError, match="both be in S3"):
        job_of(RowsInS3("rows.csv", ROWS.output))


def test_an_option_that_is_too_long_for_sagemaker_is_refused():
    with pytest.raises(BakeoffError, match="SageMaker takes 256"):
        job_of(RowsInS3(ROWS.rows, ROWS.output, ["x" * 300]))
