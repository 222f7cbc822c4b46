from bakeoff.cli.progress_view import candidate_table
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
