"""The states of tokens as one vector."""

import pytest
import torch

from embedding.pooling import pooled

# Two texts of three and two tokens, of two numbers each; what is padding must not count.
STATES = torch.tensor(
    [[[1.0, 2.0], [3.0, 4.0], [5.0, 9.0]], [[1.0, 1.0], [3.0, 5.0], [99.0, 99.0]]]
)
MASK = torch.tensor([[1, 1, 1], [1, 1, 0]])


def padded_left():
    """The same texts, the second one behind its padding."""
    states, mask = STATES.clone(), MASK.clone()
    states[1], mask[1] = states[1].roll(1, dims=0), mask[1].roll(1)
    return states, mask


@pytest.mark.parametrize(
    ("pooling", "vectors"),
    [
        (["mean"], [[3.0, 5.0], [2.0, 3.0]]),
        (["cls"], [[1.0, 2.0], [1.0, 1.0]]),
        (["lasttoken"], [[5.0, 9.0], [3.0, 5.0]]),
        (["max"], [[5.0, 9.0], [3.0, 5.0]]),
        (["cls", "max"], [[1.0, 2.0, 5.0, 9.0], [1.0, 1.0, 3.0, 5.0]]),
    ],
)
def test_padding_does_not_count_on_either_side(pooling, vectors):
    assert pooled(STATES, MASK, pooling).tolist() == vectors
    assert pooled(*padded_left(), pooling).tolist() == vectors


def test_weights_grow_with_the_place_in_the_text():
    expected = [[(1 + 6 + 15) / 6, (2 + 8 + 27) / 6], [(1 + 6) / 3, (1 + 10) / 3]]
    for states, mask in ((STATES, MASK), padded_left()):
        found = pooled(states, mask, ["weightedmean"])
        assert found.numpy() == pytest.approx(torch.tensor(expected).numpy())


def test_a_prompt_may_be_left_out_unless_nothing_else_is_there():
    expected = [[5.0, 9.0], [2.0, 3.0]]
    assert pooled(STATES, MASK, ["mean"], num_first=2).tolist() == expected
    assert pooled(*padded_left(), ["mean"], num_first=2).tolist() == expected
