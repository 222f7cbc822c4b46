"""Whether a snapshot's configuration, tokeniser and weights are usable and belong together."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from transformers import PreTrainedTokenizerBase

from model.config_faults import config_faults
from model.entailment_head import entailment_output
from model.framing_tokens import add_framing_tokens
from model.model_facts import ModelFacts
from model.model_files import ModelError, read_json
from model.model_kinds import head_fault
from model.model_snapshot import is_weights
from model.model_tokenizer import is_slow, load_config, load_tokenizer, own_max_length
from model.model_weights import check_weights
from model.static_table import VECTORS, static_facts
from model.weight_files import check_finite, check_not_quantised, stored_weights

# They do not affect tokenisation.
_OTHER_FILES = ("config.json", "generation_config.json")
# Two special tokens around a word.
_LEAST_LENGTH = 3
_TOKENS_IN_TEXTS = ("pad", "cls", "sep", "bos", "eos", "unk")


def facts_of(folder: Path, *, allow_remote_code: bool, warnings: Sequence[str] = ()) -> ModelFacts:
    """Read the facts of a snapshot, and give its tokeniser the tokens that it lacks.

    `warnings` are put before those that are found here. Raises ModelError if the model cannot take
    part.
    """
    # The cheap checks come first; an unreadable file fails here.
    raw = read_json(folder / "config.json")
    faults = config_faults(raw)
    if faults:
        raise ModelError(f"Its config.json is wrong: {'; '.join(faults)}.")
    stored = stored_weights(folder)
    check_not_quantised(folder, stored)
    if VECTORS in stored:
        return static_facts(folder, _digest(folder), warnings)
    config = load_config(folder, allow_remote_code=allow_remote_code)
    tokenizer = load_tokenizer(folder, allow_remote_code=allow_remote_code)
    limit = own_max_length(config, tokenizer)
    if limit is not None and limit < _LEAST_LENGTH:
        raise ModelError(
            f"By max_position_embeddings in its config.json, or model_max_length in its "
            f"tokenizer_config.json, a text may have {max(limit, 0)} tokens at most, which leaves "
            "no room for one."
        )
    found = add_framing_tokens(tokenizer, folder, allow_remote_code=allow_remote_code)
    fit = check_weights(folder, allow_remote_code=allow_remote_code)
    check_finite(folder)
    found += [*fit.warnings, *_beyond(tokenizer, fit.embedding_rows)]
    if is_slow(tokenizer):
        found.append(
            "Its tokeniser has no fast version, so that preparing it takes many times longer."
        )
    return ModelFacts(
        own_max_length=limit,
        num_parameters=sum(weight.size for weight in stored.values()),
        encoder_parameters=fit.encoder_parameters,
        tokeniser=_digest(folder),
        warnings=[*warnings, *found],
        entails=entailment_output(folder) is not None,
        head_fault=head_fault(raw),
    )


def _beyond(tokenizer: PreTrainedTokenizerBase, rows: int | None) -> list[str]:
    """Warnings about tokens without a row in the model's embedding.

    Raises ModelError if it is a token that nearly every batch contains.
    """
    if rows is None or len(tokenizer) <= rows:
        return []
    for kind in _TOKENS_IN_TEXTS:
        number = getattr(tokenizer, f"{kind}_token_id", None)
        if isinstance(number, int) and number >= rows:
            raise ModelError(without_row(str(getattr(tokenizer, f"{kind}_token")), number, rows))
    return [
        f"Its tokeniser has {len(tokenizer):,} tokens and the model's embedding only {rows:,} "
        "rows: a text with one of the others cannot be classified."
    ]


def without_row(token: str, number: int, rows: int) -> str:
    """A sentence on a token that the model cannot embed, with the remedy."""
    return (
        f"Its tokeniser and its weights do not belong together: the token {token!r} has the number "
        f"{number:,}, and the model's embedding has {rows:,} rows. Give the tokeniser that the "
        "model was trained with; or, if tokens were added, call "
        "model.resize_token_embeddings(len(tokenizer)) and save the model again."
    )


def _digest(folder: Path) -> str:
    # The type may determine the class of the tokeniser.
    digest = hashlib.sha256(str(read_json(folder / "config.json").get("model_type")).encode())
    for path in sorted(path for path in folder.iterdir() if path.is_file()):
        if not is_weights(path.name) and path.name not in _OTHER_FILES:
            digest.update(f"\n{path.name}\n".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
