"""summary.json: everything that a comparison found; tables and report are renderings of it."""

from typing import Any, Literal

from pydantic import Field

from bakeoff.documents import Document
from bakeoff.errors import DocumentError, ResultsError
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.conditions import Conditions, Statistics
from bakeoff.summary.differences import Pair
from bakeoff.summary.hardest_rows import HardRow
from bakeoff.summary.kept_model import KeptModel
from bakeoff.summary.more_labels import MoreLabels
from bakeoff.summary.provenance import Provenance
from bakeoff.summary.slices import Slices
from bakeoff.summary.spending import Spending
from bakeoff.summary.staged_race import StagedRace
from bakeoff.summary.suspect_labels import SuspectLabels
from bakeoff.summary.verdict import Verdict


class Summary(Document):
    """The whole comparison; its size grows with the number of jobs."""

    schema_version: Literal[2, 3, 4] = 4
    """Version 2 has all pairs, and every candidate's confusion matrix and scores by label. Version
    3 knows no race in stages: every candidate has a rank or failed. Another version has another
    meaning somewhere, so it is refused."""
    verdict: Verdict
    candidates: list[CandidateSummary]
    """The best first, then those that dropped out, the last to do so first, then failed ones."""
    pairs: list[Pair]
    """Two by two, fifty candidates whose predictions could be compared: the best twenty, then those
    tied with the best, then the next best. The better ranked one is the first."""
    hardest_rows: list[HardRow]
    slices: Slices | None = None
    """None where test rows were not divided, or nothing could be compared with the best."""
    conditions: Conditions
    statistics: Statistics
    spending: Spending
    provenance: Provenance
    race: StagedRace | None = None
    """None where every candidate was trained to the end."""
    suspect_labels: SuspectLabels | None = None
    """None where rows have no label or several, and where no linear candidate left its
    probabilities."""
    more_labels: MoreLabels | None = None
    """None unless the request asked for a learning curve."""
    kept_models: list[KeptModel] = Field(default_factory=list)
    """In the order of the ranks."""
    predictions: str | None = None
    """The folder with all jobs' predictions as Parquet, below that of the run's own results; None
    where there are none."""

    def to_json(self) -> bytes:
        """On one line: the document of a thousand candidates has a quarter of a million."""
        return self.model_dump_json().encode()


def summary_json_schema() -> dict[str, Any]:
    """The JSON Schema of summary.json."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Summary.model_json_schema(mode="serialization"),
    }


def read_summary(content: bytes, source: str) -> Summary:
    """The summary that summary.json of `source`, a folder or a URI, holds.

    Raises ResultsError if it cannot be read.
    """
    try:
        return Summary.from_json(content)
    except DocumentError as error:
        raise ResultsError(
            f"summary.json of {source} cannot be read; probably another version of Bakeoff wrote "
            "it. Open report.html instead, or run the request again."
        ) from error
