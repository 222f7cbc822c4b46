"""Loads, once for all processes, what reading, tokenising and trying a model needs."""

# ruff: noqa: F401
import os

from job.loading import loading_libraries

os.environ.update(
    {
        # All files of a model are there; others that they name are not looked for on the hub.
        "HF_HUB_OFFLINE": "1",
        # Some rows are not worth waiting for a GPU.
        "CUDA_VISIBLE_DEVICES": "",
        "TOKENIZERS_PARALLELISM": "true",
    }
)

# The processes share it as long as nobody writes to it, as garbage collection would.
with loading_libraries():
    import transformers.models.auto.tokenization_auto
    import transformers.tokenization_utils_tokenizers
    from transformers.utils import logging

    import model.snapshot_folder
    import model.usable_model
    import snapshot.dataset_snapshot
    import tokeniser.tokenisation
    import trial.prompt_trial
    import trial.trial_rows
    import trial.trial_run

# Keep tables of weights and progress bars out of the job's log.
logging.set_verbosity_error()
logging.disable_progress_bar()
