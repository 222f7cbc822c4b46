from datetime import timedelta

import pytest

from bakeoff import layout
from bakeoff.client.job_log import RateTrial
from bakeoff.client.phase import phase
from bakeoff.client.snapshot import RunWatch
from bakeoff.jobs.plan_item import plan_to_json
from bakeoff.prepared.fetching import Fetching
from bakeoff.race.stage_outcome import StageOutcome
from tests.support.fake_cloud import STARTED, FakeCloud, prepared_run, put_results, run_of
from tests.support.run_samples import completed, resolved_with

KEY = "requests/imdb.json"
RUN = run_of(KEY)
LINE = (
    "bakeoff split=validation epoch=1 train_loss=0.51 loss=0.3435 accuracy=0.91 f1=0.9 "
    "precision=0.9 recall=0.9"
)


@pytest.fixture
def cloud():
    cloud = FakeCloud()
    cloud.start_execution(KEY, "v1")
    return cloud


def watch(cloud, index=0):
    return RunWatch(cloud, RUN, cloud.executions[index])


def running(cloud, item, attempt, **description):
    name = f"{item.base_job_name}-{attempt}"
    cloud.jobs[name] = {"TrainingJobStatus": "InProgress", "CreationTime": STARTED} | description
    return name


def test_a_run_that_has_just_started_has_no_progress(cloud):
    snapshot = watch(cloud).look()

    assert (snapshot.request, snapshot.manifest, snapshot.items) == (None, None, None)
    assert (snapshot.jobs, snapshot.results) == ({}, {})


def test_documents_are_seen_as_they_appear(cloud):
    observed = watch(cloud)
    assert observed.look().items is None

    resolved, manifest, items = prepared_run(cloud, RUN)

    snapshot = observed.look()
    assert (snapshot.request, snapshot.manifest, snapshot.items) == (resolved, manifest, items)


def test_what_the_preparation_has_fetched_is_seen_until_all_is_prepared(cloud):
    _, manifest, _ = prepared_run(cloud, RUN)
    fetching = Fetching(fetched_bytes=1, num_bytes=3)
    cloud.objects[layout.fetching_key(RUN)] = fetching.to_json()
    cloud.objects.pop(layout.manifest_key(RUN))
    observed = watch(cloud)
    assert observed.look().fetching == fetching

    cloud.objects[layout.manifest_key(RUN)] = manifest.to_json()

    assert observed.look().fetching is None


def test_wave_after_wave_is_seen_as_it_is_planned(cloud):
    _, _, items = prepared_run(cloud, RUN)
    rung, final = (
        [item.model_copy(update={"stage": stage, "wave": wave}) for item in items]
        for wave, stage in ((1, "rung"), (2, "final"))
    )
    cloud.objects[layout.plan_key(RUN, 1)] = plan_to_json(rung)
    observed = watch(cloud)
    assert observed.look().items == rung

    cloud.objects[layout.plan_key(RUN, 2)] = plan_to_json(final)
    outcome = StageOutcome(wave=1, stage="rung", places=1)
    cloud.objects[layout.outcome_key(RUN, 1)] = outcome.to_json()

    snapshot = observed.look()
    assert (snapshot.items, snapshot.outcomes) == ([*rung, *final], [outcome])


def test_the_candidates_that_a_search_finds_are_seen(cloud):
    resolved, _, _ = prepared_run(cloud, RUN, models={"search": {}, "include": ["m"]})
    assert resolved.searches
    observed = watch(cloud)
    observed.look()
    found = resolved.model_copy(
        update={"search": resolved.search.model_copy(update={"num_found": 0})}
    )
    cloud.objects[layout.resolved_request_key(RUN)] = found.to_json()

    assert observed.look().request == found


def test_the_newest_of_several_attempts_counts(cloud):
    _, _, items = prepared_run(cloud, RUN)
    cloud.jobs[f"{items[0].base_job_name}-9"] = {"TrainingJobStatus": "Failed"}
    running(cloud, items[0], 10, SecondaryStatus="Downloading")

    jobs = watch(cloud).look().jobs

    assert {item: job.status for item, job in jobs.items()} == {items[0].item: "Downloading"}


def test_metrics_come_from_the_log_while_the_description_has_none(cloud):
    _, _, items = prepared_run(cloud, RUN)
    name = running(cloud, items[0], 1, SecondaryStatus="Training")
    cloud.logs[name] = ["something else", LINE, LINE.replace("epoch=1", "epoch=2")]

    (job,) = watch(cloud).look().jobs.values()

    assert job.metrics["validation:epoch"] == 2
    assert job.metrics["validation:loss"] == 0.3435
    assert job.metrics["train:loss"] == 0.51


