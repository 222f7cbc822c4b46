"""Static embeddings that are distilled from an encoder."""

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file

from embedding.distillation import distilled, rarity, reduced
from embedding.static_embeddings import StaticEmbeddings
from embedding.text_encoder import LAST_LAYER, TextEncoder
from embedding.usage import usage_of
from tests.support.sentence_models import SENTENCES, dense, normalised, sentence_model
from tests.support.static_models import library_vectors
from tests.support.tiny_models import HIDDEN_SIZE, MAX_TOKENS, build_tiny_model

ROWS = [[text] for text in SENTENCES]


@pytest.fixture(autouse=True)
def _full_precision(monkeypatch):
    monkeypatch.setattr("job.hardware.precision", lambda: "fp32")


def encoder_of(folder):
    usage = usage_of(folder, "our/model", MAX_TOKENS, is_pair=False)
    return TextEncoder.load(folder, usage, allow_remote_code=False)


def test_rare_tokens_count_more():
    # By hand, for the ranks' shares 1/2, 1/3 and 1/4 of 13/12.
    shares = np.array([6, 4, 3]) / 13
    assert rarity(3) == pytest.approx(1e-4 / (1e-4 + shares))
    assert np.all(np.diff(rarity(1000)) > 0)


def test_vectors_are_reduced_to_their_principal_components():
    # Along one direction, around a point that is not 0.
    direction, places = np.arange(300) - 100.0, np.array([-2.0, 0.0, 1.0, 1.0])
    vectors = (5 + places[:, None] * direction).astype(np.float32)
    found = reduced(vectors)
    length = np.linalg.norm(direction)
    assert found.shape == (4, 256)
    assert np.abs(found[:, 0]) == pytest.approx(np.abs(places) * length, rel=1e-3)
    assert np.abs(found[:, 1:]).max() < 1e-3 * length


@pytest.mark.parametrize("family", ["bert", "roberta", "gpt2", "t5"])
def test_a_token_has_what_the_encoder_makes_of_it_alone(tmp_path, family):
    encoder = encoder_of(build_tiny_model(family, tmp_path / family, SENTENCES))
    if family == "gpt2":
        encoder.tokenizer.pad_token = encoder.tokenizer.eos_token
    backend = encoder.tokenizer.backend_tokenizer
    words = _words_of_one_token(backend)
    assert len(words) > 5
    theirs = encoder.vectors([[word] for word in words], 8).by_layer[LAST_LAYER]
    # The components of all numbers keep distances; a token's weight is all that differs.
    vectors = distilled(encoder).table.vectors[[*words.values()]]
    ours = vectors / _rarity_of(encoder, [*words.values()])[:, None]
    assert ours.shape[1] == HIDDEN_SIZE
    assert _distances(ours) == pytest.approx(_distances(theirs), rel=0.01, abs=0.01)


def _words_of_one_token(backend):
    numbers = {backend.decode([number]): number for number in backend.get_vocab().values()}
    return {
        word: number
        for word, number in numbers.items()
        if backend.encode(word, add_special_tokens=False).ids == [number]
    }


def _rarity_of(encoder, numbers):
    added = encoder.tokenizer.added_tokens_decoder
    special = {number for number, token in added.items() if token.special}
    ranked = sorted({*encoder.tokenizer.get_vocab().values()} - special)
    return rarity(len(ranked))[[ranked.index(number) for number in numbers]]


def _distances(vectors):
    return np.linalg.norm(vectors[:, None] - vectors[None], axis=2)


def test_special_tokens_have_zeros(tmp_path):
    encoder = encoder_of(build_tiny_model("bert", tmp_path / "bert", SENTENCES))
    vectors = distilled(encoder).table.vectors
    special = encoder.tokenizer.all_special_ids
    assert np.array_equal(np.flatnonzero(~vectors.any(axis=1)), sorted(special))


def test_what_the_authors_do_with_a_text_s_vector_is_done_with_a_token_s(tmp_path):
    folder = sentence_model(
        tmp_path / "model", pooling="cls", layers=[dense(8, torch.nn.Tanh()), normalised()]
    )
    assert distilled(encoder_of(folder)).table.vectors.shape[1] == 8


def test_the_prompt_of_texts_is_left_out(tmp_path):
    plain = sentence_model(tmp_path / "plain")
    prompted = sentence_model(
        tmp_path / "prompted",
        prompts={"all": "the story "},
        default_prompt="all",
        pools_prompt=False,
    )
    tables = [distilled(encoder_of(folder)).table.vectors for folder in (plain, prompted)]
    assert np.array_equal(*tables)


def test_they_are_the_same_again_and_as_saved_and_in_the_library(tmp_path):
    encoder = encoder_of(build_tiny_model("bert", tmp_path / "bert", SENTENCES))
    first, second = distilled(encoder), distilled(encoder)
    assert np.array_equal(first.table.vectors, second.table.vectors)
    first.save(tmp_path / "saved")
    stored = load_file(tmp_path / "saved" / "model.safetensors")["embeddings"]
    assert stored.dtype == np.float16
    again = StaticEmbeddings.load(tmp_path / "saved", MAX_TOKENS)
    vectors = first.vectors(ROWS).by_layer[LAST_LAYER]
    assert np.array_equal(vectors, again.vectors(ROWS).by_layer[LAST_LAYER])
    assert np.abs(vectors - library_vectors(tmp_path / "saved", SENTENCES)).max() < 2e-3
