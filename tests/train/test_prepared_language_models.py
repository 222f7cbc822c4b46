"""Language models for which there is no classification head, in preparation and in jobs."""

import pytest

from tests.support.preparing import resolved, reviews, run_prepare, write_csv
from tests.support.tiny_causal_model import build_tiny_causal_model

ROWS = reviews(60)


@pytest.fixture(scope="module")
def entries(tmp_path_factory):
    """The manifest's entry of each method."""
    folder = tmp_path_factory.mktemp("headless")
    train = write_csv(folder / "train.csv", ROWS)
    texts = [text for text, _ in ROWS]
    model = build_tiny_causal_model(folder / "granite", texts, family="granite")
    models = [{"id": str(model), "method": method} for method in ("prompt", "frozen", "full")]
    run = run_prepare(folder, resolved(train, models))
    return dict(zip(("prompt", "frozen", "full"), map(run.model, range(3)), strict=True))


@pytest.mark.parametrize("method", ["prompt", "frozen"])
def test_methods_that_need_no_head_can_have_them(entries, method):
    assert entries[method]["status"] == "ready"
    assert entries[method]["warnings"] == []
    assert 0 < entries[method]["encoder_parameters"] < entries[method]["num_parameters"]


def test_training_one_is_refused_with_what_to_give(entries):
    assert entries["full"]["status"] == "failed"
    assert "Its type, 'granite', does not fit a classification head" in entries["full"]["reason"]
    assert entries["full"]["reason"].endswith("give it the method prompt or frozen.")
