"""`compare --again`: one run, compared once more without training."""

from pathlib import Path

from bakeoff.cli.commands import ExitStatus, Surroundings, show_comparison
from bakeoff.cli.result_sources import service
from bakeoff.cli.tables import print_plain
from bakeoff.client.cloud import Cloud
from bakeoff.client.compare_again import compare_again, planned_run
from bakeoff.client.results import results_of_run
from bakeoff.client.results_folder import ResultsFolder
from bakeoff.errors import ServiceError


def compare_and_show(text: str, output: Path, is_local: bool, around: Surroundings) -> ExitStatus:
    """`text` is a run's id, or a name of requests for the newest run."""
    cloud = _service_of(text, output, is_local, around)
    found = planned_run(cloud, text)
    around.note(f"Comparing run {found.run} of {found.name} again ...")
    reason = compare_again(cloud, found)
    status = show_comparison(results_of_run(cloud, found.name, found.run, output), around)
    if reason is not None:
        print_plain(around.err, f"The comparison has no new statistics. {reason}")
    return status


def _service_of(text: str, output: Path, is_local: bool, around: Surroundings) -> Cloud:
    """Raises ServiceError, which says so if only the results of the run are on this machine."""
    try:
        return service(is_local, around)
    except ServiceError as error:
        here = ResultsFolder(output).runs()
        kept = next((each.name for each in here if text in (each.name, each.run)), None)
        if kept is None:
            raise
        raise ServiceError(
            f"{error} {output / kept}/ has the results alone: to compare again takes what the jobs "
            "left in the bucket, and the local cloud of `run --local` removes that at its end. Run "
            "the request again."
        ) from error
