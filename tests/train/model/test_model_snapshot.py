"""A model's files as the training job gets them: whole, safe to load, and nothing else."""

import io
import json
import shutil
import tarfile

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModel

from model.model_files import ModelError
from model.model_snapshot import ModelSource, fetch, identity_of, pin, wanted_files
from model.snapshot_folder import make_snapshot
from model.weight_files import stored_weights
from storage.hub import Hub
from tests.support.bucket import BUCKET, bucket
from tests.support.tiny_models import build_tiny_model

__all__ = ["bucket"]

SENTENCES = ["a fine film", "a dull film"]


@pytest.fixture(scope="module")
def tiny_bert(tmp_path_factory):
    return build_tiny_model("bert", tmp_path_factory.mktemp("bert"), SENTENCES)


@pytest.fixture
def model(tiny_bert, tmp_path):
    """A copy, to be broken."""
    return shutil.copytree(tiny_bert, tmp_path / "model")


def snapshot_of(tmp_path, place):
    folder = tmp_path / "models" / "candidate" / "snapshot"
    scratch = tmp_path / "cache"
    make_snapshot(fetch(pin(str(place), None, Hub(None)), Hub(None), scratch), folder, scratch)
    return folder


def names_in(folder):
    return sorted(path.name for path in folder.iterdir())


def to_pickle(model, name="pytorch_model.bin", tensors=None):
    """Store the weights as older models have them."""
    weights = load_file(model / "model.safetensors")
    torch.save(weights if tensors is None else tensors, model / name)
    (model / "model.safetensors").unlink()
    return weights


def pack(model, archive, inside="."):
    with tarfile.open(archive, "w:gz") as files:
        files.add(model, arcname=inside)
    return archive


def test_a_folder_is_copied_without_what_training_left_in_it(model, tmp_path):
    for name in (
        "optimizer.pt",
        "training_args.bin",
        "tf_model.h5",
        "model.onnx",
        "pytorch_model.bin",
    ):
        (model / name).write_bytes(b"not read")
    (model / "checkpoint-5").mkdir()
    (model / "checkpoint-5" / "model.safetensors").write_bytes(b"not read")
    assert names_in(snapshot_of(tmp_path, model)) == [
        "config.json",
        "model.safetensors",
        "tokenizer.json",
        "tokenizer_config.json",
    ]


@pytest.mark.parametrize("inside", [".", "model"])
def test_an_archive_may_hold_the_model_at_its_root_or_in_one_folder(tiny_bert, tmp_path, inside):
    snapshot = snapshot_of(tmp_path, pack(tiny_bert, tmp_path / "model.tar.gz", inside))
    assert names_in(snapshot) == names_in(tiny_bert)
    assert (snapshot / "model.safetensors").read_bytes() == (
        tiny_bert / "model.safetensors"
    ).read_bytes()


@pytest.mark.parametrize("kind", ["folder", "archive", "s3"])
@pytest.mark.parametrize("is_older", [False, True])
def test_what_its_authors_do_with_a_text_belongs_to_the_snapshot(
    bucket, model, tmp_path, kind, is_older
):
    own = names_in(model)
    if is_older:
        shutil.move(model, tmp_path / "moved")
        shutil.copytree(tmp_path / "moved", model / "0_Transformer")
    source = ModelSource(str(model), None)
    before = identity_of(source)
    for name in ("1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors"):
        (model / name).parent.mkdir(exist_ok=True)
        (model / name).write_text('{"pooling_mode_cls_token": true}')
    for name in ("2_Dense/pytorch_model.bin", "onnx/config.json", "checkpoint-1/config.json"):
        (model / name).parent.mkdir(exist_ok=True)
        (model / name).write_text("not read")
    (model / "modules.json").write_text("[]")
    assert identity_of(source) != before
    place = model
    if kind == "archive":
        place = pack(model, tmp_path / "model.tar.gz")
    elif kind == "s3":
        place = f"s3://{BUCKET}/models/pooled/"
        for path in (path for path in model.rglob("*") if path.is_file()):
            bucket.upload_file(
                str(path), BUCKET, f"models/pooled/{path.relative_to(model).as_posix()}"
            )

    snapshot = snapshot_of(tmp_path, place)

    parts = ["1_Pooling/config.json", "2_Dense/config.json", "2_Dense/model.safetensors"]
    found = [path.relative_to(snapshot) for path in snapshot.rglob("*") if path.is_file()]
    assert sorted(path.as_posix() for path in found) == sorted([*own, *parts, "modules.json"])
    AutoModel.from_pretrained(snapshot)


def test_a_changed_part_is_another_model(model):
    (model / "2_Dense").mkdir()
    weights = model / "2_Dense" / "model.safetensors"
    weights.write_bytes(b"one")
    before = identity_of(ModelSource(str(model), None))
    weights.write_bytes(b"two")
    assert identity_of(ModelSource(str(model), None)) != before


