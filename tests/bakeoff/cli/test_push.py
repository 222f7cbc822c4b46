"""`push`: the model on the hub, by the hub's real client against a stand-in."""

import json

import pytest
from huggingface_hub import ModelCard

from bakeoff.card.licence import with_license
from tests.support.command_line import invoke
from tests.support.fake_cloud import FakeCloud
from tests.support.kept_run import NAME, bucket_of, kept_summary, packed
from tests.support.receiving_hub import TOKEN, ReceivingHub

REPOSITORY = "someone/reviews"
FILES = {
    "code/predict.py": b"print(1)",
    "code/__pycache__/predict.pyc": b"0",
    "head.safetensors": bytes(range(256)) * 100,
    "model.json": b"{}",
}


@pytest.fixture
def cloud(tmp_path, monkeypatch):
    """A bucket with a kept model, seen from an empty folder."""
    made = tmp_path / "made"
    for name, content in FILES.items():
        (made / name).parent.mkdir(parents=True, exist_ok=True)
        (made / name).write_bytes(content)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    cloud = FakeCloud()
    cloud.objects |= bucket_of(kept_summary(), packed(made))
    return cloud


@pytest.fixture
def hub(monkeypatch, tmp_path):
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_DISABLE_XET", True)
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    with ReceivingHub() as hub:
        monkeypatch.setenv("HF_ENDPOINT", hub.url)
        yield hub


def test_folder_and_card_are_on_the_hub(cloud, hub):
    base = kept_summary().candidates[0].model
    hub.licenses[base] = "apache-2.0"

    ended = invoke(["push", NAME, REPOSITORY], cloud)

    assert ended.status == 0, ended.err
    assert f"{hub.url}/{REPOSITORY}" in ended.out
    files = hub.repositories[REPOSITORY]
    assert set(files) == {
        "README.md", "bakeoff.json", "code/predict.py", "head.safetensors", "model.json",
    }  # fmt: skip
    assert files["head.safetensors"] == FILES["head.safetensors"]
    card = ModelCard(files["README.md"].decode(), ignore_metadata_errors=False)
    assert card.data.to_dict()["license"] == "apache-2.0"
    assert "licence of the base model is not known" not in card.text
    assert hub.private == set()
    assert TOKEN not in ended.out + ended.err


def test_a_repository_can_be_private_and_pushed_to_again(cloud, hub):
    for _ in range(2):
        ended = invoke(["push", NAME, REPOSITORY, "--private"], cloud)
        assert ended.status == 0, ended.err

    assert hub.private == {REPOSITORY}


def test_a_folder_is_pushed_without_a_cloud(cloud, hub, tmp_path):
    assert invoke(["model", NAME, "--output", tmp_path / "mine"], cloud).status == 0

    assert invoke(["push", tmp_path / "mine", REPOSITORY], None).status == 0

    about = json.loads(hub.repositories[REPOSITORY]["bakeoff.json"])
    assert about["name"] == NAME


@pytest.mark.parametrize(
    ("status", "words"),
    [(401, "hf auth login"), (403, "may not write to someone"), (500, "Try again later")],
)
def test_what_the_hub_refuses_is_said_with_a_remedy(status, words, cloud, hub):
    hub.status = status

    ended = invoke(["push", NAME, REPOSITORY], cloud)

    assert ended.status == 1
    assert words in " ".join(ended.err.split())
    assert TOKEN not in ended.out + ended.err


def test_without_a_token_it_says_how_to_get_one(cloud, hub, monkeypatch, tmp_path):
    monkeypatch.delenv("HF_TOKEN")
    monkeypatch.setattr("huggingface_hub.constants.HF_TOKEN_PATH", str(tmp_path / "none"))

    ended = invoke(["push", NAME, REPOSITORY], cloud)

    assert ended.status == 1
    assert "hf auth login" in ended.err


@pytest.mark.parametrize("name", ["a/b/c", "somebody", "somebody/", "/model"])
def test_a_name_that_is_none_of_a_repository_is_refused(name, cloud, hub):
    ended = invoke(["push", NAME, name], cloud)

    assert ended.status == 1
    assert "OWNER/NAME" in ended.err


@pytest.mark.parametrize("license", [None, "mit\nmalicious: 1", "MIT !", ""])
def test_a_licence_that_is_no_tag_changes_nothing(license):
    card = '---\ntags: ["a"]\n---\n\n# A\n'

    assert with_license(card, license) == card


def test_a_licence_that_is_there_stays():
    card = '---\nlicense: "mit"\n---\n\n# A\n'

    assert with_license(card, "apache-2.0") == card
