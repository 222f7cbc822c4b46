"""The names of the files that a run leaves under results/NAME/."""

COMPARISON = "comparison.csv"
METRICS = "metrics.csv"
JOBS = "jobs.csv"
SLICES = "slices.csv"
SUSPECT_LABELS = "suspect_labels.csv"
LEARNING_CURVE = "learning_curve.csv"
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

MODELS_FOLDER = "models"
"""Of a run's own results: the trained models that it keeps."""
PREDICTIONS_FOLDER = "predictions.parquet"
"""Of a run's own results: a Parquet file for each job of the final."""

OF_A_COMPARISON = (
    COMPARISON,
    METRICS,
    JOBS,
    SLICES,
    SUSPECT_LABELS,
    LEARNING_CURVE,
    SUMMARY,
    DATA_CARD,
    REPORT,
    RUN,
)
