"""Folders that hold no whole model: what to give instead."""

import json

import pytest

from model.complete_model import check_complete
from model.model_files import ModelError

WHOLE = ("config.json", "model.safetensors", "tokenizer.json")


def refusal(folder, names, **files):
    for name, content in files.items():
        path = folder / f"{name}.json".replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    with pytest.raises(ModelError) as refused:
        check_complete(folder, names)
    return str(refused.value)


def inside(*folders):
    return [f"{folder}/{name}" for folder in folders for name in WHOLE]


def test_a_whole_model_is_complete(tmp_path):
    check_complete(tmp_path, WHOLE)
    check_complete(tmp_path, [*WHOLE, "adapter_config.json", *inside("checkpoint-5")])


def test_adapters_alone_name_their_model(tmp_path):
    names = ["adapter_config.json", "adapter_model.safetensors", "tokenizer.json"]
    sentence = refusal(tmp_path, names, adapter_config={"base_model_name_or_path": "roberta-base"})
    assert "It holds only adapters (adapter_config.json)" in sentence
    assert "give that model, roberta-base, with the method lora" in sentence
    assert "merge_and_unload" in sentence


@pytest.mark.parametrize("best", ["checkpoint-500", None])
def test_the_output_folder_of_a_trainer_names_its_checkpoints(tmp_path, best):
    names = inside("checkpoint-500", "checkpoint-1000")
    state = {"best_model_checkpoint": best and f"/opt/ml/checkpoints/{best}"}
    sentence = refusal(tmp_path, names, **{"checkpoint-1000__trainer_state": state})
    assert "the output folder of a Trainer with 2 checkpoints" in sentence
    assert f"such as its folder {best or 'checkpoint-1000'}" in sentence


def test_a_model_in_a_folder_of_any_name_is_found(tmp_path):
    assert "its folder encoder has one, so give that folder" in refusal(tmp_path, inside("encoder"))


@pytest.mark.parametrize(
    ("file", "kind"), [("tf_model.h5", "TensorFlow"), ("model.Q4_K_M.gguf", "GGUF, which is quant")]
)
def test_weights_for_something_else_are_named(tmp_path, file, kind):
    assert f"only for {kind}" in refusal(tmp_path, ["config.json", "tokenizer.json", file])


@pytest.mark.parametrize(
    "stem", ["model-0000{}-of-00003.safetensors", "pytorch_model-0000{}-of-00003.bin"]
)
def test_a_shard_that_is_missing_is_named_without_an_index_too(tmp_path, stem):
    names = ["config.json", "tokenizer.json", stem.format(1), stem.format(3)]
    assert f"is missing: {stem.format(2)}." in refusal(tmp_path, names)


def test_an_index_without_files_is_told(tmp_path):
    names = [*WHOLE[::2], "model-00001-of-00001.safetensors", "model.safetensors.index.json"]
    sentence = refusal(tmp_path, names, **{"model.safetensors.index": {"weight_map": []}})
    assert "has no weight_map" in sentence
