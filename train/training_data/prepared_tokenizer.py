"""The tokeniser of a candidate's model, as preparation has left it."""

from pathlib import Path

from transformers import AutoTokenizer, PreTrainedTokenizerBase


def load_prepared_tokenizer(folder: Path, *, allow_remote_code: bool) -> PreTrainedTokenizerBase:
    return AutoTokenizer.from_pretrained(folder, trust_remote_code=allow_remote_code)
