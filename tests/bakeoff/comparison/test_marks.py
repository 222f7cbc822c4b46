"""Marks: which scores are not to be taken at face value."""

import pytest

from bakeoff.comparison.marks import ValidationRows, marks_of
from bakeoff.prepared.data_card import DataCard
from tests.support.compared import compared
from tests.support.run_samples import completed, job_metrics, resolved_with


def history(*points):
    """Epochs with their F1 and loss on validation."""
    return [
        {"epoch": number, "train_loss": 0.5, "loss": loss, "f1": f1}
        for number, (f1, loss) in enumerate(points, start=1)
    ]


def kinds(method="full", seeds=(1,), rows=None, **metrics):
    """The kinds of the marks of a candidate whose jobs have these metrics."""
    given = {"validation_standard_error": 0.02, "majority_p_value": 0.001} | metrics
    resolved = resolved_with(models=[{"id": "a", "method": method}], seeds=list(seeds))
    found = compared(
        resolved,
        lambda item: completed(item, metrics=job_metrics(**given)),
        rows={"train": 900, "validation": 300, "test": 500} | (rows or {}),
    )
    return [mark.kind for mark in found.candidates[0].marks]


RISING = history((0.10, 4.0), (0.386, 3.0))


def test_a_candidate_whose_last_epoch_was_far_better_was_still_improving():
    assert kinds(history=RISING, best_epoch=2) == ["still_improving"]


@pytest.mark.parametrize(
    ("points", "changes"),
    [
        # The gain is within the standard error, and the loss hardly falls.
        (history((0.85, 0.40), (0.86, 0.39)), {"best_epoch": 2}),
        # An earlier epoch was better.
        (history((0.80, 0.40), (0.90, 0.30), (0.88, 0.20)), {"best_epoch": 2}),
        (RISING, {"best_epoch": 2, "stopped_early": True}),
        # One epoch cannot show whether it rose.
        (history((0.5, 1.0)), {"best_epoch": 1}),
        # Older jobs do not say how certain their scores are.
        (RISING, {"best_epoch": 2, "validation_standard_error": None}),
    ],
)
def test_what_has_levelled_off_or_is_not_known_has_no_mark(points, changes):
    assert kinds(history=points, **changes) == []


def test_a_loss_that_still_falls_is_a_sign_too():
    assert kinds(history=history((0.80, 0.60), (0.81, 0.45)), best_epoch=2) == ["still_improving"]


def test_a_mark_of_training_takes_half_of_the_seeds():
    resolved = resolved_with(models=["a"], seeds=[1, 2, 3])

    def marked(seeds):
        def outcome(item):
            p_value = 0.4 if item.seed in seeds else 0.001
            return completed(item, metrics=job_metrics(majority_p_value=p_value))

        return compared(resolved, outcome).candidates[0].is_marked("learnt_nothing")

    assert not marked([1])
    assert marked([1, 3])


def test_the_sentence_has_the_numbers_and_the_seed():
    resolved = resolved_with(models=["a"], seeds=[4, 5])
    given = {"history": RISING, "best_epoch": 2, "validation_standard_error": 0.02}

    found = compared(resolved, lambda item: completed(item, metrics=job_metrics(**given)))

    assert [mark.sentence for mark in found.candidates[0].marks] == [
        "It was still improving when it stopped: its F1 on validation went from 0.100 to 0.386 in "
        "the last of 2 epochs with seed 4. More epochs may change its place."
    ]


def test_a_model_that_is_no_better_than_one_answer_learnt_nothing():
    assert kinds(majority_p_value=0.31) == ["learnt_nothing"]
    assert kinds(majority_p_value=None) == []


def test_what_goes_by_names_is_marked_in_words_of_its_own():
    resolved = resolved_with(models=[{"id": "a", "method": "zeroshot"}])
    given = job_metrics(majority_p_value=0.31, validation_standard_error=0.02)
    found = compared(resolved, lambda item: completed(item, metrics=given))
    (mark,) = found.candidates[0].marks
    assert mark.kind == "learnt_nothing"
    assert mark.sentence.startswith("It has not shown that it knows the labels by their names")
    assert "label_descriptions" in mark.sentence


@pytest.mark.parametrize(
    ("method", "remedy"), [("lora", "learning rate"), ("frozen", "More training rows")]
)
def test_the_remedy_for_having_learnt_nothing_is_one_that_the_method_has(method, remedy):
    resolved = resolved_with(models=[{"id": "a", "method": method}])
    given = job_metrics(majority_p_value=0.31, validation_standard_error=0.02)
    (mark,) = compared(resolved, lambda item: completed(item, metrics=given)).candidates[0].marks
    assert remedy in mark.sentence


def test_the_majority_baseline_is_not_blamed_for_knowing_nothing():
    resolved = resolved_with(models=["a"], baselines=True)
    found = compared(
        resolved, lambda item: completed(item, metrics=job_metrics(majority_p_value=0.9))
    )
    marks = {each.method: each.is_marked("learnt_nothing") for each in found.candidates}
    assert marks == {"full": True, "tfidf": True, "majority": False}
    assert all(each.knows_nothing for each in found.candidates)


def test_few_validation_rows_are_marked_where_they_chose_something():
    few = {"validation": 62}
    assert kinds(rows=few, history=history((0.8, 0.4), (0.8, 0.4)), best_epoch=1) == [
        "few_validation_rows"
    ]
    assert kinds(rows=few, history=history((0.8, 0.4)), best_epoch=1) == []
    assert kinds("frozen", rows=few, chosen={"C": 1.0}, history=[]) == ["few_validation_rows"]
    none = {"train": 0, "validation": 0}
    assert kinds("zeroshot", rows=none, chosen={"template": "{label}"}, history=[]) == []


@pytest.mark.parametrize(
    ("metric", "label_rows", "few"),
    [
        ("f1", {"pos": 12, "neg": 488}, "12 validation rows with the label 'pos'"),
        ("f1", {"pos": 488, "neg": 12}, None),
        ("macro_f1", {"pos": 488, "neg": 12}, "12 validation rows with the label 'neg'"),
        ("accuracy", {"pos": 12, "neg": 488}, None),
    ],
)
def test_few_rows_of_a_label_count_where_the_metric_depends_on_them(metric, label_rows, few):
    conditions = compared(resolved_with(models=["a"]), completed).conditions
    conditions = conditions.model_copy(
        update={"main_metric": metric, "rows": {"validation": 500}, "positive_label": "pos"}
    )
    balance = [{"label": name, "rows": n, "share": n / 500} for name, n in label_rows.items()]
    card = DataCard.from_object({"splits": {"validation": {"label_rows": balance}}})

    assert ValidationRows.of(conditions, card).too_few() == few
    assert ValidationRows.of(conditions, None).too_few() is None


def test_a_candidate_without_a_result_has_no_marks():
    found = compared(resolved_with(models=["a"]), lambda item: None).candidates[0]

    assert marks_of(found, "f1", ValidationRows(10)) == []
