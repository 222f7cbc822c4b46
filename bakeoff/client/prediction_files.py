"""Downloads the predictions of all jobs of a run for the test rows."""

import shutil
from pathlib import Path

from bakeoff.client.kept_files import KeptFiles
from bakeoff.summary.document import Summary


def fetch_predictions(files: KeptFiles, summary: Summary, results: Path) -> Path | None:
    """Puts them below the folder `results`, in place of those of another run; None without any."""
    if summary.predictions is None:
        return None
    folder = results / summary.predictions
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in files.names(summary.predictions):
        files.download(name, folder / name.rsplit("/", 1)[-1])
    return folder
