"""Which files of this machine leave it with a request."""

import json

import pytest

from bakeoff.client.local_files import files_of, links_out, needed_files
from bakeoff.client.request_file import load_request
from bakeoff.errors import RequestError
from model.model_snapshot import wanted_files

FOLDERS = {
    "safetensors": ["config.json", "model.safetensors", "pytorch_model.bin", "tokenizer.json"],
    "shards": [
        "config.json",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "model.safetensors.index.json",
        "vocab.txt",
        "merges.txt",
        "modeling_own.py",
        "chat_template.jinja",
    ],
    "pickled": ["config.json", "pytorch_model.bin", "spiece.model", "bpe.codes"],
    "pickled shards": [
        "config.json",
        "pytorch_model-00001-of-00001.bin",
        "pytorch_model.bin.index.json",
    ],
    "sentence encoder": [
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "modules.json",
        "config_sentence_transformers.json",
        "1_Pooling/config.json",
        "2_Dense/config.json",
        "2_Dense/model.safetensors",
        "2_Dense/pytorch_model.bin",
        "README.md",
    ],
    "older sentence encoder": [
        "modules.json",
        "0_Transformer/config.json",
        "0_Transformer/pytorch_model.bin",
        "0_Transformer/tokenizer.json",
        "1_Pooling/config.json",
    ],
    "static sentence encoder": [
        "modules.json",
        "config_sentence_transformers.json",
        "0_StaticEmbedding/model.safetensors",
        "0_StaticEmbedding/tokenizer.json",
        "1_Normalize/notes.bin",
    ],
    "after training": [
        "config.json",
        "model.safetensors",
        "optimizer.pt",
        "scheduler.pt",
        "rng_state.pth",
        "training_args.bin",
        "trainer_state.json",
        "checkpoint-5/model.safetensors",
        "global_step5/zero_pp_rank_0_mp_rank_00_optim_states.pt",
        "onnx/model.onnx",
    ],
}


@pytest.mark.parametrize("names", FOLDERS.values(), ids=FOLDERS)
def test_what_is_uploaded_of_a_model_is_what_the_preparation_reads(names):
    assert sorted(needed_files(names)) == sorted(wanted_files(names))


def test_the_parts_of_a_sentence_encoder_are_uploaded_with_it(tmp_path):
    names = ("config.json", "1_Pooling/config.json", "2_Dense/model.safetensors", "onnx/model.onnx")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}")
    assert [*files_of(tmp_path, is_model=True)] == [
        "/1_Pooling/config.json",
        "/2_Dense/model.safetensors",
        "/config.json",
    ]


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "secret").write_text("a key")
    (tmp_path / "rows" / "deep").mkdir(parents=True)
    (tmp_path / "rows" / "a.csv").write_text("text,label\na,x\n")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    document = {"dataset": {"train": "rows"}, "models": ["./model"]}
    (tmp_path / "request.json").write_text(json.dumps(document))
    return tmp_path


def problems(folder):
    with pytest.raises(RequestError) as caught:
        load_request(folder / "request.json")
    return {problem.field: problem for problem in caught.value.problems}


def test_links_out_of_a_folder_are_refused(folder):
    (folder / "rows" / "deep" / "b.csv").symlink_to(folder / "secret")
    (folder / "model" / "vocab.json").symlink_to("../secret")
    found = problems(folder)
    assert found.keys() == {"dataset.train", "models[0]"}
    assert "links that lead out of the folder: deep/b.csv" in found["dataset.train"].problem
    assert "vocab.json" in found["models[0]"].problem
    assert "cp -RL" in found["models[0]"].remedy


def test_links_to_folders_and_to_nothing_are_refused_where_files_would_be_missing(folder):
    (folder / "more").mkdir()
    (folder / "rows" / "more").symlink_to(folder / "more")
    (folder / "model" / "vocab.txt").symlink_to(folder / "model" / "no.txt")
    found = problems(folder)
    assert "out of the folder: more." in found["dataset.train"].problem
    assert "out of the folder: vocab.txt." in found["models[0]"].problem


def test_links_within_the_folder_and_hidden_ones_are_no_problem(folder):
    (folder / "rows" / "b.csv").symlink_to("a.csv")
    (folder / "rows" / ".cache").symlink_to(folder / "secret")
    load_request(folder / "request.json")
    assert files_of(folder / "rows", is_model=False).keys() == {"/a.csv", "/b.csv"}


def test_links_of_a_model_that_are_not_needed_are_no_problem(folder):
    (folder / "model" / "optimizer.pt").symlink_to(folder / "secret")
    (folder / "model" / "logs").symlink_to(folder / "rows")
    load_request(folder / "request.json")


def test_a_model_in_the_cache_of_the_hub_consists_of_links(folder):
    cached = folder / "models--a--b"
    (cached / "blobs").mkdir(parents=True)
    (cached / "snapshots" / "c0ffee").mkdir(parents=True)
    (cached / "blobs" / "123").write_text("{}")
    model = cached / "snapshots" / "c0ffee"
    (model / "config.json").symlink_to("../../blobs/123")
    assert links_out(model, is_model=True) == []
    assert files_of(model, is_model=True)["/config.json"].read_text() == "{}"
    (model / "vocab.json").symlink_to("../../../secret")
    assert links_out(model, is_model=True) == ["vocab.json"]


def test_a_training_s_folder_names_the_models_in_it(folder):
    (folder / "model" / "config.json").unlink()
    (folder / "model" / "checkpoint-500").mkdir()
    (folder / "model" / "checkpoint-500" / "config.json").write_text("{}")
    assert problems(folder)["models[0]"].remedy == "Give one of them: checkpoint-500."
