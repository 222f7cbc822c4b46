"""A model whose tokeniser gives no attention mask, such as FNet, trains by every method."""

from types import SimpleNamespace

import pytest
import torch

from tests.support.tiny_job import prepared_job
from training_data.model_inputs import inputs_for


@pytest.mark.parametrize("method", ["full", "lora", "frozen"])
def test_a_model_without_attention_trains(method, tmp_path):
    job = prepared_job(tmp_path, family="fnet", method=method, epochs=2, train_batch_size=32)
    outcome = job.run()
    assert outcome.status == 0, job.failure
    metrics = job.metrics
    assert metrics["metrics"]["test"]["accuracy"] > 0.4
    # Texts are counted and measured as those of any other model.
    assert (
        metrics["padding_share"] is None if method == "frozen" else metrics["padding_share"] < 0.5
    )
    assert metrics["inference"] is not None, metrics["notes"]


class WithMask(torch.nn.Module):
    def forward(self, input_ids, attention_mask=None):
        return input_ids


class WithoutMask(torch.nn.Module):
    def forward(self, input_ids):
        return input_ids


class WithAnything(torch.nn.Module):
    def forward(self, input_ids, **others):
        return input_ids


@pytest.mark.parametrize(
    ("model", "names"),
    [
        (WithMask(), {"input_ids", "attention_mask"}),
        (WithoutMask(), {"input_ids"}),
        (WithAnything(), {"input_ids", "attention_mask"}),
        (SimpleNamespace(get_base_model=WithoutMask), {"input_ids"}),
    ],
    ids=["mask", "no mask", "anything", "adapters"],
)
def test_the_mask_is_given_to_models_that_take_one(model, names):
    ids = torch.ones(2, 3, dtype=torch.int64)
    assert inputs_for(model, {"input_ids": ids, "attention_mask": ids}).keys() == names
