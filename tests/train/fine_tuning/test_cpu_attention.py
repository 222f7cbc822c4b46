"""Attention on CPUs: what softmax, dropout and two products give, and their gradients."""

import numpy as np
import pytest
import torch
from torch.nn.functional import scaled_dot_product_attention
from transformers import (
    AutoConfig,
    BertConfig,
    BertForSequenceClassification,
    T5Config,
    T5ForSequenceClassification,
)

from fine_tuning import cpu_attention
from fine_tuning.cpu_attention import dropout_attention

SHAPE = (3, 2, 7, 8)
NONE = 0.0


def inputs(dtype: torch.dtype = torch.float32) -> list[torch.Tensor]:
    chance = torch.Generator().manual_seed(3)
    drawn = torch.randn(3, *SHAPE, generator=chance, dtype=torch.float32).to(dtype)
    return [tensor.clone().requires_grad_() for tensor in drawn]


def padding_mask() -> torch.Tensor:
    mask = torch.ones(3, 1, 7, 7, dtype=torch.bool)
    mask[0, ..., 5:] = False
    return mask


def plain_attention(query, key, value, mask, dropped, dropout) -> torch.Tensor:
    """`dropped` says which of the (rows, heads, queries, keys) probabilities are."""
    scores = query @ key.transpose(-1, -2) * SHAPE[-1] ** -0.5
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return scores.softmax(-1).masked_fill(dropped, 0) / (1 - dropout) @ value


def chance(seed: int | None = None) -> np.random.Generator:
    """The random generator that the next attention draws from, or one with a seed."""
    seed = torch.randint(2**63 - 1, ()).item() if seed is None else seed
    return np.random.Generator(np.random.SFC64(seed))


def attention(query, key, value, mask, dropout=NONE) -> torch.Tensor:
    return dropout_attention(query, key, value, mask, dropout, SHAPE[-1] ** -0.5)


@pytest.mark.parametrize("scores_at_once", [1, 100, 2**20])
@pytest.mark.parametrize(
    "mask", [None, padding_mask(), torch.ones(1, 1, 7, 7, dtype=torch.bool).tril()]
)
def test_without_dropout_it_is_torchs_attention(mask, scores_at_once):
    ours, torchs = inputs(), inputs()
    expected = scaled_dot_product_attention(*torchs, attn_mask=mask)
    found = dropout_attention(*ours, mask, NONE, SHAPE[-1] ** -0.5, scores_at_once)
    torch.testing.assert_close(found, expected)
    weights = torch.arange(found.numel(), dtype=torch.float32).view(SHAPE)
    (found * weights).sum().backward()
    (expected * weights).sum().backward()
    for our, other in zip(ours, torchs, strict=True):
        torch.testing.assert_close(our.grad, other.grad, rtol=1e-4, atol=1e-3)


def test_a_mask_may_be_numbers_to_add():
    added = torch.zeros(3, 1, 7, 7).masked_fill(~padding_mask(), torch.finfo(torch.float32).min)
    torch.testing.assert_close(attention(*inputs(), added), attention(*inputs(), padding_mask()))


@pytest.mark.parametrize("dropout", [0.1, 0.5])
def test_gradients_are_those_of_what_was_not_dropped(dropout):
    ours, plain = inputs(), inputs()
    torch.manual_seed(5)
    dropped = torch.signbit(cpu_attention._drop_(torch.ones(3, 2, 7, 7), dropout, chance()))
    assert dropped.any()
    torch.manual_seed(5)
    found = attention(*ours, padding_mask(), dropout)
    expected = plain_attention(*plain, padding_mask(), dropped, dropout)
    torch.testing.assert_close(found, expected)
    found.square().sum().backward()
    expected.square().sum().backward()
    for our, other in zip(ours, plain, strict=True):
        torch.testing.assert_close(our.grad, other.grad)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float32])
@pytest.mark.parametrize("dropout", [0.1, 0.5, 0.9])
def test_as_many_are_dropped_as_asked_for_each_on_its_own(dtype, dropout):
    count = 2**18 + 3
    ones = torch.ones(count, dtype=dtype)
    dropped = torch.signbit(cpu_attention._drop_(ones, dropout, chance(seed=0))).float()
    # Six standard deviations.
    tolerance = 6 * (dropout * (1 - dropout) / count) ** 0.5
    assert dropped.mean().item() == pytest.approx(dropout, abs=tolerance)
    for distance in (1, 2, 3, 4):
        both = (dropped[distance:] * dropped[:-distance]).mean().item()
        assert both == pytest.approx(dropout**2, abs=2 * tolerance)


def test_probabilities_keep_their_size_where_they_are_dropped():
    kept = torch.rand(1001, dtype=torch.float32).to(torch.bfloat16)
    assert torch.equal(cpu_attention._drop_(kept.clone(), 0.3, chance(seed=0)).abs(), kept)


def test_a_query_that_may_see_nothing_gives_numbers():
    ours = inputs()
    found = attention(*ours, torch.zeros(3, 1, 7, 7, dtype=torch.bool), 0.1)
    found.sum().backward()
    assert found.isfinite().all()
    assert all(tensor.grad.isfinite().all() for tensor in ours)


def test_randomness_follows_from_the_seed():
    def draw() -> torch.Tensor:
        torch.manual_seed(9)
        return attention(*inputs(torch.bfloat16), None, 0.5)

    first = draw()
    assert torch.equal(draw(), first)
    assert not torch.equal(attention(*inputs(torch.bfloat16), None, 0.5), first)


def tiny_bert(**changes) -> BertForSequenceClassification:
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2}
    torch.manual_seed(0)
    return BertForSequenceClassification(
        BertConfig(vocab_size=50, intermediate_size=16, **sizes, **changes)
    )


def test_without_dropout_a_model_gives_the_same_outputs_with_it():
    ids, mask = torch.arange(12).view(2, 6), torch.tensor([[1] * 6, [1] * 4 + [0] * 2])
    model = tiny_bert().eval()
    expected = model(input_ids=ids, attention_mask=mask).logits
    cpu_attention.use_in(model)
    assert model.config._attn_implementation == cpu_attention.NAME
    torch.testing.assert_close(model(input_ids=ids, attention_mask=mask).logits, expected)
    model = tiny_bert(hidden_dropout_prob=0.0, attention_probs_dropout_prob=2**-17).train()
    cpu_attention.use_in(model)
    torch.testing.assert_close(model(input_ids=ids, attention_mask=mask).logits, expected)


def test_the_saved_model_knows_nothing_of_it(tmp_path):
    model = tiny_bert()
    cpu_attention.use_in(model)
    model.save_pretrained(tmp_path)
    assert cpu_attention.NAME not in (tmp_path / "config.json").read_text()
    assert AutoConfig.from_pretrained(tmp_path).model_type == "bert"


def test_a_model_with_an_attention_of_its_own_keeps_it():
    model = T5ForSequenceClassification(
        T5Config(vocab_size=50, d_model=16, d_ff=16, d_kv=8, num_layers=1, num_heads=2)
    )
    before = model.config._attn_implementation
    cpu_attention.use_in(model)
    assert model.config._attn_implementation == before
