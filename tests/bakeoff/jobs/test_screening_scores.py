"""The order of screened candidates."""

from bakeoff.jobs.screening_scores import ScreeningScore, ScreeningScores, ranked


def features(candidate, log_loss, log_me):
    return ScreeningScore(candidate=candidate, status="scored", log_loss=log_loss, log_me=log_me)


def short_training(candidate, metric):
    return ScreeningScore(candidate=candidate, status="scored", metric=metric)


def test_the_rank_is_the_mean_of_both_ranks():
    scores = [features("a", 0.5, -0.1), features("b", 0.4, -0.3), features("c", 0.3, -0.2)]

    assert ranked(scores) == [("c", 1.5), ("a", 2.0), ("b", 2.5)]


def test_equal_scores_share_the_mean_of_their_ranks():
    scores = [features("a", 0.5, -0.1), features("b", 0.5, -0.1), features("c", 0.6, -0.2)]

    assert ranked(scores) == [("a", 1.5), ("b", 1.5), ("c", 3.0)]


def test_failed_candidates_have_no_rank():
    broken = ScreeningScore(candidate="b", status="failed", reason="Its weights are broken.")

    assert ranked([broken, features("a", 0.5, -0.1)]) == [("a", 1.0)]
    assert ranked([broken]) == []
    assert ranked([]) == []


def test_a_missing_score_is_the_worst():
    assert ranked([features("a", 0.5, None), features("b", 0.6, -0.1)]) == [("a", 1.5), ("b", 1.5)]


def test_a_short_training_ranks_by_the_main_metric_in_its_direction():
    scores = [short_training("a", 0.5), short_training("b", 0.7)]

    assert ranked(scores) == [("b", 1.0), ("a", 2.0)]
    assert ranked(scores, higher_is_better=False) == [("a", 1.0), ("b", 2.0)]


def test_a_regression_ranks_by_r2_and_log_me():
    scores = [
        ScreeningScore(candidate="a", status="scored", r2=0.1, log_me=-0.1),
        ScreeningScore(candidate="b", status="scored", r2=0.2, log_me=-0.2),
        ScreeningScore(candidate="c", status="scored", r2=0.3, log_me=0.3),
    ]

    assert ranked(scores) == [("c", 1.0), ("a", 2.5), ("b", 2.5)]


def test_a_broken_score_costs_that_candidate_alone():
    one, other = {"candidate": "a", "status": "lost"}, {"candidate": "b", "status": "failed"}

    scores = ScreeningScores.from_object({"scores": [one, other]})

    assert [score.candidate for score in scores.scores] == ["b"]
    assert "scores.0" in scores.notes[0]
