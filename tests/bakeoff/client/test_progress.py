from dataclasses import replace
from datetime import timedelta

import pytest

from bakeoff.client.cloud import Execution
from bakeoff.client.job_log import RateTrial
from bakeoff.client.phase import phase
from bakeoff.client.progress import progress
from bakeoff.client.progress_text import described
from bakeoff.client.snapshot import Snapshot, TrainingJob
from bakeoff.jobs.screening_scores import ScreeningScore
from bakeoff.prepared.fetching import Fetching
from bakeoff.race.stage_outcome import Entrant, StageOutcome
from tests.support.fake_cloud import STARTED
from tests.support.run_samples import (
    completed,
    failed,
    job_metrics,
    manifest_for,
    metrics_with_scores,
    planned,
    resolved_with,
)

NOW = STARTED + timedelta(minutes=10)


def snapshot(status="RUNNING", **parts):
    stopped = None if status == "RUNNING" else NOW
    return Snapshot(Execution("arn", status, {}, STARTED, stopped, "", ""), **parts)


def training(seeds=(42,), jobs=None, results=None, failed_models=(), dataset=None, **changes):
    """A snapshot of the walk-through's two models; jobs and results by the item's index."""
    request = resolved_with(seeds=list(seeds), **changes)
    items = planned(request, failed=failed_models, **(dataset or {})).items
    return snapshot(
        request=request,
        manifest=manifest_for(request, failed=failed_models, **(dataset or {})),
        items=items,
        jobs={items[index].item: job for index, job in (jobs or {}).items()},
        results={
            items[index].item: result(items[index]) for index, result in (results or {}).items()
        },
    )


def validated(epoch, f1, status="Training"):
    metrics = {"validation:epoch": epoch, "validation:f1": f1, "train:loss": 0.5}
    return TrainingJob(status, NOW - timedelta(seconds=65), metrics)


def test_the_phase_follows_what_the_run_has_written():
    request = resolved_with()
    items = planned(request).items
    done = {item.item: completed(item, 0.9) for item in items}

    assert phase(snapshot()) == "Reading the request"
    assert phase(snapshot(request=request)) == "Preparing the data and the models"
    fetching = Fetching(fetched_bytes=120_400_000, num_bytes=1_438_000_000)
    assert (
        phase(snapshot(request=request, fetching=fetching))
        == "Preparing the data and the models, 120 of 1,438 MB fetched"
    )
    assert phase(snapshot(request=request, items=items)) == "Training"
    assert phase(snapshot(request=request, items=items, results=done)) == "Comparing"
    assert phase(snapshot("TIMED_OUT")) == "Timed out"


def test_there_are_no_lines_before_the_request_is_read():
    assert progress(snapshot(), NOW) == []


def test_every_candidate_has_a_line_as_soon_as_the_request_is_read():
    lines = progress(snapshot(request=resolved_with()), NOW)

    assert [line.label for line in lines] == ["distilbert-base-uncased", "distilroberta-base"]
    assert {line.state for line in lines} == {"preparing"}


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("Starting", "starting"),
        ("LaunchingMLInstances", "starting"),
        ("Downloading", "downloading"),
        ("Training", "training"),
        ("Interrupted", "interrupted"),
        ("Completed", "uploading"),
        ("SomethingNew", "somethingnew"),
    ],
)
def test_the_jobs_status_is_the_candidates_state(status, state):
    lines = progress(training(jobs={0: TrainingJob(status)}), NOW)

    assert [line.state for line in lines] == [state, "waiting"]


def test_a_running_job_shows_its_last_validation_epoch_and_its_time():
    line = progress(training(jobs={0: validated(1, 0.75)}), NOW)[0]

    assert (line.epoch, line.split, line.seconds) == ("1/2", "validation", 65)
    assert line.metrics == {"epoch": 1, "f1": 0.75}


def test_before_its_first_epoch_a_job_has_no_metrics():
    line = progress(training(jobs={0: TrainingJob("Training", NOW)}), NOW)[0]

    assert (line.epoch, line.split, line.metrics) == ("0/2", "", {})


def test_a_result_shows_the_test_metrics():
    line = progress(training(results={0: lambda item: completed(item, 0.9)}), NOW)[0]

    assert (line.state, line.epoch, line.split) == ("completed", "2/2", "test")
    assert line.metrics["f1"] == 0.9
    assert line.seconds == 900


def test_the_mean_over_the_completed_seeds_is_shown():
    results = {0: lambda item: completed(item, 0.8), 1: lambda item: completed(item, 0.9)}
    jobs = {2: validated(1, 0.1)}

    line = progress(training(seeds=(1, 2, 3), jobs=jobs, results=results), NOW)[0]

    assert (line.state, line.seeds, line.split) == ("training", "2/3", "test")
    assert line.metrics["f1"] == pytest.approx(0.85)
    assert line.seconds == 900 + 900 + 65


