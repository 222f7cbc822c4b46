"""A model that cannot be computed in the hardware's narrow precision is computed in fp32."""

import pytest
import torch
from transformers import DebertaConfig, DebertaForSequenceClassification

from fine_tuning.start_precision import precision_for
from job import hardware
from job.forward_precision import ForwardPrecision
from tests.support.tiny_job import prepared_job


def test_outputs_that_are_finite_stay_in_the_narrow_precision():
    precision = ForwardPrecision("bf16")
    outputs = precision.run(lambda: torch.ones(2, 2) @ torch.ones(2, 2))
    assert (outputs.dtype, precision.name, precision.notes) == (torch.bfloat16, "bf16", [])


@pytest.mark.parametrize("name", ["bf16", "fp16"])
def test_outputs_that_overflow_are_computed_again_in_fp32(name):
    precision = ForwardPrecision(name)

    def forward():
        narrow = torch.is_autocast_enabled("cpu")
        return torch.tensor([float("inf") if narrow else 1.0])

    assert precision.run(forward).tolist() == [1.0]
    assert (precision.name, precision.has_changed) == ("fp32", True)
    assert name in precision.notes[0] and "not finite" in precision.notes[0]


def test_outputs_that_are_never_finite_are_not_the_precision_s_fault():
    precision = ForwardPrecision("bf16")
    assert precision.run(lambda: torch.tensor([float("nan")])).isnan().all()
    assert (precision.name, precision.notes) == ("bf16", [])


def test_an_error_that_fp32_has_as_well_is_raised():
    def forward():
        raise RuntimeError("shapes do not match")

    with pytest.raises(RuntimeError, match="shapes"):
        ForwardPrecision("bf16").run(forward)


def test_memory_that_runs_out_is_not_tried_again_with_more():
    passes = []

    def forward():
        passes.append(1)
        raise RuntimeError("CUDA out of memory")

    with pytest.raises(RuntimeError, match="memory"):
        ForwardPrecision("bf16").run(forward)
    assert len(passes) == 1


@pytest.mark.parametrize("method", ["full", "frozen"])
def test_deberta_v1_is_trained_in_fp32_with_a_note(method, tmp_path, monkeypatch):
    """It masks with a number that bf16 cannot hold."""
    monkeypatch.setattr(hardware, "precision", lambda: "bf16")
    job = prepared_job(tmp_path, method=method, epochs=1, train_batch_size=64)
    config = DebertaConfig(
        vocab_size=1000,
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=64,
        relative_attention=True,
        pos_att_type=["c2p", "p2c"],
        type_vocab_size=2,
        id2label={0: "good", 1: "bad"},
    )
    DebertaForSequenceClassification(config).save_pretrained(job.model)
    assert job.run().status == 0, job.failure
    assert job.metrics["precision"] == "fp32"
    notes = " ".join(job.metrics["notes"])
    assert "cannot be in bf16" in notes
    # What is known about the model before its training is told, too.
    assert ("keeps the head" in notes) == (method == "full")


def test_a_model_that_is_known_to_need_fp32_is_not_tried_again(monkeypatch):
    monkeypatch.setattr(hardware, "precision", lambda: "bf16")
    assert precision_for(None, None, None, needs_fp32=True).name == "fp32"
