"""Reads a comparison from where a run or the command line left it."""

from pathlib import Path

from bakeoff.api.comparison import Comparison
from bakeoff.api.model import Model
from bakeoff.client.prediction_process import predict_command
from bakeoff.errors import ResultsError


def load(source: "str | Path") -> Comparison:
    """The comparison in a folder, such as `results/imdb`, or under an S3 URI of the same kind.

    In S3, `s3://BUCKET/results/NAME/` is the newest run called NAME, and
    `s3://BUCKET/results/NAME/runs/RUN/` one run of that name.

    Raises:
        ResultsError: there is nothing, or no finished comparison.
        RequestError, RunFailedError: the run failed; with all problems.
        ServiceError: AWS refused or could not be reached.
    """
    text = str(source)
    if text.startswith("s3://"):
        # AWS's SDK takes a moment to import.
        from bakeoff.client.s3_folder import read_s3_folder

        files = read_s3_folder(text)
    else:
        files = _read_folder(Path(source).expanduser())
    if not files:
        raise ResultsError(
            f"{text} holds no results. Download a run's with `bakeoff results NAME`."
        )
    return Comparison(files, text)


def _read_folder(folder: Path) -> dict[str, bytes]:
    if not folder.is_dir():
        raise ResultsError(
            f"There is no folder {folder}: give one like results/NAME, or an S3 URI."
        )
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and not path.name.startswith(".")
    }


def load_model(folder: "str | Path", *, allow_remote_code: bool = False) -> Model:
    """The trained model in a folder that `bakeoff model` has written.

    Its code runs on this machine; `allow_remote_code` lets code of the model's authors run, too.

    Raises ModelError if there is none.
    """
    predict_command(Path(folder))
    return Model(folder, allow_remote_code=allow_remote_code)