def test_a_test_metric_that_is_no_number_is_left_out():
    def diverged(item):
        result = completed(item, metrics=metrics_with_scores(f1=0.9, loss=None))
        return result

    first = progress(training(results={0: diverged}), NOW)[0]
    assert first.metrics["f1"] == 0.9
    assert "loss" not in first.metrics


@pytest.mark.parametrize("metrics", [{}, {"metrics": None}, {"metrics": {"test": []}}])
def test_metrics_of_another_form_are_no_crash(metrics):
    result = {0: lambda item: completed(item, 0.9, metrics=metrics)}
    assert progress(training(results=result), NOW)[0].metrics == {}


def test_a_failed_job_shows_its_reason():
    line = progress(training(results={0: lambda item: failed(item, "No memory.")}), NOW)[0]

    assert (line.state, line.reason, line.metrics) == ("failed", "No memory.", {})


def test_some_seeds_without_a_result_make_it_partial():
    results = {0: lambda item: completed(item, 0.8), 1: lambda item: failed(item)}

    assert progress(training(seeds=(1, 2), results=results), NOW)[0].state == "partial"


def test_a_model_that_could_not_be_prepared_has_failed():
    lines = progress(training(failed_models=["distilroberta-base"]), NOW)

    assert [line.state for line in lines] == ["waiting", "failed"]
    assert lines[1].reason == "it has no tokeniser"


def test_candidates_of_a_failed_run_are_no_longer_waiting():
    lines = progress(snapshot("FAILED", request=resolved_with()), NOW)

    assert {line.state for line in lines} == {"ended"}


def test_candidates_of_one_model_have_distinct_names():
    model = {"id": "distilroberta-base", "hyperparameters": {"epochs": 3}}
    request = resolved_with(models=["distilroberta-base", model])

    labels = [line.label for line in progress(snapshot(request=request), NOW)]

    assert labels == [
        "distilroberta-base (full, epochs auto)",
        "distilroberta-base (full, epochs 3)",
    ]


def test_a_baseline_is_one_job_without_epochs_however_many_seeds_there_are():
    state = training(seeds=(1, 2), results={4: lambda item: completed(item, 0.9)}, baselines=True)

    lines = {line.method: line for line in progress(state, NOW)}

    assert (lines["majority"].state, lines["majority"].seeds) == ("completed", "1/1")
    assert (lines["majority"].epoch, lines["majority"].label) == ("", "baseline/majority")
    assert (lines["tfidf"].state, lines["tfidf"].seeds) == ("waiting", "0/1")


def test_training_that_stopped_early_shows_the_epochs_trained():
    def stopped(item):
        return completed(item, metrics=job_metrics(epochs_trained=3))

    line = progress(training(results={0: stopped}, hyperparameters={"epochs": 10}), NOW)[0]

    assert line.epoch == "3/10"


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (training(), ("f1", "accuracy", "loss")),
        (training(main_metric="mcc"), ("mcc", "f1", "loss")),
        (training(main_metric="loss"), ("loss", "f1")),
        (training(dataset={"task": "regression", "labels": []}), ("rmse", "mae", "loss")),
        (training(dataset={"task": "multilabel"}), ("micro_f1", "macro_f1", "loss")),
        (snapshot(request=resolved_with(task="regression")), ("rmse", "mae", "loss")),
        (snapshot(request=resolved_with()), ("f1", "accuracy", "loss")),
    ],
)
def test_a_table_shows_the_tasks_metrics_and_the_main_one_first(state, shown):
    assert {line.shown_metrics for line in progress(state, NOW)} == {shown}


def test_a_candidate_says_that_it_waits_for_quota_also_after_an_attempt_without_capacity():
    before = training()
    waiting = frozenset(item.item for item in before.items)
    first, second = progress(replace(before, waiting=waiting), NOW)
    assert (first.state, second.state) == ("waiting for quota", "waiting for quota")

    attempted = training(jobs={0: TrainingJob("Failed"), 1: TrainingJob("Starting")})
    first, second = progress(replace(attempted, waiting=waiting), NOW)
    assert (first.state, second.state) == ("waiting for quota", "starting")

    first, _ = progress(training(jobs={0: TrainingJob("Failed")}), NOW)
    assert first.state == "failed"


def staged(stage, done=(), outcomes=()):
    """The two models and a linear head in a wave of this stage, where some have results."""
    models = ["distilbert-base-uncased", "distilroberta-base", {"id": "m", "method": "frozen"}]
    request = resolved_with(models={"include": models, "finalists": 1})
    first, second, _ = planned(request).items
    rung = [
        item.model_copy(update={"stage": stage, "item": f"{item.item}-r1"})
        for item in (first, second)
    ]
    results = {
        rung[index].item: completed(rung[index], metrics={"metrics": {"validation": {"f1": 0.5}}})
        for index in done
    }
    return snapshot(
        request=request,
        manifest=manifest_for(request),
        items=rung,
        results=results,
        outcomes=list(outcomes),
    )


