"""Loads, once for all processes, what scoring a model needs."""

# ruff: noqa: F401
import os

from job.loading import loading_libraries

# All files of a model are there; others that they name are not looked for on the hub.
os.environ["HF_HUB_OFFLINE"] = "1"

# The processes share it as long as nobody writes to it, as garbage collection would.
with loading_libraries():
    from transformers.utils import logging

    import screening.feature_score
    import screening.short_training

# Keep tables of weights and progress bars out of the job's log.
logging.set_verbosity_error()
logging.disable_progress_bar()
