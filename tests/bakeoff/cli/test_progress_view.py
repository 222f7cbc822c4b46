import io

from rich.console import Console

from bakeoff.cli.progress_view import LiveTable, candidate_table
from bakeoff.client.progress import CandidateProgress


def test_the_table_has_a_column_for_the_method_and_for_each_metric():
    candidate = CandidateProgress(
        candidate="a-1",
        label="a",
        method="lora",
        state="completed",
        seeds="1/1",
        epoch="2/2",
        metrics={"rmse": 0.5, "mae": 0.4, "loss": 0.25},
        shown_metrics=("rmse", "mae", "loss"),
        split="test",
        seconds=61.0,
    )

    headers, rows = candidate_table([candidate])

    shown = dict(zip([header.text for header in headers], rows[0], strict=True))
    assert shown["method"] == "lora"
    assert (shown["rmse"], shown["mae"], shown["loss"]) == ("0.5000", "0.4000", "0.2500")


def test_the_live_table_shows_the_rate_that_is_tried_in_80_columns():
    candidate = CandidateProgress(
        candidate="a-1",
        label="paraphrase-MiniLM-L3-v2",
        method="full",
        state="trying rate 2/3",
        seeds="0/1",
        epoch="1/8",
        metrics={},
        shown_metrics=("accuracy", "macro_f1", "loss"),
        split="",
        seconds=3725.0,
    )
    shown = io.StringIO()
    console = Console(file=shown, width=80, force_terminal=True, color_system=None)

    with LiveTable(console) as view:
        view.show("Training, rung 1 of 2", [candidate], 3800.0)

    words = [line.split() for line in shown.getvalue().splitlines()]
    row = ["paraphrase-MiniLM-L3-v2", "full", "trying", "rate", "2/3", "1/8", "1:02:05"]
    assert row in words
    assert ["model", "method", "state", "epoch", "accuracy", "elapsed"] in words
