"""Batches: each row once per epoch, similar lengths together, otherwise at random."""

import numpy as np
import pytest
from torch.utils.data import DataLoader

from fine_tuning.batches import Batches

ROWS = 2000


@pytest.fixture(scope="module")
def lengths() -> np.ndarray:
    """Lengths like those of film reviews truncated at 512 tokens."""
    chance = np.random.default_rng(1)
    return chance.lognormal(np.log(230), 0.65, ROWS).clip(10, 512).astype(np.int64)


def batches(lengths: np.ndarray, **changes) -> Batches:
    return Batches(lengths, **{"seed": 7, "num_epochs": 3, "rows_per_batch": 32} | changes)


def padding_share(lengths: np.ndarray, epoch: list[np.ndarray]) -> float:
    padded = sum(len(batch) * lengths[batch].max() for batch in epoch)
    return 1 - lengths.sum() / padded


def plain(epoch: list[np.ndarray]) -> list[list[int]]:
    return [batch.tolist() for batch in epoch]


KINDS = [
    {},
    {"by_length": False},
    {"tokens_per_batch": 4096},
    {"tokens_per_batch": 4096, "by_length": False},
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("rows", [1, 5, 33, 700, ROWS])
def test_every_row_occurs_once_in_each_epoch_of_as_many_batches(lengths, kind, rows):
    some = batches(lengths[:rows], **kind)
    for epoch in range(3):
        cut = some.of_epoch(epoch)
        assert sorted(np.concatenate(cut).tolist()) == list(range(rows))
        assert len(cut) == len(some)


@pytest.mark.parametrize("rows", [1, 31, 32, 33, ROWS])
def test_there_are_no_more_batches_of_rows_than_needed(lengths, rows):
    cut = batches(lengths[:rows]).of_epoch(0)
    assert len(cut) == -(-rows // 32)
    assert max(map(len, cut)) <= 32


@pytest.mark.parametrize("epoch", [0, 1, 2])
def test_an_epoch_of_reviews_has_at_most_three_percent_of_padding(lengths, epoch):
    assert padding_share(lengths, batches(lengths).of_epoch(epoch)) < 0.03
    assert padding_share(lengths, batches(lengths, by_length=False).of_epoch(epoch)) > 0.3


@pytest.mark.parametrize("by_length", [True, False])
def test_a_token_budget_counts_the_padding_too(lengths, by_length):
    for batch in batches(lengths, tokens_per_batch=4096, by_length=by_length).of_epoch(1):
        assert len(batch) * lengths[batch].max() <= 4096


def test_a_row_above_the_token_budget_is_a_batch_of_its_own():
    lengths = np.array([5, 100, 6, 7])
    cut = batches(lengths, tokens_per_batch=20).of_epoch(0)
    assert [1] in plain(cut)
    assert all(len(batch) * lengths[batch].max() <= 20 for batch in cut if 1 not in batch)


@pytest.mark.parametrize("kind", KINDS)
def test_batches_follow_from_seed_and_epoch_alone(lengths, kind):
    first, again = batches(lengths, **kind), batches(lengths, **kind)
    list(again)
    assert plain(first.of_epoch(2)) == plain(again.of_epoch(2))
    assert plain(first.of_epoch(2)) != plain(batches(lengths, seed=8, **kind).of_epoch(2))


@pytest.mark.parametrize("kind", KINDS)
def test_rows_meet_others_in_the_next_epoch(lengths, kind):
    some = batches(lengths, **kind)
    together = [
        {(a, b) for batch in some.of_epoch(epoch) for a in batch for b in batch if a < b}
        for epoch in (0, 1)
    ]
    # The 32 rows around one in length would all meet again if only the ties were drawn.
    assert len(together[0] & together[1]) < 0.6 * len(together[0])


def test_long_and_short_batches_come_in_no_order(lengths):
    widths = [lengths[batch].max() for batch in batches(lengths).of_epoch(0)]
    assert abs(np.corrcoef(widths, np.arange(len(widths)))[0, 1]) < 0.4


def test_a_loader_yields_the_batches_of_its_epoch(lengths):
    some = batches(lengths)
    loader = DataLoader(range(ROWS), batch_sampler=some, collate_fn=list)
    some.epoch = 1
    assert list(loader) == plain(some.of_epoch(1))
    assert len(loader) == len(some)
