"""Linear models on fixed features, and how validation chooses among them."""

import numpy as np
import pytest
from scipy.sparse import csr_matrix
from scipy.special import expit, softmax
from sklearn.linear_model import LogisticRegression, Ridge

from job.training_config import Recipe, TrainingConfig, TrainingDataset
from linear.linear_head import ChosenHead, choose_linear_head

STRENGTHS = (0.01, 0.1, 1.0)


def config_for(task: str, labels: tuple[str, ...], main_metric: str, **changes) -> TrainingConfig:
    values = {
        "run": "r",
        "item": "c-s1",
        "candidate": "c",
        "model": "m",
        "model_revision": None,
        "seed": 1,
        "method": "tfidf",
        "task": task,
        "labels": list(labels),
        "positive_label": None,
        "is_pair": False,
        "main_metric": main_metric,
        "higher_is_better": main_metric not in ("loss", "rmse", "mae"),
        "max_length": None,
        "recipe": Recipe(),
        "learning_rates": [5e-5],
        "trial_share": 1.0,
        "stop_share": 1.0,
        "stage": "final",
        "num_train_rows": None,
        "dataset": TrainingDataset("d", None, "f", {}),
        "target_metric": None,
        "target_value": None,
        "instruction": None,
        "label_descriptions": {},
        "most_input_tokens": None,
        "most_output_tokens": None,
    }
    return TrainingConfig(**{**values, **changes})


BINARY = config_for("binary", ("a", "b"), "loss")
MULTICLASS = config_for("multiclass", ("a", "b", "c"), "loss")
MULTILABEL = config_for("multilabel", ("a", "b", "c"), "loss")
REGRESSION = config_for("regression", (), "rmse")

CHANCE = np.random.default_rng(1)
FEATURES = CHANCE.normal(size=(120, 4)).astype(np.float32)
NOISE = CHANCE.normal(size=(120, 3)).astype(np.float32)
TRUE = FEATURES[:, :3] + NOISE
LABELS = {
    "binary": (TRUE[:, 0] > 0).astype(int),
    "multiclass": TRUE.argmax(axis=1),
    "multilabel": (TRUE > 0).astype(np.float32),
    "regression": TRUE[:, 0].astype(np.float64),
}


def chosen_for(config: TrainingConfig, features=FEATURES, strengths=STRENGTHS) -> ChosenHead:
    labels = LABELS[config.task]
    return choose_linear_head(
        config, (features[:80], labels[:80]), (features[80:], labels[80:]), strengths
    )


def test_two_classes_have_the_probabilities_of_logistic_regression():
    head = chosen_for(BINARY, strengths=[1.0]).head
    expected = LogisticRegression(C=1.0).fit(FEATURES[:80], LABELS["binary"][:80])
    probabilities = softmax(head.outputs(FEATURES), axis=1)
    assert probabilities == pytest.approx(expected.predict_proba(FEATURES), abs=1e-2)


def test_more_classes_have_those_of_multinomial_regression():
    head = chosen_for(MULTICLASS, strengths=[1.0]).head
    expected = LogisticRegression(C=1.0).fit(FEATURES[:80], LABELS["multiclass"][:80])
    probabilities = softmax(head.outputs(FEATURES), axis=1)
    assert probabilities == pytest.approx(expected.predict_proba(FEATURES), abs=1e-2)


def test_each_of_several_labels_has_a_regression_of_its_own():
    head = chosen_for(MULTILABEL, strengths=[1.0]).head
    for label in range(3):
        expected = LogisticRegression(C=1.0).fit(FEATURES[:80], LABELS["multilabel"][:80, label])
        chances = expit(head.outputs(FEATURES)[:, label])
        assert chances == pytest.approx(expected.predict_proba(FEATURES)[:, 1], abs=1e-2)


def test_numbers_are_predicted_by_ridge_regression():
    best = chosen_for(REGRESSION, strengths=[0.5])
    expected = Ridge(alpha=2.0).fit(FEATURES[:80], LABELS["regression"][:80])
    assert best.chosen == {"alpha": 2.0}
    outputs = best.head.outputs(FEATURES)
    assert outputs.shape == (120, 1)
    assert outputs[:, 0] == pytest.approx(expected.predict(FEATURES), abs=1e-3)


@pytest.mark.parametrize("config", [BINARY, MULTICLASS, MULTILABEL, REGRESSION])
def test_the_regularisation_is_the_best_on_validation(config):
    metric = config.main_metric
    alone = {c: chosen_for(config, strengths=[c]).validation_scores[metric] for c in STRENGTHS}
    best = chosen_for(config)
    assert best.validation_scores[metric] == pytest.approx(min(alone.values()), abs=1e-3)
    assert len(set(alone.values())) == len(STRENGTHS)


def test_with_a_higher_metric_as_the_better_one_the_highest_is_chosen():
    by_accuracy = config_for("binary", ("a", "b"), "accuracy")
    alone = [
        chosen_for(by_accuracy, strengths=[c]).validation_scores["accuracy"] for c in STRENGTHS
    ]
    assert chosen_for(by_accuracy).validation_scores["accuracy"] == max(alone)


def test_the_most_regularised_of_equals_is_chosen():
    # Any of them parts these features without a mistake.
    clear = np.where(LABELS["binary"] == 1, 5.0, -5.0).astype(np.float32)[:, None]
    assert chosen_for(config_for("binary", ("a", "b"), "accuracy"), clear).chosen == {"C": 0.01}


@pytest.mark.parametrize("config", [BINARY, MULTICLASS, MULTILABEL, REGRESSION])
def test_sparse_features_are_as_good_as_dense_ones(config):
    dense, sparse = chosen_for(config), chosen_for(config, csr_matrix(FEATURES))
    assert sparse.chosen == dense.chosen
    assert sparse.head.outputs(csr_matrix(FEATURES)) == pytest.approx(
        dense.head.outputs(FEATURES), abs=2e-2
    )


def test_a_label_without_rows_is_predicted_as_rare():
    labels = LABELS["multilabel"].copy()
    labels[:, 1] = 0
    best = choose_linear_head(MULTILABEL, (FEATURES, labels), (FEATURES, labels), STRENGTHS)
    assert not best.head.weights[1].any()
    # (0 + 1) / (120 + 1) to one.
    assert best.head.bias[1] == pytest.approx(np.log(1 / 121))


@pytest.mark.parametrize(
    ("config", "missing"), [(MULTICLASS, 1), (config_for("multiclass", ("a", "b", "c"), "f1"), 2)]
)
def test_a_class_without_rows_keeps_its_place_and_a_finite_loss(config, missing):
    has_rows = LABELS["multiclass"] != missing
    train = (FEATURES[has_rows], LABELS["multiclass"][has_rows])
    best = choose_linear_head(config, train, (FEATURES, LABELS["multiclass"]), STRENGTHS)
    outputs = best.head.outputs(FEATURES)
    assert outputs.shape == (120, 3)
    assert missing not in outputs.argmax(axis=1)
    assert np.isfinite(best.validation_scores["loss"])
