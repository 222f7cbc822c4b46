"""The problems that a refused request is reported with."""

import pytest

from bakeoff.errors import RequestError
from tests.support.run_samples import WALK_THROUGH, parsed


def problems_of(document, **options):
    with pytest.raises(RequestError) as refusal:
        parsed(document, **options)
    problems = refusal.value.problems
    for problem in problems:
        assert problem.field and problem.problem and problem.remedy
        assert str(problem).isprintable()
        assert len(str(problem)) < 600
    return problems


def only_problem(document, **options):
    (problem,) = problems_of(document, **options)
    return problem


def problem_with(**changes):
    return only_problem(WALK_THROUGH | changes)
