"""The names of the files that a run leaves under results/NAME/."""

COMPARISON = "comparison.csv"
METRICS = "metrics.csv"
JOBS = "jobs.csv"
SLICES = "slices.csv"
SUSPECT_LABELS = "suspect_labels.csv"
SUMMARY = "summary.json"
DATA_CARD = "data.json"
REPORT = "report.html"
RUN = "run.json"
ERROR = "error.json"
"""Only of a run that failed."""
FINISHED = "finished.csv"
"""The jobs that have ended so far, which the client writes while the run goes on."""
THROUGHPUT = "throughput.json"
"""How long each job took, which the client keeps for estimates without a cloud."""

OF_A_COMPARISON = (
    COMPARISON,
    METRICS,
    JOBS,
    SLICES,
    SUSPECT_LABELS,
    SUMMARY,
    DATA_CARD,
    REPORT,
    RUN,
)
