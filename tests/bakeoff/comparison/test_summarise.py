"""The summary as a whole: what is put together from what a run left."""

import pytest

from bakeoff.prepared.data_card import DataCard
from tests.support.run_samples import completed, manifest_for, planned, resolved_with
from tests.support.summaries import predictions_of, summarised


def raced(data_card=None, unread=0, **request):
    """Two candidates, the first the better one; of its jobs some predictions are lost."""
    resolved = resolved_with(**request)
    items = planned(resolved).items
    best = items[0].candidate
    results = [completed(item, 0.9 if item.candidate == best else 0.8) for item in items]
    predictions = predictions_of(items)
    for item in [item.item for item in items if item.candidate == best][:unread]:
        del predictions[item]
    return summarised(
        resolved, manifest_for(resolved), items, results, predictions, data_card=data_card
    )


@pytest.mark.parametrize(("unread", "is_compared"), [(0, True), (1, True), (3, False)])
def test_lost_predictions_are_noted(unread, is_compared):
    summary = raced(unread=unread, seeds=3)
    first, second = summary.candidates
    assert (first.metrics["f1"].interval is not None) == is_compared
    assert (second.versus_best is not None) == is_compared
    assert (second.candidate in summary.verdict.tied) is False
    assert any("predictions" in note for note in summary.statistics.notes) == (unread > 0)


@pytest.mark.parametrize(
    ("split", "is_mentioned"),
    [
        ({"truncated_share": 0.9}, True),
        ({"truncated_share": 0.01}, False),
        ({}, False),
        ({"truncated_share": "much"}, False),
        (None, False),
    ],
)
def test_the_verdict_says_if_only_baselines_read_whole_texts(split, is_mentioned):
    candidate = resolved_with(baselines=True).candidates[0].candidate
    card = DataCard.from_object({"models": {candidate: {"splits": {"test": split}}}})
    summary = raced(card, baselines=True)
    assert any("beginning" in each for each in summary.verdict.sentences) == is_mentioned


@pytest.mark.parametrize("card", [None, DataCard()])
def test_a_run_without_a_data_card_has_a_verdict(card):
    assert raced(card, baselines=True).verdict.best