@pytest.mark.parametrize("uri", ["models/tiny", "models/tiny/", "models/tiny/model.tar.gz"])
def test_a_model_in_s3_is_a_folder_or_an_archive(bucket, tiny_bert, tmp_path, uri):
    archive = pack(tiny_bert, tmp_path / "model.tar.gz")
    files = [archive] if uri.endswith(".tar.gz") else list(tiny_bert.iterdir())
    for path in files:
        bucket.upload_file(str(path), BUCKET, f"models/tiny/{path.name}")
    bucket.put_object(Bucket=BUCKET, Key="models/tiny-other/config.json", Body=b"of another one")
    assert names_in(snapshot_of(tmp_path, f"s3://{BUCKET}/{uri}")) == names_in(tiny_bert)


def test_only_a_model_s_own_files_are_fetched_from_s3(bucket, tiny_bert, tmp_path):
    for path in tiny_bert.iterdir():
        bucket.upload_file(str(path), BUCKET, f"models/tiny/{path.name}")
    source = pin(f"s3://{BUCKET}/models/tiny/", None, Hub(None))
    before = identity_of(source)
    for name in ("optimizer.pt", "checkpoint-500/model.safetensors", "checkpoint-500/config.json"):
        bucket.put_object(Bucket=BUCKET, Key=f"models/tiny/{name}", Body=b"of a training")
    assert identity_of(source) == before
    assert names_in(snapshot_of(tmp_path, source.model)) == names_in(tiny_bert)
    downloaded = tmp_path / "cache" / "downloaded"
    assert not downloaded.exists() or {path.name for path in downloaded.rglob("*")} <= {
        path.name for path in tiny_bert.iterdir()
    }


def test_a_model_that_is_not_in_s3_is_reported(bucket, tmp_path):
    with pytest.raises(ModelError, match=f"There is nothing at s3://{BUCKET}/models/no/"):
        snapshot_of(tmp_path, f"s3://{BUCKET}/models/no")


def test_pickled_weights_become_safetensors(model, tmp_path):
    weights = to_pickle(model)
    snapshot = snapshot_of(tmp_path, model)
    assert "pytorch_model.bin" not in names_in(snapshot)
    stored = load_file(snapshot / "model.safetensors")
    assert stored.keys() == weights.keys()
    assert all(torch.equal(stored[name], weights[name]) for name in weights)
    AutoModel.from_pretrained(snapshot)


def test_pickled_weights_that_share_memory_are_stored_each(model, tmp_path):
    weights = load_file(model / "model.safetensors")
    first, *_ = weights
    to_pickle(model, tensors={**weights, "tied": weights[first], "part": weights[first][1:]})
    stored = load_file(snapshot_of(tmp_path, model) / "model.safetensors")
    assert torch.equal(stored["tied"], stored[first])
    assert torch.equal(stored["part"], stored[first][1:])


def test_pickled_shards_become_one_file(model, tmp_path):
    weights = load_file(model / "model.safetensors")
    names = sorted(weights)
    shards = [names[:10], names[10:]]
    index = {}
    for number, shard in enumerate(shards, 1):
        name = f"pytorch_model-{number:05}-of-00002.bin"
        torch.save({weight: weights[weight] for weight in shard}, model / name)
        index |= dict.fromkeys(shard, name)
    (model / "model.safetensors").unlink()
    (model / "pytorch_model.bin.index.json").write_text(json.dumps({"weight_map": index}))
    snapshot = snapshot_of(tmp_path, model)
    assert load_file(snapshot / "model.safetensors").keys() == weights.keys()
    assert not [name for name in names_in(snapshot) if name.startswith("pytorch_model")]


class _Trap:
    """Touches a file when it is unpickled."""

    def __init__(self, path):
        self._path = path

    def __reduce__(self):
        return open, (str(self._path), "w")


def test_pickled_code_is_refused_and_not_run(model, tmp_path):
    to_pickle(model, tensors={"weight": _Trap(tmp_path / "sprung")})
    with pytest.raises(ModelError, match=r"pytorch_model.bin cannot be read: .* code") as refused:
        snapshot_of(tmp_path, model)
    assert "weights_only" not in str(refused.value)
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("content", [{}, {"state_dict": {"weight": torch.ones(1)}}])
def test_pickled_weights_that_hold_none_are_refused(model, tmp_path, content):
    to_pickle(model, tensors=content)
    with pytest.raises(ModelError, match=r"There are no weights in pytorch_model.bin"):
        snapshot_of(tmp_path, model)


@pytest.mark.parametrize(
    ("missing", "message"),
    [
        ("config.json", "It has no config.json"),
        ("model.safetensors", "It has no weights for PyTorch"),
        ("tokenizer.json", "It has no tokeniser"),
    ],
)
def test_a_missing_required_file_of_a_model_is_reported(model, tmp_path, missing, message):
    (model / missing).unlink()
    # Weights of another name are none that the library would load.
    save_file({"weight": torch.ones(1)}, model / "adapter_model.safetensors")
    with pytest.raises(ModelError, match=message):
        snapshot_of(tmp_path, model)


