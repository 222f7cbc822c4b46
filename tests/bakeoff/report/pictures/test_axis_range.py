import pytest

from bakeoff.report.pictures.axis_range import far_off_left_out, padded
from bakeoff.report.pictures.ticks import linear_places


def test_only_far_worse_candidates_are_left_out_of_the_axis():
    near = [(0.79, 0.81), (0.78, 0.80), (0.77, 0.79)]
    low, high = far_off_left_out([*near, (0.33, 0.34)])
    assert 0.7 < low < 0.77 and 0.81 < high < 0.85
    low, high = far_off_left_out([*near, (0.64, 0.66), (0.33, 0.34)])
    assert 0.7 < low < 0.77
    assert far_off_left_out([*near, (0.74, 0.76)])[0] < 0.74


def test_at_most_half_of_the_spans_are_left_out():
    low, _ = far_off_left_out([(0.9, 0.9), (0.5, 0.5), (0.1, 0.1), (0.1, 0.1)])
    assert low < 0.5


def test_a_single_value_gets_an_axis_around_it():
    assert far_off_left_out([(0.9, 0.9)]) == pytest.approx((0.855, 0.945))
    assert far_off_left_out([(0.0, 0.0)]) == pytest.approx((-0.05, 0.05))


def test_nothing_is_left_out_beside_candidates_that_score_the_same():
    low, high = far_off_left_out([(1.0, 1.0), (1.0, 1.0), (0.53, 0.84)])

    assert low < 0.53 and 1.0 < high < 1.04


@pytest.mark.parametrize(
    ("values", "most"), [((1.0, 1.0), 1.0), ((0.97, 1.0), 1.0), ((0.98, 0.98), 1.0)]
)
def test_no_tick_lies_beyond_the_greatest_possible_value_and_a_mark_there_has_room(values, most):
    low, high = padded(*values, (0.0, most))

    assert low < values[0] and high > values[1]
    for most_ticks in range(1, 7):
        assert max(linear_places(low, high, most_ticks)) <= most
    assert far_off_left_out([values, values], (0.0, most)) == (low, high)


def test_no_tick_lies_below_the_least_possible_value():
    low, high = padded(0.0, 0.0, (0.0, 1.0))

    assert low < 0.0 and min(linear_places(low, high, 5)) == 0.0
