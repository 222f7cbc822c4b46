"""Makes a snapshot of a model: the files that jobs need, checked, with weights as safetensors."""

import shutil
from pathlib import Path

from model.complete_model import check_complete
from model.model_archive import unpacked
from model.model_files import ModelError
from model.model_snapshot import ADAPTER_CONFIG, WEIGHTS, FetchedModel, files_named, wanted_files
from model.pickled_weights import convert_pickled_weights
from model.sentence_files import inner_folder, placed
from model.static_layout import has_static_layout, write_in_model2vec_format
from model.static_table import CONFIG_FILE
from model.weight_files import write_missing_index

_MOST_NAMES = 100_000


def make_snapshot(fetched: FetchedModel, folder: Path, scratch: Path) -> list[str]:
    """Put the model's files into `folder`; returns warnings, as sentences. Raises ModelError."""
    place = fetched.place
    if place.is_file():
        place = unpacked(place, scratch / "unpacked")
    if not place.is_dir():
        raise ModelError(f"There is no model at {fetched.place}.")
    names = _names_in(place)
    every = names if fetched.names is None else fetched.names
    is_static = CONFIG_FILE not in placed(every) and has_static_layout(place)
    # Static embeddings get their configuration below.
    own_config = [CONFIG_FILE] if is_static else []
    check_complete(place / inner_folder(every), [*placed(every), *own_config])
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {*wanted_files(names)}
    for name, given in placed(names).items():
        if given not in wanted:
            continue
        path = place / given
        # A link in a folder that someone else has made may point to any file of this machine.
        if path.is_symlink():
            raise ModelError(f"Its {given} is a link: put the file itself in its place.")
        (folder / name).parent.mkdir(exist_ok=True)
        if fetched.is_copy or place != fetched.place:
            path.rename(folder / name)
        else:
            shutil.copyfile(path, folder / name)
    if files_named(folder, WEIGHTS):
        write_missing_index(folder)
    else:
        convert_pickled_weights(folder)
    if is_static:
        return write_in_model2vec_format(folder)
    if ADAPTER_CONFIG in names:
        return [
            f"Its {ADAPTER_CONFIG} was left out: the weights beside it are used as they are, "
            "without the adapters."
        ]
    return []


def _names_in(place: Path) -> list[str]:
    """The paths of its files, in its folders, too."""
    names: list[str] = []
    for path in place.rglob("*"):
        if len(names) >= _MOST_NAMES:
            raise ModelError(
                f"Its folder holds more than {_MOST_NAMES:,} files: give a folder that holds "
                "config.json, weights and tokeniser only."
            )
        if path.is_file():
            names.append(path.relative_to(place).as_posix())
    return sorted(names)
