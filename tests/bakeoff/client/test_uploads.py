import json
from dataclasses import replace
from datetime import timedelta

import pytest

from bakeoff.client.request_file import load_request
from bakeoff.client.uploads import upload_all
from tests.support.fake_cloud import RUN_RETENTION_DAYS, FakeCloud


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "train.csv").write_text("text,label\na,x\n")
    model = tmp_path / "model"
    (model / "onnx").mkdir(parents=True)
    (model / "config.json").write_text("{}")
    (model / "onnx" / "model.onnx").write_text("of another library")
    (model / "model.safetensors").write_text("weights")
    (model / "optimizer.pt").write_text("of a training")
    (model / "checkpoint-5").mkdir()
    (model / "checkpoint-5" / "model.safetensors").write_text("of a training")
    (model / ".git").mkdir()
    (model / ".git" / "HEAD").write_text("hidden")
    document = {"dataset": {"train": "train.csv"}, "models": ["./model"]}
    (tmp_path / "request.json").write_text(json.dumps(document))
    return tmp_path


def upload(folder, cloud):
    said = []
    uris = upload_all(load_request(folder / "request.json"), cloud, said.append, cloud.now)
    return list(uris.values()), said


def test_files_and_folders_are_uploaded_under_a_hash_of_their_content(folder):
    cloud = FakeCloud()

    (train, model), said = upload(folder, cloud)

    assert train.startswith("s3://bakeoff-bucket/uploads/") and train.endswith("/train.csv")
    assert model.startswith("s3://bakeoff-bucket/uploads/") and model.endswith("/model/")
    prefix = model.removeprefix("s3://bakeoff-bucket/")
    assert cloud.objects[f"{prefix}config.json"] == b"{}"
    assert cloud.objects[f"{prefix}model.safetensors"] == b"weights"
    assert [line.split()[1] for line in said] == ["train.csv", "./model"]


def test_hidden_files_are_not_uploaded(folder):
    cloud = FakeCloud()

    upload(folder, cloud)

    assert not [key for key in cloud.objects if ".git" in key]


def test_what_a_training_left_beside_a_model_is_not_uploaded(folder):
    cloud = FakeCloud()
    (_, model), _ = upload(folder, cloud)
    prefix = model.removeprefix("s3://bakeoff-bucket/")
    names = {key.removeprefix(prefix) for key in cloud.objects if key.startswith(prefix)}
    assert names == {"config.json", "model.safetensors"}
    # It does not make another model of it, either.
    (folder / "model" / "optimizer.pt").write_text("of a longer training")
    assert upload(folder, cloud)[0][1] == model


def test_all_files_of_a_data_set_are_uploaded(folder):
    cloud = FakeCloud()
    (folder / "rows" / "deep").mkdir(parents=True)
    (folder / "rows" / "deep" / "b.csv").write_text("text,label\nb,y\n")
    (folder / "rows" / "a.csv").write_text("text,label\na,x\n")
    document = {"dataset": {"train": "rows"}, "models": ["./model"]}
    (folder / "request.json").write_text(json.dumps(document))
    (rows, _), _ = upload(folder, cloud)
    prefix = rows.removeprefix("s3://bakeoff-bucket/")
    names = {key.removeprefix(prefix) for key in cloud.objects if key.startswith(prefix)}
    assert names == {"a.csv", "deep/b.csv"}


def test_an_upload_that_fails_is_told(folder):
    class Full(FakeCloud):
        def upload(self, path, key):
            raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        upload(folder, Full())


def test_files_that_are_already_there_are_not_uploaded_again(folder):
    cloud = FakeCloud()
    first, _ = upload(folder, cloud)
    cloud.uploads.clear()

    second, said = upload(folder, cloud)

    assert second == first
    assert cloud.uploads == [] and said == []


def test_an_upload_that_was_cut_short_is_completed(folder):
    cloud = FakeCloud()
    upload(folder, cloud)
    lost = next(key for key in cloud.objects if key.endswith("model.safetensors"))
    cloud.objects[lost] = b"half"
    cloud.uploads.clear()

    upload(folder, cloud)

    assert cloud.uploads == [lost]


def test_changed_files_are_uploaded_elsewhere(folder):
    cloud = FakeCloud()
    (before, _), _ = upload(folder, cloud)
    (folder / "train.csv").write_text("text,label\nb,y\n")

    (after, _), _ = upload(folder, cloud)

    assert before != after
    assert before.removeprefix("s3://bakeoff-bucket/") in cloud.objects


def test_an_upload_is_reused_in_the_first_half_of_its_retention(folder):
    cloud = FakeCloud()
    upload(folder, cloud)
    cloud.uploads.clear()

    cloud.now += timedelta(days=RUN_RETENTION_DAYS / 2)
    upload(folder, cloud)
    assert cloud.uploads == []

    cloud.now += timedelta(seconds=1)
    _, said = upload(folder, cloud)
    assert {key.rpartition("/")[2] for key in cloud.uploads} == {
        "train.csv",
        "config.json",
        "model.safetensors",
    }
    assert [line.split()[1] for line in said] == ["train.csv", "./model"]


def test_an_upload_that_was_refreshed_is_reused_again(folder):
    cloud = FakeCloud()
    upload(folder, cloud)
    cloud.now += timedelta(days=RUN_RETENTION_DAYS - 1)
    upload(folder, cloud)
    cloud.uploads.clear()

    cloud.now += timedelta(days=RUN_RETENTION_DAYS / 3)
    upload(folder, cloud)

    assert cloud.uploads == []


def test_nothing_is_reused_if_the_deployment_does_not_say_when_uploads_expire(folder):
    cloud = FakeCloud()
    cloud.deployment = replace(cloud.deployment, run_retention_days=None)
    upload(folder, cloud)
    cloud.uploads.clear()

    cloud.now += timedelta(minutes=1)
    upload(folder, cloud)

    assert len(cloud.uploads) == 3
