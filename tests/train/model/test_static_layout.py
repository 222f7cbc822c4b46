"""Static embeddings in the layout of sentence-transformers, whose vectors are that library's."""

import json

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer

from embedding.static_embeddings import StaticEmbeddings
from embedding.text_encoder import LAST_LAYER
from model.model_facts import max_length
from model.model_files import ModelError
from model.model_snapshot import FetchedModel
from model.snapshot_folder import make_snapshot
from model.usable_model import facts_of
from tests.support import static_models
from tests.support.sentence_models import SENTENCES, library_vectors
from tests.support.static_models import NUMBERS, in_folder_of_its_own, sentence_static_model

# With words that the vocabulary does not have, one text of nothing else, and a long one.
TEXTS = [*SENTENCES, "the music 音 is lovely", "音楽", "storm " * 40]


def made(folder, tmp_path):
    """The snapshot, what preparation says of it, and its embeddings."""
    snapshot = tmp_path / "snapshot"
    warnings = make_snapshot(FetchedModel(folder, is_copy=False), snapshot, tmp_path / "scratch")
    facts = facts_of(snapshot, allow_remote_code=False, warnings=warnings)
    length = max_length(facts.own_max_length, None)
    return facts, StaticEmbeddings.load(snapshot, length)


def vectors_of(embeddings, texts=TEXTS):
    return embeddings.vectors([[text] for text in texts]).by_layer[LAST_LAYER]


def assert_like_the_library(folder, tmp_path):
    facts, embeddings = made(folder, tmp_path)
    assert (facts.is_static, facts.warnings) == (True, [])
    theirs = library_vectors(folder, TEXTS)
    ours = vectors_of(embeddings)
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-6


@pytest.mark.parametrize("is_older", [True, False])
@pytest.mark.parametrize("is_normalised", [True, False])
def test_their_vectors_are_the_library_s(tmp_path, is_normalised, is_older):
    folder = sentence_static_model(tmp_path / "model", SENTENCES, is_normalised=is_normalised)
    assert_like_the_library(in_folder_of_its_own(folder) if is_older else folder, tmp_path)


def test_vectors_are_cut_to_as_many_numbers_as_the_authors_keep(tmp_path):
    folder = sentence_static_model(tmp_path / "model", SENTENCES, truncate_dim=4)
    assert_like_the_library(folder, tmp_path)
    normalised = sentence_static_model(
        tmp_path / "other", SENTENCES, is_normalised=True, truncate_dim=4
    )
    (tmp_path / "more").mkdir()
    facts, embeddings = made(normalised, tmp_path / "more")
    assert "not cut to 4 numbers" in facts.warnings[0]
    assert vectors_of(embeddings).shape == (len(TEXTS), NUMBERS)


def test_texts_are_cut_where_the_tokeniser_cuts_them(tmp_path):
    folder = sentence_static_model(tmp_path / "model", SENTENCES)
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(3)
    tokenizer.save(str(folder / "tokenizer.json"))
    assert_like_the_library(folder, tmp_path)


def test_numbers_of_16_bits_are_read(tmp_path):
    folder = sentence_static_model(tmp_path / "model", SENTENCES)
    weights = load_file(folder / "model.safetensors")
    narrow = {name: weight.to(torch.bfloat16) for name, weight in weights.items()}
    save_file(narrow, folder / "model.safetensors")
    _, embeddings = made(folder, tmp_path)
    assert np.array_equal(embeddings.table.vectors, narrow["embedding.weight"].float().numpy())


def test_they_are_saved_in_model2vec_s_format_and_read_again(tmp_path):
    _, embeddings = made(sentence_static_model(tmp_path / "model", SENTENCES), tmp_path)
    embeddings.save(tmp_path / "saved")
    again = StaticEmbeddings.load(tmp_path / "saved", 512)
    assert np.array_equal(vectors_of(again), vectors_of(embeddings))
    # model2vec itself leaves out what the vocabulary does not have.
    known = [SENTENCES[0], SENTENCES[2]]
    theirs = static_models.library_vectors(tmp_path / "saved", known)
    assert np.abs(vectors_of(embeddings, known) - theirs).max() < 1e-5


def test_a_part_that_is_not_known_is_refused(tmp_path):
    folder = sentence_static_model(tmp_path / "model", SENTENCES)
    parts = json.loads((folder / "modules.json").read_text())
    parts.append({"path": "1_Dense", "type": "sentence_transformers.models.Dense"})
    (folder / "modules.json").write_text(json.dumps(parts))
    with pytest.raises(ModelError, match="the part Dense after the static embeddings"):
        made(folder, tmp_path)


def test_a_prompt_is_left_out_with_a_warning(tmp_path):
    folder = sentence_static_model(
        tmp_path / "model", SENTENCES, prompts={"query": "query: "}, default_prompt_name="query"
    )
    facts, _ = made(folder, tmp_path)
    assert "default prompt was left out" in facts.warnings[0]
