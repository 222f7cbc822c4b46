"""The verdict names the cheapest, the fastest and the smallest of the tied candidates."""

import pytest

from bakeoff.comparison.verdict import verdict
from bakeoff.summary.marks import Mark
from tests.support.verdict_samples import (
    analysed,
    conditions,
    raced,
    sentences,
)


def test_the_cheapest_fastest_and_smallest_tied_candidates_are_named():
    ranked = [
        raced("a", usd_per_million_predictions=3.0, latency_p50_seconds=0.03, model_bytes=300),
        raced("b", usd_per_million_predictions=2.0, latency_p50_seconds=0.01, model_bytes=200),
        raced("c", usd_per_million_predictions=4.0, latency_p50_seconds=0.02, model_bytes=100),
        raced("d", usd_per_million_predictions=0.1, latency_p50_seconds=0.001, model_bytes=1),
    ]

    found = verdict(ranked, analysed(ranked, num_tied=3), conditions())

    assert found.sentences[1:] == [
        "b and c are statistically tied with it.",
        "Of these, b is the cheapest and fastest, c the smallest.",
    ]
    cheapest, fastest, smallest = ranked[1], ranked[1], ranked[2]
    assert (found.cheapest, found.fastest, found.smallest) == (
        cheapest.candidate,
        fastest.candidate,
        smallest.candidate,
    )
    assert found.tied == [each.candidate for each in ranked[:3]]


def test_these_are_the_candidates_of_the_sentence_before():
    few = {"marks": [Mark(kind="few_validation_rows", sentence="Few.")]}
    ranked = [
        raced(name, model_bytes=size).model_copy(update=few)
        for name, size in (("a", 2), ("baseline/tfidf", 1))
    ]

    found = sentences(ranked, 2)

    assert found[1:3] == [
        "baseline/tfidf is statistically tied with it.",
        "Of these, baseline/tfidf is the smallest.",
    ]


def test_without_prices_nothing_is_the_cheapest():
    ranked = [
        raced("a", model_bytes=2, latency_p50_seconds=1),
        raced("b", model_bytes=1, latency_p50_seconds=2),
    ]

    found = verdict(ranked, analysed(ranked, num_tied=2), conditions())

    assert found.cheapest is None
    assert "Of these, a is the fastest, b the smallest." in found.sentences
    assert sentences([raced("a"), raced("b")], 2) == [
        "a has the best F1 on 1,000 test rows: 0.800.",
        "b is statistically tied with it.",
    ]


@pytest.mark.parametrize(
    ("virtue", "measured"),
    [
        ("fastest", "latency_p50_seconds"),
        ("cheapest", "usd_per_million_predictions"),
        ("smallest", "model_bytes"),
    ],
)
def test_no_candidate_is_named_where_a_tied_rival_was_not_measured(virtue, measured):
    ranked = [raced("a", **{measured: 30}), raced("b", **{measured: 10}), raced("c")]

    found = verdict(ranked, analysed(ranked, num_tied=3), conditions())

    assert getattr(found, virtue) is None
    assert not any(virtue in each for each in found.sentences)
    # A rival that is not tied is not to be chosen, so it does not have to be measured.
    found = verdict(ranked, analysed(ranked, num_tied=2), conditions())
    assert getattr(found, virtue) == ranked[1].candidate


def test_only_the_number_of_many_tied_candidates_is_given():
    ranked = [raced(f"m{number}") for number in range(9)]

    assert "6 of the other 8 candidates are statistically tied with it." in sentences(ranked, 7)
    assert "All other candidates are statistically tied with it." in sentences(ranked, 9)
    assert "m1, m2 and m3 are statistically tied with it." in sentences(ranked, 4)


def test_small_differences_in_cost_are_no_reason_to_choose():
    first = raced("one", latency_p50_seconds=0.036, model_bytes=90, usd_per_million_predictions=1.0)
    copy = raced("two", latency_p50_seconds=0.031, model_bytes=90, usd_per_million_predictions=1.1)
    found = verdict([first, copy], analysed([first, copy], 2), conditions())
    assert (found.fastest, found.smallest, found.cheapest) == (None, None, None)


def test_among_equally_fast_candidates_the_better_ranked_one_is_named():
    first = raced("one", latency_p50_seconds=0.036)
    second = raced("two", latency_p50_seconds=0.031)
    slow = raced("slow", latency_p50_seconds=0.5)
    ranked = [slow, first, second]
    assert verdict(ranked, analysed(ranked, 3), conditions()).fastest == first.candidate
