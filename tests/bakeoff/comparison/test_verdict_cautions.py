"""What a reader must know before the verdict is believed."""

from random import Random

import pytest

from bakeoff.comparison.verdict import verdict
from bakeoff.summary.interval import Interval
from bakeoff.summary.learning_rates import LearningRateTrial
from bakeoff.summary.marks import Mark
from bakeoff.summary.verdict import CorrectedScore
from tests.support import summary_parts as parts
from tests.support.verdict_samples import (
    analysed,
    conditions,
    raced,
    sentences,
    with_interval,
)


def marked(name, kind, sentence="Only 62 validation rows chose its epoch.", **more):
    mark = Mark(kind=kind, sentence=sentence)
    return raced(name, **more).model_copy(update={"marks": [mark]})


def tuned(name, chosen, num_rates=3):
    """A candidate with rates that it tried, of which the one at that place was the best."""
    trials = [
        LearningRateTrial(
            learning_rate=1e-5 * 3**place, validation_score=0.8, steps=9, is_chosen=place == chosen
        )
        for place in range(num_rates)
    ]
    scores = parts.metric(0.8, (1,), Random(1))
    job = parts.job(1, {"f1": scores}, {}, parts.ownership(1, False, False))
    job = job.model_copy(update={"learning_rate_trials": trials})
    return raced(name).model_copy(update={"jobs": [job]})


def test_nobody_is_called_worse_without_the_sentence_on_its_mark():
    found = sentences([raced("best"), marked("minilm", "still_improving"), raced("bert")])

    place = found.index("Every other candidate is significantly worse.")
    assert found[place + 1] == (
        "But minilm was still improving when it stopped: more epochs may change its place."
    )


def test_several_marked_candidates_share_a_sentence_and_many_are_counted():
    two = [marked(name, "still_improving") for name in ("a", "b")]
    many = [marked(name, "still_improving") for name in "abcdef"]

    assert (
        "But a and b were still improving when they stopped: more epochs may change their places."
        in sentences([raced("best"), *two])
    )
    assert any(
        text.startswith("But 6 candidates were still improving")
        for text in sentences([raced("best"), *many])
    )


def test_of_several_doubts_the_first_alone_begins_with_but():
    marks = [marked("dud", "learnt_nothing"), marked("minilm", "still_improving")]

    found = sentences([raced("best"), *marks])

    place = found.index("Every other candidate is significantly worse.")
    assert found[place + 1].startswith("But minilm was still improving when it stopped")
    assert found[place + 2].startswith("dud has not shown that it learnt anything")
    assert sum(text.startswith("But ") for text in found) == 1


@pytest.mark.parametrize(("method", "is_trained"), [("lora", True), ("zeroshot", False)])
def test_who_is_not_trained_is_not_told_to_train_more(method, is_trained):
    found = sentences([raced("best"), marked("dud", "learnt_nothing", method=method)])

    (sentence,) = [text for text in found if "learnt anything" in text]
    assert ("more training" in sentence) == is_trained


def test_a_tied_candidate_that_learnt_nothing_does_not_pass_as_good():
    nothing = marked("dud", "learnt_nothing", latency_p50_seconds=0.001)
    best = raced("best", latency_p50_seconds=0.1)

    found = verdict([best, nothing], analysed([best, nothing], num_tied=2), conditions())

    assert found.tied == [best.candidate, nothing.candidate]
    assert found.fastest != nothing.candidate
    shown = "But dud has not shown that it learnt anything"
    assert any(text.startswith(shown) for text in found.sentences)


def test_a_majority_baseline_is_never_the_cheapest_fastest_or_smallest():
    owned = {"latency_p50_seconds": 0.1, "model_bytes": 10**8, "usd_per_million_predictions": 2}
    slow, fast = raced("slow", **owned), raced("fast", **{**owned, "latency_p50_seconds": 0.01})
    nothing = {"latency_p50_seconds": 1e-6, "model_bytes": 8, "usd_per_million_predictions": 1e-3}
    majority = raced("baseline/majority", method="majority", seeds=(1,), **nothing)
    all_tied = [slow, fast, majority]

    found = verdict(all_tied, analysed(all_tied, num_tied=3), conditions())

    assert majority.candidate not in (found.cheapest, found.fastest, found.smallest)
    assert found.fastest == fast.candidate
    assert "Of the other 2, fast is the fastest." in found.sentences
    assert any("gives one answer whatever the text" in text for text in found.sentences)


def test_few_validation_rows_are_said_once_for_all():
    both = [marked(name, "few_validation_rows") for name in ("a", "b")]

    assert "Only 62 validation rows chose every candidate's epoch." in sentences(both)
    assert "Only 62 validation rows chose a's epoch." in sentences(both[:1])


