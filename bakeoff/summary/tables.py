"""The result tables, rendered from a summary."""

from bakeoff.result_files import (
    COMPARISON,
    JOBS,
    LEARNING_CURVE,
    METRICS,
    SLICES,
    SUSPECT_LABELS,
)
from bakeoff.summary.comparison_columns import COMPARISON_COLUMNS, comparison_rows
from bakeoff.summary.csv_table import to_csv
from bakeoff.summary.document import Summary
from bakeoff.summary.job_row import jobs_rows
from bakeoff.summary.jobs_columns import JOBS_COLUMNS
from bakeoff.summary.learning_curve_columns import LEARNING_CURVE_COLUMNS, learning_curve_rows
from bakeoff.summary.metrics_columns import METRICS_COLUMNS, metrics_rows
from bakeoff.summary.slices_columns import SLICES_COLUMNS, slices_rows
from bakeoff.summary.suspect_labels_columns import (
    SUSPECT_LABELS_COLUMNS,
    suspect_labels_rows,
)


def tables(summary: Summary) -> dict[str, str]:
    """The CSV text of each table, by its file name."""
    return {
        COMPARISON: to_csv(COMPARISON_COLUMNS, comparison_rows(summary)),
        METRICS: to_csv(METRICS_COLUMNS, metrics_rows(summary)),
        JOBS: to_csv(JOBS_COLUMNS, jobs_rows(summary)),
        SLICES: to_csv(SLICES_COLUMNS, slices_rows(summary)),
        SUSPECT_LABELS: to_csv(SUSPECT_LABELS_COLUMNS, suspect_labels_rows(summary)),
        LEARNING_CURVE: to_csv(LEARNING_CURVE_COLUMNS, learning_curve_rows(summary)),
    }
