"""The best race that a budget allows."""

import pytest

from bakeoff.cost.affordable_race import best_race, left_to_budget
from bakeoff.cost.budget import budget_problem
from bakeoff.cost.upper_bound import cost_plan
from bakeoff.request.resolved import resolve
from tests.support.run_samples import RUN, WALK_THROUGH, parsed, settings_with

PRICES = {"ml.g5.xlarge": 1.5, "ml.m5.xlarge": 0.25, "ml.m5.2xlarge": 0.5}
SEARCH = {"search": {"language": "en"}}


def chosen(budget_usd, prices=PRICES, **changes):
    document = WALK_THROUGH | {"models": SEARCH, "budget_usd": budget_usd} | changes
    request = parsed(document)
    resolved = resolve(request, RUN, settings_with())
    return best_race(resolved, left_to_budget(request), prices, None)


def size(resolved):
    found = resolved.search.query.limit if resolved.search else None
    return len(resolved.seeds), found


def bound(seeds=1, found=20):
    models = {"search": {"limit": found}}
    request = parsed(WALK_THROUGH | {"models": models, "seeds": seeds})
    return cost_plan(resolve(request, RUN, settings_with()), PRICES, None).upper_bound_usd


def test_a_large_budget_buys_seeds_and_no_more_than_three():
    resolved, plan = chosen(100_000)

    assert size(resolved) == (3, 20)
    assert resolved.seeds == [42, 43, 44]
    assert plan.chosen == ["The budget allows 20 models from the search and 3 seeds."]


@pytest.mark.parametrize("expected", [(3, 20), (2, 20), (1, 20), (1, 12), (1, 6), (1, 3), (1, 2)])
def test_a_budget_that_is_just_enough_for_a_race_gets_it(expected):
    resolved, plan = chosen(bound(*expected))

    assert plan.upper_bound_usd <= plan.budget_usd
    # Of several races with the same bound it is the largest.
    assert bound(*size(resolved)) == pytest.approx(bound(*expected))
    assert size(resolved) >= expected


def test_the_sentence_says_what_the_next_larger_race_could_cost():
    with_two, with_three = bound(2), bound(3)

    _, plan = chosen((with_two + with_three) / 2)

    assert plan.chosen == [
        "The budget allows 20 models from the search and 2 seeds. With 20 models from the search "
        f"and 3 seeds the run could cost up to {with_three:.2f} USD."
    ]


def test_what_the_request_gives_is_left_as_it_is():
    models = {"search": {"limit": 8}}
    resolved, plan = chosen(10, models=models, seeds=2)

    assert size(resolved) == (2, 8)
    assert plan.chosen == []
    resolved, plan = chosen(bound(3, 8), models=models)
    assert size(resolved) == (3, 8)
    assert plan.chosen == ["The budget allows 3 seeds."]


def test_every_model_of_a_list_is_trained_whatever_the_budget():
    resolved, plan = chosen(1_000, models=["a", "b"])

    assert (resolved.seeds, resolved.finalists, plan.chosen) == ([42], None, [])


def test_named_models_alone_leave_the_seeds_to_the_budget():
    resolved, plan = chosen(100_000, models={"include": [f"m{n}" for n in range(5)]})

    assert size(resolved) == (3, None)
    assert plan.chosen == ["The budget allows 3 seeds."]


def test_where_even_the_smallest_race_is_too_dear_the_problem_says_so_with_a_remedy():
    resolved, plan = chosen(bound(1, 2) - 1)

    assert size(resolved) == (1, 2)
    problem = budget_problem(resolved, plan)
    assert problem.field == "budget_usd"
    assert problem.problem.endswith(
        "This is the smallest race: 2 models from the search and 1 seed."
    )
    assert problem.remedy.startswith("Set compute.max_runtime_seconds to ")
    assert problem.remedy.endswith(" or less, or raise budget_usd.")
    assert "fewer" not in problem.remedy


def test_a_model_that_the_request_includes_needs_one_other_for_a_comparison():
    resolved, _ = chosen(1, models=SEARCH | {"include": ["a/b"]})

    assert size(resolved) == (1, 1)


def test_without_a_price_nothing_is_chosen_and_the_budget_cannot_be_checked():
    resolved, plan = chosen(100, PRICES | {"ml.g5.xlarge": None})

    assert (size(resolved), plan.chosen) == ((1, 20), [])
    assert "is unknown" in budget_problem(resolved, plan).problem


def test_without_a_budget_the_defaults_hold():
    resolved, plan = chosen(None, prices={})

    assert (size(resolved), plan.chosen) == ((1, 20), [])
