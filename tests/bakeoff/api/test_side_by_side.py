"""Several comparisons beside each other."""

import pytest

import bakeoff
from bakeoff.api.comparison import Comparison
from tests.support import summary_samples


def comparison(name="rt-polarity", run="1", sample=summary_samples.binary, **conditions):
    summary = sample()
    provenance = summary.provenance.model_copy(update={"name": name, "run": run})
    changed = summary.conditions.model_copy(update=conditions)
    summary = summary.model_copy(update={"provenance": provenance, "conditions": changed})
    return Comparison({"summary.json": summary.to_json()}, f"results/{name}")


def test_runs_on_the_same_rows_are_ranked_together():
    both = bakeoff.compare_runs([comparison(run="1"), comparison("again", run="2")])

    scores = [line.score for line in both.lines]
    assert both.can_be_ranked and both.reasons == []
    assert scores == sorted(scores, reverse=True)
    assert [line.rank for line in both.lines[:4]] == [1, 1, 3, 3]
    assert {line.comparison for line in both.lines} == {"rt-polarity", "again"}


def test_a_ranking_over_runs_claims_no_tested_difference():
    both = bakeoff.compare_runs([comparison(run="1"), comparison(run="2")])

    assert "no difference between candidates of different runs was tested" in repr(both)
    assert "no difference between candidates of different runs was tested" in both._repr_html_()


def test_intervals_of_different_confidence_are_pointed_out():
    statistics = summary_samples.binary().statistics.model_copy(update={"confidence": 0.9})
    other = summary_samples.binary().model_copy(update={"statistics": statistics})

    same = bakeoff.compare_runs([comparison(run="1"), comparison(run="2")])
    both = bakeoff.compare_runs([comparison(run="1"), comparison(run="2", sample=lambda: other)])

    assert "confidence" not in " ".join(same.notes)
    assert [note.replace("\N{NO-BREAK SPACE}", " ") for note in both.notes[1:]] == [
        "Intervals have different confidence levels: rt-polarity (1) 95 %, rt-polarity (2) 90 %."
    ]


def called(key, requested_as):
    """A sample whose best candidate is a model in a folder named checkpoint-500."""

    def sample():
        first, *others = summary_samples.binary().candidates
        named = {"candidate": key, "name": "checkpoint-500", "requested_as": requested_as}
        changed = [first.model_copy(update=named), *others]
        return summary_samples.binary().model_copy(update={"candidates": changed})

    return sample


def test_models_of_two_runs_are_told_apart_where_each_run_calls_them_the_same():
    both = bakeoff.compare_runs(
        [
            comparison(run="1", sample=called("m-1", "./a/checkpoint-500")),
            comparison(run="2", sample=called("m-2", "./b/checkpoint-500")),
        ]
    )

    names = {line.key: line.candidate for line in both.lines}
    assert names["m-1"] == "a/checkpoint-500" and names["m-2"] == "b/checkpoint-500"
    # The other candidates are the same in both runs, and can be joined by their key.
    assert len(names) == len(both.lines) / 2 + 1


def test_where_lower_is_better_the_lowest_is_first():
    regressions = [comparison(run=run, sample=summary_samples.regression) for run in "12"]

    scores = [line.score for line in bakeoff.compare_runs(regressions).lines if line.score]

    assert scores == sorted(scores)


@pytest.mark.parametrize(
    ("conditions", "reason"),
    [
        ({"dataset_fingerprint": "0"}, "prepared rows"),
        ({"main_metric": "accuracy"}, "main metric"),
        ({"positive_label": "neg"}, "positive label"),
    ],
)
def test_runs_with_incomparable_scores_are_shown_separately(conditions, reason):
    both = bakeoff.compare_runs([comparison(run="1"), comparison("other", run="2", **conditions)])

    assert not both.can_be_ranked
    assert len(both.reasons) == 1 and reason in both.reasons[0]
    assert [line.comparison for line in both.lines] == ["rt-polarity"] * 5 + ["other"] * 5
    assert [line.rank for line in both.lines[5:]] == [1, 2, 3, 4, 5] or (
        conditions == {"main_metric": "accuracy"}
    )
    assert "cannot be ranked together" in repr(both)


def test_runs_without_prepared_rows_have_nothing_to_share():
    both = bakeoff.compare_runs(
        [comparison(run=run, dataset_fingerprint=None) for run in ("1", "2")]
    )

    assert both.reasons == [
        "rt-polarity (1) prepared no rows.",
        "rt-polarity (2) prepared no rows.",
    ]


def test_the_frame_has_a_row_for_each_candidate_of_each_run():
    frame = bakeoff.compare_runs([comparison(run="1"), comparison(run="2")]).frame()

    assert len(frame) == 10
    assert frame["rank"].dtype == "Int64"
    assert list(frame.columns[:3]) == ["comparison", "run", "rank"]


def partial_best():
    """The sample, in which the best candidate lacks a seed, and so ranks below the others."""
    first, *others = summary_samples.binary().candidates
    partial = {"status": "partial", "rank": 5, "seeds_completed": first.seeds[:2]}
    completed = [one.model_copy(update={"rank": rank}) for rank, one in enumerate(others, start=1)]
    candidates = [*completed, first.model_copy(update=partial)]
    return summary_samples.binary().model_copy(update={"candidates": candidates})


def test_partial_candidates_rank_below_all_completed_ones():
    both = bakeoff.compare_runs([comparison(run="1"), comparison(run="2", sample=partial_best)])

    assert [line.status for line in both.lines] == ["completed"] * 9 + ["partial"]
    assert both.lines[-1].rank == 10
    assert both.lines[-1].score == both.lines[0].score


def test_a_partial_candidate_is_recognised_by_its_status():
    both = bakeoff.compare_runs([comparison(run="1"), comparison(run="2", sample=partial_best)])

    assert [line[-1] for line in both.cells()] == ["completed"] * 9 + ["partial"]


def test_failed_candidates_come_last_without_a_rank():
    failed = comparison("failed", run="2", sample=summary_samples.all_failed)

    both = bakeoff.compare_runs([comparison(run="1"), failed])

    assert {line.rank for line in both.lines if line.comparison == "failed"} == {None}


@pytest.mark.parametrize(
    ("runs", "problem"),
    [([], "0 run"), (["1"], "1 run"), (["1", "2", "1"], "Run 1 was given twice")],
)
def test_incomparable_runs_are_an_error(runs, problem):
    with pytest.raises(bakeoff.ResultsError, match=problem):
        bakeoff.compare_runs([comparison(run=run) for run in runs])


def test_a_single_folder_is_not_taken_for_several_runs():
    with pytest.raises(bakeoff.ResultsError, match="1 run was given"):
        bakeoff.compare_runs("results/imdb")


def test_a_folder_is_loaded(tmp_path):
    for run in ("1", "2"):
        (tmp_path / run).mkdir()
        content = comparison(run=run).files["summary.json"]
        (tmp_path / run / "summary.json").write_bytes(content)

    both = bakeoff.compare_runs([tmp_path / "1", str(tmp_path / "2")])

    assert [one.run for one in both.runs] == ["1", "2"]
