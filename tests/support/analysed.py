"""Candidates with predictions, and what holds for any comparison of them."""

import json
import math

import numpy as np
from pydantic import TypeAdapter

from bakeoff.statistics import Analysis
from tests.support.predicted import candidate, right_on

TRUTH = np.random.default_rng(0).integers(0, 2, 300)


def racer(name, share, seeds=(1, 2, 3), method="full", truth=TRUTH, **more):
    """Right on this share of the rows; each seed on rows of its own."""
    jobs = [
        right_on(share, truth, np.random.default_rng([seed, *name.encode()]), seed)
        for seed in seeds
    ]
    return candidate(name, *jobs, method=method, **more)


def numbers(value):
    """All of them, wherever they are in it."""
    if isinstance(value, dict):
        return [number for each in value.values() for number in numbers(each)]
    if isinstance(value, list):
        return [number for each in value for number in numbers(each)]
    return [value] if isinstance(value, float) else []


def as_json(analysis):
    return json.loads(TypeAdapter(Analysis).dump_json(analysis))


def assert_sound(analysis):
    """JSON has no NaN, and shares have ends."""
    found = numbers(TypeAdapter(Analysis).dump_python(analysis))
    assert all(math.isfinite(number) for number in found)
    for pair in [*analysis.pairs, *analysis.versus_best.values()]:
        assert 0 <= pair.p_value <= pair.p_value_adjusted <= 1
        assert pair.interval.low <= pair.difference <= pair.interval.high
