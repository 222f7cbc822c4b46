"""The summary of a sample's run, and the tables rendered from it."""

import numpy as np

from bakeoff.comparison.add_statistics import comparison_spec, with_statistics
from bakeoff.comparison.job_results import job_results
from bakeoff.comparison.summarise import RunRecord, summarise
from bakeoff.statistics import ComparisonSpec, Predictions, reduce_predictions
from bakeoff.summary.tables import tables
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
    resolved,
    manifest,
    items,
    results,
    predictions=None,
    cost_plan=None,
    data_card=None,
    slices=None,
    **stages,
):
    """The summary of a run; with statistics if there are `predictions`, by the plan's item.

    `slices` are those of the test rows. `stages` is what RunRecord has of the stages before the
    final.
    """
    found = job_results(resolved, manifest, items, results)
    record = RunRecord(resolved, manifest, found, ABOUT, cost_plan, data_card, **stages)
    summary = summarise(record)
    if predictions is None:
        return summary

    def read(jobs):
        return (predictions.get(job.item) for job in jobs)

    return with_statistics(summary, read, comparison_spec(resolved, manifest.dataset), slices)


def result_files(*run, **more):
    """The tables and summary.json of what `summarised` takes, by name."""
    summary = summarised(*run, **more)
    rendered = {file: text.encode() for file, text in tables(summary).items()}
    return rendered | {"summary.json": summary.to_json()}


def predictions_of(items, accuracies=(0.9, 0.8)):
    """Predictions for the plan's items: the first candidate has the first accuracy, and so on."""
    candidates = list(dict.fromkeys(item.candidate for item in items))
    spec = ComparisonSpec("binary", ("neg", "pos"), "pos", "f1")
    found = {}
    for item in items:
        place = candidates.index(item.candidate)
        labels, logits = predictions(accuracies[min(place, len(accuracies) - 1)], item.seed)
        given = Predictions(np.arange(len(labels)), labels, logits)
        found[item.item] = reduce_predictions(given, spec, item.seed)
    return found
