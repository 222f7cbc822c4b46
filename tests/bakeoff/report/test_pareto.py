from bakeoff.report.pareto import pareto_front


def test_the_front_goes_from_the_cheapest_to_the_best():
    costs = [3.0, 1.0, 2.0, 2.0, 4.0]
    qualities = [0.9, 0.5, 0.7, 0.6, 0.9]
    assert pareto_front(costs, qualities) == [1, 2, 0]


def test_all_of_several_equal_candidates_are_on_the_front():
    assert pareto_front([1.0, 1.0, 2.0], [0.5, 0.5, 0.5]) == [0, 1]
    assert pareto_front([], []) == []
