import json

import pytest

from bakeoff.errors import DocumentError
from bakeoff.prepared.data_card import QUANTILES, DataCard
from tests.support.summary_parts import data_card

CARD = data_card(["neg", "pos"], ["m-1"])


def card_with_lengths(max_length, longest=200.0, **left_out):
    """Tokens spread evenly from 0 to the longest."""
    tokens = {f"p{quantile}": longest * quantile / 100 for quantile in QUANTILES}
    tokens |= {"mean": longest / 2} | left_out
    return DataCard.from_object(
        {
            "splits": {"train": {"words": {"mean": 80.0}}},
            "models": {"m": {"max_length": max_length, "splits": {"train": {"tokens": tokens}}}},
        }
    )


def test_a_card_is_read_and_written_without_a_loss():
    card = DataCard.from_json(json.dumps(CARD).encode())

    assert card.ignored == ""
    assert card.splits["train"].label_rows[1].label == "pos"
    assert DataCard.from_json(card.to_json()) == card


@pytest.mark.parametrize(("max_length", "mean"), [(512, 100), (200, 100), (100, 75), (0, 0)])
def test_tokens_are_counted_up_to_where_the_model_truncates(max_length, mean):
    assert card_with_lengths(max_length).tokens_per_row("m") == pytest.approx(mean)


def test_without_all_quantiles_the_truncated_mean_is_an_upper_bound():
    assert card_with_lengths(60, p25=None).tokens_per_row("m") == 60


def test_a_candidate_without_tokens_is_counted_in_words():
    assert card_with_lengths(512).tokens_per_row("baseline/tfidf") == 80


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"models": {"m": {}}, "splits": {"train": {"words": {"mean": 80.0}}}},
        {"models": 3},
        {"models": {"m": {"splits": {"train": {"tokens": {}}}}}},
    ],
)
def test_lengths_that_the_card_lacks_are_not_known(document):
    card = DataCard.from_object(document)

    assert (card.tokens_per_row("m"), card.cut_share("m")) == (None, None)


@pytest.mark.parametrize(
    ("broken", "place"),
    [
        ({"splits": 7}, "splits"),
        ({"models": {"m": 5}}, "models.m"),
        ({"models": {"m": {"splits": {"test": {"truncated_share": "much"}}}}}, "truncated_share"),
        ({"leaked_rows": {"exact": {"train": "4"}}}, "leaked_rows.exact.train"),
    ],
)
def test_a_member_of_the_wrong_type_is_ignored_alone(broken, place):
    card = DataCard.from_object(CARD | {"labels": ["neg", "pos"]} | broken)

    assert card.labels == ["neg", "pos"]
    assert place in card.ignored
    assert "data.json" in card.ignored


def test_an_entry_that_lacks_a_member_is_ignored_alone():
    whole, broken = {"label": "neg", "rows": 1, "share": 0.5}, {"label": "pos", "rows": 1}
    label_rows = [broken, whole, whole | {"share": "half"}]

    card = DataCard.from_object({"splits": {"train": {"rows": 2, "label_rows": label_rows}}})

    assert [each.label for each in card.splits["train"].label_rows] == ["neg"]
    assert card.splits["train"].rows == 2
    assert "splits.train.label_rows.0" in card.ignored


@pytest.mark.parametrize("content", [b"{", b"[]", b"null"])
def test_anything_but_an_object_is_refused(content):
    with pytest.raises(DocumentError, match="DataCard"):
        DataCard.from_json(content)
