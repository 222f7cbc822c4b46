"""Decoders: where their adapters are, how their texts are padded, and what their memory needs."""

import shutil

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from transformers import AutoTokenizer

from embedding.text_encoder import ALL_LAYERS, LAST_LAYER, TextEncoder
from embedding.usage import usage_of
from fine_tuning.fine_tune import build_trainer, load_model, start_model
from fine_tuning.lora import with_adapters
from fine_tuning.start_precision import precision_for
from job import hardware
from job.training_config import read_training_config
from job.training_task import task_of
from tests.support.tiny_job import TinyJob, prepared_job
from tests.support.tiny_models import MAX_TOKENS
from training_data.prepared_tokenizer import load_prepared_tokenizer
from training_data.text_rows import SPLITS
from training_data.tokenised_rows import TokenisedRows

LINEAR = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
LORA = {"family": "llama", "method": "lora", "learning_rate": 5e-3, "train_batch_size": 16}


def started(job: TinyJob):
    """The model as a training begins with it."""
    config = read_training_config(job.config_file)
    labels = splits_of(job)["train"].labels
    tokenizer = load_prepared_tokenizer(job.model, allow_remote_code=False)
    model, _ = start_model(job.model, config, tokenizer, labels, allow_remote_code=False)
    return with_adapters(model, config), tokenizer


def splits_of(job: TinyJob):
    task = task_of(read_training_config(job.config_file))
    return {split: TokenisedRows(job.tokenised / f"{split}.parquet", task) for split in SPLITS}


def store_in(job: TinyJob, dtype: torch.dtype) -> None:
    path = job.model / "model.safetensors"
    weights = {name: weight.to(dtype) for name, weight in load_file(path).items()}
    save_file(weights, path, metadata={"format": "pt"})


def test_every_linear_layer_has_an_adapter_and_the_head_has_none(tmp_path):
    model, _ = started(prepared_job(tmp_path, **LORA))
    adapted = [
        name.partition(".lora_A")[0] for name, _ in model.named_modules() if ".lora_A." in name
    ]
    assert {name.rpartition(".")[2] for name in adapted} == LINEAR
    assert len(adapted) == len(LINEAR) * model.config.num_hidden_layers
    trained = {name for name, weight in model.named_parameters() if weight.requires_grad}
    assert {name for name in trained if "lora_" not in name} == {
        "base_model.model.score.modules_to_save.default.weight"
    }


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("family", ["gpt2", "llama"])
def test_a_text_has_the_same_logits_and_vectors_whatever_is_beside_it(family, side, tmp_path):
    job = prepared_job(tmp_path, **{**LORA, "family": family})
    tokenizer = AutoTokenizer.from_pretrained(job.model, padding_side=side)
    tokenizer.pad_token = tokenizer.eos_token
    tokenizer.save_pretrained(job.model)
    texts = [["a film"], ["the story of a dull camera and a lovely scene"], ["music"]]

    config = read_training_config(job.config_file)
    tokenizer = load_prepared_tokenizer(job.model, allow_remote_code=False)
    assert tokenizer.padding_side == side
    model = load_model(job.model, config, tokenizer, allow_remote_code=False).eval()

    def logits(rows):
        batch = tokenizer([row[0] for row in rows], padding=True, return_tensors="pt")
        with torch.no_grad():
            return model(batch["input_ids"], attention_mask=batch["attention_mask"]).logits.numpy()

    assert logits(texts) == pytest.approx(
        np.concatenate([logits([row]) for row in texts]), abs=1e-5
    )

    usage = usage_of(job.model, "", MAX_TOKENS, is_pair=False)
    encoder = TextEncoder.load(job.model, usage, allow_remote_code=False)
    assert encoder.usage.pooling == ["lasttoken"]
    encoder.precision.name = "fp32"
    together, alone = (
        encoder.vectors(texts, size, reads_all_layers=True).by_layer for size in (3, 1)
    )
    for layer in (LAST_LAYER, ALL_LAYERS):
        assert together[layer] == pytest.approx(alone[layer], abs=1e-5)


@pytest.mark.parametrize("stored", [torch.bfloat16, torch.float32])
def test_frozen_weights_stay_as_they_are_stored_beside_adapters(stored, tmp_path, monkeypatch):
    monkeypatch.setattr(hardware, "precision", lambda: "bf16")
    job = prepared_job(tmp_path, **LORA)
    store_in(job, stored)
    model, tokenizer = started(job)
    types = {True: set(), False: set()}
    for weight in model.parameters():
        types[weight.requires_grad].add(weight.dtype)
    # A frozen copy of the head is there, too.
    assert types[False] >= {stored} and types[True] == {torch.float32}
    precision = precision_for(model, tokenizer, splits_of(job)["train"], needs_fp32=False)
    assert (precision.name, precision.notes) == ("bf16", [])


