"""How tokens become one vector, as sentence-transformers' folders say."""

import json

import pytest
import torch

from screening.pooling import authors_pooling, mean_over_layers, pooled

# Two texts of three and two tokens, of two numbers each; what is padding must not count.
STATES = torch.tensor(
    [[[1.0, 2.0], [3.0, 4.0], [5.0, 9.0]], [[1.0, 1.0], [3.0, 5.0], [99.0, 99.0]]]
)
MASK = torch.tensor([[1, 1, 1], [1, 1, 0]])


def folder_with(tmp_path, config):
    place = tmp_path / "1_Pooling"
    place.mkdir()
    (place / "config.json").write_text(config if isinstance(config, str) else json.dumps(config))
    return tmp_path


@pytest.mark.parametrize(
    ("config", "pooling"),
    [
        ({"pooling_mode_cls_token": True, "pooling_mode_mean_tokens": False}, "cls"),
        ({"pooling_mode_cls_token": False, "pooling_mode_mean_tokens": True}, "mean"),
        ({"pooling_mode_mean_tokens": False, "pooling_mode_lasttoken": True}, "last"),
        ({"pooling_mode": "cls"}, "cls"),
        ({"pooling_mode": "lasttoken"}, "last"),
        ({"pooling_mode_max_tokens": True}, None),
        ({"pooling_mode_cls_token": "yes"}, None),
        ("{", None),
        ("[]", None),
    ],
)
def test_it_is_that_of_the_authors_if_we_know_it(tmp_path, config, pooling):
    assert authors_pooling(folder_with(tmp_path, config)) == pooling


def test_a_folder_without_the_file_says_nothing(tmp_path):
    assert authors_pooling(tmp_path) is None


@pytest.mark.parametrize(
    ("pooling", "vectors"),
    [
        ("mean", [[3.0, 5.0], [2.0, 3.0]]),
        ("cls", [[1.0, 2.0], [1.0, 1.0]]),
        ("last", [[5.0, 9.0], [3.0, 5.0]]),
    ],
)
def test_padding_does_not_count(pooling, vectors):
    assert pooled(STATES, MASK, pooling).tolist() == vectors
    assert mean_over_layers([STATES, 3 * STATES], MASK, pooling).tolist() == [
        [2 * each for each in vector] for vector in vectors
    ]
