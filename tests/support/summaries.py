"""The summary of a sample's run, and comparison.csv with what it adds."""

import numpy as np

from bakeoff.comparison.compared_rows import with_statistics
from bakeoff.comparison.rank import compare
from bakeoff.comparison.summarise import RunRecord, question_of, summarise
from bakeoff.statistics import Predictions, Question, reduce_predictions
from bakeoff.summary.columns import COMPARISON_COLUMNS, JOBS_COLUMNS
from bakeoff.summary.csv_table import to_csv
from tests.support.finished_job import predictions
from tests.support.run_samples import RUN

ABOUT = {
    "run": RUN,
    "name": "imdb",
    "execution_arn": "arn:aws:states:eu-central-1:111122223333:execution:Bakeoff:1",
    "experiment": f"bakeoff-imdb-{RUN}",
    "request_key": "requests/imdb.json",
    "requested_at": "2026-11-12T00:00:00Z",
}


def summarised(
    resolved, manifest, items, results, predictions=None, cost_plan=None, data_card=None
):
    """The comparison and its summary; `predictions` are by the plan's item."""
    prices = cost_plan.prices_usd_per_hour if cost_plan else {}
    comparison = compare(resolved, manifest, items, results, prices)
    record = RunRecord(
        resolved, manifest, comparison, predictions or {}, cost_plan, ABOUT, data_card
    )
    question = question_of(resolved, manifest.dataset) if manifest.dataset else None
    return comparison, summarise(record, question)


def result_files(*run, **more):
    """The tables and summary.json of what `summarised` takes, by name."""
    comparison, summary = summarised(*run, **more)
    rows = with_statistics(comparison.rows, summary)
    return {
        "comparison.csv": to_csv(COMPARISON_COLUMNS, rows).encode(),
        "jobs.csv": to_csv(JOBS_COLUMNS, comparison.job_rows).encode(),
        "summary.json": summary.to_json(),
    }


def comparison_csv(*run, **more):
    return result_files(*run, **more)["comparison.csv"]


def predictions_of(items, accuracies=(0.9, 0.8)):
    """Of the plan's items; those of the first candidate have the first accuracy, and so on."""
    candidates = list(dict.fromkeys(item.candidate for item in items))
    question = Question("binary", ("neg", "pos"), "pos", "f1")
    found = {}
    for item in items:
        place = candidates.index(item.candidate)
        labels, logits = predictions(accuracies[min(place, len(accuracies) - 1)], item.seed)
        given = Predictions(np.arange(len(labels)), labels, logits)
        found[item.item] = reduce_predictions(given, question, item.seed)
    return found
