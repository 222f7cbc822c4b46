"""Vectors of texts from static embeddings, which are those of model2vec."""

import numpy as np
import pytest

from embedding.static_embeddings import StaticEmbeddings
from embedding.text_encoder import LAST_LAYER
from tests.support.sentence_models import SENTENCES
from tests.support.static_models import NUMBERS, library_vectors, static_model

# With a word that the vocabulary does not have, and one without any that it has.
TEXTS = [*SENTENCES, "the music 音 is lovely", "音楽", "storm " * 40]
NO_LIMIT = 512


def vectors_of(embeddings, texts=TEXTS):
    return embeddings.vectors([[text] for text in texts]).by_layer[LAST_LAYER]


def assert_equal(ours, theirs, tolerance=1e-5):
    assert ours.shape == theirs.shape
    assert ours.dtype == np.float32
    assert np.abs(ours - theirs).max() < tolerance


@pytest.mark.parametrize("normalize", [True, False])
@pytest.mark.parametrize("is_quantised", [True, False])
@pytest.mark.parametrize("family", ["bert", "gpt2"])
def test_they_are_the_library_s(tmp_path, family, is_quantised, normalize):
    folder = static_model(
        tmp_path / "model", SENTENCES, family, is_quantised=is_quantised, normalize=normalize
    )
    ours = vectors_of(StaticEmbeddings.load(folder, NO_LIMIT))
    assert_equal(ours, library_vectors(folder, TEXTS))


# The library adds numbers of 16 bits up as such.
@pytest.mark.parametrize(("dtype", "tolerance"), [("float16", 1e-3), ("int8", 1e-5)])
def test_narrow_numbers_are_read_too(tmp_path, dtype, tolerance):
    folder = static_model(tmp_path / "model", SENTENCES, dtype=dtype, normalize=True)
    ours = vectors_of(StaticEmbeddings.load(folder, NO_LIMIT))
    assert_equal(ours, library_vectors(folder, TEXTS), tolerance)


def test_texts_are_cut_as_the_library_cuts_them(tmp_path):
    folder = static_model(tmp_path / "model", SENTENCES, max_length=3)
    texts = [*TEXTS, f"storm {' ' * 100} music", "storm and music about a lovely film"]
    ours = StaticEmbeddings.load(folder, 3)
    assert_equal(vectors_of(ours, texts), library_vectors(folder, texts))
    assert ours.vectors([["a film about a storm"], [""]]).lengths.tolist() == [3, 0]


def test_a_text_without_a_known_token_has_zeros(tmp_path):
    folder = static_model(tmp_path / "model", SENTENCES, normalize=True)
    ours = vectors_of(StaticEmbeddings.load(folder, NO_LIMIT), ["", "音"])
    assert np.array_equal(ours, np.zeros((2, NUMBERS)))


def test_special_tokens_in_a_text_are_characters(tmp_path):
    folder = static_model(tmp_path / "model", SENTENCES)
    embeddings = StaticEmbeddings.load(folder, NO_LIMIT)
    separator = embeddings.tokenizer.token_to_id("[SEP]")
    assert separator not in embeddings.tokenizer.encode("a [SEP] film").ids


@pytest.mark.parametrize("is_quantised", [True, False])
def test_they_are_saved_for_the_library(tmp_path, is_quantised):
    folder = static_model(tmp_path / "model", SENTENCES, is_quantised=is_quantised, normalize=True)
    embeddings = StaticEmbeddings.load(folder, 5)
    embeddings.save(tmp_path / "saved")
    ours = vectors_of(embeddings)
    assert_equal(ours, library_vectors(tmp_path / "saved", TEXTS))
    assert np.array_equal(ours, vectors_of(StaticEmbeddings.load(tmp_path / "saved", 5)))
