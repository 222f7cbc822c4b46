import json
import os
import shutil

import pytest

from bakeoff.client.request_file import field_of, load_request
from bakeoff.errors import RequestError


def write(folder, document, name="request.json"):
    path = folder / name
    path.write_text(json.dumps(document))
    return path


@pytest.fixture
def folder(tmp_path):
    """A folder with a data set and a model."""
    (tmp_path / "train.csv").write_text("text,label\na,x\n")
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "config.json").write_text("{}")
    return tmp_path


def problems(path):
    with pytest.raises(RequestError) as error:
        load_request(path)
    return {problem.field: problem.problem for problem in error.value.problems}


def test_paths_are_relative_to_the_requests_folder(folder):
    path = write(folder, {"dataset": {"train": "train.csv"}, "models": ["./model", "bert"]})

    file = load_request(path)

    assert {field_of(place): path for place, path in file.paths.items()} == {
        "dataset.train": folder / "train.csv",
        "models[0]": folder / "model",
    }


def test_paths_are_found_in_every_form_of_dataset_and_model(folder):
    path = write(folder, {"dataset": "./train.csv", "models": [{"id": "./model"}]})

    fields = {field_of(place) for place in load_request(path).paths}

    assert fields == {"dataset", "models[0].id"}


def test_hub_ids_split_names_and_s3_uris_are_no_paths(folder):
    hub = {"dataset": {"id": "stanfordnlp/imdb", "train": "train"}, "models": ["a/b"]}
    s3 = {"dataset": {"train": "s3://bucket/train.csv"}, "models": ["s3://bucket/model/"]}

    assert load_request(write(folder, hub)).paths == {}
    assert load_request(write(folder, s3)).paths == {}


def test_a_hub_id_that_leads_to_a_file_beside_the_request_is_refused(folder):
    shutil.copytree(folder / "model", folder / "ours" / "other")
    document = {"dataset": "train.csv", "models": ["model", {"id": "ours/other"}]}
    found = problems(write(folder, document))
    assert set(found) == {"dataset", "models[0]", "models[1].id"}
    assert "next to the request" in found["dataset"]


def test_a_hub_id_is_no_path_because_some_folder_has_its_name(folder):
    (folder / "bert").mkdir()
    (folder / "imdb").mkdir()
    assert load_request(write(folder, {"dataset": "imdb", "models": ["bert"]})).paths == {}


def test_every_path_that_cannot_be_used_is_a_problem_of_its_field(folder):
    (folder / "notes.txt").write_text("")
    (folder / "empty").mkdir()
    document = {
        "dataset": {"train": "nowhere.csv", "validation": "notes.txt", "test": "empty"},
        "models": ["./nowhere", "./empty", "./notes.txt"],
    }

    found = problems(write(folder, document))

    assert set(found) == {
        *("dataset.train", "dataset.validation", "dataset.test"),
        *("models[0]", "models[1]", "models[2]"),
    }
    assert "does not exist" in found["dataset.train"]
    assert "unknown format" in found["dataset.validation"]
    assert "no data files" in found["dataset.test"]
    assert "does not exist" in found["models[0]"]
    assert "config.json" in found["models[1]"]
    assert "not a .tar.gz" in found["models[2]"]


@pytest.mark.parametrize("name", ["~nobody-of-this-name/x", "./" + "x" * 300, "./" + "x/" * 3000])
def test_a_path_that_cannot_even_be_looked_for_is_a_problem_of_its_field(folder, name):
    found = problems(write(folder, {"dataset": f"{name}.csv", "models": [name]}))

    assert set(found) == {"dataset", "models[0]"}
    assert all(len(problem) < 400 for problem in found.values())


def test_a_folder_of_data_files_and_a_model_archive_can_be_used(folder):
    (folder / "rows").mkdir()
    (folder / "rows" / "part-0.parquet").write_bytes(b"")
    (folder / "model.tar.gz").write_bytes(b"")
    path = write(folder, {"dataset": {"train": "rows"}, "models": ["./model.tar.gz"]})

    assert len(load_request(path).paths) == 2


def test_devices_and_links_to_nothing_are_no_data(folder):
    (folder / "rows").mkdir()
    (folder / "rows" / "a.csv").write_text("text,label\n")
    (folder / "rows" / "b.csv").symlink_to("nowhere.csv")
    (folder / "gone.csv").symlink_to("nowhere.csv")
    os.mkfifo(folder / "pipe.csv")
    dataset = {"train": "rows", "validation": "gone.csv", "test": "pipe.csv"}

    found = problems(write(folder, {"dataset": dataset, "models": ["m"]}))

    assert "contains b.csv, which is not a file" in found["dataset.train"]
    assert "neither a file nor a folder" in found["dataset.validation"]
    assert "neither a file nor a folder" in found["dataset.test"]


