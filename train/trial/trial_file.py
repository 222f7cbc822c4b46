"""The name of the file with the rows on which a model is tried."""

TRIAL_ROWS = "trial.parquet"
"""In the form of SPLIT.parquet, and beside them."""
