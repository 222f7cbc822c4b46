"""Models made badly, or made to break what reads them, cost themselves alone, with a reason."""

import errno
import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer

from bench.folder_objects import FolderObjects
from limits.limited_process import LimitedProcesses
from prepared_models import ModelPreparation
from snapshot.dataset_snapshot import take_snapshot, write_snapshot
from storage.content_store import ContentStore
from storage.hub import Hub
from tests.support.preparing import read_source, requested, reviews, run_prepare, write_csv
from tests.support.preparing import resolved as resolved_request
from tests.support.tiny_models import build_tiny_model
from trial import model_process

MIB = 2**20
ROWS = reviews(20)
FAMILIES = ("bert", "distilbert", "gpt2", "fnet", "t5")
LONG_WORD = "a" * 60
# Of either label and in every split.
LONG = [(f"{LONG_WORD} {number}!", ("good", "bad")[number % 2]) for number in range(20)]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Tiny models, by family."""
    folder = tmp_path_factory.mktemp("models")
    texts = [text for text, _ in ROWS]
    return {family: build_tiny_model(family, folder / family, texts) for family in FAMILIES}


@pytest.fixture
def bert(tiny, tmp_path):
    """Copies, to be broken."""

    def copy(name):
        return shutil.copytree(tiny["bert"], tmp_path / name)

    return copy


@pytest.fixture
def prepare(tmp_path):
    """Prepares models and returns the reasons of those that failed, None for the others."""
    train = write_csv(tmp_path / "train.csv", [*ROWS, *LONG])

    def reasons(models, objects=None, **fields):
        request = requested(train, models=models, **fields)
        snapshot = take_snapshot(read_source(tmp_path, train), request)
        write_snapshot(snapshot, tmp_path / "rows")
        preparation = ModelPreparation(
            ContentStore(
                objects or FolderObjects(tmp_path / "store"),
                now=lambda: datetime(2026, 1, 1, tzinfo=UTC),
                new_name=lambda: "one",
            ),
            Hub(None),
            LimitedProcesses(1000 * MIB, model_process.LIBRARIES),
            tmp_path / "scratch",
            made_with={},
            workers=1,
            allow_remote_code=False,
        )
        candidates = [each for each in request.candidates if not each.is_baseline]
        prepared = preparation.prepare(candidates, snapshot, tmp_path / "rows")
        return [model.entry.reason for model in prepared]

    return reasons


def change(path, **fields):
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def split_by(pattern):
    return {
        "pre_tokenizer": {
            "type": "Split",
            "pattern": {"Regex": pattern},
            "behavior": "Isolated",
            "invert": False,
        }
    }


def test_a_tokeniser_that_panics_or_takes_all_memory_costs_its_model_alone(bert, prepare):
    broken, endless, grows = bert("broken"), bert("endless"), bert("grows")
    charsmap = {"type": "Precompiled", "precompiled_charsmap": "////"}
    change(broken / "tokenizer.json", normalizer=charsmap)
    # It takes more steps than the library allows: a number with twelve digits.
    change(endless / "tokenizer.json", **split_by("(a|aa)+$"))
    growth = {"type": "Replace", "pattern": {"String": "a"}, "content": "a" * 1000}
    change(grows / "tokenizer.json", normalizer={"type": "Sequence", "normalizers": [growth] * 3})
    reasons = prepare([broken, endless, bert("good"), grows])
    assert reasons[0].startswith(
        "A library gave up while reading its configuration, tokeniser and weights (PanicException: "
    )
    assert reasons[1].startswith("A library gave up while its tokeniser read some of this run's ")
    assert reasons[2] is None
    assert "It took more than the 1.0 GiB of memory that it may use" in reasons[3]


def test_a_text_s_token_without_a_row_in_the_embedding_is_refused(bert, prepare):
    model = bert("grown")
    tokenizer = AutoTokenizer.from_pretrained(model)
    tokenizer.add_tokens(["filmed", LONG_WORD])
    tokenizer.save_pretrained(model)
    (reason,) = prepare([model])
    assert reason.startswith("Its tokeniser and its weights do not belong together: the token 'aaa")
    assert "model.resize_token_embeddings(len(tokenizer))" in reason


def test_outputs_that_are_not_finite_are_refused(bert, prepare):
    model = bert("huge")
    weights = load_file(model / "model.safetensors")
    name = "encoder.layer.1.output.LayerNorm.weight"
    weights[name] = torch.full_like(weights[name], 3e38)
    save_file(weights, model / "model.safetensors", metadata={"format": "pt"})
    (reason,) = prepare([{"id": str(model), "method": "frozen"}])
    assert reason.startswith("Its outputs for this run's texts are not finite numbers")


def test_models_that_train_pass_their_trial(tiny, prepare):
    models = [{"id": str(path), "method": "full"} for path in tiny.values()]
    models += [{"id": str(tiny[family]), "method": "frozen"} for family in ("gpt2", "fnet", "t5")]
    models += [{"id": str(tiny["gpt2"]), "method": "lora"}]
    models += [{"id": str(tiny["bert"]), "method": "zeroshot"}]
    assert prepare(models) == [None] * len(models)
    # Of models that are in the store, only what other rows may change is looked at.
    again = [model for model in models if Path(model["id"]).name in ("gpt2", "t5")]
    assert prepare(again, hyperparameters={"max_length": 8}) == [None] * len(again)


class FullDisk(FolderObjects):
    def upload(self, path, name):
        if name.startswith("models/"):
            raise OSError(errno.ENOSPC, "No space left on device")
        super().upload(path, name)


def test_a_full_disk_is_told_with_the_setting_for_its_size(bert, prepare, tmp_path):
    (reason,) = prepare([bert("good")], objects=FullDisk(tmp_path / "store"))
    assert reason.startswith("The disk of the preparation job is full. Raise the deployment's")
    assert "processing_volume_gb" in reason


class NoRoomForRows(FolderObjects):
    def upload(self, path, name):
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_disk_that_is_full_before_any_model_is_told_in_the_same_words(tmp_path):
    train = write_csv(tmp_path / "train.csv", ROWS)
    prepared = run_prepare(tmp_path, resolved_request(train), open_store=NoRoomForRows)
    assert prepared.status == 1
    message = (tmp_path / "output" / "message").read_text(encoding="utf-8")
    assert message.startswith("The disk of the preparation job is full.")


def test_an_encoder_cannot_be_asked_and_a_decoder_can(prepare, tiny):
    models = [{"id": str(tiny[family]), "method": "prompt"} for family in ("bert", "gpt2")]
    encoder, decoder = prepare(models)
    assert "give a causal language model" in encoder
    assert decoder is None
