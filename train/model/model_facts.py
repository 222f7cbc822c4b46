"""Facts about a model that are stored beside its files, so that these need not be read again."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from model.framing_tokens import add_framing_tokens
from model.model_snapshot import is_weights, num_parameters, read_json
from model.model_tokenizer import is_slow, load_config, load_tokenizer, own_max_length
from model.model_weights import check_weights

# They do not affect tokenisation.
_OTHER_FILES = ("config.json", "generation_config.json")


@dataclass(frozen=True)
class ModelFacts:
    """Facts about a usable model that do not depend on the data."""

    own_max_length: int | None
    """The model's limit in tokens; None if it has none."""
    num_parameters: int
    """Without a head for the task."""
    tokeniser: str
    """A digest; tokenisers with the same digest tokenise every text alike."""
    warnings: list[str]
    """Sentences."""


def facts_of(folder: Path, *, allow_remote_code: bool) -> ModelFacts:
    """Read the facts of a snapshot, and give its tokeniser the tokens that it lacks.

    Raises ModelError if the model cannot take part.
    """
    # The cheap checks come first; an unreadable file fails here.
    numbers = num_parameters(folder)
    config = load_config(folder, allow_remote_code=allow_remote_code)
    tokenizer = load_tokenizer(folder, allow_remote_code=allow_remote_code)
    warnings = add_framing_tokens(tokenizer, folder, allow_remote_code=allow_remote_code)
    warnings += check_weights(folder, allow_remote_code=allow_remote_code)
    if is_slow(tokenizer):
        warnings.append(
            "Its tokeniser has no fast version, so that preparing it takes many times longer."
        )
    return ModelFacts(own_max_length(config, tokenizer), numbers, _digest(folder), warnings)


def _digest(folder: Path) -> str:
    # The type may determine the class of the tokeniser.
    digest = hashlib.sha256(str(read_json(folder / "config.json").get("model_type")).encode())
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        if not is_weights(path.name) and path.name not in _OTHER_FILES:
            digest.update(f"\n{path.name}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
