"""S3 refuses a put, once, wherever a function makes one: the state's retry finishes the work."""

import json

import pytest

from bakeoff import layout, report
from bakeoff.errors import StorageError
from lambdas.compare import write_comparison
from lambdas.plan_wave import plan
from lambdas.record_failure import record_failure
from lambdas.record_result import record_result
from tests.lambdas.conftest import ARN, read_in
from tests.support.fake_experiments import FakeExperiments
from tests.support.fake_store import FakeStore, tar_gz
from tests.support.finished_job import FinishedJobs, metrics_json, predictions
from tests.support.manifests import manifest_of


class RefusingStore(FakeStore):
    """Refuses one of its puts, counted from 1."""

    def __init__(self, objects, versions, refused):
        super().__init__()
        self.objects, self.versions = dict(objects), dict(versions)
        self._left = refused
        self.was_refused = False

    def put(self, key, content, content_type="application/json"):
        self._count(key)
        super().put(key, content, content_type)

    def put_if_absent(self, key, content):
        self._count(key)
        super().put_if_absent(key, content)

    def _count(self, key):
        self._left -= 1
        if self._left == 0:
            self.was_refused = True
            raise StorageError(f"SlowDown: {key}")


@pytest.fixture
def steps(store, code, settings, s3_event, recorded):
    """The functions of a run in their order, each over a store."""
    event = s3_event()
    run = read_in(copy_of(store), code, settings, event)["run"]
    payload = {"run": run, "name": "imdb", "bucket": store.bucket, "execution_arn": ARN}

    def read(store):
        read_in(store, code, settings, event)

    def plan_waves(store):
        resolved = json.loads(store.objects[layout.resolved_request_key(run)])
        manifest = json.dumps(manifest_of(resolved)).encode()
        store.objects[layout.manifest_key(run)] = manifest
        plan(payload | {"wave": 1}, store, FakeExperiments(), settings)

    def record_results(store):
        for item in json.loads(store.objects[layout.plan_key(run, 1)]):
            job = f"{item['base_job_name']}-1"
            metrics = json.dumps(metrics_json(*predictions(0.9, item["seed"]))).encode()
            archive = tar_gz({"metrics.json": metrics, "predictions.npz": b"numbers"})
            store.objects[f"runs/{run}/output/{job}/output/output.tar.gz"] = archive
            jobs = FinishedJobs(recorded("training_job_completed"), run)
            record_result({"item": item, "job_name": job, "attempt": 1, "error": None}, store, jobs)

    def compare(store):
        write_comparison(payload, store, FinishedJobs(recorded("training_job_completed"), run))

    def fail(store):
        problem = {"field": "text", "problem": "There is no text.", "remedy": "Give text."}
        ended = {"event": event, "execution_arn": ARN, "problems": [problem]}
        record_failure(ended, store, lambda detail: None)

    return {
        "ReadRequest": read,
        "PlanWave": plan_waves,
        "RecordResult": record_results,
        "Compare": compare,
        "RecordFailure": fail,
    }


def copy_of(store, refused=0):
    return RefusingStore(store.objects, store.versions, refused)


def results_in(store):
    """All but the jobs' own output, and estimates, for which no run stops."""
    return {
        key: content
        for key, content in store.objects.items()
        if not key.startswith(layout.PAST_RUNS_PREFIX)
        and not key.endswith(("/cost.json", "/output.tar.gz"))
    }


def test_a_put_that_is_refused_once_leaves_what_a_run_without_it_leaves(steps, store, monkeypatch):
    # Drawing it takes most of the time.
    monkeypatch.setattr(report, "render", lambda *_: "a page")
    for name, step in steps.items():
        flawless = copy_of(store)
        step(flawless)
        refused = 0
        while True:
            refused += 1
            faulty = copy_of(store, refused)
            try:
                step(faulty)
            except StorageError:
                step(faulty)
            assert results_in(faulty) == results_in(flawless), f"put {refused} of {name}"
            if not faulty.was_refused:
                break
        assert refused > 1, f"{name} puts nothing"
        # A failure that is reported after the comparison is left out.
        store = store if name == "Compare" else flawless
