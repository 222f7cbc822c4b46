"""The metrics of jobs of any task, in many resamples at once."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.metrics import Task
from bakeoff.statistics.classification_scores import ClassificationScores
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.multilabel_scores import MultilabelScores
from bakeoff.statistics.predictions import JobPredictions
from bakeoff.statistics.regression_scores import RegressionScores
from bakeoff.statistics.resampling import row_draws

# Numbers in a block of resamples: few enough for memory, enough for fast matrix products.
_BLOCK_NUMBERS = 4_000_000

Scores = Callable[[NDArray[np.float32]], dict[str, NDArray[np.float64]]]
"""Maps how often each row is drawn, (rows, B), to the scores by metric, (jobs, B).

Each column has one row at least; how many it has in all may differ.
"""

_OF_TASK: dict[Task, Callable[[Sequence[JobPredictions], ComparisonSpec], Scores]] = {
    "binary": ClassificationScores,
    "multiclass": ClassificationScores,
    "multilabel": MultilabelScores,
    "regression": RegressionScores,
}


def scores_of(jobs: Sequence[JobPredictions], spec: ComparisonSpec) -> Scores:
    """The scoring function of one or more jobs with the same test rows."""
    return _OF_TASK[spec.task](jobs, spec)


def observed_scores(scores: Scores, num_rows: int) -> dict[str, NDArray[np.float64]]:
    """By metric (jobs,): the scores on the test rows themselves."""
    once = np.ones((num_rows, 1), np.float32)
    return {name: values[:, 0] for name, values in scores(once).items()}


def resampled_scores(
    scores: Scores, num_rows: int, spec: ComparisonSpec
) -> dict[str, NDArray[np.float64]]:
    """By metric (jobs, resamples): the scores on rows drawn with replacement."""
    blocks = [scores(counts) for counts in draws_for(num_rows, spec)]
    return {name: np.concatenate([b[name] for b in blocks], axis=1) for name in blocks[0]}


def draws_for(num_rows: int, spec: ComparisonSpec) -> Iterator[NDArray[np.float32]]:
    """The draws of all resamples, in blocks (rows, B) that fit into memory."""
    per_block = max(1, _BLOCK_NUMBERS // max(num_rows, 2 * len(spec.labels)))
    return row_draws(num_rows, spec.resamples, spec.seed, per_block)