def test_adapters_learn_beside_weights_in_bf16_and_are_saved_with_wide_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(hardware, "precision", lambda: "bf16")
    job = prepared_job(tmp_path, epochs=8, **LORA)
    store_in(job, torch.bfloat16)

    assert job.run().status == 0, job.failure

    assert job.metrics["precision"] == "bf16"
    assert job.metrics["metrics"]["test"]["balanced_accuracy"] > 0.7
    saved = load_file(job.trained_model / "model.safetensors")
    assert {weight.dtype for weight in saved.values()} == {torch.float32}


@pytest.mark.parametrize("method", ["full", "lora"])
def test_weights_are_wide_where_they_are_trained_or_the_hardware_is(method, tmp_path, monkeypatch):
    precision = "bf16" if method == "full" else "fp32"
    monkeypatch.setattr(hardware, "precision", lambda: precision)
    job = prepared_job(tmp_path, **{**LORA, "method": method})
    store_in(job, torch.bfloat16)
    config = read_training_config(job.config_file)
    tokenizer = load_prepared_tokenizer(job.model, allow_remote_code=False)
    labels = splits_of(job)["train"].labels
    model, _ = start_model(job.model, config, tokenizer, labels, allow_remote_code=False)
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


def test_weights_become_wide_if_the_model_fails_with_narrow_ones(tmp_path, monkeypatch):
    monkeypatch.setattr(hardware, "precision", lambda: "bf16")
    job = prepared_job(tmp_path, **LORA)
    store_in(job, torch.bfloat16)
    model, tokenizer = started(job)

    def overflow(module, inputs, outputs):
        narrow = torch.is_autocast_enabled(hardware.device().type)
        return outputs * float("inf") if narrow else outputs

    model.base_model.model.model.norm.register_forward_hook(overflow)
    precision = precision_for(model, tokenizer, splits_of(job)["train"], needs_fp32=False)
    assert (precision.name, len(precision.notes)) == ("fp32", 1)
    assert {weight.dtype for weight in model.parameters()} == {torch.float32}


class RoomForNoRow:
    """Stands before a layer's forward: a training without recomputation takes too much memory."""

    def __init__(self, model) -> None:
        self._model = model
        self.rows: list[int] = []

    def __call__(self, module, inputs) -> None:
        if not module.training:
            return
        if not self._model.is_gradient_checkpointing:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")
        self.rows.append(len(inputs[0]))


@pytest.mark.parametrize("method", ["full", "lora"])
def test_layers_are_computed_twice_where_not_even_a_row_fits(method, tmp_path):
    job = prepared_job(tmp_path, epochs=1, **{**LORA, "method": method})
    plenty, _ = trained(job, tmp_path / "plenty")
    little, scarce = trained(job, tmp_path / "little", is_scarce=True)
    (note,) = little.progress.notes
    assert note.startswith("Memory ran out at step 1 with single rows: from then on each step")
    assert little.facts()["gradient_accumulation_steps"] == 1
    assert max(scarce.rows) == 16
    test = splits_of(job)["test"]
    np.testing.assert_allclose(
        little.predict(test).predictions, plenty.predict(test).predictions, atol=0.02
    )

    newest = max(
        (tmp_path / "little").iterdir(), key=lambda path: int(path.name.rpartition("-")[2])
    )
    resumed, _ = trained(job, tmp_path / "resumed", is_scarce=True, from_checkpoint=newest)
    assert resumed.progress.notes == [note]
    assert resumed.model.is_gradient_checkpointing


def trained(job, folder, *, is_scarce=False, from_checkpoint=None):
    """The Trainer, and what stands before the layers."""
    config = read_training_config(job.config_file)
    torch.manual_seed(1)
    model, tokenizer = started(job) if config.method == "lora" else plain(job, config)
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.p = 0.0
    whole = model.base_model.model if config.method == "lora" else model
    scarce = RoomForNoRow(whole)
    if is_scarce:
        whole.model.layers[0].register_forward_pre_hook(scarce)
    trainer = build_trainer(config, model, tokenizer, splits_of(job), folder, precision="fp32")
    if from_checkpoint is not None:
        shutil.copytree(from_checkpoint, folder / from_checkpoint.name)
        from_checkpoint = str(folder / from_checkpoint.name)
    trainer.train(resume_from_checkpoint=from_checkpoint)
    return trainer, scarce


def plain(job, config):
    tokenizer = load_prepared_tokenizer(job.model, allow_remote_code=False)
    return load_model(job.model, config, tokenizer, allow_remote_code=False), tokenizer
