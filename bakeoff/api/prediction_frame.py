"""The predictions of all jobs of a run, as a pandas data frame."""

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bakeoff.client.kept_files import FilesUnderUri
from bakeoff.errors import MissingPackageError, ResultsError
from bakeoff.summary.document import Summary

if TYPE_CHECKING:
    import pandas


def prediction_frame(source: str, summary: Summary) -> "pandas.DataFrame":
    """Raises MissingPackageError, and ResultsError if the predictions are not there."""
    name = summary.provenance.name
    if summary.predictions is None:
        raise ResultsError(f"The run of {name} has kept no predictions.")
    if not source.startswith("s3://"):
        folder = Path(source).expanduser() / summary.predictions
        if not folder.is_dir():
            raise ResultsError(
                f"The predictions are not in {folder}: fetch them with "
                f"`bakeoff results {name} --run {summary.provenance.run} --predictions`."
            )
        return _read(folder)
    files = FilesUnderUri.of(source, summary.provenance.run)
    with tempfile.TemporaryDirectory() as place:
        for file in files.names(summary.predictions):
            files.download(file, Path(place) / file.rsplit("/", 1)[-1])
        return _read(Path(place))


def _read(folder: Path) -> "pandas.DataFrame":
    try:
        import pandas

        return pandas.read_parquet(folder)
    except ImportError as error:
        raise MissingPackageError(
            "Predictions are Parquet files, which pandas reads with pyarrow: install them with "
            "`pip install 'bakeoff[frames]'`."
        ) from error