@pytest.mark.parametrize(
    "name", ["x.csv", "x.tsv", "x.CSV.gz", "x.jsonl.zst", "x.json", "x.parquet", "x.csv.zst"]
)
def test_every_format_that_preparation_reads_can_be_used(folder, name):
    (folder / name).write_bytes(b"")

    assert load_request(write(folder, {"dataset": f"./{name}", "models": ["m"]})).paths


@pytest.mark.parametrize("name", ["x.gz", "x.txt.gz", "x.csv.zip", "x.xlsx"])
def test_other_formats_are_refused_with_those_there_are(folder, name):
    (folder / name).write_bytes(b"")

    with pytest.raises(RequestError) as refusal:
        load_request(write(folder, {"dataset": f"./{name}", "models": ["m"]}))

    (problem,) = refusal.value.problems
    assert ".csv, .tsv, .jsonl, .json, .parquet, plain or with .gz or .zst" in problem.remedy


def test_wrong_paths_are_told_together_with_all_else_that_is_wrong(folder):
    wrong = write(folder, {"dataset": "./nowhere.csv", "models": []})

    assert set(problems(wrong)) == {"dataset", "models"}


def test_a_request_that_is_too_large_is_refused(folder):
    path = write(folder, {"dataset": "a", "models": ["b" * 5_000_000]})

    assert "larger" in problems(path)["request"]


def test_paths_are_replaced_by_uris_and_the_rest_is_unchanged(folder):
    document = {
        "dataset": {"train": "train.csv"},
        "models": [{"id": "./model"}, "bert"],
        "seeds": [1],
    }
    file = load_request(write(folder, document))

    content = json.loads(
        file.content({place: f"s3://bucket/{path.name}" for place, path in file.paths.items()})
    )

    assert content == {
        "dataset": {"train": "s3://bucket/train.csv"},
        "models": [{"id": "s3://bucket/model", "requested_as": "./model"}, "bert"],
        "seeds": [1],
    }


def test_a_model_given_as_text_keeps_its_path_as_what_was_requested(folder):
    file = load_request(write(folder, {"dataset": "a/b", "models": ["bert", "./model"]}))

    content = json.loads(file.content({("models", 1): "s3://bucket/model/"}))

    assert content["models"] == ["bert", {"id": "s3://bucket/model/", "requested_as": "./model"}]


def test_the_requests_own_requested_as_is_kept(folder):
    model = {"id": "./model", "requested_as": "our encoder"}
    file = load_request(write(folder, {"dataset": "a/b", "models": [model]}))

    content = json.loads(file.content({("models", 0, "id"): "s3://bucket/model/"}))

    assert content["models"] == [model | {"id": "s3://bucket/model/"}]


def test_a_path_longer_than_requested_as_may_be_is_shortened(folder):
    long = "./" + "/".join(["deep"] * 60)
    shutil.copytree(folder / "model", folder / long)
    file = load_request(write(folder, {"dataset": "a/b", "models": [long]}))

    (model,) = json.loads(file.content({("models", 0): "s3://bucket/model/"}))["models"]

    assert len(model["requested_as"]) <= 256
    assert model["requested_as"].startswith("./deep/")


def test_the_request_sent_is_no_larger_than_the_request_written(folder):
    model = {"id": "m", "hyperparameters": {"epochs": 1, "train_batch_size": 1}}
    models = [model | {"id": f"model-{number}"} for number in range(900)]
    path = folder / "request.json"
    path.write_text(json.dumps({"dataset": "a/b", "models": models}, separators=(",", ":")))

    assert len(load_request(path).content({})) <= path.stat().st_size


def test_the_schema_that_an_editor_reads_is_not_sent(folder):
    document = {"$schema": "\ud800", "dataset": "a/b", "models": ["bert"]}

    content = load_request(write(folder, document)).content({})

    assert json.loads(content) == {"dataset": "a/b", "models": ["bert"]}


def test_two_splits_that_turn_out_the_same_are_refused(folder):
    path = write(
        folder, {"dataset": {"train": "train.csv", "test": "./train.csv"}, "models": ["bert"]}
    )
    file = load_request(path)

    with pytest.raises(RequestError, match="same as train"):
        file.content(dict.fromkeys(file.paths, "s3://bucket/train.csv"))


def test_the_name_is_the_files_unless_the_request_gives_one(folder):
    document = {"dataset": "imdb", "models": ["bert"]}

    assert load_request(write(folder, document, "mine.json")).name == "mine"
    assert load_request(write(folder, document | {"name": "given"}, "mine.json")).name == "given"
