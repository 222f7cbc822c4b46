"""The folder of a model that belongs to results."""

from pathlib import Path

from bakeoff.client.kept_files import FilesUnderUri
from bakeoff.client.model_folder import (
    fetch_model,
    is_of,
    kept_model,
    read_data_card,
    usual_folder,
)
from bakeoff.errors import ResultsError
from bakeoff.names import is_valid_name
from bakeoff.summary.document import Summary

_RESULTS = Path("results")


def model_of_results(
    source: str,
    summary: Summary,
    data_card: bytes | None,
    candidate: str | None,
    folder: Path | None,
) -> Path:
    """Where the model lies, which is fetched if `source` is in S3. Raises BakeoffError."""
    kept = kept_model(summary, candidate)
    if not is_valid_name(summary.provenance.name):
        raise ResultsError(f"{source} has a name that is none of results: it cannot be trusted.")
    name, run = summary.provenance.name, summary.provenance.run
    if source.startswith("s3://"):
        return fetch_model(
            FilesUnderUri.of(source, run),
            summary,
            kept,
            folder or usual_folder(_RESULTS / name, kept.candidate),
            data_card=read_data_card(data_card),
        )
    found = folder or usual_folder(Path(source).expanduser(), kept.candidate)
    if not is_of(found, summary, kept):
        raise ResultsError(
            f"The model of {kept.candidate} is not in {found}: fetch it with "
            f"`bakeoff model {name} --run {run} --candidate {kept.candidate}`."
        )
    return found
