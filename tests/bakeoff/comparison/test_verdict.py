import pytest

from bakeoff.comparison.verdict import verdict
from bakeoff.statistics import Analysis
from bakeoff.summary.interval import Interval
from bakeoff.summary.verdict import OtherLeader
from tests.support.verdict_samples import (
    analysed,
    conditions,
    raced,
    sentences,
    versus,
    with_interval,
)


def test_the_headline_names_the_best_its_metric_and_interval():
    best = with_interval(raced("minilm"))

    found = verdict([best, raced("bert")], analysed([best, raced("bert")]), conditions())

    assert found.best == best.candidate
    assert found.tied == [best.candidate]
    assert found.sentences == [
        "minilm has the best F1 on 1,000 test rows: 0.835 [0.812, 0.857], at 95 % confidence.",
        "Every other candidate is significantly worse.",
    ]
    assert not (found.has_tied_baseline or found.is_test_too_small)


@pytest.mark.parametrize(
    ("metric", "mean", "low", "high", "shown"),
    [
        ("mcc", -0.0312, -0.05, 0.0, "Matthews correlation on 7 test rows: -0.031 [-0.050, 0.000]"),
        ("rmse", 23456.7, 22000, 25012.2, "RMSE on 7 test rows: 23,457 [22,000, 25,012]"),
        ("mae", 23.4567, 9.87654, 100.044, "MAE on 7 test rows: 23.46 [9.877, 100]"),
        ("loss", 0.00012345, 0.0, 0.5, "loss on 7 test rows: 0.0001234 [0.000, 0.500]"),
    ],
)
def test_numbers_have_the_digits_that_their_unit_asks_for(metric, mean, low, high, shown):
    best = with_interval(raced("a"), metric, mean, low, high)

    found = verdict([best], analysed([best]), conditions(metric, test_rows=7))

    assert shown in found.sentences[0]


def test_a_baseline_among_the_tied_makes_a_transformer_doubtful():
    model, baseline = raced("a"), raced("baseline/tfidf", method="tfidf", seeds=(1,))

    found = verdict([model, baseline], analysed([model, baseline], 2), conditions())
    assert found.has_tied_baseline
    assert (
        "baseline/tfidf, a baseline, is among them: you may not need a transformer."
        in found.sentences
    )

    assert "The best is a baseline: you may not need a transformer." in sentences(
        [baseline, model], 1
    )
    assert not any("transformer" in each for each in sentences([model, baseline], 1))
    assert not any("transformer" in each for each in sentences([baseline], 1))


def test_a_test_set_that_is_too_small_is_reported_with_the_rows_that_would_suffice():
    ranked = [raced("a"), raced("b")]

    found = verdict(
        ranked,
        analysed(ranked, 2, is_test_too_small=True, rows_to_separate=6385),
        conditions(),
    )

    assert found.is_test_too_small
    assert found.rows_to_separate == 6385
    assert found.sentences[-1] == (
        "The test set is too small to separate a and b: if their difference is as large as it "
        "seems, it takes about 6,400 test rows instead of 1,000."
    )


def test_the_verdict_says_what_would_help_where_rows_would_not():
    ranked = [raced("a"), raced("b")]

    found = sentences(ranked, 2, is_test_too_small=True, needs_more_seeds=True)
    assert found[-1] == (
        "The difference between a and b may be chance in training: it takes more seeds, not more "
        "test rows, to separate them."
    )
    found = sentences(ranked, 2, is_test_too_small=True)
    assert found[-1].startswith("a and b are so close that no test set")
    found = sentences(ranked, 2, is_test_too_small=True, difference=0.0)
    assert found[-1] == "a and b score the same."


def test_a_note_says_that_one_seed_leaves_out_luck():
    one = {"seeds": (1,)}
    model, other = raced("a", **one), raced("b", **one)
    baseline, frozen = raced("base", method="tfidf", **one), raced("c", method="frozen", **one)

    assert "chance in training" in sentences([model, other], 2)[-1]
    assert "chance in training" in sentences([model, baseline], 1)[-1]
    assert not any("chance" in each for each in sentences([frozen, baseline], 1))
    assert not any("chance" in each for each in sentences([raced("a"), other], 1))


def test_failures_and_lost_seeds_are_reported():
    ranked = [raced("a"), raced("b", status="partial")]

    found = sentences(ranked, 1, others=[raced("c", status="failed"), raced("d", status="failed")])

    assert found[-2:] == [
        "2 candidates failed.",
        "1 candidate lost some seeds, and ranks below the complete ones.",
    ]


def test_the_verdict_says_if_nothing_completed():
    failed = [raced(name, status="failed") for name in "ab"]

    found = verdict(failed, Analysis(), conditions(None))

    assert (found.best, found.tied) == (None, [])
    assert found.sentences == [
        "All 2 candidates failed, so there is nothing to compare. The table gives the reasons."
    ]
    assert verdict(failed[:1], Analysis(), conditions()).sentences[0].startswith("The only")
    assert verdict([], Analysis(), conditions()).sentences == ["There was no candidate to compare."]


