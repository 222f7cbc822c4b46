"""A comparison's results, as a Python object."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bakeoff.api.frames import to_frame
from bakeoff.errors import DocumentError, Problem, RequestError, ResultsError, RunFailedError
from bakeoff.result_files import (
    COMPARISON,
    DATA_CARD,
    ERROR,
    JOBS,
    LEARNING_CURVE,
    METRICS,
    SLICES,
    SUMMARY,
    SUSPECT_LABELS,
)
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.comparison_columns import COMPARISON_COLUMNS
from bakeoff.summary.document import read_summary
from bakeoff.summary.jobs_columns import JOBS_COLUMNS
from bakeoff.summary.learning_curve_columns import LEARNING_CURVE_COLUMNS
from bakeoff.summary.metrics_columns import METRICS_COLUMNS
from bakeoff.summary.slices_columns import SLICES_COLUMNS
from bakeoff.summary.suspect_labels_columns import SUSPECT_LABELS_COLUMNS
from bakeoff.summary.verdict import Verdict

if TYPE_CHECKING:
    import pandas

    from bakeoff.api.model import Model


class Comparison:
    """What one run found; it shows itself in a notebook.

    Attributes:
        summary: everything, as in summary.json.
        source: where the files come from, a folder or an S3 URI.
        files: the content of each file of the results, by name.
    """

    def __init__(self, files: Mapping[str, bytes], source: str) -> None:
        """Raises ResultsError if there is no summary, or it cannot be read.

        If the run failed, RunFailedError carries the problems of its error.json, or RequestError
        where the request or its data are at fault.
        """
        if ERROR in files:
            raise _parsed_failure(files[ERROR])
        if SUMMARY not in files:
            raise ResultsError(f"{source} has no {SUMMARY}, so it holds no finished comparison.")
        self.source = source
        self.files = dict(files)
        self.summary = read_summary(files[SUMMARY], source)

    @property
    def name(self) -> str:
        """The results' name."""
        return self.summary.provenance.name

    @property
    def run(self) -> str:
        """The run's id."""
        return self.summary.provenance.run

    @property
    def verdict(self) -> Verdict:
        """The answer: the best candidate, those tied with it, and `sentences` that say so."""
        return self.summary.verdict

    @property
    def candidates(self) -> list[CandidateSummary]:
        """The best first, failed ones last."""
        return self.summary.candidates

    @cached_property
    def data_card(self) -> dict[str, Any]:
        """The facts about the prepared rows, as in data.json.

        Raises ResultsError if the run left none.
        """
        try:
            return dict(json.loads(self._file(DATA_CARD)))
        except (TypeError, ValueError) as error:
            raise DocumentError(f"{DATA_CARD} of {self.source} cannot be read: {error}") from error

    def frame(self) -> "pandas.DataFrame":
        """comparison.csv: one row per candidate, the best first.

        Raises MissingPackageError without pandas.
        """
        types = {column.name: column.type for column in COMPARISON_COLUMNS}
        return to_frame(self._file(COMPARISON), types)

    def metrics(self) -> "pandas.DataFrame":
        """metrics.csv: one row per candidate, seed, split and metric; `seed` is missing in the
        rows of the means. Raises MissingPackageError without pandas.
        """
        types = {column.name: column.type for column in METRICS_COLUMNS}
        return to_frame(self._file(METRICS), types)

    def jobs(self) -> "pandas.DataFrame":
        """jobs.csv: one row per training job. Raises MissingPackageError without pandas."""
        types = {column.name: column.type for column in JOBS_COLUMNS}
        return to_frame(self._file(JOBS), types)

    def slices(self) -> "pandas.DataFrame":
        """slices.csv: one row per slice of the test rows and candidate.

        Raises MissingPackageError without pandas.
        """
        types = {column.name: column.type for column in SLICES_COLUMNS}
        return to_frame(self._file(SLICES), types)

    def suspect_labels(self) -> "pandas.DataFrame":
        """suspect_labels.csv: rows whose labels may be wrong, the most doubtful first, at most a
        thousand. Raises MissingPackageError without pandas.
        """
        types = {column.name: column.type for column in SUSPECT_LABELS_COLUMNS}
        return to_frame(self._file(SUSPECT_LABELS), types)

    def learning_curve(self) -> "pandas.DataFrame":
        """learning_curve.csv: the scores of the best two after training on parts of the rows, and
        what twice as many would give. Raises MissingPackageError without pandas.
        """
        types = {column.name: column.type for column in LEARNING_CURVE_COLUMNS}
        return to_frame(self._file(LEARNING_CURVE), types)

    def model(self, candidate: str | None = None, folder: "str | Path | None" = None) -> "Model":
        """The trained model of the best candidate, or of another one that the run has kept.

        It is fetched where the results are in S3. Beside a folder of results it must be there
        already: `bakeoff model NAME` puts it there.

        Args:
            candidate: its key, name or model id.
            folder: where to put it; None: results/NAME/models/CANDIDATE below this folder.

        Raises:
            ResultsError: the run has kept no such model, or it is not there.
            ServiceError: AWS refused or could not be reached.
        """
        from bakeoff.api.model import Model
        from bakeoff.api.models_of_results import model_of_results

        wanted = None if folder is None else Path(folder)
        return Model(
            model_of_results(
                self.source, self.summary, self.files.get(DATA_CARD), candidate, wanted
            )
        )

    def predictions(self) -> "pandas.DataFrame":
        """The predictions of all jobs for the test rows: one row per test row and job.

        Raises MissingPackageError without pandas and pyarrow, ResultsError if there are none.
        """
        from bakeoff.api.prediction_frame import prediction_frame

        return prediction_frame(self.source, self.summary)

    def picture(self, of: str = "ranking") -> "Picture":
        """The ranking, drawn as SVG, or quality with the Pareto front against `of`: "latency",
        "size" or "cost".

        Raises ResultsError if there is nothing to draw, or no such picture.
        """
        # Drawing takes a moment to import.
        from bakeoff.report import picture

        try:
            return Picture(str(picture(self.summary, of)))
        except ValueError as error:
            raise ResultsError(str(error)) from error

    def __repr__(self) -> str:
        from bakeoff.api.text import comparison_text

        return comparison_text(self.summary, self.source)

    def _repr_html_(self) -> str:
        from bakeoff.api.notebook import comparison_html

        return comparison_html(self.summary)

    def _file(self, name: str) -> bytes:
        if name not in self.files:
            raise ResultsError(f"{self.source} has no {name}: the run left none.")
        return self.files[name]


@dataclass(frozen=True)
class Picture:
    """An SVG image that shows itself in a notebook."""

    svg: str

    def __repr__(self) -> str:
        return f"<SVG picture, {len(self.svg)} characters>"

    def save(self, path: "str | Path") -> None:
        """Writes it to a file, whose folder must exist."""
        Path(path).write_text(self.svg, encoding="utf-8")

    def _repr_svg_(self) -> str:
        return self.svg


def failure(error: Mapping[str, Any]) -> RequestError | RunFailedError:
    """What an error.json reports, as an exception."""
    problems = [Problem(one["field"], one["problem"], one["remedy"]) for one in error["problems"]]
    # A run that broke has the error of its execution; a refused request has none.
    return RequestError(problems) if error.get("error") is None else RunFailedError(problems)


def _parsed_failure(content: bytes) -> RequestError | RunFailedError:
    try:
        return failure(json.loads(content))
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise DocumentError(f"{ERROR} cannot be read: {error}") from error
