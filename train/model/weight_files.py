"""What a snapshot's weights are, by the headers of their files, and whether they are finite."""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError, safe_open

from model.complete_model import INDEX
from model.model_files import ModelError, read_json
from model.model_snapshot import WEIGHTS, files_named

# Names of the parts that quantised layers have in place of a weight.
_QUANTISED_PARTS = ("qweight", "qzeros", "weight_packed", "SCB", "absmax", "weight_scale_inv")
_QUANTISATION_FILES = ("quantize_config.json", "quant_config.json")
_BF16 = "BF16"
# Files of a repository that was cloned without Git LFS.
_POINTER_MARK = b"version https://git-lfs"


@dataclass(frozen=True)
class StoredWeight:
    file: str
    dtype: str
    """As safetensors calls it: "F32", "BF16"."""
    size: int
    """Numbers."""


def stored_weights(folder: Path) -> dict[str, StoredWeight]:
    """Every weight of the snapshot, by name. Raises ModelError if a file cannot be read."""
    found: dict[str, StoredWeight] = {}
    for path in files_named(folder, WEIGHTS):
        try:
            with safe_open(path, framework="pt") as weights:
                for name in weights.keys():  # noqa: SIM118 - it is no mapping
                    part = weights.get_slice(name)
                    size = math.prod(part.get_shape())
                    found[name] = StoredWeight(path.name, part.get_dtype(), size)
        except SafetensorError as error:
            raise unreadable(
                path, f"{error}. It is probably cut short: give another copy"
            ) from error
    return found


def are_stored_in_bf16(folder: Path) -> bool:
    """Whether none of the snapshot's weights has more digits."""
    return all(weight.dtype == _BF16 for weight in stored_weights(folder).values())


def unreadable(path: Path, why: str) -> ModelError:
    with path.open("rb") as content:
        is_pointer = content.read(len(_POINTER_MARK)) == _POINTER_MARK
    if is_pointer:
        return ModelError(
            f"Its {path.name} is a pointer of Git LFS, not the file itself: fetch that with "
            "git lfs pull."
        )
    return ModelError(f"Its {path.name} cannot be read: {why}.")


def write_missing_index(folder: Path) -> None:
    """Without the index of its shards, which the shards themselves tell, nothing can be loaded."""
    if (folder / "model.safetensors").exists() or (folder / INDEX).exists():
        return
    weight_map = {name: weight.file for name, weight in stored_weights(folder).items()}
    content = {"metadata": {}, "weight_map": weight_map}
    (folder / INDEX).write_text(json.dumps(content), encoding="utf-8")


def check_not_quantised(folder: Path, weights: dict[str, StoredWeight]) -> None:
    """Raise ModelError if the weights are codes for numbers rather than numbers to train."""
    config = read_json(folder / "config.json")
    settings = [config.get("quantization_config")]
    settings += [
        read_json(folder / name) for name in _QUANTISATION_FILES if (folder / name).exists()
    ]
    by_settings = next((each for each in settings if each), None)
    part = next((name for name in weights if name.split(".")[-1] in _QUANTISED_PARTS), None)
    if by_settings is None and part is None:
        return
    method = by_settings.get("quant_method") if isinstance(by_settings, dict) else None
    raise ModelError(
        f"Its weights are quantised ({method or part or 'quantization_config'}), so they cannot be "
        "trained: give the original model that it was made from."
    )


def check_finite(folder: Path) -> None:
    """Raise ModelError if a weight is not a number, as after a training that diverged."""
    for name, weight in _read(folder):
        if not weight.is_floating_point() or not weight.numel():
            continue
        least, most = torch.aminmax(weight)
        is_matrix = name.endswith(".weight")
        if torch.isnan(least) or (is_matrix and bool(torch.isinf(least) | torch.isinf(most))):
            wrong = int((~torch.isfinite(weight)).sum())
            raise ModelError(
                f"{wrong:,} of the {weight.numel():,} numbers of its weight {name} are not finite "
                "(NaN or infinity): the training that it comes from has diverged, or the file is "
                "broken. Give an earlier checkpoint, or another copy."
            )


def _read(folder: Path) -> Iterator[tuple[str, torch.Tensor]]:
    for path in files_named(folder, WEIGHTS):
        with safe_open(path, framework="pt") as weights:
            for name in weights.keys():  # noqa: SIM118 - it is no mapping
                yield name, weights.get_tensor(name)
