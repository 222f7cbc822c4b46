"""Statistics of the candidates' predictions; docs/statistics.md explains them.

`read_predictions` and `reduce_predictions` reduce each job's file to what the statistics need.
`analyse` computes intervals, tests and the tied group, and describes single candidates and rows.
"""

from bakeoff.statistics.analysis import Analysis, analyse
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.predictions import (
    CandidatePredictions,
    JobPredictions,
    Predictions,
    read_predictions,
)
from bakeoff.statistics.reduction import reduce_predictions

__all__ = [
    "Analysis",
    "CandidatePredictions",
    "ComparisonSpec",
    "JobPredictions",
    "Predictions",
    "analyse",
    "read_predictions",
    "reduce_predictions",
]
