"""Models whose tokeniser is a sentencepiece model alone, as many were published."""

import pytest
from tokenizers import processors
from transformers import (
    AlbertConfig,
    AutoTokenizer,
    DebertaV2Config,
    FNetConfig,
    RemBertConfig,
)

from model.framing_tokens import add_framing_tokens
from model.model_files import ModelError
from model.usable_model import facts_of
from tests.support.sentencepiece_models import PIECES, save_sentencepiece_model
from tests.support.tiny_models import build_tiny_model
from training_data.prepared_tokenizer import load_prepared_tokenizer

SIZES = {
    "vocab_size": 100,
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 16,
    "max_position_embeddings": 32,
}


def tokens_of(folder, *texts):
    tokenizer = load_prepared_tokenizer(folder, allow_remote_code=False)
    return tokenizer.convert_ids_to_tokens(tokenizer(*texts)["input_ids"])


def framing(tokens):
    return [token for token in tokens if token.startswith("[")], tokens[0], tokens[-1]


@pytest.mark.parametrize(
    "config, name, pieces",
    [
        (DebertaV2Config(**SIZES), "spm.model", "deberta"),
        (RemBertConfig(**SIZES, input_embedding_size=16), "sentencepiece.model", "albert"),
        (FNetConfig(**SIZES), "spiece.model", "albert"),
    ],
)
def test_tokens_that_belong_around_a_text_are_added_and_told(config, name, pieces, tmp_path):
    folder = save_sentencepiece_model(tmp_path, config, name, PIECES[pieces])
    # Newer versions of transformers add them for some models themselves.
    left_out = framing(tokens_of(folder, "the film"))[0] == []

    facts = facts_of(folder, allow_remote_code=False)

    assert ("left out [CLS] and [SEP]" in " ".join(facts.warnings)) is left_out
    assert framing(tokens_of(folder, "the film")) == (["[CLS]", "[SEP]"], "[CLS]", "[SEP]")
    assert framing(tokens_of(folder, "the film", "a story"))[0] == ["[CLS]", "[SEP]", "[SEP]"]
    tokenizer = load_prepared_tokenizer(folder, allow_remote_code=False)
    if "token_type_ids" in tokenizer.model_input_names:
        types = tokenizer("the film", "a story", return_token_type_ids=True)["token_type_ids"]
        assert types == sorted(types) and set(types) == {0, 1}
    # The file says it from now on.
    assert "left out" not in " ".join(facts_of(folder, allow_remote_code=False).warnings)


def test_albert_needs_no_more_than_its_sentencepiece_model(tmp_path):
    config = AlbertConfig(**SIZES, embedding_size=16)
    folder = save_sentencepiece_model(tmp_path, config, "spiece.model", PIECES["albert"])
    assert facts_of(folder, allow_remote_code=False).warnings == []
    tokens = tokens_of(folder, "the film")
    assert tokens[0] == "[CLS]" and tokens[-1] == "[SEP]"
    assert "<unk>" not in tokens


def test_a_tokeniser_whose_tokens_belong_to_no_known_place_is_refused(tmp_path):
    folder = build_tiny_model("roberta", tmp_path, ["a fine film"])
    tokenizer = AutoTokenizer.from_pretrained(folder)
    tokenizer.backend_tokenizer.post_processor = processors.ByteLevel()
    tokenizer.save_pretrained(folder)
    with pytest.raises(ModelError, match=r"does not put them around a text.*tokenizer\.json"):
        facts_of(folder, allow_remote_code=False)


@pytest.mark.parametrize("family", ["bert", "distilbert", "roberta", "t5", "fnet", "gpt2"])
def test_other_tokenisers_are_left_as_they_are(family, tmp_path):
    folder = build_tiny_model(family, tmp_path, ["a fine film"])
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    tokenizer = AutoTokenizer.from_pretrained(folder)
    assert add_framing_tokens(tokenizer, folder, allow_remote_code=False) == []
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
