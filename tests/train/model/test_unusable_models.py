"""Models that cannot be trained are refused by what is wrong with them, before any job starts."""

import json
import shutil
import tarfile

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModel, AutoTokenizer

from model.model_archive import unpacked
from model.model_files import ModelError
from model.model_snapshot import FetchedModel
from model.snapshot_folder import make_snapshot
from model.usable_model import facts_of
from tests.support.tiny_models import MAX_TOKENS, build_tiny_model


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory):
    return build_tiny_model("bert", tmp_path_factory.mktemp("bert"), ["a fine film"])


@pytest.fixture
def bert(tiny_bert, tmp_path):
    """A copy, to be broken."""
    return shutil.copytree(tiny_bert, tmp_path / "bert")


def change(path, **fields):
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def rewrite(model, make):
    """Store what `make` makes of the weights."""
    weights = make(load_file(model / "model.safetensors"))
    save_file(weights, model / "model.safetensors", metadata={"format": "pt"})


def refusal(model):
    with pytest.raises(ModelError) as refused:
        facts_of(model, allow_remote_code=False)
    return str(refused.value)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"num_attention_heads": 3},
            "It cannot be built from its config.json: hidden_size 32 is not a multiple of 3 heads",
        ),
        ({"hidden_size": -1}, "Its config.json is wrong: hidden_size is -1"),
        ({"num_labels": 10_000_000}, "Its config.json is wrong: num_labels is 10000000"),
        ({"pad_token_id": 99999}, "Its config.json is wrong: pad_token_id 99999 is not below"),
        (
            {"quantization_config": {"quant_method": "gptq", "bits": 4}},
            "Its weights are quantised (gptq), so they cannot be trained: give the original model",
        ),
        ({"max_position_embeddings": 2}, "a text may have 2 tokens at most"),
        ({"hidden_act": "unheard"}, "It cannot be built from its config.json: "),
    ],
)
def test_a_configuration_that_no_model_can_have_is_refused_in_words(bert, fields, reason):
    change(bert / "config.json", **fields)
    assert reason in refusal(bert)


def test_quantised_weights_are_known_by_their_names_too(bert):
    codes = {"bert.encoder.layer.0.output.dense.qweight": torch.ones(4, dtype=torch.int32)}
    rewrite(bert, lambda weights: weights | codes)
    assert "Its weights are quantised (bert.encoder.layer.0.output.dense.qweight)" in refusal(bert)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_told_and_not_blamed_on_the_learning_rate(bert, number):
    name = "encoder.layer.1.output.dense.weight"

    def spoil(weights):
        weights[name][0, :2] = number
        return weights

    rewrite(bert, spoil)
    sentence = refusal(bert)
    assert f"2 of the 2,048 numbers of its weight {name} are not finite" in sentence
    assert "Give an earlier checkpoint" in sentence


def test_a_padding_token_that_was_added_without_a_row_for_it_is_refused(bert):
    tokenizer = AutoTokenizer.from_pretrained(bert)
    rows = len(tokenizer)
    tokenizer.add_special_tokens({"pad_token": "<|pad|>"})
    tokenizer.save_pretrained(bert)
    sentence = refusal(bert)
    assert f"the token '<|pad|>' has the number {rows}" in sentence
    assert f"embedding has {rows} rows" in sentence
    assert "model.resize_token_embeddings(len(tokenizer))" in sentence


def test_other_tokens_without_a_row_are_a_warning(bert):
    tokenizer = AutoTokenizer.from_pretrained(bert)
    tokenizer.add_tokens(["filmic"])
    tokenizer.save_pretrained(bert)
    (warning,) = facts_of(bert, allow_remote_code=False).warnings
    assert "a text with one of the others cannot be classified" in warning


@pytest.mark.parametrize("file", ["config.json", "tokenizer_config.json", "tokenizer.json"])
def test_a_file_that_is_nested_too_deeply_is_told(bert, file):
    (bert / file).write_text('{"a":' * 100_000 + "1" + "}" * 100_000)
    sentence = refusal(bert)
    assert "RecursionError" not in sentence
    assert "cannot be read: " in sentence


