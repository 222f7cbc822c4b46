"""Models of static embeddings: which take part, and what is wrong with the others."""

import json

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from model.model_files import ModelError
from model.static_table import is_static, read_tokenizer
from model.usable_model import facts_of
from tests.support.static_models import NUMBERS, static_model
from tests.support.tiny_models import build_tiny_model

SENTENCES = ("a film about a storm", "the music is lovely")


@pytest.fixture
def model(tmp_path):
    return static_model(tmp_path / "model", SENTENCES)


def refusal(folder):
    with pytest.raises(ModelError) as refused:
        facts_of(folder, allow_remote_code=False)
    return str(refused.value)


def change(folder, **arrays):
    path = folder / "model.safetensors"
    save_file({**load_file(path), **arrays}, path)


@pytest.mark.parametrize("config", [{}, {"model_type": "bert"}, {"model_type": "model2vec"}])
def test_it_is_known_by_its_weights_whatever_its_configuration_says(model, config):
    (model / "config.json").write_text(json.dumps(config))
    facts = facts_of(model, allow_remote_code=False)
    vectors = load_file(model / "model.safetensors")["embeddings"]
    assert facts.is_static
    assert (facts.num_parameters, facts.encoder_parameters) == (vectors.size, 0)
    assert facts.own_max_length is None
    assert is_static(model)


def test_an_encoder_is_none(tmp_path):
    folder = build_tiny_model("bert", tmp_path / "bert", SENTENCES)
    assert not facts_of(folder, allow_remote_code=False).is_static
    assert not is_static(folder)


@pytest.mark.parametrize(("limit", "own"), [(7, 7), (None, None), (True, None), ("7", None)])
def test_its_texts_are_cut_where_its_configuration_says(model, limit, own):
    (model / "config.json").write_text(json.dumps({"max_length": limit}))
    assert facts_of(model, allow_remote_code=False).own_max_length == own


@pytest.mark.parametrize(
    ("arrays", "problem"),
    [
        ({"embeddings": np.ones(9, np.float32)}, "embeddings has the shape [9]"),
        ({"embeddings": np.ones((3, 4), np.float32)}, "it has 3 vectors, and the tokeniser"),
        ({"weights": np.ones(3, np.float32)}, "weights has the shape [3], and the tokeniser"),
        ({"mapping": np.ones((9, 9), np.int64)}, "mapping has the shape [9, 9]"),
        ({"mapping": np.full(9999, -1)}, "mapping holds other numbers than those of its"),
        ({"mapping": np.full(9999, 9999)}, "mapping holds other numbers than those of its"),
        ({"mapping": np.ones(9999)}, "mapping holds other numbers than those of its"),
        ({"weights": np.full(9999, np.nan)}, "some of its numbers are not finite"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(model, arrays, problem):
    change(model, **arrays)
    sentence = refusal(model)
    assert f"static embeddings in model2vec's format: {problem}" in sentence
    assert sentence.endswith("save_pretrained.")


def test_vectors_that_are_not_finite_are_refused(model):
    vectors = load_file(model / "model.safetensors")["embeddings"]
    vectors[3, NUMBERS - 1] = np.inf
    change(model, embeddings=vectors)
    assert "not finite" in refusal(model)


def test_a_tokeniser_that_cannot_be_read_is_refused(model):
    (model / "tokenizer.json").write_text("{}")
    assert refusal(model).startswith("Its tokenizer.json cannot be read: ")


def test_no_special_tokens_are_put_around_a_text(model):
    tokens = read_tokenizer(model).encode("a film [SEP]").tokens
    assert tokens[:2] == ["a", "film"]
    assert not {"[CLS]", "[SEP]"} & {*tokens}
