"""The rows whose labels may be wrong, in the summary."""

import json

import numpy as np
import pytest

from bakeoff.comparison.suspect_labels import MAX_LISTED, with_suspect_labels
from bakeoff.jobs.job_metrics import JobMetrics
from bakeoff.statistics.label_probabilities import LabelProbabilities
from tests.support import summary_parts as parts
from tests.support import summary_samples as samples
from tests.support.labelled_rows import judged

TFIDF = "tfidf-eb0e71"
FROZEN = ("good-frozen-1", "bad-frozen-2")


def summary_of(task="binary"):
    """tfidf, and two frozen models of which the first is better on validation."""
    sample = samples.binary()
    frozen = [
        parts.candidate(key, f"a/{key}", 6 + place, score, method="frozen", seeds=(1,))
        for place, (key, score) in enumerate(zip(FROZEN, (0.8, 0.7), strict=True))
    ]
    conditions = sample.conditions.model_copy(update={"task": task})
    candidates = [*sample.candidates, *reversed(frozen)]
    return sample.model_copy(
        update={"candidates": candidates, "conditions": conditions, "suspect_labels": None}
    )


def found_in(files, summary=None, results=()):
    """`files` by candidate."""
    by_item = {f"{candidate}-s1": found for candidate, found in files.items()}
    return with_suspect_labels(summary or summary_of(), results, by_item.get)


def test_wrong_labels_are_listed_with_text_given_and_likely_label_the_most_doubtful_first():
    found = found_in({TFIDF: judged(num_rows=400, num_wrong=20)}).suspect_labels

    assert [row.id for row in found.listed] != sorted(row.id for row in found.listed)
    assert {row.id for row in found.listed} == set(range(0, 400, 20))
    scores = [row.score for row in found.listed]
    assert scores == sorted(scores, reverse=True)
    row = next(row for row in found.listed if row.id == 20)
    assert (row.split, row.texts, row.label, row.likely_label) == (
        "test", ["text 20"], "pos", "neg",
    )  # fmt: skip
    assert found.rows == {"train": 300, "validation": 0, "test": 100}
    assert found.suspects == {"train": 0, "validation": 0, "test": 20}


def test_all_linear_candidates_are_asked_and_the_better_ones_decide():
    sure, unsure = judged(certainty=0.95), judged(certainty=0.6)

    found = found_in({TFIDF: unsure, FROZEN[0]: unsure, FROZEN[1]: sure}).suspect_labels

    assert found.candidates == [TFIDF, *FROZEN]
    assert found.weights == pytest.approx([0, 0, 1], abs=0.02)
    assert found.listed[0].score == pytest.approx(0.96, abs=0.03)


def test_of_many_the_best_of_each_method_and_then_the_best_are_asked():
    summary = summary_of()
    more = [
        parts.candidate(key, f"a/{key}", 8, score, method="frozen", seeds=(1,))
        for key, score in (("worst-3", 0.4), ("best-4", 0.9), ("middle-5", 0.75))
    ]
    summary = summary.model_copy(update={"candidates": [*summary.candidates, *more]})
    files = {key: judged() for key in (TFIDF, *FROZEN, "worst-3", "best-4", "middle-5")}

    found = found_in(files, summary).suspect_labels

    assert found.candidates == [TFIDF, "best-4", FROZEN[0], "middle-5"]


def test_models_that_say_the_same_count_the_same():
    found = found_in({TFIDF: judged(), FROZEN[0]: judged()}).suspect_labels

    assert found.weights == pytest.approx([0.5, 0.5])


def test_another_of_the_method_stands_in_for_a_file_that_cannot_be_read():
    found = found_in({TFIDF: judged(), FROZEN[1]: judged()}).suspect_labels

    assert found.candidates == [TFIDF, FROZEN[1]]


def test_probabilities_of_other_rows_are_not_averaged_with_the_first():
    found = found_in({TFIDF: judged(num_rows=400), FROZEN[0]: judged(num_rows=200)})

    assert found.suspect_labels.candidates == [TFIDF]


@pytest.mark.parametrize("task", ["multilabel", "regression", None])
def test_rows_of_several_labels_or_a_number_have_no_suspects(task):
    summary = summary_of(task)

    assert found_in({TFIDF: judged()}, summary) is summary


@pytest.mark.parametrize("files", [{}, {TFIDF: judged(num_rows=40, num_wrong=4)}])
def test_without_a_linear_candidate_or_enough_rows_nothing_is_said(files):
    summary = summary_of()

    assert found_in(files, summary) is summary


def test_the_verdict_has_a_sentence_where_many_labels_are_suspect():
    found = found_in({TFIDF: judged(num_rows=2000, num_wrong=200)})

    assert found.suspect_labels.are_many
    *before, last = found.verdict.sentences
    assert before == summary_of().verdict.sentences
    assert last.startswith("Labels may be wrong: of the 200 rows of whose answers")
    assert last.endswith("suspect_labels.csv lists 200 rows to look at, 100 of them in test.")


def test_the_verdict_has_none_where_few_are():
    found = found_in({TFIDF: judged(num_rows=2000, num_wrong=4)})

    assert found.suspect_labels.listed
    assert found.verdict == summary_of().verdict


def test_a_thousand_rows_are_listed_and_all_are_counted():
    found = found_in({TFIDF: judged(num_rows=6000, num_wrong=1500)}).suspect_labels

    assert len(found.listed) == MAX_LISTED == 1000
    assert sum(found.suspects.values()) == 1500


def test_the_time_that_it_took_is_that_of_the_jobs_that_were_asked():
    metrics = JobMetrics.from_json(json.dumps({"seconds": {"labels": 1.5}}).encode())
    results = [Result(candidate, metrics) for candidate in (TFIDF, FROZEN[0], FROZEN[1], "another")]

    found = found_in({TFIDF: judged(), FROZEN[0]: judged()}, results=results).suspect_labels

    assert found.seconds == 3.0


class Result:
    def __init__(self, candidate, metrics):
        self.candidate, self.metrics = candidate, metrics


def test_a_row_without_a_text_is_listed_all_the_same():
    rows = judged()
    without = LabelProbabilities(rows.splits, rows.ids, rows.labels, rows.probabilities, {})

    found = found_in({TFIDF: without}).suspect_labels

    assert [row.texts for row in found.listed] == [[]] * 20
    assert np.isfinite([row.score for row in found.listed]).all()
