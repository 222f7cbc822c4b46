"""What three points on a scaling law tell of a fourth."""

import numpy as np
import pytest

from bakeoff.statistics.scaling_law import Measured, fitted_law

SHARES = np.array([0.25, 0.5, 1.0])


def law_of(errors, deviation=0.004, shared=0.9, training=0.001):
    """Errors whose sampling errors have this deviation and correlate so much."""
    errors = np.asarray(errors)
    correlation = np.full((3, 3), shared) + (1 - shared) * np.eye(3)
    return fitted_law(Measured(SHARES, errors, deviation**2 * correlation, np.full(3, training**2)))


def power(share, exponent, floor=0.0, scale=0.1):
    return floor + (scale - floor) * np.asarray(share) ** -exponent


def test_a_power_law_goes_on_as_it_has_begun():
    law = law_of(power(SHARES, 0.5), deviation=0.001, training=0.0002)

    ahead = law.forecast(2, 0.95)

    assert law.fits
    assert ahead.mean == pytest.approx(0.1 / np.sqrt(2), abs=0.004)
    assert ahead.low < 0.1 / np.sqrt(2) < ahead.high


def test_a_curve_that_has_come_to_its_floor_gains_hardly_anything():
    law = law_of([0.2005, 0.2, 0.2], deviation=0.002, training=0.0005)

    fall = law.fall(2, 0.95)

    assert fall.mean < 0.004
    assert fall.high < 0.01


def test_an_error_that_grows_with_the_rows_is_on_no_curve():
    assert not law_of([0.10, 0.12, 0.15]).fits
    assert law_of([0.100, 0.101, 0.100]).fits


def test_less_is_known_from_fewer_test_rows():
    sure, unsure = (law_of(power(SHARES, 0.3), deviation=d) for d in (0.002, 0.02))

    width = [each.forecast(2, 0.95).high - each.forecast(2, 0.95).low for each in (sure, unsure)]
    falls = [each.fall(2, 0.95).high - each.fall(2, 0.95).low for each in (sure, unsure)]

    assert width[0] < width[1]
    assert falls[0] < falls[1]


def test_a_higher_confidence_takes_a_wider_interval():
    law = law_of(power(SHARES, 0.3))
    wide, narrow = law.forecast(2, 0.99), law.forecast(2, 0.8)

    assert wide.low < narrow.low < narrow.mean < narrow.high < wide.high


def test_without_any_error_nothing_is_left_to_gain():
    law = law_of([0.0, 0.0, 0.0], deviation=0.0, training=0.0)

    assert law.forecast(2, 0.95).mean == pytest.approx(0, abs=1e-5)
    assert law.fall(2, 0.95).high == pytest.approx(0, abs=1e-4)


def test_the_drawn_curve_falls_and_comes_near_the_points():
    errors = power(SHARES, 0.4)
    law = law_of(errors)

    drawn = [law.error_at(share) for share in (0.25, 0.5, 1, 2)]

    assert drawn == sorted(drawn, reverse=True)
    assert drawn[:3] == pytest.approx(errors, abs=0.005)


def test_the_fall_of_made_up_laws_is_mostly_within_the_interval():
    """Laws drawn from moderate exponents and floors, with the sampling errors that are assumed."""
    chance = np.random.default_rng(3)
    covered = []
    for _ in range(200):
        exponent, floor = chance.uniform(0.1, 0.9), chance.uniform(0, 0.9)
        truth = power([*SHARES, 2], exponent, floor * 0.1)
        correlated = chance.normal(0, 0.004 * np.sqrt(0.9)) + chance.normal(
            0, 0.004 * np.sqrt(0.1), 3
        )
        law = law_of(truth[:3] + correlated + chance.normal(0, 0.001, 3))
        fall = law.fall(2, 0.95)
        covered.append(fall.low <= truth[2] - truth[3] <= fall.high)
    assert np.mean(covered) > 0.9
