"""Whether stored weights are those of the model, so that no training starts from chance unsaid."""

import json
import shutil

import pytest
from safetensors.torch import load_file, save_file
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    BertForMaskedLM,
    CanineConfig,
    CanineModel,
    CanineTokenizer,
)

from model.model_files import ModelError
from model.model_weights import check_weights
from model.usable_model import facts_of
from tests.support.tiny_models import build_tiny_model

FAMILIES = ("bert", "distilbert", "roberta", "gpt2", "t5", "fnet")


@pytest.fixture(scope="module")
def tiny(tmp_path_factory):
    """Tiny models, by family."""
    folder = tmp_path_factory.mktemp("models")
    return {
        family: build_tiny_model(family, folder / family, ["a fine film"]) for family in FAMILIES
    }


@pytest.fixture
def bert(tiny, tmp_path):
    """A copy, to be broken."""
    return shutil.copytree(tiny["bert"], tmp_path / "bert")


def rewrite(model, change):
    """Store what `change` makes of each name and weight; it may leave out some."""
    weights = load_file(model / "model.safetensors")
    changed = dict(filter(None, (change(name, weight) for name, weight in weights.items())))
    save_file(changed, model / "model.safetensors", metadata={"format": "pt"})


def checked(model):
    return check_weights(model, allow_remote_code=False).warnings


@pytest.mark.parametrize("family", FAMILIES)
def test_a_model_s_own_weights_fit_without_its_head(tiny, family):
    assert checked(tiny[family]) == []


def test_neither_embedding_tables_nor_the_head_count_as_the_encoder(tiny, tmp_path):
    of_layer = 4 * (32 * 32 + 32) + 2 * 32 * 64 + 64 + 32 + 2 * (2 * 32)
    tuned = AutoModelForSequenceClassification.from_pretrained(tiny["bert"], num_labels=7)
    tuned.save_pretrained(tmp_path / "tuned")
    for folder in (tiny["bert"], tmp_path / "tuned"):
        fit = check_weights(folder, allow_remote_code=False)
        # The norm after the tables is none.
        assert fit.encoder_parameters == 2 * of_layer + 2 * 32


def test_a_model_with_another_head_fits(tmp_path, tiny):
    config = BertConfig.from_pretrained(tiny["bert"])
    BertForMaskedLM(config).save_pretrained(tmp_path / "masked")
    assert checked(tmp_path / "masked") == []
    tuned = AutoModelForSequenceClassification.from_pretrained(tiny["bert"], num_labels=7)
    tuned.save_pretrained(tmp_path / "tuned")
    assert checked(tmp_path / "tuned") == []


def test_weights_of_other_names_are_refused(bert):
    rewrite(bert, lambda name, weight: (f"student.{name}", weight))
    with pytest.raises(
        ModelError,
        match=r"Only 0% of the weights of its type, 'bert', are stored with matching names",
    ):
        checked(bert)


def test_weights_of_another_architecture_are_refused(tiny, tmp_path):
    model = shutil.copytree(tiny["gpt2"], tmp_path / "model")
    shutil.copyfile(tiny["bert"] / "config.json", model / "config.json")
    with pytest.raises(ModelError, match="the others would start from random numbers"):
        checked(model)


def test_weights_of_other_sizes_are_refused(bert):
    config = json.loads((bert / "config.json").read_text())
    (bert / "config.json").write_text(json.dumps(config | {"hidden_size": 64}))
    with pytest.raises(ModelError, match="Only 0% of the weights"):
        checked(bert)


def test_a_few_weights_of_another_size_are_refused_with_both_sizes(bert):
    config = json.loads((bert / "config.json").read_text())
    (bert / "config.json").write_text(json.dumps(config | {"max_position_embeddings": 8}))
    with pytest.raises(
        ModelError,
        match=r"position_embeddings.weight is stored with the size \[64, 32\].* for \[8, 32\]",
    ):
        checked(bert)


def test_a_few_missing_weights_are_reported(bert):
    gone = "encoder.layer.1.output.dense"
    rewrite(bert, lambda name, weight: None if name.startswith(gone) else (name, weight))
    (warning,) = checked(bert)
    assert warning.startswith("2 of its ")
    assert f"such as bert.{gone}.bias, and start from random numbers." in warning


def test_a_pooler_is_part_of_the_head(bert):
    rewrite(bert, lambda name, weight: None if "pooler" in name else (name, weight))
    assert checked(bert) == []


def test_a_tokeniser_without_a_fast_version_works_with_a_warning(tmp_path):
    config = CanineConfig(
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=32,
        max_position_embeddings=64,
        num_hash_buckets=64,
    )
    CanineModel(config).save_pretrained(tmp_path)
    CanineTokenizer().save_pretrained(tmp_path)
    facts = facts_of(tmp_path, allow_remote_code=False)
    assert facts.own_max_length == 64
    (warning,) = facts.warnings
    assert "no fast version" in warning
