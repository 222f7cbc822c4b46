"""The preparation job as a whole: what it leaves for the jobs that come after it."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest
from safetensors import safe_open

from tests.support.preparing import SPLITS, Prepared, resolved, reviews, run_prepare, write_csv
from tests.support.tiny_models import MAX_TOKENS, build_tiny_model

FAMILIES = ("bert", "distilbert", "roberta", "gpt2", "t5", "fnet")


@dataclass(frozen=True)
class Films:
    """A data set in a file, and tiny models that know its words."""

    train: Path
    models: dict[str, Path]


@pytest.fixture(scope="module")
def films(tmp_path_factory) -> Films:
    folder = tmp_path_factory.mktemp("films")
    rows = reviews(200)
    texts = [text for text, _ in rows]
    models = {family: build_tiny_model(family, folder / family, texts) for family in FAMILIES}
    return Films(write_csv(folder / "train.csv", rows), models)


@pytest.fixture(scope="module")
def prepared(films, tmp_path_factory) -> Prepared:
    """One model of each family, and the first one again with shorter texts."""
    shorter = {"id": str(films.models["bert"]), "hyperparameters": {"max_length": 8}}
    request = resolved(films.train, [*films.models.values(), shorter])
    return run_prepare(tmp_path_factory.mktemp("prepared"), request)


def test_the_manifest_says_what_the_data_set_is(prepared, films):
    manifest = prepared.manifest
    assert (prepared.status, manifest["status"], manifest["problems"]) == (0, "ready", [])
    fingerprint = manifest["dataset"].pop("fingerprint")
    assert len(fingerprint) == 64
    assert manifest["dataset"].pop("task_reason").endswith(".")
    assert (prepared.store / manifest["dataset"].pop("prefix") / "train.parquet").exists()
    assert manifest["dataset"] == {
        "id": str(films.train),
        "revision": None,
        "text_columns": ["text"],
        "label_columns": ["label"],
        "task": "binary",
        "labels": ["bad", "good"],
        "positive_label": "good",
        "rows": {"train": 144, "validation": 16, "test": 40},
        "leaked_rows_dropped": 0,
    }
    assert {"python", "datasets", "transformers"} <= manifest["library_versions"].keys()
    assert manifest["seconds"].keys() == {"dataset", "models"}


def test_the_manifest_says_what_each_model_is(prepared, films):
    models = prepared.manifest["models"]
    assert [model["model"] for model in models] == [
        *map(str, films.models.values()),
        str(films.models["bert"]),
    ]
    assert {model["status"] for model in models} == {"ready"}
    assert [model["max_length"] for model in models] == [MAX_TOKENS] * len(films.models) + [8]
    assert models[0]["num_parameters"] == models[-1]["num_parameters"] > 1000
    assert all(0 < model["encoder_parameters"] < model["num_parameters"] for model in models)
    assert all((model["revision"], model["reason"]) == (None, None) for model in models)
    assert all(model["warnings"] == [] for model in models)


@pytest.mark.parametrize("split", SPLITS)
def test_every_model_gets_the_same_rows_in_the_same_order(prepared, films, split):
    rows = prepared.rows(split)
    for number in range(len(films.models) + 1):
        tokenised = prepared.tokenised(number, split)
        assert tokenised["id"] == rows["id"]
        assert tokenised["label"] == rows["label"]


def test_tokens_are_cut_to_the_length_and_not_padded(prepared, films):
    shortened = len(films.models)
    lengths = [
        [len(ids) for ids in prepared.tokenised(number, "train")["input_ids"]]
        for number in (0, shortened)
    ]
    assert len(set(lengths[0])) > 1
    assert lengths[1] == [min(length, 8) for length in lengths[0]]


def test_every_split_is_of_the_file_and_none_of_another(prepared, films):
    drawn = [text for split in SPLITS for text in prepared.rows(split)["text"]]
    assert sorted(drawn) == sorted(text for text, _ in reviews(200))


def test_beside_its_snapshot_nothing_of_the_data_is_stored(prepared):
    """What is read on the way has random names, by which a job would look like another one."""
    folder = prepared.store / prepared.manifest["dataset"]["prefix"]

    assert {path.name for path in folder.iterdir()} == {
        "train.parquet",
        "validation.parquet",
        "test.parquet",
        "snapshot.json",
        "slices.json.gz",
        "test_texts.jsonl.gz",
        "sample",
    }


@pytest.mark.parametrize("number", range(6))
def test_a_snapshot_holds_safetensors_and_what_loads_them(prepared, number):
    names = {path.name for path in prepared.snapshot(number).iterdir()}
    assert names <= {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"}
    with safe_open(prepared.snapshot(number) / "model.safetensors", framework="np") as weights:
        assert weights.metadata() == {"format": "pt"}


def test_candidates_of_one_model_share_a_fetch(films, tmp_path):
    model = shutil.copytree(films.models["bert"], tmp_path / "model")
    pickled = model / "pytorch_model.bin"
    pickled.write_bytes(b"")
    archive = shutil.make_archive(str(tmp_path / "model"), "gztar", model)
    models = [{"id": archive, "hyperparameters": {"epochs": epochs}} for epochs in (1, 2, 3)]
    prepared = run_prepare(tmp_path / "run", resolved(films.train, models))
    assert "model.safetensors" in {path.name for path in prepared.snapshot(0).iterdir()}
    assert prepared.snapshot(0) == prepared.snapshot(1) == prepared.snapshot(2)
    assert prepared.tokens(0) == prepared.tokens(1) == prepared.tokens(2)


def test_another_run_gives_the_same_rows_and_tokens(prepared, films, tmp_path):
    request = resolved(films.train, [films.models["bert"]])
    again = run_prepare(tmp_path, request)
    assert again.manifest["dataset"]["fingerprint"] == prepared.manifest["dataset"]["fingerprint"]
    for split in SPLITS:
        assert again.rows(split) == prepared.rows(split)
        assert again.tokenised(0, split) == prepared.tokenised(0, split)


def test_the_fingerprint_does_not_depend_on_the_kind_of_file(prepared, films, tmp_path):
    lines = [json.dumps({"label": label, "text": text}) for text, label in reviews(200)]
    (tmp_path / "train.jsonl").write_text("\n".join(lines))
    again = run_prepare(tmp_path / "run", resolved(tmp_path / "train.jsonl"))
    expected = prepared.manifest["dataset"]["fingerprint"]
    assert again.manifest["dataset"]["fingerprint"] == expected


def test_unavailable_models_are_reported_and_the_others_are_prepared(films, tmp_path):
    broken = {name: shutil.copytree(films.models["bert"], tmp_path / name) for name in "abcde"}
    (broken["a"] / "tokenizer.json").unlink()
    (broken["b"] / "model.safetensors").write_bytes(b"cut off")
    (broken["c"] / "config.json").write_text('{"model_type": "vit"}')
    (broken["d"] / "model.safetensors").rename(broken["d"] / "pytorch_model.bin")
    (broken["e"] / "tokenizer.json").write_text("{")
    models = [tmp_path / "nothing", *broken.values(), films.models["distilbert"]]
    prepared = run_prepare(tmp_path / "run", resolved(films.train, models))
    *failed, last = prepared.manifest["models"]
    assert (prepared.status, prepared.manifest["status"], last["status"]) == (0, "ready", "ready")
    assert {model["status"] for model in failed} == {"failed"}
    beginnings = [
        "There is no model at ",
        "It has no tokeniser: ",
        "Its model.safetensors cannot be read: ",
        "Its type, 'vit', does not fit a classification head",
        "Its pytorch_model.bin cannot be read: it holds more than numbers",
        "Its tokeniser cannot be read: ",
    ]
    reasons = [model["reason"] for model in failed]
    assert [
        reason[: len(start)] for reason, start in zip(reasons, beginnings, strict=True)
    ] == beginnings
    assert all("\n" not in reason and len(reason) < 600 for reason in reasons)
    # No training job, and no later run, could make use of what is left of them.
    stored = {path.stem for path in (prepared.store / "models").glob("*.json")}
    assert stored == {last["snapshot_prefix"].split("/")[1]}


def test_a_candidate_goes_on_where_another_one_of_its_model_failed(films, tmp_path):
    # Wrong in a way that shows only when it is read: the folder is removed, then fetched again.
    model = shutil.copytree(films.models["bert"], tmp_path / "model")
    (model / "tokenizer.json").write_text("{")
    models = [{"id": str(model), "hyperparameters": {"epochs": epochs}} for epochs in (1, 2)]
    prepared = run_prepare(tmp_path / "run", resolved(films.train, models))
    reasons = [model["reason"] for model in prepared.manifest["models"]]
    assert reasons[0] == reasons[1]
    assert reasons[0].startswith("Its tokeniser cannot be read: ")


def test_weights_that_do_not_fit_the_architecture_are_reported(films, tmp_path):
    model = shutil.copytree(films.models["gpt2"], tmp_path / "model")
    shutil.copyfile(films.models["bert"] / "config.json", model / "config.json")
    outcome = run_prepare(tmp_path / "run", resolved(films.train, [model])).model(0)
    assert outcome["status"] == "failed"
    assert "the others would start from random numbers" in outcome["reason"]


def test_baselines_need_no_model(films, tmp_path):
    request = resolved(films.train, [films.models["bert"]])
    assert {"baseline/majority", "baseline/tfidf"} < {
        candidate["model"] for candidate in request["candidates"]
    }
    prepared = run_prepare(tmp_path, request)
    assert [model["model"] for model in prepared.manifest["models"]] == [str(films.models["bert"])]
    assert len(prepared.data_card["models"]) == 1


def test_a_model_that_brings_code_needs_the_deployment_s_leave(films, tmp_path):
    model = shutil.copytree(films.models["bert"], tmp_path / "model")
    config = json.loads((model / "config.json").read_text())
    (model / "own.py").write_text(
        "from transformers import BertForSequenceClassification\n\n\n"
        "class Model(BertForSequenceClassification):\n    pass\n"
    )
    auto_map = {"AutoModelForSequenceClassification": "own.Model"}
    (model / "config.json").write_text(json.dumps(config | {"auto_map": auto_map}))
    request = resolved(films.train, [model])
    assert "contains code of its own" in run_prepare(tmp_path / "no", request).model(0)["reason"]
    allowed = run_prepare(tmp_path / "yes", request, ALLOW_REMOTE_CODE="true")
    assert allowed.model(0)["status"] == "ready"


def test_a_crash_leaves_no_manifest_and_writes_its_reason_to_the_output_message(films, tmp_path):
    # Nothing can be stored where a file is in the way of its folder.
    (tmp_path / "store").touch()
    prepared = run_prepare(tmp_path, resolved(films.train, [films.models["bert"]]))
    assert prepared.status == 1
    assert not (prepared.output / "manifest.json").exists()
    message = (tmp_path / "output" / "message").read_text(encoding="utf-8")
    assert message.startswith(("FileExistsError: ", "NotADirectoryError: "))
    assert "\n" not in message


def test_a_request_that_cannot_be_read_is_a_crash(tmp_path):
    assert run_prepare(tmp_path, {"dataset": None}).status == 1
    assert (tmp_path / "output" / "message").exists()


def test_special_tokens_in_texts_are_a_warning_of_the_models_that_have_them(films, tmp_path):
    rows = [
        (text + " [SEP]" * (number < 3), label) for number, (text, label) in enumerate(reviews(40))
    ]
    train = write_csv(tmp_path / "train.csv", rows)
    models = [films.models["bert"], films.models["roberta"]]
    for _ in ("made", "found in the store"):
        prepared = run_prepare(tmp_path, resolved(train, models))
        (warning,) = prepared.model(0)["warnings"]
        assert warning.startswith("3 texts contain")
        assert prepared.model(1)["warnings"] == []
