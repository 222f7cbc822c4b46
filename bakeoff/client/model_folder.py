"""A trained model as a folder that stands alone."""

import json
import tempfile
from collections.abc import Callable
from pathlib import Path

from bakeoff.card import TrainedModel, about_model, model_card
from bakeoff.client.kept_files import KeptFiles
from bakeoff.client.model_archive import unpack
from bakeoff.client.saved_model import ABOUT_FILE, CARD_FILE, is_model_folder, read_about
from bakeoff.errors import BakeoffError, DocumentError, ResultsError
from bakeoff.names import is_valid_name
from bakeoff.prepared.data_card import DataCard
from bakeoff.quoting import shown
from bakeoff.request.nearest import question
from bakeoff.result_files import MODELS_FOLDER
from bakeoff.summary.document import Summary
from bakeoff.summary.kept_model import KeptModel

Say = Callable[[str], None]


def usual_folder(results: Path, candidate: str) -> Path:
    """Where a model lies beside the results in the folder `results`.

    Raises ResultsError for a key that could be a path: results may come from anywhere.
    """
    if not is_valid_name(candidate):
        raise ResultsError(
            f"{shown(candidate)} is not a candidate's key: {results} cannot be trusted."
        )
    return results / MODELS_FOLDER / candidate


def kept_model(summary: Summary, candidate: str | None = None) -> KeptModel:
    """That of the best candidate, or of the one with this key, name or model id.

    Raises ResultsError, which lists the models that were kept, if it was not.
    """
    names = {each.candidate: each.name for each in summary.candidates}
    models = {each.candidate: each.model for each in summary.candidates}
    kept = {each.candidate: each for each in summary.kept_models}
    those = ", ".join(names.get(key, key) for key in kept)
    name = summary.provenance.name
    if not kept:
        raise ResultsError(
            f"The run of {name} has kept no model: run its request again"
            + (' with "keep": "best".' if summary.provenance.request.get("keep") == "none" else ".")
        )
    if candidate is None:
        best = kept.get(summary.verdict.best or "")
        return best or next(iter(kept.values()))
    found = [key for key in names if candidate in (key, names[key], models[key])]
    if not found:
        meant = question(candidate, [*names.values(), *names])
        known = ", ".join(names.values())
        raise ResultsError(
            f"{name} has no candidate {shown(candidate)}. {meant}Its candidates are {known}."
        )
    chosen = next((kept[key] for key in found if key in kept), None)
    if chosen is None:
        raise ResultsError(
            f"The model of {names[found[0]]} was not kept: {name} has kept {those}. Run its "
            'request again with "keep": "all" to keep every one.'
        )
    return chosen


def fetch_model(
    files: KeptFiles,
    summary: Summary,
    kept: KeptModel,
    folder: Path,
    *,
    data_card: DataCard | None = None,
    say: Say = lambda text: None,
) -> Path:
    """Puts the model into `folder`, with its card, unless it is there; returns the folder.

    Raises BakeoffError if the folder holds something else, or the model cannot be fetched.
    """
    if is_of(folder, summary, kept):
        return folder
    check_free(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    say(f"Fetching the model of {kept.candidate}, seed {kept.seed} ...")
    with tempfile.TemporaryDirectory(prefix=".fetched-", dir=folder.parent) as place:
        archive = Path(place) / "model.tar.gz"
        files.download(kept.file, archive)
        unpack(archive, Path(place) / "model")
        _describe(Path(place) / "model", summary, kept, data_card)
        put_in_place(Path(place) / "model", folder, Path(place) / "before")
    return folder


def fetch_kept_models(
    files: KeptFiles,
    summary: Summary,
    results: Path,
    *,
    data_card: DataCard | None = None,
    say: Say = lambda text: None,
) -> None:
    """Puts every model that a run keeps beside its results in the folder `results`."""
    for kept in summary.kept_models:
        folder = usual_folder(results, kept.candidate)
        fetch_model(files, summary, kept, folder, data_card=data_card, say=say)


def check_free(folder: Path) -> None:
    """Raises BakeoffError if the folder holds anything but a model, which may be replaced."""
    is_empty = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    if not is_empty and not read_about(folder):
        raise BakeoffError(
            f"{folder} holds something else: give another folder with --output, or remove it."
        )


def is_of(folder: Path, summary: Summary, kept: KeptModel) -> bool:
    """Whether the folder holds that model of that run."""
    about = read_about(folder)
    return is_model_folder(folder) and (
        about.get("run"),
        about.get("candidate"),
        about.get("seed"),
    ) == (summary.provenance.run, kept.candidate, kept.seed)


def _describe(folder: Path, summary: Summary, kept: KeptModel, data_card: DataCard | None) -> None:
    """Writes the card, and where the model comes from."""
    model = TrainedModel.of(summary, kept, max_length=_max_length(folder), data_card=data_card)
    (folder / CARD_FILE).write_text(model_card(model), encoding="utf-8")
    about = json.dumps(about_model(model), indent=1)
    (folder / ABOUT_FILE).write_text(about, encoding="utf-8")


def put_in_place(new: Path, folder: Path, before: Path) -> None:
    """Moves the folder `new` to `folder`; what was there goes to `before`, on the same disk."""
    if folder.exists():
        folder.rename(before)
    new.rename(folder)


def _max_length(folder: Path) -> int | None:
    """Where its training job has written it."""
    for file, member in (("model.json", None), ("config.json", "bakeoff")):
        try:
            content = json.loads((folder / file).read_text(encoding="utf-8"))
            found = (content if member is None else content[member]).get("max_length")
            return found if isinstance(found, int) else None
        except (OSError, ValueError, LookupError, AttributeError):
            continue
    return None


def read_data_card(content: bytes | None) -> DataCard | None:
    """None if there is none that can be read: the card then says less of the data."""
    try:
        return None if content is None else DataCard.from_json(content)
    except DocumentError:
        return None