def test_a_learning_rate_that_the_request_gives_to_all_is_said():
    ranked = [raced("a"), raced("b")]
    forced = conditions().model_copy(update={"forced_learning_rate": 5e-5})

    found = verdict(ranked, analysed(ranked), forced).sentences

    assert any("all models the same learning rate, 5e-05" in text for text in found)
    assert not any("same learning rate" in text for text in sentences(ranked))


@pytest.mark.parametrize(("number", "is_said"), [(None, False), (0, True), (3, False)])
def test_a_search_that_found_nothing_is_said(number, is_said):
    ranked = [raced("a"), raced("b")]
    searched = conditions().model_copy(update={"models_found": number})

    found = verdict(ranked, analysed(ranked), searched).sentences

    assert any("found no further model" in text for text in found) == is_said


@pytest.mark.parametrize(
    ("places", "num_tied", "shown"),
    [
        ((2, 1), 1, "Of a the best learning rate is the lowest or the highest tried"),
        # Not the best, and not tied with it.
        ((1, 2), 1, None),
        ((1, 0), 2, "Of b the best"),
        ((1, 0, 2, 2), 1, "Of b, c and d the best learning rates are"),
    ],
)
def test_rates_at_the_edge_are_said_where_they_matter(places, num_tied, shown):
    ranked = [tuned(name, place) for name, place in zip("abcd", places, strict=False)]

    found = [text for text in sentences(ranked, num_tied) if "best learning" in text]

    assert [text.startswith(shown) for text in found] == ([True] if shown else [])


@pytest.mark.parametrize(
    ("score", "shown"),
    [
        (0.820, "Corrected for its having been chosen as the best of five: 0.820 [0.797, 0.842]."),
        # A small part of the interval's width.
        (0.834, None),
    ],
)
def test_the_corrected_score_stands_beside_the_headline_where_it_differs(score, shown):
    best = with_interval(raced("best"))
    corrected = CorrectedScore(
        score=score, interval=Interval(low=0.797, high=0.842), num_candidates=5
    )
    ranked = [best, raced("other")]

    found = verdict(ranked, analysed(ranked, corrected_score=corrected), conditions())

    assert found.corrected_score == corrected
    assert (found.sentences[1] == shown) == (shown is not None)


def test_an_error_is_corrected_upwards():
    best = with_interval(raced("best"), "rmse", 0.80, 0.70, 0.90)
    corrected = CorrectedScore(score=0.84, interval=None, num_candidates=30)
    ranked = [best, with_interval(raced("other"), "rmse", 0.9)]

    found = verdict(ranked, analysed(ranked, corrected_score=corrected), conditions("rmse"))

    assert found.sentences[1] == (
        "Corrected for its having been chosen as the best of thirty: 0.840."
    )


def dropped_out():
    return [
        raced(name, status="failed").model_copy(update={"status": status, "metrics": {}})
        for name, status in (("c", "stopped"), ("d", "screened"))
    ]


def test_others_are_called_worse_or_tied_only_where_they_were_scored_on_test():
    ranked = [raced("a"), raced("b"), raced("e")]

    worse, tied = (sentences(ranked, num, others=dropped_out()) for num in (1, 3))
    assert "Every other candidate scored on test is significantly worse." in worse
    assert "All other candidates scored on test are statistically tied with it." in tied


def test_where_the_majority_is_best_no_one_is_both_worse_and_as_good():
    found = sentences([raced("baseline/majority", method="majority"), raced("b")])

    assert "Every other candidate is significantly worse." in found
    assert any("no candidate ranks above it" in sentence for sentence in found)
    assert not any("as good" in sentence for sentence in found)


def test_without_a_result_those_that_dropped_out_are_not_said_to_have_failed():
    lost = [*dropped_out(), raced("e", status="failed")]
    (found,) = verdict(lost, analysed(lost), conditions()).sentences

    assert found == (
        "No candidate has a result on test, so there is nothing to compare: 1 failed, and 2 "
        "dropped out before, by their scores on validation. The table gives the reasons."
    )


def test_a_lost_seed_ranks_below_complete_ones_only_where_there_are_some():
    assert "1 candidate lost some seeds." in sentences([raced("a", status="partial")])


def test_candidates_that_dropped_out_are_not_counted_as_failed():
    dropped = dropped_out()

    found = sentences([raced("a"), raced("b")], others=dropped)

    assert any(text.startswith("2 candidates dropped out before") for text in found)
    assert not any("failed" in text for text in found)
