"""The payloads between states stay small, however many candidates a request has."""

import json

import pytest

from bakeoff import layout
from lambdas.compare import write_comparison
from lambdas.plan_wave import plan
from tests.lambdas.conftest import ARN, put_request, read_in
from tests.support.fake_experiments import FakeExperiments
from tests.support.finished_job import FinishedJobs
from tests.support.manifests import manifest_of

# AWS allows 262,144 bytes; what does not grow with the request needs far less.
MAX_PAYLOAD_BYTES = 10_000
NUM_MODELS = 1000
NUM_BASELINES = 2


@pytest.fixture
def answers(store, code, settings, s3_event, recorded):
    """The output of each Lambda state in a run with a thousand candidates."""
    models = [f"an-organisation-{number}/a-model-{number}" for number in range(NUM_MODELS)]
    put_request(store, s3_event(), {"dataset": "stanfordnlp/imdb", "models": models})
    read = read_in(store, code, settings, s3_event())
    payload = {name: read[name] for name in ("run", "name", "bucket")} | {"execution_arn": ARN}
    resolved = json.loads(store.objects[layout.resolved_request_key(read["run"])])
    manifest = json.dumps(manifest_of(resolved)).encode()
    store.objects[layout.manifest_key(read["run"])] = manifest
    planned = plan(payload | {"wave": 1}, store, FakeExperiments(), settings)
    jobs = FinishedJobs(recorded("training_job_completed"), read["run"])
    compared = write_comparison(payload, store, jobs)
    return {"read": read, "planned": planned, "compared": compared}


def test_a_thousand_candidates_pass_in_keys_and_not_in_payloads(answers):
    assert answers["planned"]["num_jobs"] == NUM_MODELS + NUM_BASELINES
    assert answers["compared"]["num_candidates"] == NUM_MODELS + NUM_BASELINES
    for answer in answers.values():
        assert len(json.dumps(answer)) < MAX_PAYLOAD_BYTES


def test_an_item_of_the_plan_is_a_small_payload_of_its_own(answers, store):
    items = json.loads(store.objects[answers["planned"]["plan_key"]])
    assert len(items) == NUM_MODELS + NUM_BASELINES
    assert max(len(json.dumps(item)) for item in items) < MAX_PAYLOAD_BYTES
