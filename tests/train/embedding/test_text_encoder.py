"""Vectors of texts, which are those of sentence-transformers."""

import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from embedding.reading_weights import reading_dtype
from embedding.text_encoder import ALL_LAYERS, LAST_LAYER, TextEncoder, is_causal
from embedding.usage import usage_of
from job import hardware
from model.model_snapshot import FetchedModel
from model.sentence_layout import POOLINGS
from model.snapshot_folder import make_snapshot
from tests.support.sentence_models import (
    SENTENCES,
    dense,
    in_older_layout,
    layer_norm,
    library_vectors,
    normalised,
    sentence_model,
    with_flags,
)
from tests.support.tiny_models import HIDDEN_SIZE, MAX_TOKENS, build_tiny_model

ROWS = [[text] for text in SENTENCES]


@pytest.fixture(autouse=True)
def _full_precision(monkeypatch):
    monkeypatch.setattr("job.hardware.precision", lambda: "fp32")


def snapshot_of(folder, tmp_path):
    make_snapshot(FetchedModel(folder, is_copy=False), tmp_path / "snapshot", tmp_path / "scratch")
    return tmp_path / "snapshot"


def encoder_of(folder, *, max_length=MAX_TOKENS, model="our/model", is_pair=False):
    usage = usage_of(folder, model, max_length, is_pair=is_pair)
    return TextEncoder.load(folder, usage, allow_remote_code=False)


def vectors_of(folder, tmp_path, **options):
    encoder = encoder_of(snapshot_of(folder, tmp_path), **options)
    return encoder.vectors(ROWS, 3).by_layer[LAST_LAYER]


def assert_equal(ours, theirs):
    assert ours.shape == theirs.shape
    assert np.abs(ours - theirs).max() < 1e-5


@pytest.mark.parametrize("pooling", [*POOLINGS, ("cls", "max", "mean")])
@pytest.mark.parametrize("family", ["bert", "gpt2"])
def test_they_are_pooled_as_the_library_pools(tmp_path, family, pooling):
    folder = sentence_model(tmp_path / "model", family, pooling)
    assert_equal(vectors_of(folder, tmp_path), library_vectors(folder))


@pytest.mark.parametrize("family", ["roberta", "distilbert", "t5"])
def test_they_are_the_library_s_for_every_family(tmp_path, family):
    folder = sentence_model(tmp_path / "model", family)
    assert_equal(vectors_of(folder, tmp_path), library_vectors(folder))


@pytest.mark.parametrize(
    "layers",
    [
        [normalised],
        [lambda: dense(8, torch.nn.Tanh()), normalised],
        [lambda: dense(48, torch.nn.Identity()), lambda: dense(8, torch.nn.GELU(), 48)],
        [layer_norm, normalised],
    ],
)
def test_what_comes_after_pooling_is_done_in_its_order(tmp_path, layers):
    folder = sentence_model(tmp_path / "model", layers=[make() for make in layers])
    assert_equal(vectors_of(folder, tmp_path), library_vectors(folder))


@pytest.mark.parametrize("arrange", [with_flags, in_older_layout])
@pytest.mark.parametrize("pooling", ["cls", ("max", "mean")])
def test_older_folders_are_read_as_the_library_reads_them(tmp_path, arrange, pooling):
    folder = arrange(sentence_model(tmp_path / "model", pooling=pooling, layers=[normalised()]))
    assert_equal(vectors_of(folder, tmp_path), library_vectors(folder))


@pytest.mark.parametrize("pools_prompt", [True, False])
@pytest.mark.parametrize("pooling", [*POOLINGS])
def test_texts_begin_with_the_default_prompt(tmp_path, pooling, pools_prompt):
    folder = sentence_model(
        tmp_path / "model",
        pooling=pooling,
        pools_prompt=pools_prompt,
        prompts={"query": "a story: ", "passage": "the film: "},
        default_prompt="query",
    )
    assert_equal(vectors_of(folder, tmp_path), library_vectors(folder))


@pytest.mark.parametrize(("is_pair", "name"), [(False, "Classification"), (True, "STS")])
def test_a_prompt_that_is_named_after_the_task_is_used_without_a_default(tmp_path, is_pair, name):
    prompts = {"query": "a story: ", "Classification": "the plot: ", "STS": "the actor: "}
    folder = sentence_model(tmp_path / "model", prompts=prompts)
    theirs = library_vectors(folder, prompt_name=name)
    assert_equal(vectors_of(folder, tmp_path, is_pair=is_pair), theirs)


@pytest.mark.parametrize("setting", ["max_seq_length", "do_lower_case", "truncate_dim"])
def test_texts_are_cut_and_lowered_and_vectors_shortened_where_the_files_say_so(tmp_path, setting):
    folder = sentence_model(tmp_path / "model", "roberta", layers=[normalised()])
    value = {"max_seq_length": 7, "do_lower_case": True, "truncate_dim": 5}[setting]
    name = "sentence_bert_config.json"
    if setting == "truncate_dim":
        name = "config_sentence_transformers.json"
    path = folder / name
    before = library_vectors(folder)
    path.write_text(json.dumps({**json.loads(path.read_text()), setting: value}))
    theirs = library_vectors(folder)
    assert theirs.shape != before.shape or np.abs(theirs - before).max() > 1e-3
    assert_equal(vectors_of(folder, tmp_path), theirs)


