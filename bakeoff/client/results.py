"""Downloads the files that a run leaves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bakeoff import layout
from bakeoff.client.cloud import Cloud, Execution
from bakeoff.client.follow import Clock
from bakeoff.errors import BakeoffError, ServiceError
from bakeoff.jobs.failure_reason import execution_failure
from bakeoff.request.nearest import question
from bakeoff.request.strict_json import FIELD
from bakeoff.result_files import ERROR, FINISHED, OF_A_COMPARISON, RUN, SUMMARY, THROUGHPUT
from bakeoff.summary.document import Summary, read_summary

# A rule of its own writes error.json for what the state machine cannot catch.
ERROR_WAIT_SECONDS = 60.0
_POLL_SECONDS = 1.0


@dataclass(frozen=True)
class Results:
    """Files by name, in the folder where they were put."""

    folder: Path
    files: dict[str, Path]

    def read(self, file: str) -> bytes | None:
        """None if there is no such file."""
        return self.files[file].read_bytes() if file in self.files else None

    def summary(self) -> Summary:
        """Raises BakeoffError if summary.json is missing, or another version wrote it."""
        content = self.read(SUMMARY)
        if content is None:
            raise BakeoffError(
                f"There is no {SUMMARY} in {self.folder}: the run has not ended, or left none."
            )
        return read_summary(content, str(self.folder))


def latest_results(cloud: Cloud, name: str, folder: Path) -> Results:
    """Those of the newest run called `name`, downloaded to `folder`/`name`.

    Raises ServiceError, which says what there is, if there are none.
    """
    prefix = layout.results_prefix(name)
    files = [key for key in cloud.list_objects(prefix) if "/" not in key.removeprefix(prefix)]
    if not files:
        names = cloud.folders(layout.RESULTS_PREFIX)
        known = f"{question(name, names)}Those there are: {', '.join(names) or 'none'}."
        raise ServiceError(f"There are no results called {name}. {known}")
    return _download(cloud, files, folder / name)


def results_of_run(cloud: Cloud, name: str, run: str, folder: Path) -> Results:
    """Those of one run, downloaded to `folder`/`name`. Raises ServiceError if there are none."""
    prefix = layout.archived_key(name, run, "")
    files = [key for key in cloud.list_objects(prefix) if "/" not in key.removeprefix(prefix)]
    if not files:
        raise ServiceError(f"There are no results of {name}, run {run}.")
    results = _download(cloud, files, folder / name)
    # A local cloud takes its past runs with it when it ends.
    throughput = cloud.read(layout.past_run_key(run))
    if throughput is not None:
        (results.folder / THROUGHPUT).write_bytes(throughput)
    return results


def has_comparison(cloud: Cloud, name: str, run: str) -> bool:
    """Whether the run was compared, in its execution or later."""
    return cloud.read(layout.archived_key(name, run, RUN)) is not None


def error_of_run(
    cloud: Cloud, name: str, run: str, execution: Execution, clock: Clock
) -> dict[str, Any]:
    """The run's error.json or, if it does not appear, what the execution itself reports."""
    waited_seconds = 0.0
    while True:
        error = cloud.read_json(layout.archived_key(name, run, ERROR))
        if error is not None:
            return dict(error)
        if waited_seconds >= ERROR_WAIT_SECONDS:
            break
        clock.sleep(_POLL_SECONDS)
        waited_seconds += _POLL_SECONDS
    ended = {"Error": execution.error or execution.status, "Cause": execution.cause}
    problem = {
        "field": FIELD,
        "problem": execution_failure(ended),
        "remedy": f"Look at the execution {execution.arn} in Step Functions.",
    }
    return {"run": run, "name": name, "problems": [problem], "error": ended}


def write_error(error: Mapping[str, Any], folder: Path) -> Results:
    """Leaves an error as error.json in `folder`, beside what earlier runs have left there."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / ERROR
    path.write_text(json.dumps(error, indent=1), encoding="utf-8")
    return Results(folder, {ERROR: path})


def _download(cloud: Cloud, keys: list[str], folder: Path) -> Results:
    folder.mkdir(parents=True, exist_ok=True)
    names = {key.rsplit("/", 1)[-1] for key in keys}
    # Files of an earlier run would contradict those that take their place.
    of_an_end = (ERROR, FINISHED, THROUGHPUT, *OF_A_COMPARISON)
    replaced = of_an_end if SUMMARY in names else (ERROR,)
    for name in replaced:
        if name not in names:
            (folder / name).unlink(missing_ok=True)
    files: dict[str, Path] = {}
    for key in sorted(keys):
        content = cloud.read(key)
        if content is not None:
            path = folder / key.rsplit("/", 1)[-1]
            path.write_bytes(content)
            files[path.name] = path
    return Results(folder, files)
