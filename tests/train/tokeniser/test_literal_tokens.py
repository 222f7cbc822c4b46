"""A special token that stands in a user's text is text."""

import pytest
from transformers import (
    AutoTokenizer,
    BartConfig,
    BartForSequenceClassification,
    EsmTokenizer,
    T5Config,
    T5Tokenizer,
)

from tests.support.sentencepiece_models import PIECES, sentencepiece_model
from tests.support.tiny_models import build_tiny_model
from tokeniser.literal_tokens import as_text, literal_tokens_warning
from tokeniser.text_tokens import TextTokens
from training_data.text_batches import padded

SENTENCES = ["a fine film", "a dull film"]
FAMILIES = ("bert", "distilbert", "roberta", "gpt2", "t5", "fnet")


def esm(folder):
    """A tokeniser written in Python."""
    words = ["<cls>", "<pad>", "<eos>", "<unk>", "<mask>", "film", "a"]
    (folder / "vocab.txt").write_text("\n".join(words))
    return EsmTokenizer(folder / "vocab.txt")


def unigram(folder):
    (folder / "spiece.model").write_bytes(sentencepiece_model(PIECES["t5"]))
    T5Config().save_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert isinstance(tokenizer, T5Tokenizer)
    return tokenizer


def tokenizer_of(kind, folder):
    if kind in FAMILIES:
        tokenizer = AutoTokenizer.from_pretrained(build_tiny_model(kind, folder, SENTENCES))
        # As preparation does.
        tokenizer.pad_token = tokenizer.pad_token or tokenizer.eos_token
        return tokenizer
    return {"esm": esm, "unigram": unigram}[kind](folder)


def special_tokens(tokenizer, numbers):
    special = set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}
    return [number for number in numbers if number in special]


@pytest.mark.parametrize("kind", [*FAMILIES, "esm", "unigram"])
def test_special_tokens_in_a_text_are_characters(kind, tmp_path):
    tokenizer = tokenizer_of(kind, tmp_path)
    plain = special_tokens(tokenizer, tokenizer("a film")["input_ids"])
    tokens = TextTokens(tokenizer, 60)
    for token in tokenizer.all_special_tokens:
        for text in (f"a {token} film", f"a{token}film", token, f"{token}{token}"):
            numbers = tokens.batch([text], None).tokens.tolist()
            assert special_tokens(tokenizer, numbers) == plain, text
            assert len(numbers) > len(plain)
            batch = padded(tokenizer, [[text], ["a film"]], 60, "right")
            kept = batch["attention_mask"][0].sum()
            assert batch["input_ids"][0, :kept].tolist() == numbers


def test_a_saved_tokeniser_still_reads_texts_as_text(tmp_path):
    tokenizer = tokenizer_of("roberta", tmp_path)
    tokens = TextTokens(tokenizer, 60).batch(["a </s> film"], None).tokens.tolist()
    tokenizer.save_pretrained(tmp_path / "saved")
    saved = AutoTokenizer.from_pretrained(tmp_path / "saved")
    assert saved("a </s> film")["input_ids"] == tokens


@pytest.mark.parametrize("kind", ["bert", "esm"])
def test_ordinary_tokens_that_a_user_added_are_still_found(kind, tmp_path):
    tokenizer = tokenizer_of(kind, tmp_path)
    tokenizer.add_tokens(["@user"])
    number = tokenizer.convert_tokens_to_ids("@user")
    assert number in TextTokens(tokenizer, 60).batch(["a @user film </s>"], None).tokens


def test_a_model_that_counts_ends_takes_texts_with_ends_in_them(tmp_path):
    tokenizer = tokenizer_of("roberta", tmp_path)
    sizes = {"d_model": 8, "encoder_attention_heads": 2, "decoder_attention_heads": 2}
    config = BartConfig(
        vocab_size=len(tokenizer),
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=tokenizer.bos_token_id,
        encoder_layers=1,
        decoder_layers=1,
        **sizes,
    )
    batch = padded(tokenizer, [["a </s> film"], ["a film"]], 60, "right")
    logits = BartForSequenceClassification(config)(**batch).logits
    assert logits.shape == (2, config.num_labels)


def test_texts_without_special_tokens_are_not_touched(tmp_path):
    tokenizer = tokenizer_of("unigram", tmp_path)
    texts = ["a < /s> film", "", "</ s>", "s>", "2 < 3"]
    assert as_text(tokenizer, texts) == texts
    assert as_text(tokenizer, ["a</s>"]) == ["a< /s>"]


def test_texts_with_special_tokens_are_counted_and_named(tmp_path):
    tokenizer = tokenizer_of("bert", tmp_path)
    warning = literal_tokens_warning(tokenizer, [["a [SEP] b", "a", "[CLS][SEP]"], ["", "[sep]"]])
    assert warning is not None
    assert warning.startswith("2 texts contain") and "'[CLS]', '[SEP]'" in warning
    assert literal_tokens_warning(tokenizer, [SENTENCES, []]) is None
