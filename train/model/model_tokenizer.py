"""A model's configuration and tokeniser, and the maximum length that both allow."""

from pathlib import Path

from transformers import AutoConfig, AutoTokenizer, PretrainedConfig, PreTrainedTokenizerBase

from model.model_files import ModelError, read_json
from model.model_kinds import can_classify, can_write, needs_own_code
from model.static_table import counting_tokenizer, is_static
from storage.error_text import in_words

# Tokenisers without a limit report a number like 1e30.
NO_LIMIT = 1_000_000

# These count positions from the padding token's id + 1, so the first positions are unusable.
OFFSET_POSITIONS = (
    "camembert",
    "data2vec-text",
    "esm",
    "ibert",
    "longformer",
    "luke",
    "mpnet",
    "roberta",
    "roberta-prelayernorm",
    "xlm-roberta",
    "xlm-roberta-xl",
    "xmod",
)


def load_config(folder: Path, *, allow_remote_code: bool) -> PretrainedConfig:
    """Load config.json. Raises ModelError if no method can use the model: it neither has a place
    for a classification head nor continues texts."""
    raw = read_json(folder / "config.json")
    if needs_own_code(raw) and not allow_remote_code:
        raise ModelError("It contains code of its own, which the deployment does not allow.")
    if not can_classify(raw) and not can_write(raw):
        raise ModelError(
            f"Its type, {raw.get('model_type') or 'unknown'!r}, does not fit a classification head "
            "in the installed transformers."
        )
    try:
        return AutoConfig.from_pretrained(folder, trust_remote_code=allow_remote_code)
    except Exception as error:
        raise ModelError(f"Its config.json cannot be read: {in_words(error)}") from error


def load_tokenizer(folder: Path, *, allow_remote_code: bool) -> PreTrainedTokenizerBase:
    """Load the tokeniser. If it has no padding token, its end-of-text token is used for padding."""
    if is_static(folder):
        return counting_tokenizer(folder)
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=allow_remote_code)
    except Exception as error:
        raise ModelError(f"Its tokeniser cannot be read: {in_words(error)}") from error
    if tokenizer.pad_token is None:
        if tokenizer.eos_token is None:
            raise ModelError("Its tokeniser has neither a padding token nor an end-of-text token.")
        tokenizer.pad_token = tokenizer.eos_token
        tokenizer.save_pretrained(folder)
    return tokenizer


def own_max_length(config: PretrainedConfig, tokenizer: PreTrainedTokenizerBase) -> int | None:
    """The model's limit in tokens; None if it has none. Raises ModelError if it is no number."""
    limits = []
    own = tokenizer.model_max_length
    if own is not None and not isinstance(own, int | float):
        raise ModelError(
            f"model_max_length in its tokenizer_config.json is {own!r}, not a number of tokens."
        )
    if own and own < NO_LIMIT:
        limits.append(int(own))
    # Models of texts and images have a separate configuration for texts.
    text_config = config.get_text_config()
    positions = getattr(text_config, "max_position_embeddings", None)
    if isinstance(positions, int) and positions > 0:
        has_offset = text_config.model_type in OFFSET_POSITIONS
        limits.append(positions - (1 + (text_config.pad_token_id or 0) if has_offset else 0))
    return min(limits, default=None)


def is_slow(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Whether it is implemented in Python, so that it tokenises one text at a time."""
    return getattr(tokenizer, "backend_tokenizer", None) is None
