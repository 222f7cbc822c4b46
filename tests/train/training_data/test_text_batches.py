"""Batches of texts have the tokens that preparation stores, even for texts that become empty."""

import pytest
from tokenizers import processors
from transformers import AutoTokenizer

from tests.support.tiny_models import build_tiny_model
from tokeniser.text_tokens import TextTokens
from training_data.text_batches import padded


@pytest.fixture
def bare(tmp_path):
    """Like GPT-2's own, it adds no tokens around a text."""
    folder = build_tiny_model("gpt2", tmp_path, ["a fine film", "a dull film"])
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.pad_token = tokenizer.eos_token
    tokenizer.backend_tokenizer.post_processor = processors.ByteLevel()
    return tokenizer


@pytest.mark.parametrize("rows", [[["a fine film"], [""]], [[""]], [["", ""], ["", "dull"]]])
def test_an_empty_text_has_its_stored_token(bare, rows):
    texts, *pairs = (list(column) for column in zip(*rows, strict=True))
    stored = TextTokens(bare, 9).batch(texts, pairs[0] if pairs else None)
    batch = padded(bare, rows, 9, "right")
    kept = batch["attention_mask"].sum(dim=1)
    assert kept.tolist() == stored.kept.tolist()
    assert kept.min() == 1
    assert batch["input_ids"][batch["attention_mask"] > 0].tolist() == stored.tokens.tolist()
