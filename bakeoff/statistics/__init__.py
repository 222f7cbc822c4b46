"""Statistics of the candidates' predictions; docs/statistics.md explains them.

`read_predictions` and `reduce_predictions` reduce each job's file to what the statistics need.
`analyse` computes intervals, tests and the tied group. The others describe single candidates and
rows.
"""

from bakeoff.statistics.analysis import Analysis, analyse
from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.confusion import confusion
from bakeoff.statistics.hardest_rows import hardest_rows
from bakeoff.statistics.label_scores import label_scores
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
    "confusion",
    "hardest_rows",
    "label_scores",
    "read_predictions",
    "reduce_predictions",
]
