"""Whether a folder holds a whole model, and where a model may be if it does not."""

import re
from collections.abc import Collection
from pathlib import Path

from model.model_files import ModelError, read_json
from model.model_snapshot import ADAPTER_CONFIG, PICKLED_WEIGHTS, WEIGHTS, is_named

INDEX = "model.safetensors.index.json"
PICKLED_INDEX = "pytorch_model.bin.index.json"
TOKENISER_FILES = (
    "tokenizer.json",
    "vocab.txt",
    "vocab.json",
    "spiece.model",
    "sentencepiece.bpe.model",
    "sentencepiece.model",
    "tokenizer.model",
    "spm.model",
    "bpe.codes",
)
# They work on characters or bytes and have no vocabulary file.
TOKENISERS_WITHOUT_FILES = ("ByT5Tokenizer", "CanineTokenizer", "PerceiverTokenizer")

_CHECKPOINT = re.compile(r"checkpoint-(\d+)")
_SHARD = re.compile(r"(.*)-(\d{5})-of-(\d{5})(\.\w+)")
_OTHER_WEIGHTS = {
    "*.gguf": "GGUF, which is quantised: give the original model",
    "tf_model*.h5": "TensorFlow",
    "flax_model*.msgpack": "Flax",
    "*.onnx": "ONNX",
    "onnx/*.onnx": "ONNX",
}


def check_complete(folder: Path, names: Collection[str]) -> None:
    """Raise ModelError if a file is missing that every model needs.

    `names` are the paths of all files of the model, of which `folder` has at least the small ones.
    """
    has_weights = any(is_named(name, WEIGHTS + PICKLED_WEIGHTS) for name in names)
    if ADAPTER_CONFIG in names and not has_weights:
        base = read_json(folder / ADAPTER_CONFIG).get("base_model_name_or_path")
        raise ModelError(
            f"It holds only adapters ({ADAPTER_CONFIG}) for another model: give that model"
            f"{f', {base},' if isinstance(base, str) else ''} with the method lora, or merge the "
            "adapters into it (peft's merge_and_unload) and save the whole model."
        )
    if "config.json" not in names:
        raise ModelError(
            "It has no config.json, so it is not a model of the transformers library"
            f"{_place_of_models(folder, names)}."
        )
    if not has_weights:
        raise ModelError(f"It has no weights for PyTorch (model.safetensors){_others(names)}.")
    _check_shards(folder, names)
    if not _has_tokeniser(folder, names):
        raise ModelError(
            "It has no tokeniser: save it beside the model with tokenizer.save_pretrained."
        )


def _place_of_models(folder: Path, names: Collection[str]) -> str:
    """Which of its folders to give instead; empty if none has a model."""
    inner = sorted({name.rpartition("/")[0] for name in names if name.endswith("/config.json")})
    steps = {int(found[1]): each for each in inner if (found := _CHECKPOINT.fullmatch(each))}
    if steps:
        best = _best_checkpoint(folder / steps[max(steps)])
        of_best = f"; {best} was the best one" if best in steps.values() else ""
        given = best if of_best else steps[max(steps)]
        return (
            f", but the output folder of a Trainer with {len(steps)} checkpoint"
            f"{'' if len(steps) == 1 else 's'}{of_best}: give one of them, such as its folder "
            f"{given}, with the tokeniser's files in it"
        )
    if inner:
        return f": its folder {inner[0]} has one, so give that folder"
    return ""


def _best_checkpoint(newest: Path) -> str | None:
    """The name of the best one according to the newest, if it knows."""
    state = newest / "trainer_state.json"
    try:
        best = read_json(state).get("best_model_checkpoint") if state.exists() else None
    except ModelError:
        return None
    return Path(best).name if isinstance(best, str) else None


def _others(names: Collection[str]) -> str:
    kinds = [
        kind
        for pattern, kind in _OTHER_WEIGHTS.items()
        if any(is_named(name, [pattern]) for name in names)
    ]
    return f", only for {kinds[0]}" if kinds else ""


def _check_shards(folder: Path, names: Collection[str]) -> None:
    """All shards that an index names, or that the shards' own names count, have to be there."""
    for patterns, index in ((WEIGHTS, INDEX), (PICKLED_WEIGHTS, PICKLED_INDEX)):
        if patterns[0] in names:
            return
        shards = {name for name in names if is_named(name, patterns[1:])}
        if not shards:
            continue
        needed: set[str] = set()
        if index in names:
            files = read_json(folder / index).get("weight_map", {})
            if not isinstance(files, dict):
                raise ModelError(f"Its {index} has no weight_map with the file of each weight.")
            needed = {Path(str(name)).name for name in files.values()}
        else:
            for stem, _, count, suffix in (
                found.groups() for name in shards if (found := _SHARD.fullmatch(name))
            ):
                total = min(int(count), 10 * len(shards) + 1000)
                needed |= {f"{stem}-{n:05}-of-{count}{suffix}" for n in range(1, total + 1)}
        missing = sorted(needed - shards)
        if missing:
            raise ModelError(
                f"A file of its weights is missing: {missing[0]}"
                f"{f', and {len(missing) - 1} more' if missing[1:] else ''}."
            )
        return


def _has_tokeniser(folder: Path, names: Collection[str]) -> bool:
    """Whether tokeniser files exist; without them transformers may create an empty tokeniser."""
    if any(name in names for name in TOKENISER_FILES):
        return True
    config = folder / "tokenizer_config.json"
    named = read_json(config).get("tokenizer_class") if config.exists() else None
    return named in TOKENISERS_WITHOUT_FILES