def test_texts_are_cut_earlier_if_the_candidate_says_so(tmp_path):
    folder = sentence_model(tmp_path / "model")
    encoder = encoder_of(snapshot_of(folder, tmp_path), max_length=6)
    assert encoder.vectors(ROWS, 8).lengths.tolist() == [6, 6, 3, 6, 2]


def test_a_model_that_says_nothing_is_pooled_by_what_its_tokens_have_seen(tmp_path):
    for family, pooling in (("bert", "mean"), ("gpt2", "lasttoken"), ("t5", "mean")):
        folder = build_tiny_model(family, tmp_path / family, SENTENCES)
        encoder = encoder_of(folder)
        assert encoder.usage.pooling == [pooling]
        assert not encoder.usage.is_sentence_encoder
        assert is_causal(encoder.network, 64) == (family == "gpt2")


@pytest.mark.parametrize("family", ["bert", "fnet", "gpt2", "t5"])
def test_vectors_do_not_depend_on_the_rows_beside_them(tmp_path, family):
    encoder = encoder_of(build_tiny_model(family, tmp_path / family, SENTENCES))
    if family == "gpt2":
        encoder.tokenizer.pad_token = encoder.tokenizer.eos_token
    together, alone = (
        encoder.vectors(ROWS, size, reads_all_layers=True).by_layer for size in (5, 1)
    )
    assert together.keys() == {LAST_LAYER, ALL_LAYERS}
    for layer, values in together.items():
        assert values.shape == (len(ROWS), HIDDEN_SIZE)
        if family != "fnet":
            # Without a mask, this one's tokens see the padding.
            assert values == pytest.approx(alone[layer], abs=1e-5)


def test_the_mean_over_layers_leaves_out_the_embeddings(tmp_path):
    encoder = encoder_of(build_tiny_model("bert", tmp_path / "bert", SENTENCES))
    batch = encoder.batch(ROWS[:1])
    with torch.no_grad():
        states = encoder.network(**batch, output_hidden_states=True).hidden_states
    expected = torch.stack([each.mean(dim=1) for each in states[1:]]).mean(dim=0)
    found = encoder.vectors(ROWS[:1], 1, reads_all_layers=True).by_layer[ALL_LAYERS]
    assert found == pytest.approx(expected.numpy(), abs=1e-5)


def test_a_pair_is_one_input_without_a_prompt(tmp_path):
    encoder = encoder_of(build_tiny_model("bert", tmp_path / "bert", SENTENCES))
    encoder.usage = replace(encoder.usage, prompt="the story: ")
    tokens = encoder.tokenizer("a film", "a plot")["input_ids"]
    assert encoder.batch([["a film", "a plot"]])["input_ids"][0].tolist() == tokens


def stored_in_bf16(folder):
    path = folder / "model.safetensors"
    narrow = {name: weight.bfloat16() for name, weight in load_file(path).items()}
    save_file(narrow, path, metadata={"format": "pt"})
    return folder


def test_weights_that_are_only_read_stay_in_bf16_on_a_gpu_that_computes_in_it(
    tmp_path, monkeypatch
):
    wide = build_tiny_model("bert", tmp_path / "wide", SENTENCES)
    narrow = stored_in_bf16(build_tiny_model("bert", tmp_path / "narrow", SENTENCES))
    assert reading_dtype(narrow) == torch.float32
    monkeypatch.setattr(hardware, "device", lambda: torch.device("cuda"))
    # A GPU that only emulates bf16 computes in fp16, or in fp32.
    assert reading_dtype(narrow) == torch.float32
    monkeypatch.setattr(hardware, "precision", lambda: "bf16")
    assert reading_dtype(narrow) == torch.bfloat16
    assert reading_dtype(wide) == torch.float32


@pytest.mark.parametrize("family", ["bert", "llama"])
def test_vectors_of_weights_in_bf16_are_those_of_the_same_weights_in_fp32(
    tmp_path, monkeypatch, family
):
    folder = stored_in_bf16(sentence_model(tmp_path / "model", family))
    exact = encoder_of(folder).vectors(ROWS, 3).by_layer[LAST_LAYER]
    monkeypatch.setattr(hardware, "precision", lambda: "bf16")
    monkeypatch.setattr("embedding.text_encoder.reading_dtype", lambda _: torch.bfloat16)

    encoder = encoder_of(folder)
    found = encoder.vectors(ROWS, 3).by_layer[LAST_LAYER]

    assert {weight.dtype for weight in encoder.model.parameters()} == {torch.bfloat16}
    lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(exact, axis=1)
    assert ((found * exact).sum(axis=1) > 0.999 * lengths).all()


def test_weights_in_bf16_become_wide_if_the_model_fails_with_them(tmp_path, monkeypatch):
    folder = stored_in_bf16(build_tiny_model("bert", tmp_path / "model", SENTENCES))
    exact = encoder_of(folder).vectors(ROWS, 3).by_layer[LAST_LAYER]
    monkeypatch.setattr(hardware, "precision", lambda: "bf16")
    monkeypatch.setattr("embedding.text_encoder.reading_dtype", lambda _: torch.bfloat16)
    encoder = encoder_of(folder)

    def overflow(module, inputs, outputs):
        return outputs * float("inf") if torch.is_autocast_enabled("cpu") else outputs

    encoder.model.embeddings.register_forward_hook(overflow)
    assert_equal(encoder.vectors(ROWS, 3).by_layer[LAST_LAYER], exact)
    assert (encoder.precision.name, len(encoder.precision.notes)) == ("fp32", 1)
