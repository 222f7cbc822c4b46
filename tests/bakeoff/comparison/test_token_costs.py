"""What the tokens of hosted models add to the cost of a candidate."""

import pytest

from bakeoff.comparison.token_costs import Hosting, with_tokens
from bakeoff.hosted_models import TokenPrice
from bakeoff.jobs.job_metrics import AskedMetrics
from bakeoff.summary.ownership import Ownership

ASKED = AskedMetrics(
    num_replies=150,
    input_tokens=30_000,
    output_tokens=3_000,
    input_tokens_per_row=200.0,
    output_tokens_per_row=20.0,
    unusable={"refused": 2, "cut": 1},
)
HOSTING = Hosting(TokenPrice(input_usd=1.0, output_usd=10.0))
OF_INSTANCE = Ownership(cost_usd=0.5, usd_per_million_predictions=3.0)


def test_tokens_are_added_to_the_instance():
    found = with_tokens(OF_INSTANCE, ASKED, HOSTING)
    assert found.cost_usd == pytest.approx(0.5 + 0.03 + 0.03)
    assert (found.input_tokens, found.output_tokens) == (30_000, 3_000)
    assert found.unusable_answers == 3


def test_predictions_cost_their_tokens_alone():
    found = with_tokens(OF_INSTANCE, ASKED, HOSTING)
    assert found.usd_per_million_predictions == pytest.approx(200 + 200)


def test_an_unknown_price_is_no_price_of_zero():
    found = with_tokens(OF_INSTANCE, ASKED, Hosting(None))
    assert found.cost_usd is None
    assert found.usd_per_million_predictions is None
    assert found.input_tokens == 30_000


def test_a_job_that_failed_may_have_asked_a_lot():
    assert with_tokens(OF_INSTANCE, None, HOSTING).cost_usd is None
