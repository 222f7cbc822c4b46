"""`stop`: ends a run that somebody no longer wants."""

from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.result_sources import service
from bakeoff.cli.tables import print_paragraph
from bakeoff.client.runs import newest_run


def stop_run(text: str, is_local: bool, around: Surroundings) -> ExitStatus:
    """Stops the newest run called `text`, or the run with this id.

    Raises ServiceError if there is none.
    """
    cloud = service(is_local, around)
    found = newest_run(cloud, text)
    which = f"Run {found.run} of {found.name}"
    if found.execution.status != "RUNNING":
        ended = found.execution.status.lower().replace("_", " ")
        print_paragraph(around.out, f"{which} is not running: it has ended as {ended}.")
        return ExitStatus.OK
    cloud.stop_execution(found.execution.arn)
    print_paragraph(
        around.out,
        f"{which} is being stopped, and its jobs with it. To compare the jobs that had finished: "
        f"`bakeoff compare --again {found.run}{' --local' if is_local else ''}`.",
    )
    return ExitStatus.OK
