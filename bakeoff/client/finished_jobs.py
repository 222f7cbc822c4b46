"""finished.csv: the training jobs that have ended, written while the run goes on.

It is there for the case that the run never ends, such as when a local cloud is killed: nothing that
was paid for with time is lost. The comparison takes its place.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bakeoff.client.snapshot import Snapshot
from bakeoff.jobs.result import JobResult
from bakeoff.metrics import METRICS
from bakeoff.request.resolved import Candidate
from bakeoff.result_files import FINISHED
from bakeoff.summary.columns import Cell, Column
from bakeoff.summary.csv_table import to_csv
from bakeoff.summary.display_names import display_names


@dataclass(frozen=True)
class _Row:
    label: str
    candidate: Candidate
    result: JobResult


class FinishedJobs:
    """Writes the file into `folder`/NAME whenever another job has ended."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._num_written = 0

    def write(self, snapshot: Snapshot) -> None:
        request = snapshot.request
        if request is None or len(snapshot.results) == self._num_written:
            return
        names = display_names(request.candidates)
        by_key = {candidate.candidate: candidate for candidate in request.candidates}
        rows = [
            _Row(names[result.candidate], by_key[result.candidate], result)
            for _, result in sorted(snapshot.results.items())
            # A screening job has several candidates.
            if result.candidate in by_key
        ]
        path = self._folder / request.name / FINISHED
        path.parent.mkdir(parents=True, exist_ok=True)
        # At once, so that a program that is killed meanwhile leaves the earlier file.
        unfinished = path.with_suffix(".new")
        unfinished.write_bytes(to_csv(_COLUMNS, rows).encode())
        unfinished.replace(path)
        self._num_written = len(snapshot.results)


def _test(metric: str) -> Callable[[_Row], Cell]:
    return lambda row: row.result.scores("test").get(metric)


_COLUMNS: tuple[Column[_Row], ...] = (
    Column("candidate", "text", "", "The candidate's key", lambda row: row.candidate.candidate),
    Column("model", "text", "", "The model's name", lambda row: row.label),
    Column("method", "text", "", "The training method", lambda row: row.candidate.method),
    Column("seed", "integer", "", "The job's seed", lambda row: row.result.seed),
    Column("stage", "text", "", "The stage of the race", lambda row: row.result.stage),
    Column("status", "text", "", "How the job ended", lambda row: row.result.status),
    *(
        Column(f"test_{metric.name}", "number", "", "On test", _test(metric.name))
        for metric in METRICS
    ),
    Column("training_seconds", "integer", "s", "Its time", lambda row: row.result.training_seconds),
    Column("reason", "text", "", "Why it did not complete", lambda row: row.result.reason),
)
