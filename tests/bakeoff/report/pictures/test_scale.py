import pytest

from bakeoff.report.pictures.scale import Scale


def test_a_linear_scale_goes_from_its_start_to_its_end():
    scale = Scale((2.0, 4.0), 100, 300)
    assert [scale.place(value) for value in (2, 3, 4, 5)] == [100, 200, 300, 400]


def test_a_vertical_scale_goes_up():
    scale = Scale((0.0, 1.0), 226, 26)
    assert scale.place(0.25) == 176


def test_a_logarithmic_scale_gives_each_decade_the_same_length():
    scale = Scale((0.01, 100.0), 0, 400, is_logarithmic=True)
    assert [scale.place(10.0**power) for power in range(-2, 3)] == pytest.approx(
        [0, 100, 200, 300, 400]
    )


def test_values_beyond_the_bounds_are_clamped_to_them():
    scale = Scale((0.5, 1.0), 0, 100)
    assert [scale.clamped(value) for value in (0.1, 0.7, 1.2)] == [0.5, 0.7, 1.0]
    assert [scale.holds(value) for value in (0.1, 0.5, 0.7, 1.0, 1.2)] == [
        False,
        True,
        True,
        True,
        False,
    ]