@pytest.mark.parametrize(
    ("file", "fields"),
    [
        ("tokenizer_config.json", {"model_max_length": "many"}),
        ("tokenizer_config.json", {"added_tokens_decoder": [1, 2]}),
        ("config.json", {"id2label": [1, 2]}),
        ("config.json", {"layer_norm_eps": "small"}),
        ("config.json", {"hidden_act": 5}),
        ("config.json", {"problem_type": 7}),
    ],
)
def test_values_of_the_wrong_kind_are_told_in_a_sentence(bert, file, fields):
    change(bert / file, **fields)
    try:
        facts_of(bert, allow_remote_code=False)
    except ModelError as error:
        known = ("Its ", "It cannot be built from its config.json: ", "model_max_length in its ")
        assert str(error).startswith(known)


def shards_of(model):
    weights = load_file(model / "model.safetensors")
    names = sorted(weights)
    for number, part in enumerate((names[:10], names[10:]), 1):
        shard = {name: weights[name] for name in part}
        path = model / f"model-{number:05}-of-00002.safetensors"
        save_file(shard, path, metadata={"format": "pt"})
    (model / "model.safetensors").unlink()
    return weights


def snapshot_of(model, tmp_path):
    folder = tmp_path / "snapshot"
    return folder, make_snapshot(FetchedModel(model, is_copy=False), folder, tmp_path / "scratch")


def test_shards_without_an_index_are_read_by_their_own_headers(bert, tmp_path):
    weights = shards_of(bert)
    folder, _ = snapshot_of(bert, tmp_path)
    loaded = AutoModel.from_pretrained(folder).state_dict()
    assert all(torch.equal(loaded[name], weight) for name, weight in weights.items())


def test_adapters_beside_whole_weights_are_left_out_with_a_warning(bert, tmp_path):
    (bert / "adapter_config.json").write_text('{"base_model_name_or_path": "elsewhere/model"}')
    folder, (warning,) = snapshot_of(bert, tmp_path)
    assert not (folder / "adapter_config.json").exists()
    assert warning.startswith("Its adapter_config.json was left out")


def test_a_link_in_a_folder_is_refused_by_name(bert, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (bert / "vocab.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(ModelError, match=r"Its vocab\.txt is a link"):
        snapshot_of(bert, tmp_path)


def test_an_archive_of_too_many_files_is_refused(tmp_path):
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as files:
        for number in range(12):
            files.addfile(tarfile.TarInfo(f"{number}.txt"))
    with pytest.raises(ModelError, match="holds more than 10 files and folders"):
        unpacked(archive, tmp_path / "folder", most_files=10)


@pytest.mark.parametrize("kind", [tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_an_archive_s_devices_are_refused(tmp_path, kind):
    archive = tmp_path / "model.tar.gz"
    member = tarfile.TarInfo("model.safetensors")
    member.type = kind
    with tarfile.open(archive, "w:gz") as files:
        files.addfile(member)
    with pytest.raises(ModelError, match=r"cannot be unpacked: .*special"):
        unpacked(archive, tmp_path / "folder")


def test_an_archive_that_unpacks_to_more_than_the_disk_has_is_refused(tmp_path):
    archive = tmp_path / "model.tar"
    member = tarfile.TarInfo("model.safetensors")
    member.size = 2**60
    archive.write_bytes(member.tobuf() + b"\0" * 1024)
    with pytest.raises(ModelError, match="unpacks to more than fits on the disk"):
        unpacked(archive, tmp_path / "folder")


def test_a_header_of_gigabytes_is_not_read(bert):
    (bert / "model.safetensors").write_bytes((2**40).to_bytes(8, "little") + b"{" * 100)
    assert "Its model.safetensors cannot be read: " in refusal(bert)


def test_a_tokeniser_without_an_attention_mask_is_no_fault(bert):
    change(bert / "tokenizer_config.json", model_input_names=["input_ids"])
    assert facts_of(bert, allow_remote_code=False).own_max_length == MAX_TOKENS
