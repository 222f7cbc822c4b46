"""What the candidates' probabilities are worth."""

from statistics import fmean

from bakeoff import metrics
from bakeoff.report import numbers
from bakeoff.report.race import Race
from bakeoff.report.sections.metrics import metric_cell, metric_columns
from bakeoff.report.sections.names import candidate_cell, rank_cell
from bakeoff.report.tables import Column, Table, number, of_the_best
from bakeoff.summary.candidate import CandidateSummary

# The loss is there to compare it with itself after scaling.
_METRICS = (
    "roc_auc",
    "average_precision",
    "brier",
    "calibration_error",
    "scaled_calibration_error",
    "loss",
    "scaled_loss",
)
_OF_PROBABILITIES = {metric.name for metric in metrics.PROBABILITY_METRICS}


def probabilities_table(race: Race) -> Table | None:
    """None where no candidate's probabilities were scored."""
    candidates = [one for one in race.ranked if not _OF_PROBABILITIES.isdisjoint(one.metrics)]
    if not candidates:
        return None
    shown = [name for name in _METRICS if any(name in one.metrics for one in candidates)]
    columns = [
        Column("Rank"),
        Column("Candidate", is_number=False),
        *metric_columns(shown),
        Column("Temperature", "Found on validation, mean over the seeds; above 1: too sure"),
    ]
    rows = [
        [
            rank_cell(one),
            candidate_cell(race, one),
            *(metric_cell(one.metrics.get(name)) for name in shown),
            number(_temperature(one), numbers.significant),
        ]
        for one in candidates
    ]
    return of_the_best(Table("Probabilities on test", columns, rows, header_index=1))


def _temperature(candidate: CandidateSummary) -> float | None:
    found = [job.temperature for job in candidate.jobs if job.temperature is not None]
    return fmean(found) if found else None
