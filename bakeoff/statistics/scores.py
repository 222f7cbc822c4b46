"""The metrics of a task's jobs, of many resamples at once."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.metrics import Task
from bakeoff.statistics.classification_scores import ClassificationScores
from bakeoff.statistics.comparison_spec import Question
from bakeoff.statistics.multilabel_scores import MultilabelScores
from bakeoff.statistics.predictions import JobPredictions
from bakeoff.statistics.regression_scores import RegressionScores
from bakeoff.statistics.resampling import row_draws

# In the arrays of a block of resamples: few enough for memory, enough for fast matrix products.
_BLOCK_NUMBERS = 4_000_000

Scores = Callable[[NDArray[np.float32]], dict[str, NDArray[np.float64]]]
"""From how often rows are drawn, (rows, B), to (jobs, B) by metric."""

_OF_TASK: dict[Task, Callable[[Sequence[JobPredictions], Question], Scores]] = {
    "binary": ClassificationScores,
    "multiclass": ClassificationScores,
    "multilabel": MultilabelScores,
    "regression": RegressionScores,
}


def scores_of(jobs: Sequence[JobPredictions], question: Question) -> Scores:
    """Of one job or more, which have the same test rows."""
    return _OF_TASK[question.task](jobs, question)


def observed_scores(scores: Scores, num_rows: int) -> dict[str, NDArray[np.float64]]:
    """By metric (jobs,): of the test rows as they are."""
    once = np.ones((num_rows, 1), np.float32)
    return {name: values[:, 0] for name, values in scores(once).items()}


def resampled_scores(
    scores: Scores, num_rows: int, question: Question
) -> dict[str, NDArray[np.float64]]:
    """By metric (jobs, resamples), of rows drawn with replacement, the same for all jobs."""
    per_block = max(1, _BLOCK_NUMBERS // max(num_rows, 2 * len(question.labels)))
    draws = row_draws(num_rows, question.resamples, question.seed, per_block)
    blocks = [scores(counts) for counts in draws]
    return {name: np.concatenate([b[name] for b in blocks], axis=1) for name in blocks[0]}
