"""`compare --again`: one run, compared once more without training."""

from pathlib import Path

from bakeoff.cli.commands import ExitStatus, Surroundings, show_comparison
from bakeoff.cli.result_sources import service
from bakeoff.cli.tables import print_plain
from bakeoff.client.compare_again import compare_again, planned_run
from bakeoff.client.results import results_of_run


def compare_and_show(text: str, output: Path, is_local: bool, around: Surroundings) -> ExitStatus:
    """`text` is a run's id, or a name of requests for the newest run."""
    cloud = service(is_local, around)
    found = planned_run(cloud, text)
    around.note(f"Comparing run {found.run} of {found.name} again ...")
    reason = compare_again(cloud, found)
    status = show_comparison(results_of_run(cloud, found.name, found.run, output), around)
    if reason is not None:
        print_plain(around.err, f"The comparison has no new statistics. {reason}")
    return status