@pytest.mark.parametrize("suffix", ["safetensors", "bin"])
def test_a_missing_shard_is_named(model, tmp_path, suffix):
    stem = "model" if suffix == "safetensors" else "pytorch_model"
    shards = [f"{stem}-{number:05}-of-00002.{suffix}" for number in (1, 2)]
    (model / "model.safetensors").rename(model / shards[0])
    index = {"weight_map": {"first": shards[0], "second": shards[1]}}
    (model / f"{stem}.{suffix}.index.json").write_text(json.dumps(index))
    with pytest.raises(ModelError, match=f"A file of its weights is missing: {shards[1]}"):
        snapshot_of(tmp_path, model)


def test_a_tokeniser_without_a_vocabulary_needs_no_file(model, tmp_path):
    (model / "tokenizer.json").unlink()
    (model / "tokenizer_config.json").write_text('{"tokenizer_class": "CanineTokenizer"}')
    assert "tokenizer_config.json" in names_in(snapshot_of(tmp_path, model))


def test_a_file_that_is_not_an_archive_is_reported(tmp_path):
    archive = tmp_path / "model.tar.gz"
    archive.write_bytes(b"no archive")
    with pytest.raises(ModelError, match=r"model.tar.gz cannot be unpacked"):
        snapshot_of(tmp_path, archive)


def test_a_truncated_archive_is_reported(tiny_bert, tmp_path):
    archive = pack(tiny_bert, tmp_path / "model.tar.gz")
    archive.write_bytes(archive.read_bytes()[:-2000])
    with pytest.raises(ModelError, match=r"model.tar.gz cannot be unpacked"):
        snapshot_of(tmp_path, archive)


@pytest.mark.parametrize("name", ["../out.txt", "model/../../out.txt", "{tmp_path}/out.txt"])
def test_an_archive_cannot_write_outside_its_folder(tmp_path, name):
    archive = tmp_path / "model.tar.gz"
    with tarfile.open(archive, "w:gz") as files:
        member = tarfile.TarInfo(name.format(tmp_path=tmp_path))
        member.size = 4
        files.addfile(member, io.BytesIO(b"evil"))
    with pytest.raises(ModelError, match="cannot be unpacked"):
        snapshot_of(tmp_path, archive)
    assert list(tmp_path.rglob("out.txt")) == []


def test_an_archive_s_links_are_not_followed(model, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (model / "vocab.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(ModelError, match=r"holds a link, vocab\.txt: pack the file"):
        snapshot_of(tmp_path, pack(model, tmp_path / "model.tar.gz"))


def test_a_location_that_does_not_exist_is_reported(tmp_path):
    with pytest.raises(ModelError, match="There is no model at "):
        snapshot_of(tmp_path, tmp_path / "nothing")


def test_models_outside_the_hub_have_no_commit():
    assert pin("s3://films/model/", None, Hub(None)) == ModelSource("s3://films/model/", None)


def test_only_the_files_of_a_repository_that_are_loaded_are_downloaded():
    names = [
        ".gitattributes",
        "README.md",
        "config.json",
        "consolidated.safetensors",
        "merges.txt",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "onnx/config.json",
        "onnx/model.onnx",
        "pytorch_model.bin",
        "rust_model.ot",
        "spiece.model",
        "tf_model.h5",
        "vocab.json",
    ]
    assert sorted(wanted_files(names)) == [
        "config.json",
        "merges.txt",
        "model-00001-of-00002.safetensors",
        "model-00002-of-00002.safetensors",
        "spiece.model",
        "vocab.json",
    ]
    assert wanted_files(["pytorch_model.bin", "tf_model.h5"]) == ["pytorch_model.bin"]


def test_parameters_are_those_of_the_stored_weights(tiny_bert):
    model = AutoModel.from_pretrained(tiny_bert)
    sizes = [weight.size for weight in stored_weights(tiny_bert).values()]
    assert sum(sizes) == sum(weight.numel() for weight in model.parameters())


def test_unreadable_weights_are_reported(model):
    (model / "model.safetensors").write_bytes(b"not weights at all")
    with pytest.raises(ModelError, match=r"Its model.safetensors cannot be read"):
        stored_weights(model)


@pytest.mark.parametrize("name", ["model.safetensors", "pytorch_model.bin"])
def test_a_pointer_of_git_lfs_is_named(model, tmp_path, name):
    (model / "model.safetensors").unlink()
    (model / name).write_text("version https://git-lfs.github.com/spec/v1\nsize 9\n")
    with pytest.raises(ModelError, match=rf"Its {name} is a pointer of Git LFS.*git lfs pull"):
        stored_weights(snapshot_of(tmp_path, model))
