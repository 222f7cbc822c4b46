"""Puts beside downloaded results what their run has kept, before its cloud ends."""

from collections.abc import Callable

from bakeoff.client.kept_files import KeptFiles
from bakeoff.client.model_folder import fetch_kept_models, read_data_card
from bakeoff.client.prediction_files import fetch_predictions
from bakeoff.client.results import Results
from bakeoff.result_files import DATA_CARD


def fetch_kept(
    files: KeptFiles, results: Results, say: Callable[[str], None] = lambda text: None
) -> None:
    """The models and the predictions."""
    summary = results.summary()
    data_card = read_data_card(results.read(DATA_CARD))
    fetch_kept_models(files, summary, results.folder, data_card=data_card, say=say)
    fetch_predictions(files, summary, results.folder)
