"""Results of a data set of test rows alone, on which nothing was chosen."""

import io

from rich.console import Console

from bakeoff.cli.comparison_table import print_comparison
from bakeoff.prepared.data_card import DataCard
from bakeoff.report.page import render
from tests.support.compared import compared
from tests.support.run_samples import completed, job_metrics, resolved_with

ROWS = {"train": 0, "validation": 0, "test": 200}


def summary():
    models = [{"id": name, "method": "zeroshot"} for name in ("a", "b")]
    dataset = {"test": "s3://bucket/test.csv"}
    metrics = job_metrics(
        method="zeroshot",
        best_epoch=None,
        temperature=None,
        chosen={"template": "{label}"},
        notes=["There are no validation rows to choose by."],
    )
    metrics["metrics"]["validation"] = {}
    resolved = resolved_with(dataset=dataset, models=models)
    return compared(resolved, lambda item: completed(item, metrics=metrics), rows=ROWS)


def test_they_are_ranked_shown_and_drawn_without_validation():
    found = summary()
    assert [each.rank for each in found.candidates] == [1, 2]
    assert found.candidates[0].validation == {}
    assert found.candidates[0].marks == []
    page = render(found, DataCard())
    assert "There are no validation rows to choose by." in page


def test_the_terminal_does_not_speak_of_epochs_that_nothing_had():
    console = Console(record=True, width=120, file=io.StringIO())
    print_comparison(console, summary())
    text = " ".join(console.export_text().split())
    assert "Trained on no row; scored once on 200 test rows." in text
