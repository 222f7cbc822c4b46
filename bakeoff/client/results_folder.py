"""Results on this machine: what `run` and `results` have brought into a folder."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from bakeoff.client.results import Results
from bakeoff.cost.past_runs import MAX_PAST_RUN_BYTES, PastRun, read_past_runs
from bakeoff.errors import ResultsError
from bakeoff.request.nearest import question
from bakeoff.result_files import ERROR, FINISHED, RUN, SUMMARY, THROUGHPUT

NO_BUCKET = "this-machine"
"""Takes the place of the bucket in the URIs of uploads, as every local cloud has its own."""
_BUCKET_OF_UPLOADS = re.compile(r"s3://[^/]+/(?=uploads/)")
_LONG_AGO = datetime.min.replace(tzinfo=UTC)

State = Literal["succeeded", "failed", "unfinished"]


@dataclass(frozen=True)
class KeptRun:
    """What a folder of results says about its run."""

    name: str
    run: str
    """Empty where it is not known: only jobs that had finished are there."""
    state: State
    requested_at: datetime | None
    """With its time zone; None if the run left no such record."""


class ResultsFolder:
    """The folder that has one folder for each name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def names(self) -> list[str]:
        """The names that have results, or an error, here."""
        if not self.folder.is_dir():
            return []
        return sorted(path.name for path in self.folder.iterdir() if self.has(path.name))

    def has(self, name: str) -> bool:
        """Whether a run called `name` has left something here."""
        return any((self.folder / name / file).is_file() for file in (SUMMARY, ERROR, FINISHED))

    def results(self, name: str, run: str | None = None) -> Results:
        """Raises ResultsError, with what there is, unless those of the name (and run) are here."""
        if not self.has(name):
            raise ResultsError(self.lacks(name))
        kept = self.run_of(name)
        if run is not None and kept.run != run:
            raise ResultsError(
                f"{self.folder / name} holds the run {kept.run or 'of an unknown id'}, not {run}: "
                "of earlier runs only the bucket has results."
            )
        files = sorted(path for path in (self.folder / name).iterdir() if path.is_file())
        of_results = {path.name: path for path in files if path.name != THROUGHPUT}
        return Results(self.folder / name, of_results)

    def lacks(self, name: str) -> str:
        """A sentence: that there are no results of the name, and which there are."""
        meant = question(name, self.names())
        known = ", ".join(self.names()) or "none"
        return f"{self.folder}/ has no results called {name}. {meant}Those there are: {known}."

    def run_of(self, name: str) -> KeptRun:
        """What is known about the run whose results are here."""
        folder = self.folder / name
        state: State = "succeeded" if (folder / SUMMARY).is_file() else "unfinished"
        if (folder / ERROR).is_file():
            state = "failed"
        known = _document(folder / (ERROR if state == "failed" else RUN))
        return KeptRun(name, str(known.get("run", "")), state, _time(known.get("requested_at")))

    def runs(self) -> list[KeptRun]:
        """One for each name, the newest first."""
        found = [self.run_of(name) for name in self.names()]
        return sorted(found, key=lambda each: each.requested_at or _LONG_AGO, reverse=True)

    def past_runs(self, warn: Callable[[str], None]) -> list[PastRun]:
        """How long the jobs of each run took, the newest first."""
        names = [each.name for each in self.runs()]
        paths = [self.folder / name / THROUGHPUT for name in names]
        there = [str(path) for path in paths if path.is_file()]
        return read_past_runs(there, lambda path: _without_bucket(Path(path)), warn)


def _document(path: Path) -> dict[str, Any]:
    """Empty if there is none, or none that can be read."""
    try:
        return dict(json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):
        return {}


def _without_bucket(path: Path) -> bytes:
    content = path.read_bytes()[: MAX_PAST_RUN_BYTES + 1].decode(errors="replace")
    return _BUCKET_OF_UPLOADS.sub(f"s3://{NO_BUCKET}/", content).encode()


def _time(text: object) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
