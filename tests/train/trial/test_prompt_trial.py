"""Whether a model can be asked is found out before a job costs anything."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from model.model_files import ModelError
from tests.support.tiny_causal_model import build_tiny_causal_model
from tests.support.tiny_models import build_tiny_model
from tests.support.token_files import write_rows
from trial.prompt_trial import PromptTrial
from trial.trial_file import TRIAL_ROWS

SENTENCES = ["a superb film, warm and moving", "a dreadful plot, dull and clumsy"]


@pytest.fixture
def rows(tmp_path) -> Path:
    path = tmp_path / TRIAL_ROWS
    write_rows(path, [0, 1], [0, 1], {"input_ids": [[3, 4, 5, 6, 7, 8, 9], [3]]}, "binary")
    return path


def refusal_of(model: Path, rows: Path, *, has_weights: bool = True) -> str:
    trial = PromptTrial(model, rows, has_weights=has_weights, allow_remote_code=False)
    with pytest.raises(ModelError) as refusal:
        trial.run()
    return str(refusal.value)


@pytest.mark.parametrize("has_weights", [True, False])
def test_a_causal_model_passes(tmp_path, rows, has_weights):
    model = build_tiny_causal_model(tmp_path / "model", SENTENCES)
    PromptTrial(model, rows, has_weights=has_weights, allow_remote_code=False).run()


def test_a_decoder_whose_embeddings_choose_the_next_token_passes(tmp_path, rows):
    model = build_tiny_model("gpt2", tmp_path / "model", SENTENCES)
    PromptTrial(model, rows, has_weights=True, allow_remote_code=False).run()


@pytest.mark.parametrize("family", ["bert", "distilbert", "roberta", "t5", "fnet"])
@pytest.mark.parametrize("has_weights", [True, False])
def test_other_models_are_refused_with_what_to_use(tmp_path, rows, family, has_weights):
    model = build_tiny_model(family, tmp_path / "model", SENTENCES)
    reason = refusal_of(model, rows, has_weights=has_weights)
    assert "give a causal language model" in reason
    assert "full, lora or frozen" in reason


def test_a_decoder_that_lacks_the_weights_for_the_next_token_is_refused(tmp_path, rows):
    model = build_tiny_causal_model(tmp_path / "model", SENTENCES)
    weights = load_file(model / "model.safetensors")
    del weights["lm_head.weight"]
    save_file(weights, model / "model.safetensors", metadata={"format": "pt"})
    assert "lm_head.weight" in refusal_of(model, rows)


def test_outputs_that_are_not_finite_are_refused(tmp_path, rows):
    model = build_tiny_causal_model(tmp_path / "model", SENTENCES)
    weights = load_file(model / "model.safetensors")
    name = "model.norm.weight"
    weights[name] = torch.full_like(weights[name], 3e38)
    save_file(weights, model / "model.safetensors", metadata={"format": "pt"})
    assert "not finite" in refusal_of(model, rows)