def test_the_phase_names_the_stage_of_a_race():
    assert phase(staged("screening")) == "Screening, 0 of 2 models"
    assert phase(staged("rung")) == "Training, rung 1 of 1"
    assert phase(staged("final")) == "Training the finalists"
    assert phase(staged("rung", done=(0, 1))) == "Choosing who goes on"


def on_the_curve(done=()):
    """The final has ended, and the first model trains on two parts of the rows."""
    request = resolved_with(learning_curve=True)
    items = planned(request).items
    parts = [
        items[0].model_copy(
            update={"stage": "curve", "item": f"{items[0].item}-p{percent}", "wave": 2}
        )
        for percent in (25, 50)
    ]
    results = {item.item: completed(item, 0.9) for item in items}
    results |= {parts[place].item: completed(parts[place], 0.6) for place in done}
    return snapshot(
        request=request,
        manifest=manifest_for(request),
        items=[*items, *parts],
        results=results,
        jobs={parts[1].item: validated(1, 0.6)},
    )


def test_a_learning_curve_leaves_the_scores_of_the_final_in_the_table():
    shot = on_the_curve()
    first, second = progress(shot, NOW)

    assert phase(shot) == "Training on parts of the rows, for the learning curve"
    assert (first.state, second.state) == ("learning curve", "completed")
    assert (first.metrics["f1"], first.split, first.seeds) == (0.9, "test", "1/1")
    assert phase(on_the_curve(done=(0, 1))) == "Comparing"
    assert progress(on_the_curve(done=(0, 1)), NOW)[0].state == "completed"


def test_while_rates_are_tried_the_state_names_the_rate_and_epochs_are_those_of_the_rate():
    trying = TrainingJob("Training", NOW, trial=RateTrial(2, 3, epoch=1))
    line = progress(training(jobs={0: trying}, hyperparameters={"epochs": 8}), NOW)[0]

    assert (line.state, line.epoch) == ("trying rate 2/3", "1/8")
    assert described(line) == "trying rate 2/3, epoch 1/8"


def test_a_job_that_has_not_begun_to_train_again_does_not_try_a_rate():
    trying = TrainingJob("Downloading", NOW, trial=RateTrial(2, 3, epoch=1))

    assert progress(training(jobs={0: trying}), NOW)[0].state == "downloading"


def test_screened_models_are_counted_as_their_job_goes_on_and_when_it_has_ended():
    shot = staged("screening")
    first, second = (item.candidate for item in shot.items)
    job = TrainingJob("Training", NOW, screened={first: True, second: False})
    score = ScreeningScore(candidate=second, status="scored", log_loss=0.5)
    ended = completed(shot.items[1], metrics=None, screening=[score])

    going_on = replace(shot, jobs={"screening-1": job})
    at_end = replace(shot, results={"screening-2": ended})

    assert phase(going_on) == "Screening, 2 of 2 models"
    assert [line.state for line in progress(going_on, NOW)[:2]] == ["waiting", "failed"]
    assert phase(at_end) == "Screening, 1 of 2 models"
    assert [line.state for line in progress(at_end, NOW)[:2]] == ["screening", "waiting"]


def test_in_a_screening_all_models_are_screened_and_linear_heads_wait():
    lines = progress(staged("screening"), NOW)

    assert [line.state for line in lines] == ["screening", "screening", "waiting"]


def test_who_has_ended_a_rung_waits_with_its_validation_score():
    first, second, head = progress(staged("rung", done=(0,)), NOW)

    assert (first.state, first.split, first.metrics["f1"]) == ("waiting", "validation", 0.5)
    assert (second.state, head.state) == ("waiting", "waiting")


def test_who_dropped_out_says_where_and_why():
    shot = staged("rung")
    out = [
        Entrant(candidate=item.candidate, score=0.1, is_kept=False, reason="Behind.")
        for item in shot.items
    ]
    broken = out[1].model_copy(update={"score": None, "reason": "No memory."})
    outcome = StageOutcome(wave=1, stage="screening", places=1, entrants=[out[0], broken])
    first, second, _ = progress(replace(shot, outcomes=[outcome]), NOW)

    assert (first.state, first.reason) == ("screened", "Behind.")
    assert (second.state, second.reason) == ("failed", "No memory.")


def test_who_has_no_job_in_a_rung_has_no_seeds_there():
    *_, head = progress(staged("rung"), NOW)

    assert head.seeds == ""
    assert "seeds" not in described(head)
