"""The tokens that a model expects around a text, where its tokeniser leaves them out.

The library builds a tokeniser from a sentencepiece model without knowing them. Such a model would
train without a complaint, and classify by the first word.
"""

from pathlib import Path

from tokenizers import Tokenizer, processors
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from model.model_files import ModelError

# How BERT, and every model that names these tokens as BERT does, frames one text or two.
_FIRST, _BETWEEN = "[CLS]", "[SEP]"
_FRAME = {
    "single": f"{_FIRST} $A {_BETWEEN}",
    "pair": f"{_FIRST} $A {_BETWEEN} $B:1 {_BETWEEN}:1",
}
_EXAMPLE = "one two"


def add_framing_tokens(
    tokenizer: PreTrainedTokenizerBase, folder: Path, *, allow_remote_code: bool
) -> list[str]:
    """Sentences for people. If the tokeniser has a first and a separating token, and puts neither
    into its tokens, they are added, and the tokeniser is saved in `folder`.

    Raises ModelError if it is not known how its model expects them.
    """
    if _are_there(tokenizer):
        return []
    backend = getattr(tokenizer, "backend_tokenizer", None)
    tokens = (tokenizer.cls_token, tokenizer.sep_token)
    if isinstance(backend, Tokenizer) and tokens == (_FIRST, _BETWEEN):
        numbers = [(token, tokenizer.convert_tokens_to_ids(token)) for token in tokens]
        backend.post_processor = processors.TemplateProcessing(**_FRAME, special_tokens=numbers)
        tokenizer.save_pretrained(folder)
        saved = AutoTokenizer.from_pretrained(folder, trust_remote_code=allow_remote_code)
        if _are_there(saved):
            return [
                f"Its tokeniser left out {_FIRST} and {_BETWEEN} around a text, as its files do "
                "not say where they belong: they were added as in BERT."
            ]
    raise ModelError(
        f"Its tokeniser has the tokens {tokens[0]!r} and {tokens[1]!r} but does not put them "
        "around a text, so the model would read texts as it never has before: save the tokeniser "
        "with the version of transformers that the model was trained with, so that the folder has "
        "a tokenizer.json that adds them."
    )


def _are_there(tokenizer: PreTrainedTokenizerBase) -> bool:
    """Whether one of them is in a text's tokens, or the tokeniser does not have both."""
    framing = {tokenizer.cls_token_id, tokenizer.sep_token_id}
    if None in framing or tokenizer.unk_token_id in framing:
        return True
    return bool(framing & set(tokenizer(_EXAMPLE)["input_ids"]))
