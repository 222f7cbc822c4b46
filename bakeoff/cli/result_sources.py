"""Where results come from: the bucket of the service, or a folder of this machine.

Whoever has no deployment on AWS still has the results of local runs, so the folder answers where
the service cannot, and says so.
"""

from pathlib import Path

from bakeoff.cli.commands import Surroundings
from bakeoff.client.cloud import Cloud
from bakeoff.client.kept_files import FilesOfRun
from bakeoff.client.prediction_files import fetch_predictions
from bakeoff.client.results import Results, latest_results, results_of_run
from bakeoff.client.results_folder import ResultsFolder
from bakeoff.errors import NoAwsError, ServiceError
from bakeoff.result_files import PREDICTIONS_FOLDER, SUMMARY

NO_LOCAL_CLOUD = "No local cloud is running."


def service(is_local: bool, around: Surroundings) -> Cloud:
    """The deployment on AWS, or the local cloud in the background. Raises ServiceError if there is
    none."""
    if not is_local:
        return around.connect()
    cloud = around.running_local_cloud()
    if cloud is None:
        raise ServiceError(NO_LOCAL_CLOUD)
    return cloud


def find_results(
    name: str, run: str | None, output: Path, is_local: bool, around: Surroundings
) -> Results:
    """Those of the newest run called `name`, or of `run`: of the service, else of `output`.

    Raises ServiceError, which says what is missing in both, if neither has them.
    """
    here = ResultsFolder(output)
    try:
        return _downloaded(service(is_local, around), name, run, output)
    except ServiceError as error:
        if not here.has(name):
            if not here.names():
                raise
            raise ServiceError(f"{error} {here.lacks(name)}") from error
        results = here.results(name, run)
        note_folder(results.folder, error, around)
        return results


def note_folder(folder: Path, error: ServiceError, around: Surroundings) -> None:
    """Says that `folder` is read instead of the service, and why, unless there is nothing to miss:
    who has not set up AWS has no newer results there."""
    reason = "" if isinstance(error, NoAwsError) else f" {error}"
    around.note_beside(f"Reading {folder}/ of this machine.{reason}")


def bring_predictions(found: Results, is_local: bool, around: Surroundings) -> None:
    """Puts all predictions of a comparison beside it. Without a service those that are there
    already will do; raises ServiceError if there are none."""
    if SUMMARY not in found.files:
        return
    summary = found.summary()
    run = summary.provenance
    try:
        files = FilesOfRun(service(is_local, around), run.name, run.run)
        fetch_predictions(files, summary, found.folder)
    except ServiceError:
        if not (found.folder / PREDICTIONS_FOLDER).is_dir():
            raise


def _downloaded(cloud: Cloud, name: str, run: str | None, output: Path) -> Results:
    if run is None:
        return latest_results(cloud, name, output)
    return results_of_run(cloud, name, run, output)
