"""`predict` for rows in S3: a job of SageMaker answers them with a run's model."""

from bakeoff.cli.commands import ExitStatus, Surroundings, saying_on_interrupt
from bakeoff.cli.model import WantedModel, read_run
from bakeoff.cli.result_sources import service
from bakeoff.cli.tables import print_plain
from bakeoff.client.model_folder import kept_model
from bakeoff.client.predicting import answer_in_s3
from bakeoff.endpoint.batch import RowsInS3, output_uri, prediction_job
from bakeoff.endpoint.servable import servable_candidate
from bakeoff.errors import BakeoffError, ServiceError
from bakeoff.names import is_valid_name
from bakeoff.quoting import shown


def predict_in_s3(
    wanted: WantedModel, asked: RowsInS3, instance_type: str | None, around: Surroundings
) -> ExitStatus:
    """Answers every row below a URI, and says where the answers are."""
    if not is_valid_name(wanted.name):
        raise BakeoffError(
            f"{shown(wanted.name)} is not a name of results: rows in S3 are answered by a model "
            "that a run has kept in S3."
        )
    output = output_uri(asked.output)
    cloud = service(wanted.is_local, around)
    settings = cloud.deployment.predictions
    if settings is None:
        raise ServiceError(
            "The deployed version answers no rows in S3: deploy this one with `make deploy`."
        )
    summary, _ = read_run(cloud, wanted)
    kept = kept_model(summary, wanted.candidate)
    servable_candidate(summary, kept)
    number = f"{around.clock.now():%Y%m%d-%H%M%S}"
    bucket = cloud.deployment.bucket
    job = prediction_job(summary, kept, asked, bucket, settings, instance_type, number)
    name = job["ProcessingJobName"]
    with saying_on_interrupt(
        around, f"No longer following; the processing job {name} goes on, and writes {output}."
    ):
        incomplete = answer_in_s3(cloud.prediction_jobs(), job, around.note, around.clock.sleep)
    print_plain(around.out, f"The answers are in {output}.")
    if incomplete:
        print_plain(around.err, incomplete.strip())
        return ExitStatus.SOME_FAILED
    return ExitStatus.OK
