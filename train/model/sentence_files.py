"""The files of sentence-transformers in a model's folder: around the model in older folders, which
have it in 0_Transformer or 0_StaticEmbedding, beside it in others.
"""

import re
from collections.abc import Iterable
from pathlib import Path

MODULES = "modules.json"
"""The parts of which a vector is made, in order, with the folder of each."""
POOLING_CONFIG = "1_Pooling/config.json"
PROMPTS = "config_sentence_transformers.json"

# Of the model itself, which is in the main folder, the part 0 has none.
_OF_PARTS = re.compile(r"[1-9]\d?_\w+/(?:config\.json|model\.safetensors)", re.ASCII)
_TEXT_SETTINGS = re.compile(r"sentence_[\w-]+_config\.json", re.ASCII)
# Static embeddings have no config.json.
_INNER_MODEL = re.compile(r"(0_\w+/)(?:config|tokenizer)\.json", re.ASCII)


def inner_folder(names: Iterable[str]) -> str:
    """Where the model is, as "0_Transformer/"; empty if it is in the main folder or nowhere.

    `names` are the paths of all files in the model's folder.
    """
    given = {*names}
    if "config.json" in given or MODULES not in given:
        return ""
    found = {match[1] for name in given if (match := _INNER_MODEL.fullmatch(name))}
    return found.pop() if len(found) == 1 else ""


def placed(names: Iterable[str]) -> dict[str, str]:
    """The path of each file in the model's folder, by its path once the model is in the main one.

    Of two files for one place, the model's own wins.
    """
    given = sorted(names)
    inner = inner_folder(given)
    model_last = sorted(given, key=lambda name: name.startswith(inner))
    return {name.removeprefix(inner): name for name in model_last}


def is_of_part(name: str) -> bool:
    """Whether the path is that of a part's configuration or weights."""
    return _OF_PARTS.fullmatch(name) is not None


def is_for_library(name: str) -> bool:
    """Whether the path is that of a file which only sentence-transformers reads."""
    return (
        is_of_part(name) or name in (MODULES, PROMPTS) or _TEXT_SETTINGS.fullmatch(name) is not None
    )


def folder_names(folder: Path) -> list[str]:
    """The paths of the files in a model's folder, and in those of its parts."""
    paths = [*folder.iterdir(), *folder.glob("[0-9]*_*/*")]
    return sorted(path.relative_to(folder).as_posix() for path in paths if path.is_file())
