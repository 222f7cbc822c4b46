"""What tokens cost, by AWS's price list or by the deployment's word."""

import json

import pytest

from bakeoff.cost.budget import budget_problem
from bakeoff.cost.token_prices import bounds_of, listed_price, token_prices
from bakeoff.cost.upper_bound import bound_in_words, cost_plan
from bakeoff.errors import ServiceError
from bakeoff.hosted_models import TokenPrice
from bakeoff.request.resolved import resolve
from bakeoff.request.schema import parse_request
from tests.support.run_samples import RUN, settings_with
from tests.support.token_products import token_product

NOVA = "bedrock/amazon.nova-lite-v1:0"
LISTED = [
    token_product("Nova Lite", "Input tokens", 0.00006),
    token_product("Nova Lite", "Output tokens", 0.00024),
    token_product("Nova Lite", "Input tokens", 0.00003, usage="USE1-NovaLite-input-tokens-batch"),
    token_product("Nova Pro", "Input tokens", 0.0008),
]
PRICES = {"ml.g5.xlarge": 1.5, "ml.m5.xlarge": 0.25, "ml.m5.2xlarge": 0.5}
PRICE = TokenPrice(0.06, 0.24)


def resolved_with(**changes):
    document = {"dataset": "stanfordnlp/imdb", "models": [NOVA], "max_test_rows": 100, **changes}
    request = parse_request(json.dumps(document).encode(), file_name="imdb.json")
    settings = settings_with(bedrock_models=("amazon.nova-lite-v1:0",))
    return resolve(request, RUN, settings)


@pytest.mark.parametrize(
    "model_id", ["amazon.nova-lite-v1:0", "us.amazon.nova-lite-v1:0", "eu.amazon.nova-lite-v1:0"]
)
def test_a_price_is_found_by_the_models_name(model_id):
    assert listed_price(model_id, LISTED) == PRICE


@pytest.mark.parametrize(
    ("model_id", "products"),
    [
        ("amazon.nova-pro-v1:0", LISTED),
        ("amazon.nova-micro-v1:0", LISTED),
        ("amazon.nova-lite-v1:0", []),
        (
            "amazon.nova-lite-v1:0",
            [*LISTED, token_product("Nova Lite", "Input tokens", 0.00009)],
        ),
        (
            "amazon.nova-lite-v1:0",
            [*LISTED, token_product("Nova Lite", "Input tokens", 0.1, unit="hour")],
        ),
        ("amazon.nova-lite-v1:0", [*LISTED, "[]"]),
    ],
)
def test_a_price_that_is_not_sure_is_not_known(model_id, products):
    assert listed_price(model_id, products) is None


def test_a_stated_price_needs_no_list():
    def refuse():
        raise AssertionError

    stated = {"amazon.nova-lite-v1:0": PRICE}
    assert token_prices(resolved_with(), stated, refuse, print) == {NOVA: PRICE}


def test_a_list_that_cannot_be_read_is_a_warning():
    warnings = []

    def refuse():
        raise ServiceError("denied")

    assert token_prices(resolved_with(), {}, refuse, warnings.append) == {NOVA: None}
    assert "denied" in warnings[0]


def test_the_bound_has_every_question_and_answer():
    resolved = resolved_with(hyperparameters={"max_length": 64, "prompt_examples": 0})
    ((model, bound),) = bounds_of(resolved)
    assert model == NOVA
    assert bound.num_requests == 100 + 100
    assert bound.output_tokens == 200 * 512
    assert bound.input_tokens == 200 * (2 * 2048 + 512 + 64)
    plan = cost_plan(resolved, PRICES, None, {NOVA: PRICE})
    of_tokens = (bound.input_tokens * 0.06 + bound.output_tokens * 0.24) / 1e6
    without = cost_plan(resolved, PRICES, None, {NOVA: TokenPrice(0, 0)})
    assert plan.tokens_upper_bound_usd == pytest.approx(of_tokens)
    assert plan.upper_bound_usd == pytest.approx(without.upper_bound_usd + of_tokens)
    assert "200 requests" in bound_in_words(resolved, plan)
    assert "0.06 and 0.24 USD per million tokens" in bound_in_words(resolved, plan)


def test_more_kinds_of_examples_are_more_questions():
    def requests(**recipe):
        return bounds_of(resolved_with(hyperparameters=recipe))[0][1].num_requests

    assert requests() == 5 * 100 + 100
    assert requests(prompt_examples=4) == 2 * 100 + 100


def test_tokens_beyond_the_budget_refuse_the_run():
    dear = {NOVA: TokenPrice(1_000.0, 1_000.0)}
    resolved = resolved_with(budget_usd=100)
    problem = budget_problem(resolved, cost_plan(resolved, PRICES, None, dear))
    assert problem is not None
    assert "max_test_rows" in problem.remedy


def test_an_unknown_price_refuses_a_run_with_a_budget():
    resolved = resolved_with(budget_usd=1_000)
    plan = cost_plan(resolved, PRICES, None, {NOVA: None})
    assert plan.upper_bound_usd is None
    problem = budget_problem(resolved, plan)
    assert problem is not None
    assert NOVA in problem.problem
    assert "bedrock_models" in problem.remedy
