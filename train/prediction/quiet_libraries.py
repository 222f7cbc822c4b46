"""Keeps the libraries of a saved model from asking others and from talking."""

import os


def quieten_libraries() -> None:
    """Before they are imported."""
    # Everything is in the folder: nobody is to be asked for newer files.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
