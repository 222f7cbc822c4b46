"""The method lora: what is trained, what is left alone, and what is saved."""

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForSequenceClassification, PreTrainedModel

from fine_tuning.fine_tune import load_model
from fine_tuning.lora import load_adapters, merged, num_parameters, with_adapters
from job.training_config import read_training_config
from tests.support.saved_scores import scores_of
from tests.support.tiny_job import InterruptingLog, TinyJob, prepared_job
from training_data.prepared_tokenizer import load_prepared_tokenizer

FAMILIES = ("bert", "gpt2", "t5")
LORA = {"method": "lora", "learning_rate": 2e-3}


# What the adapters are beside is random here, so they take longer than whole models.
EPOCHS = {"bert": 6, "gpt2": 14}


@pytest.fixture(scope="module", params=EPOCHS)
def trained(request, tmp_path_factory) -> TinyJob:
    family = request.param
    job = prepared_job(tmp_path_factory.mktemp("job"), family=family, epochs=EPOCHS[family], **LORA)
    assert job.run().status == 0, job.failure
    return job


@pytest.fixture(params=FAMILIES)
def untrained(request, tmp_path) -> TinyJob:
    return prepared_job(tmp_path, family=request.param, **LORA)


def new_model(job: TinyJob) -> PreTrainedModel:
    config = read_training_config(job.config_file)
    tokenizer = load_prepared_tokenizer(job.model, allow_remote_code=False)
    return load_model(job.model, config, tokenizer, allow_remote_code=False)


def adapted(job: TinyJob):
    return with_adapters(new_model(job), read_training_config(job.config_file))


def test_a_model_learns_to_distinguish_the_labels(trained):
    # The most frequent label's would be 0.5; seeds of gpt2 give 0.63 to 0.74.
    assert trained.metrics["metrics"]["test"]["balanced_accuracy"] > 0.6
    assert trained.metrics["method"] == "lora"


def test_the_saved_model_is_a_plain_one_with_the_scores_of_the_best_epoch(trained):
    model = AutoModelForSequenceClassification.from_pretrained(trained.trained_model).eval()
    best = trained.metrics["metrics"]["validation"]
    assert scores_of(model, trained, "validation") == pytest.approx(best, abs=5e-3)
    assert not list(trained.trained_model.glob("adapter*"))


def test_the_saved_model_has_as_many_parameters_as_the_original(trained):
    weights = load_file(trained.trained_model / "model.safetensors")
    assert trained.metrics["num_parameters"] == sum(tensor.numel() for tensor in weights.values())
    assert trained.metrics["num_parameters"] == num_parameters(new_model(trained))


def test_only_adapters_and_the_head_are_trained(untrained):
    model = adapted(untrained)
    trainable = {name for name, weight in model.named_parameters() if weight.requires_grad}
    body = new_model(untrained).base_model_prefix
    assert trainable
    assert all(".lora_" in name or f".{body}." not in name for name in trainable)
    head = [name for name in trainable if ".lora_" not in name]
    assert head and all(".modules_to_save." in name for name in head)


def test_every_linear_layer_of_the_body_has_an_adapter(untrained):
    model = adapted(untrained)
    linear = {
        name.removesuffix(".base_layer")
        for name, module in model.named_modules()
        if type(module).__name__ in ("Linear", "Conv1D")
        and f".{model.base_model.model.base_model_prefix}." in name
        and ".lora_" not in name
    }
    having = {
        name.partition(".lora_A")[0] for name, _ in model.named_modules() if ".lora_A" in name
    }
    assert having == linear


def test_rank_alpha_and_dropout_are_those_of_the_recipe(tmp_path):
    job = prepared_job(tmp_path, method="lora", lora_rank=3, lora_alpha=12, lora_dropout=0.25)
    model = adapted(job)
    layer = model.base_model.model.bert.encoder.layer[0].attention.self.query
    assert layer.lora_A["default"].weight.shape[0] == 3
    assert layer.scaling["default"] == 12 / 3
    assert layer.lora_dropout["default"].p == 0.25


def test_merging_changes_no_logit(untrained):
    model = adapted(untrained).eval()
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if ".lora_B" in name:
                weight.normal_(std=0.2)
        tokens = torch.tensor([[5, 6, 7, 2]])
        before = model(input_ids=tokens).logits
        plain = new_model(untrained).eval()(input_ids=tokens).logits
        after = merged(model)(input_ids=tokens).logits
    assert torch.allclose(before, after, atol=1e-4)
    assert not torch.allclose(before, plain, atol=1e-3)


@pytest.mark.parametrize("family", EPOCHS)
def test_a_checkpoint_holds_the_adapters_alone_and_can_be_read_back(tmp_path, family):
    job = prepared_job(tmp_path, family=family, epochs=2, **LORA)
    with pytest.raises(KeyboardInterrupt):
        job.run(InterruptingLog(at="epoch=2 "))
    checkpoint = max(job.checkpoints.glob("checkpoint-*"))
    assert not (checkpoint / "model.safetensors").exists()
    weights = load_file(checkpoint / "adapter_model.safetensors")
    model = adapted(job)
    load_adapters(model, checkpoint)
    state = model.state_dict()
    for name, tensor in weights.items():
        own = name.replace(".weight", ".default.weight") if ".lora_" in name else name
        if own in state:
            assert torch.equal(state[own], tensor)
    assert any(".lora_B" in name and tensor.abs().max() > 0 for name, tensor in weights.items())


def test_an_interrupted_job_resumes_to_the_same_numbers(tmp_path):
    whole = prepared_job(tmp_path / "whole", epochs=2, **LORA)
    whole.run()
    cut = prepared_job(tmp_path / "cut", epochs=2, **LORA)
    with pytest.raises(KeyboardInterrupt):
        cut.run(InterruptingLog(at="epoch=2 "))
    outcome = cut.run()
    assert outcome.lines[0].startswith("bakeoff resumes from checkpoint-")
    assert cut.metrics["metrics"] == whole.metrics["metrics"]
    assert np.array_equal(cut.predictions["logits"], whole.predictions["logits"])


def test_weights_that_a_snapshot_lacks_stay_as_they_were_drawn(tmp_path):
    # The best checkpoint has adapters only: what they were trained beside must not be drawn anew.
    job = prepared_job(tmp_path, epochs=1, **LORA)
    weights_file = job.model / "model.safetensors"
    weights = load_file(weights_file)
    kept = {name: tensor for name, tensor in weights.items() if "pooler" not in name}
    assert len(kept) < len(weights)
    save_file(kept, weights_file, metadata={"format": "pt"})
    assert job.run().status == 0
    model = AutoModelForSequenceClassification.from_pretrained(job.trained_model).eval()
    best = job.metrics["metrics"]["validation"]
    assert scores_of(model, job, "validation") == pytest.approx(best, abs=5e-3)
