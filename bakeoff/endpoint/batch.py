"""The processing job that answers rows in S3 with a kept model: its complete request."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bakeoff import layout
from bakeoff.errors import BakeoffError
from bakeoff.jobs.instances import volume_key
from bakeoff.names import prediction_job_name
from bakeoff.quoting import shown
from bakeoff.settings import PredictionSettings, tags_of
from bakeoff.summary.document import Summary
from bakeoff.summary.kept_model import KeptModel

MODEL_FOLDER = "/opt/ml/processing/input/model"
ROWS_FOLDER = "/opt/ml/processing/input/rows"
ANSWERS_FOLDER = "/opt/ml/processing/output/answers"
OUTPUT_SUFFIXES = (".csv", ".jsonl", ".parquet")
_USUAL_FILE = "predictions.csv"
_MAX_ARGUMENT = 256

# $0 is the folder with the model's archive, whose own code answers. SageMaker keeps no output of a
# job that fails: where some rows have no answer, the message says so instead of the status.
_UNPACK_AND_PREDICT = (
    'mkdir "$0/unpacked" && tar -xzf "$0"/*.tar.gz -C "$0/unpacked" || exit; '
    'python3 "$0/unpacked/code/predict.py" "$@"; status=$?; '
    "[ $status -eq 3 ] || exit $status; "
    'echo "Some rows have no answer: the log of the job has them." > "$0/../../../output/message"'
)


@dataclass(frozen=True)
class RowsInS3:
    """What is to be answered, and how."""

    rows: str
    """The URI of a file or of a prefix."""
    output: str
    """The URI of the file to write, or of a prefix that ends in a slash."""
    text: Sequence[str] = ()
    keep: Sequence[str] = ()
    encoding: str | None = None
    allow_remote_code: bool = False


def is_s3_uri(text: str) -> bool:
    return text.startswith("s3://")


def prediction_job(
    summary: Summary,
    kept: KeptModel,
    asked: RowsInS3,
    bucket: str,
    settings: PredictionSettings,
    instance_type: str | None,
    number: str,
) -> dict[str, Any]:
    """The complete CreateProcessingJob request.

    Args:
        number: makes the job's name unique.

    Raises BakeoffError if the URIs or the options cannot be used.
    """
    run, on = summary.provenance, instance_type or settings.instance_type
    archive = layout.s3_uri(bucket, layout.archived_key(run.name, run.run, kept.file))
    prefix, file = _output(asked.output)
    if not is_s3_uri(asked.rows):
        raise BakeoffError(
            f"{shown(asked.rows)} is not a URI of S3: rows and output must both be in S3."
        )
    return {
        "ProcessingJobName": prediction_job_name(run.name, number),
        "ProcessingResources": _resources(settings, on),
        "StoppingCondition": {"MaxRuntimeInSeconds": settings.max_runtime_seconds},
        "AppSpecification": {
            "ImageUri": settings.training_image,
            "ContainerEntrypoint": ["/bin/sh", "-c", _UNPACK_AND_PREDICT, MODEL_FOLDER],
            "ContainerArguments": _arguments(asked, file),
        },
        "RoleArn": settings.role_arn,
        "ProcessingInputs": [
            _input("model", archive, MODEL_FOLDER),
            _input("rows", asked.rows, ROWS_FOLDER),
        ],
        "ProcessingOutputConfig": _answers_to(prefix, settings),
        "NetworkConfig": _network(settings),
        "Tags": tags_of(settings.project_tag, run.name, run.run, kept.candidate),
    }


def _resources(settings: PredictionSettings, instance_type: str) -> dict[str, Any]:
    return {
        "ClusterConfig": {
            "InstanceCount": 1,
            "InstanceType": instance_type,
            "VolumeSizeInGB": settings.processing_volume_gb,
            **volume_key(settings, instance_type),
        }
    }


def _answers_to(prefix: str, settings: PredictionSettings) -> dict[str, Any]:
    target = {"S3Uri": prefix, "LocalPath": ANSWERS_FOLDER, "S3UploadMode": "EndOfJob"}
    key = settings.bucket_kms_key_arn
    return {
        "Outputs": [{"OutputName": "answers", "S3Output": target}],
        **({"KmsKeyId": key} if key else {}),
    }


def _network(settings: PredictionSettings) -> dict[str, Any]:
    """None: model and rows come through SageMaker's channels."""
    vpc = settings.vpc_config
    return {"EnableNetworkIsolation": True, **({} if vpc is None else {"VpcConfig": vpc})}


def output_uri(output: str) -> str:
    """The URI of the file that the job writes. Raises BakeoffError."""
    prefix, file = _output(output)
    return f"{prefix}/{file}"


def _output(output: str) -> tuple[str, str]:
    """The prefix without a slash at its end, and the name of the file."""
    prefix, _, file = output.removeprefix("s3://").rpartition("/")
    file = file or _USUAL_FILE
    if not is_s3_uri(output) or not prefix or not file.lower().endswith(OUTPUT_SUFFIXES):
        raise BakeoffError(
            f"--output {shown(output)} must be the URI of a file in S3 that ends in "
            f"{', '.join(OUTPUT_SUFFIXES)}, or of a prefix that ends in a slash."
        )
    return f"s3://{prefix}", file


def _arguments(asked: RowsInS3, file: str) -> list[str]:
    arguments = [ROWS_FOLDER, "--output", f"{ANSWERS_FOLDER}/{file}", "--quiet"]
    arguments += [f"--text={name}" for name in asked.text]
    arguments += [f"--keep={name}" for name in asked.keep]
    arguments += [f"--encoding={asked.encoding}"] if asked.encoding else []
    arguments += ["--allow-remote-code"] if asked.allow_remote_code else []
    long = next((each for each in arguments if len(each) > _MAX_ARGUMENT), None)
    if long is not None:
        raise BakeoffError(
            f"{shown(long)} has {len(long)} characters; SageMaker takes {_MAX_ARGUMENT}."
        )
    return arguments


def _input(name: str, uri: str, folder: str) -> dict[str, Any]:
    return {
        "InputName": name,
        "S3Input": {
            "S3Uri": uri,
            "LocalPath": folder,
            "S3DataType": "S3Prefix",
            "S3InputMode": "File",
            "S3DataDistributionType": "FullyReplicated",
        },
    }
