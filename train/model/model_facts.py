"""What is kept of a model beside its files, so that they need not be looked into again."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from model.model_snapshot import is_weights, num_parameters, read_json
from model.model_tokenizer import is_slow, load_config, load_tokenizer, own_max_length
from model.model_weights import check_weights

# They say nothing of how texts become tokens.
_OTHER_FILES = ("config.json", "generation_config.json")


@dataclass(frozen=True)
class ModelFacts:
    """Of a model that can be trained, whatever the data."""

    own_max_length: int | None
    """Tokens that it takes at most; None if it knows no limit."""
    num_parameters: int
    """Before a head for the task is added."""
    tokeniser: str
    """A digest: tokenisers with the same one make the same of every text."""
    warnings: list[str]
    """Sentences."""


def facts_of(folder: Path, *, allow_remote_code: bool) -> ModelFacts:
    """Look into a snapshot, and give its tokeniser a padding token if it lacks one.

    Raises ModelError if the model cannot take part.
    """
    # The cheap questions first: a file that cannot be read ends it here.
    numbers = num_parameters(folder)
    config = load_config(folder, allow_remote_code=allow_remote_code)
    tokenizer = load_tokenizer(folder, allow_remote_code=allow_remote_code)
    warnings = check_weights(folder, allow_remote_code=allow_remote_code)
    if is_slow(tokenizer):
        warnings.append(
            "Its tokeniser has no fast version, so that preparing it takes many times longer."
        )
    return ModelFacts(own_max_length(config, tokenizer), numbers, _digest(folder), warnings)


def _digest(folder: Path) -> str:
    # The type may decide which class of tokenisers is taken.
    digest = hashlib.sha256(str(read_json(folder / "config.json").get("model_type")).encode())
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        if not is_weights(path.name) and path.name not in _OTHER_FILES:
            digest.update(f"\n{path.name}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
