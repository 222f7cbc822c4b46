"""Models of seven families that train in seconds: random weights, tokenisers of their own."""

import string
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors, trainers
from transformers import (
    BertConfig,
    BertModel,
    DistilBertConfig,
    DistilBertModel,
    FNetConfig,
    FNetModel,
    GPT2Config,
    GPT2Model,
    LlamaConfig,
    LlamaModel,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    RobertaConfig,
    RobertaModel,
    T5Config,
    T5Model,
)

MAX_TOKENS = 64
HIDDEN_SIZE = 32
_LAYERS = 2
_HEADS = 2
_VOCABULARY_SIZE = 500
_SEED = 7

_WORDPIECE_TOKENS = {
    "pad_token": "[PAD]",
    "unk_token": "[UNK]",
    "cls_token": "[CLS]",
    "sep_token": "[SEP]",
    "mask_token": "[MASK]",
}
_BPE_TOKENS = {
    "bos_token": "<s>",
    "pad_token": "<pad>",
    "eos_token": "</s>",
    "cls_token": "<s>",
    "sep_token": "</s>",
    "unk_token": "<unk>",
    "mask_token": "<mask>",
}


def build_tiny_model(family: str, folder: Path, sentences: Sequence[str]) -> Path:
    """Save a model without a head and its tokeniser, learnt from `sentences`; return `folder`.

    `family` is "bert", "distilbert", "roberta", a decoder without a padding token, "gpt2", another
    one whose tokeniser pads on the left and puts nothing around a text, "llama", an
    encoder-decoder, "t5", or an encoder without attention, and so without a mask, "fnet".
    The same sentences give the same weights and vocabulary.
    """
    build = _FAMILIES[family]
    torch_state = torch.random.get_rng_state()
    torch.manual_seed(_SEED)
    model, tokenizer = build(sentences)
    torch.random.set_rng_state(torch_state)
    folder.mkdir(parents=True, exist_ok=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _bert(sentences: Sequence[str]) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    tokenizer = _wordpiece(sentences, ["input_ids", "token_type_ids", "attention_mask"])
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN_SIZE,
        num_hidden_layers=_LAYERS,
        num_attention_heads=_HEADS,
        intermediate_size=2 * HIDDEN_SIZE,
        max_position_embeddings=MAX_TOKENS,
        pad_token_id=tokenizer.pad_token_id,
    )
    return BertModel(config), tokenizer


def _distilbert(sentences: Sequence[str]) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    tokenizer = _wordpiece(sentences, ["input_ids", "attention_mask"])
    config = DistilBertConfig(
        vocab_size=len(tokenizer),
        dim=HIDDEN_SIZE,
        n_layers=_LAYERS,
        n_heads=_HEADS,
        hidden_dim=2 * HIDDEN_SIZE,
        max_position_embeddings=MAX_TOKENS,
        pad_token_id=tokenizer.pad_token_id,
    )
    return DistilBertModel(config), tokenizer


def _roberta(sentences: Sequence[str]) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    tokenizer = _byte_pairs(sentences)
    config = RobertaConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN_SIZE,
        num_hidden_layers=_LAYERS,
        num_attention_heads=_HEADS,
        intermediate_size=2 * HIDDEN_SIZE,
        # RoBERTa counts positions from the padding id onwards.
        max_position_embeddings=MAX_TOKENS + tokenizer.pad_token_id + 1,
        type_vocab_size=1,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return RobertaModel(config), tokenizer


def _gpt2(sentences: Sequence[str]) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    tokenizer = _byte_pairs(sentences)
    tokenizer.pad_token = None
    config = GPT2Config(
        vocab_size=len(tokenizer),
        n_embd=HIDDEN_SIZE,
        n_layer=_LAYERS,
        n_head=_HEADS,
        n_positions=MAX_TOKENS,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    return GPT2Model(config), tokenizer


def _llama(sentences: Sequence[str]) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    tokenizer = _byte_pairs(sentences)
    tokenizer.backend_tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    tokenizer.pad_token = tokenizer.cls_token = tokenizer.sep_token = None
    tokenizer.padding_side = "left"
    config = LlamaConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN_SIZE,
        num_hidden_layers=_LAYERS,
        num_attention_heads=_HEADS,
        num_key_value_heads=1,
        intermediate_size=2 * HIDDEN_SIZE,
        max_position_embeddings=MAX_TOKENS,
        bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id,
    )
    return LlamaModel(config), tokenizer


def _t5(sentences: Sequence[str]) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    tokenizer = _byte_pairs(sentences)
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>",
        pair="$A </s> $B </s>",
        special_tokens=[("</s>", tokenizer.eos_token_id)],
    )
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=HIDDEN_SIZE,
        d_kv=HIDDEN_SIZE // _HEADS,
        d_ff=2 * HIDDEN_SIZE,
        num_layers=_LAYERS,
        num_heads=_HEADS,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        decoder_start_token_id=tokenizer.pad_token_id,
    )
    return T5Model(config), tokenizer


def _fnet(sentences: Sequence[str]) -> tuple[PreTrainedModel, PreTrainedTokenizerFast]:
    tokenizer = _wordpiece(sentences, ["input_ids", "token_type_ids"])
    config = FNetConfig(
        vocab_size=len(tokenizer),
        hidden_size=HIDDEN_SIZE,
        num_hidden_layers=_LAYERS,
        intermediate_size=2 * HIDDEN_SIZE,
        max_position_embeddings=MAX_TOKENS,
        pad_token_id=tokenizer.pad_token_id,
    )
    return FNetModel(config), tokenizer


def _wordpiece(sentences: Sequence[str], inputs: list[str]) -> PreTrainedTokenizerFast:
    tokenizer = Tokenizer(models.WordPiece(_whole_words(sentences), unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[(token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]")],
    )
    return _wrapped(tokenizer, inputs, _WORDPIECE_TOKENS)


def _whole_words(sentences: Sequence[str]) -> dict[str, int]:
    """Every word, and letters for other words: WordPiece's own trainer numbers at random."""
    splitter = pre_tokenizers.BertPreTokenizer()
    words = {word for text in sentences for word, _ in splitter.pre_tokenize_str(text.lower())}
    pieces = [*words, *string.ascii_lowercase, *string.digits]
    pieces += [f"##{letter}" for letter in string.ascii_lowercase + string.digits]
    tokens = [*_WORDPIECE_TOKENS.values(), *sorted(set(pieces))]
    return {token: number for number, token in enumerate(tokens)}


def _byte_pairs(sentences: Sequence[str]) -> PreTrainedTokenizerFast:
    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=_VOCABULARY_SIZE,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(sentences, trainer)
    tokenizer.post_processor = processors.RobertaProcessing(
        sep=("</s>", tokenizer.token_to_id("</s>")), cls=("<s>", tokenizer.token_to_id("<s>"))
    )
    return _wrapped(tokenizer, ["input_ids", "attention_mask"], _BPE_TOKENS)


def _wrapped(
    tokenizer: Tokenizer, inputs: list[str], tokens: dict[str, Any]
) -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=MAX_TOKENS,
        model_input_names=inputs,
        **tokens,
    )


_FAMILIES: dict[str, Callable[[Sequence[str]], tuple[PreTrainedModel, PreTrainedTokenizerFast]]] = {
    "bert": _bert,
    "distilbert": _distilbert,
    "roberta": _roberta,
    "gpt2": _gpt2,
    "llama": _llama,
    "t5": _t5,
    "fnet": _fnet,
}
