"""Numbers in any unit: what training sees, and what the saved model gives."""

import numpy as np
import pytest
import torch
from transformers import AutoModelForSequenceClassification

from fine_tuning.label_scale import LabelScale, output_layer
from tests.support.tiny_models import build_tiny_model

PRICES = np.array([200.0, 300.0, 400.0])


def new_model(family, folder):
    build_tiny_model(family, folder, ["a fine film", "a dull film"])
    return AutoModelForSequenceClassification.from_pretrained(folder, num_labels=1).eval()


def test_an_output_of_0_means_the_mean_and_1_a_deviation_more(tmp_path):
    scale = LabelScale.of(PRICES, new_model("bert", tmp_path))

    # The deviation of 200, 300, 400 is the root of 20000 / 3.
    assert scale.numbers(torch.tensor([0.0, 1.0])).tolist() == pytest.approx(
        [300, 381.65], abs=0.01
    )


@pytest.mark.parametrize("family", ["bert", "roberta", "gpt2", "t5"])
def test_the_folded_model_gives_the_numbers_itself(family, tmp_path):
    model = new_model(family, tmp_path)
    scale = LabelScale.of(PRICES, model)
    tokens = torch.tensor([[5, 9, 8, model.config.eos_token_id or 3]])
    with torch.no_grad():
        numbers = scale.numbers(model(input_ids=tokens).logits)
        scale.fold_into(model)
        assert model(input_ids=tokens).logits.item() == pytest.approx(numbers.item(), rel=1e-4)


def test_a_head_without_a_bias_has_no_offset(tmp_path):
    model = new_model("gpt2", tmp_path)

    assert output_layer(model).bias is None
    assert LabelScale.of(PRICES, model).offset == 0


def test_equal_labels_and_other_heads_are_left_as_they_are(tmp_path):
    assert LabelScale.of(np.array([3.0, 3.0]), new_model("bert", tmp_path)).scale == 1
    assert LabelScale.of(PRICES, torch.nn.Conv1d(1, 1, 1)) == LabelScale()