def test_a_single_result_has_nothing_to_be_compared_with():
    found = sentences([raced("a")], 1, others=[raced("b", status="failed")])

    assert found == [
        "a has the best F1 on 1,000 test rows: 0.800.",
        "No other candidate has a result, so there is nothing to compare it with.",
        "1 candidate failed.",
    ]


@pytest.mark.parametrize(
    ("losses", "why"),
    [((0.2, 0.3), "for its lower loss"), ((0.2, 0.2), "because it comes first in the request")],
)
def test_why_one_of_two_with_the_same_score_ranks_first_is_said(losses, why):
    ranked = [
        each.model_copy(
            update={
                "metrics": {
                    **each.metrics,
                    "loss": each.metrics["f1"].model_copy(update={"mean": loss}),
                }
            }
        )
        for each, loss in zip([raced("a"), raced("b")], losses, strict=True)
    ]

    said = verdict(ranked, analysed(ranked, num_tied=2), conditions()).sentences

    assert said[1] == f"b has exactly the same score; a ranks first {why}."


def test_other_scores_need_no_such_reason():
    ranked = [raced("a", f1=0.8), raced("b", f1=0.8 - 1e-9)]
    for each in ranked:
        each.metrics["loss"] = each.metrics["f1"]

    said = verdict(ranked, analysed(ranked, num_tied=2), conditions()).sentences

    assert not any("same score" in sentence for sentence in said)


def test_candidates_that_could_not_be_compared_are_not_called_worse():
    ranked = [raced("a"), raced("b"), raced("c")]
    unread = Analysis(best="a-3f2a9c", tied=["a-3f2a9c"])
    partly = Analysis(best="a-3f2a9c", tied=["a-3f2a9c"], versus_best={"b-3f2a9c": versus()})

    assert verdict(ranked, unread, conditions()).sentences[1] == (
        "Its predictions could not be compared with the others', so its lead is untested."
    )
    assert verdict(ranked, partly, conditions()).sentences[1:] == [
        "Every candidate that was compared with it is significantly worse.",
        "1 candidate could not be compared with it.",
    ]


def test_without_a_metric_the_best_ranks_first():
    found = verdict([raced("a")], Analysis(), conditions(None, test_rows=None))

    assert found.sentences[0] == "a ranks first."


def test_a_candidate_that_lost_seeds_but_is_better_is_not_called_equal():
    first, partial = raced("whole", f1=0.5), raced("partial", f1=0.99, status="partial")
    analysis = analysed([first, partial], 1)
    comparison = versus(0.49).model_copy(update={"p_value_adjusted": 0.005})
    analysis.versus_best[partial.candidate] = comparison
    found = verdict([first, partial], analysis, conditions())
    assert found.tied == [first.candidate]
    assert any("partial is significantly better" in each for each in found.sentences)
    assert not any("tied" in each for each in found.sentences)


@pytest.mark.parametrize(("share", "is_mentioned"), [(0.895, True), (0.05, False)])
def test_the_verdict_says_if_models_read_less_of_the_texts_than_baselines(share, is_mentioned):
    model, baseline = raced("minilm"), raced("tfidf", method="tfidf")
    model = model.model_copy(update={"truncated_share": share})
    ranked = [baseline, model]
    found = verdict(ranked, analysed(ranked), conditions())
    assert any("beginning" in each for each in found.sentences) == is_mentioned
    alone = verdict([model], analysed([model]), conditions())
    assert not any("beginning" in each for each in alone.sentences)


def leader(candidate, metric, score, score_of_best):
    return OtherLeader(
        metric=metric,
        candidate=candidate.candidate,
        score=score,
        score_of_best=score_of_best,
        interval=Interval(low=0.01, high=0.1),
        p_value=0.001,
        p_value_adjusted=0.004,
    )


def test_candidates_that_other_metrics_would_put_first_are_named_with_their_scores():
    full, tfidf = raced("full"), raced("tfidf", method="tfidf")
    leaders = [leader(tfidf, "macro_f1", 0.86, 0.785), leader(tfidf, "accuracy", 0.91, 0.9)]

    said = sentences([full, tfidf], other_leaders=leaders)

    assert (
        "Another metric would put another candidate first: by macro F1 tfidf is significantly "
        "better, 0.860 against 0.785; by accuracy tfidf is significantly better, 0.910 against "
        "0.900."
    ) in said
    outcome = verdict([full, tfidf], analysed([full, tfidf], other_leaders=leaders), conditions())
    assert outcome.other_leaders == leaders
    assert not any("Another metric" in each for each in sentences([full, tfidf]))
