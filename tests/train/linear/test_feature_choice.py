"""Which features a head gets: the best kind on validation, on one scale."""

import numpy as np
import pytest

from linear.feature_choice import choose_features
from linear.feature_scale import FeatureScale
from linear.linear_head import LinearHead
from linear.row_features import ALONE, JOINT, FeatureKind, feature_kinds
from tests.train.linear.test_linear_head import BINARY, REGRESSION, config_for

CHANCE = np.random.default_rng(3)
USEFUL = CHANCE.normal(size=(120, 3)).astype(np.float32)
NOISE = CHANCE.normal(size=(120, 3)).astype(np.float32)
LABELS = (USEFUL[:, 0] > 0).astype(int)
KINDS = [FeatureKind("last", None), FeatureKind("mean", None)]


def chosen_with(useful: str, config=BINARY, labels=LABELS):
    def features(split, kind):
        both = 5 + 7 * (USEFUL if kind.layer == useful else NOISE)
        return both[:80] if split == "train" else both[80:]

    split = {"train": labels[:80], "validation": labels[80:]}
    return choose_features(config, KINDS, features, split), features


@pytest.mark.parametrize("useful", ["last", "mean"])
def test_the_layer_is_the_better_one_on_validation(useful):
    chosen, _ = chosen_with(useful)
    assert chosen.kind == FeatureKind(useful, None)


def test_the_last_layer_is_the_first_of_equals():
    chosen, _ = chosen_with("none", config_for("binary", ("a", "b"), "accuracy"))
    assert chosen.kind.layer == "last"


@pytest.mark.parametrize(
    ("config", "labels"), [(BINARY, LABELS), (REGRESSION, USEFUL[:, 0].astype(np.float64))]
)
def test_the_head_is_for_the_features_as_they_are(config, labels):
    chosen, features = chosen_with("last", config, labels)
    outputs = chosen.best.head.outputs(features("validation", chosen.kind))
    assert outputs.reshape(chosen.best.validation_logits.shape) == pytest.approx(
        chosen.best.validation_logits, abs=1e-4
    )


def test_authors_of_sentence_encoders_have_chosen():
    kinds = {
        (known, pair): [
            (kind.layer, kind.pairing)
            for kind in feature_kinds(is_sentence_encoder=known, is_pair=pair)
        ]
        for known in (True, False)
        for pair in (True, False)
    }
    assert kinds[True, False] == [("last", None)]
    assert kinds[True, True] == [("last", ALONE)]
    assert kinds[False, False] == [("last", None), ("mean", None)]
    assert kinds[False, True] == [
        ("last", ALONE),
        ("mean", ALONE),
        ("last", JOINT),
        ("mean", JOINT),
    ]


def test_features_get_one_variance_and_those_of_pairs_one_by_kind():
    features = np.hstack([NOISE, 9 * NOISE, 4 + USEFUL, USEFUL, LABELS[:, None]]).astype(np.float32)
    plain = FeatureScale.of(features, are_of_pairs=False).applied(features)
    assert plain.mean(axis=0) == pytest.approx(0, abs=1e-5)
    assert plain.var(axis=0) == pytest.approx(1, abs=1e-4)
    weighted = FeatureScale.of(features, are_of_pairs=True).applied(features)
    assert weighted.var(axis=0) == pytest.approx([1] * 12 + [3], abs=1e-4)


def test_a_feature_that_never_differs_stays_finite():
    features = np.full((10, 2), 0.1, dtype=np.float32)
    scale = FeatureScale.of(features, are_of_pairs=False)
    assert np.abs(scale.applied(features)).max() < 1e-6
    head = LinearHead.of(np.ones((1, 2)), np.zeros(1))
    assert np.isfinite(scale.undone(head).weights).all()