def test_metrics_of_the_description_are_taken_when_there_are_any(cloud):
    _, _, items = prepared_run(cloud, RUN)
    metrics = [{"MetricName": "validation:f1", "Value": 0.5}]
    name = running(cloud, items[0], 1, SecondaryStatus="Training", FinalMetricDataList=metrics)
    cloud.logs[name] = [LINE]

    (job,) = watch(cloud).look().jobs.values()

    assert job.metrics == {"validation:f1": 0.5}


def test_what_a_job_tries_and_what_it_has_screened_come_from_its_log(cloud):
    _, _, items = prepared_run(cloud, RUN)
    name = running(cloud, items[0], 1, SecondaryStatus="Training")
    cloud.logs[name] = [
        "bakeoff screened candidate=a-1 status=scored log_loss=0.41",
        "bakeoff trying rate=2/3 learning_rate=5e-05 epoch=1 loss=0.5",
    ]

    snapshot = watch(cloud).look()

    (job,) = snapshot.jobs.values()
    assert (job.trial, job.metrics) == (RateTrial(2, 3, epoch=1), {})
    assert snapshot.screened == {"a-1": True}


def test_an_item_with_a_result_is_no_longer_asked_after(cloud):
    _, _, items = prepared_run(cloud, RUN)
    for item in items:
        running(cloud, item, 1, SecondaryStatus="Training")
    put_results(cloud, items[:1], [completed(items[0], 0.9)])

    snapshot = watch(cloud).look()

    assert list(snapshot.results) == [items[0].item]
    assert list(snapshot.jobs) == [items[1].item]


def test_jobs_of_other_runs_are_ignored(cloud):
    prepared_run(cloud, RUN)
    cloud.jobs["imdb-other-s42-00000000-1"] = {"TrainingJobStatus": "InProgress"}

    assert watch(cloud).look().jobs == {}


def test_the_execution_that_claimed_the_run_is_followed(cloud):
    other = cloud.start_execution(KEY, "v1", claims=False)
    cloud.end_execution()

    snapshot = watch(cloud, index=1).look()

    assert snapshot.execution.status == "RUNNING"
    assert snapshot.execution.arn != other


def test_an_execution_that_is_yet_to_claim_its_run_is_followed():
    cloud = FakeCloud()
    arn = cloud.start_execution(KEY, "v1", claims=False)
    assert layout.claim_key(RUN) not in cloud.objects

    assert watch(cloud).look().execution.arn == arn


def test_a_job_that_has_just_ended_keeps_its_last_metrics(cloud):
    _, _, items = prepared_run(cloud, RUN)
    name = running(cloud, items[0], 1, SecondaryStatus="Training")
    cloud.logs[name] = [LINE]
    observed = watch(cloud)
    observed.look()
    cloud.jobs[name] = {"TrainingJobStatus": "Completed"}

    (job,) = observed.look().jobs.values()

    assert job.status == "Completed"
    assert job.metrics["validation:epoch"] == 1


def test_jobs_that_wait_for_a_quota_are_told_by_the_notes_that_they_renew(cloud):
    _, _, items = prepared_run(cloud, RUN)
    quota = "ml.g5.xlarge-training"
    for run, item in [(RUN, items[0].item), (RUN, items[1].item), ("another-run", "x-s42")]:
        cloud.objects[layout.waiting_key(quota, run, item)] = b"{}"
        cloud.modified[layout.waiting_key(quota, run, item)] = cloud.now
    cloud.modified[layout.waiting_key(quota, RUN, items[1].item)] -= timedelta(minutes=10)
    observed = RunWatch(cloud, RUN, cloud.executions[0], now=lambda: cloud.now)

    assert observed.look().waiting == {items[0].item}

    put_results(cloud, items, [completed(item, 0.9) for item in items])
    assert observed.look().waiting == frozenset()


def test_a_preparation_that_waits_for_a_quota_is_told_too(cloud):
    resolved = resolved_with().model_copy(update={"run": RUN})
    cloud.objects[layout.resolved_request_key(RUN)] = resolved.to_json()
    cloud.objects[layout.waiting_key("ml.m5.2xlarge-processing", RUN, layout.PREPARATION)] = b"{}"
    observed = RunWatch(cloud, RUN, cloud.executions[0], now=lambda: cloud.now)

    assert phase(observed.look()) == "Waiting for the account's quota of processing jobs"
