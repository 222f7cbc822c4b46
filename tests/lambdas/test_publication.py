"""Runs of one name that end at the same time, at every point at which they can overlap."""

import json

import pytest

from bakeoff.result_files import RUN
from lambdas.publication import publish
from tests.support import summary_samples
from tests.support.fake_store import FakeStore

TIMES = {"older": "2026-11-12T00:00:00Z", "newer": "2026-11-12T00:00:01Z"}
# The newer run has no report: that of the older one must not stay beside its table.
FILES = {
    "older": ("comparison.csv", "jobs.csv", "summary.json", "report.html", RUN),
    "newer": ("comparison.csv", "jobs.csv", "summary.json", RUN),
}


class OverlappingStore(FakeStore):
    """Calls `meanwhile` before a certain put."""

    def __init__(self, meanwhile, puts_before):
        super().__init__()
        self._meanwhile = meanwhile
        self._puts_before = puts_before

    def put(self, key, content, content_type="application/json"):
        self._puts_before -= 1
        if self._puts_before == 0:
            self._meanwhile(self)
        super().put(key, content, content_type)


def end(run, store):
    """Publish the run."""
    sample = summary_samples.binary()
    provenance = sample.provenance.model_copy(
        update={"name": "imdb", "run": run, "requested_at": TIMES[run]}
    )
    about = json.dumps({"run": run, "requested_at": TIMES[run]}).encode()
    files = {file: about if file == RUN else run.encode() for file in FILES[run]}
    publish(files, sample.model_copy(update={"provenance": provenance}), store)


@pytest.mark.parametrize("first", ["older", "newer"])
@pytest.mark.parametrize("puts_before", range(1, 2 * len(FILES["older"]) + 1))
def test_the_newest_results_are_those_of_one_run_the_newer(first, puts_before):
    second = "newer" if first == "older" else "older"
    store = OverlappingStore(lambda store: end(second, store), puts_before)

    end(first, store)
    # Where the first has fewer puts than that, the second ends after it.
    if f"results/imdb/runs/{second}/{RUN}" not in store.objects:
        end(second, store)

    latest = {
        key.removeprefix("results/imdb/"): content
        for key, content in store.objects.items()
        if "/runs/" not in key
    }
    assert set(latest) == set(FILES["newer"])
    assert json.loads(latest.pop(RUN))["run"] == "newer"
    assert set(latest.values()) == {b"newer"}
    for run, files in FILES.items():
        assert all(f"results/imdb/runs/{run}/{file}" in store.objects for file in files)
