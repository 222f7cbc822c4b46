"""A run that has kept a model, as its files lie in the bucket."""

import json
import tarfile
from io import BytesIO
from pathlib import Path

from bakeoff import layout
from bakeoff.result_files import SUMMARY
from bakeoff.summary.document import Summary
from bakeoff.summary.kept_model import KeptModel
from tests.support import summary_samples

NAME = "rt-polarity"


def packed(folder: Path) -> bytes:
    """The folder's files as SageMaker packs a model."""
    content = BytesIO()
    with tarfile.open(fileobj=content, mode="w:gz") as archive:
        for path in sorted(folder.iterdir()):
            archive.add(path, path.name)
    return content.getvalue()


def kept_summary(run: str = "9f2d283a12040668") -> Summary:
    """Of a run that has kept the model of its best candidate."""
    summary = summary_samples.binary()
    best = summary.candidates[0]
    kept = KeptModel(
        candidate=best.candidate,
        seed=best.jobs[0].seed,
        file=f"models/{best.candidate}/seed-{best.jobs[0].seed}.tar.gz",
    )
    provenance = summary.provenance.model_copy(update={"name": NAME, "run": run})
    return summary.model_copy(update={"kept_models": [kept], "provenance": provenance})


def bucket_of(summary: Summary, model: bytes) -> dict[str, bytes]:
    """The objects of the run's results, by key; every kept model is this archive."""
    name, run = summary.provenance.name, summary.provenance.run
    files = {each.file: model for each in summary.kept_models}
    about = json.dumps({"run": run, "name": name}).encode()
    tables = {SUMMARY: summary.to_json(), "comparison.csv": b"", "run.json": about}
    return {
        **{layout.latest_key(name, file): content for file, content in tables.items()},
        **{
            layout.archived_key(name, run, file): content
            for file, content in {**tables, **files}.items()
        },
    }
