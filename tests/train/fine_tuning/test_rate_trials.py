"""Several learning rates are tried, and the best goes on as if it had been the only one."""

import io
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path

import pytest
from safetensors.torch import load_file

from fine_tuning.progress import Progress
from fine_tuning.rate_trials import RECORD_FILE, TriedRate, best_rate
from job.training_config import read_training_config
from tests.support.tiny_job import InterruptingLog, TinyJob, prepared_job

RATES = [1e-3, 3e-3, 9e-3]
# Ten steps in each of two epochs; the rates are compared after five, within an epoch.
SETTINGS = {"epochs": 2, "train_batch_size": 48, "checkpoint_steps": 3}
TRIAL_SHARE = 0.25


def job_with(folder: Path, *, rates=RATES, settings=SETTINGS, **members) -> TinyJob:
    job = prepared_job(folder, **settings)
    return changed(job, learning_rates=rates, trial_share=TRIAL_SHARE, **members)


def changed(job: TinyJob, **members) -> TinyJob:
    job.write_config(json.loads(job.config_file.read_text()) | members)
    return job


def run(job: TinyJob) -> TinyJob:
    assert job.run().status == 0, job.failure
    return job


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory) -> TinyJob:
    return run(job_with(tmp_path_factory.mktemp("job")))


def scored(job: TinyJob) -> dict:
    """All that must not depend on time or interruptions."""
    metrics = job.metrics
    of_interest = ("metrics", "best_epoch", "epochs_trained", "stopped_early", "learning_rate")
    history = [
        {name: value for name, value in epoch.items() if name != "seconds"}
        for epoch in metrics["history"]
    ]
    weights = load_file(job.trained_model / "model.safetensors")
    return {
        **{name: metrics[name] for name in of_interest},
        "history": history,
        "logits": job.predictions["logits"].tolist(),
        "weights": {name: weight.tolist() for name, weight in weights.items()},
    }


def trials(job: TinyJob) -> list[dict]:
    return job.metrics["learning_rates_tried"]


def test_the_best_rate_goes_on_as_if_it_had_been_the_only_one(uninterrupted, tmp_path):
    alone = prepared_job(tmp_path, **SETTINGS)
    chosen = uninterrupted.metrics["learning_rate"]
    run(changed(alone, learning_rates=[chosen]))
    assert scored(alone) == scored(uninterrupted)
    assert trials(alone) == []
    assert alone.metrics["validation_standard_error"] == pytest.approx(
        uninterrupted.metrics["validation_standard_error"]
    )


def test_the_trials_are_in_the_results(uninterrupted):
    tried, metrics = trials(uninterrupted), uninterrupted.metrics
    assert [each["learning_rate"] for each in tried] == RATES
    assert {each["steps"] for each in tried} == {5}
    assert {each["reason"] for each in tried} == {None}
    (chosen,) = [each for each in tried if each["is_chosen"]]
    assert chosen["learning_rate"] == metrics["learning_rate"]
    assert chosen["validation"]["loss"] == min(each["validation"]["loss"] for each in tried)
    assert chosen["validation"].keys() == metrics["metrics"]["validation"].keys()
    assert (metrics["steps_planned"], metrics["steps_trained"]) == (20, 20)
    assert metrics["cpu_seconds"] > 0


def test_a_trial_says_which_rate_it_tries_and_how_far_it_has_come(tmp_path):
    outcome = changed(job_with(tmp_path, rates=RATES[:2]), trial_share=0.75).run()

    trying = [line for line in outcome.lines if line.startswith("bakeoff trying ")]
    assert [line.split()[2:5] for line in trying] == [
        ["rate=1/2", "learning_rate=0.001", "epoch=0"],
        ["rate=1/2", "learning_rate=0.001", "epoch=1"],
        ["rate=2/2", "learning_rate=0.003", "epoch=0"],
        ["rate=2/2", "learning_rate=0.003", "epoch=1"],
    ]


class EveryStop(InterruptingLog):
    """Interrupts at each line that no attempt before has printed."""

    seen: set[str]

    def __init__(self, seen: set[str]) -> None:
        super().__init__(at="")
        self.seen = seen

    def write(self, text: str) -> int:
        if text.startswith("bakeoff ") and "resumes" not in text and text not in self.seen:
            self.seen.add(text)
            raise KeyboardInterrupt
        return io.StringIO.write(self, text)


def test_a_job_that_is_interrupted_at_every_checkpoint_and_line_ends_the_same(
    uninterrupted, tmp_path, monkeypatch
):
    job = job_with(tmp_path)
    written, write = [], Progress.write

    def write_once(progress: Progress, checkpoint: Path) -> None:
        write(progress, checkpoint)
        if str(checkpoint) not in written:
            written.append(str(checkpoint))
            raise KeyboardInterrupt

    monkeypatch.setattr(Progress, "write", write_once)
    seen: set[str] = set()
    attempts = 0
    while not job.metrics_file.exists():
        attempts += 1
        try:
            assert job.run(EveryStop(seen)).status == 0, job.failure
        except KeyboardInterrupt:
            assert attempts < 50
    # Two in each trial, at least five after the choice, and the lines.
    assert len(written) >= 11
    assert scored(job) == scored(uninterrupted)
    assert trials(job) == trials(uninterrupted)
    assert job.metrics["train_tokens"] == uninterrupted.metrics["train_tokens"]
    assert job.metrics["padding_share"] == uninterrupted.metrics["padding_share"]


def test_rungs_and_the_final_job_equal_one_that_never_stopped(uninterrupted, tmp_path):
    job = job_with(tmp_path, item="r1", stage="rung", stop_share=TRIAL_SHARE)
    first = run(job).metrics
    second = run(changed(job, item="r2", stop_share=0.7)).metrics
    final = run(changed(job, item="final", stage="final", stop_share=1.0)).metrics

    assert scored(job) == scored(uninterrupted)
    assert trials(job) == trials(uninterrupted)
    for rung, steps in ((first, 5), (second, 14)):
        assert rung["stage"] == "rung"
        assert set(rung["metrics"]) == {"validation"}
        assert (rung["steps_trained"], rung["steps_planned"]) == (steps, 20)
        assert rung["epochs_trained"] == steps / 10
        assert rung["stopped_early"] is False
        assert rung["inference"] is None and rung["model_bytes"] is None
        assert rung["validation_standard_error"] >= 0
    # Each job tells what it has spent itself.
    spent = [rung["train_tokens"] for rung in (first, second, final)]
    assert sum(spent) == uninterrupted.metrics["train_tokens"]
    assert min(spent) > 0


def test_adapters_are_tried_and_cut_alike(tmp_path):
    settings = SETTINGS | {"method": "lora"}
    job = job_with(tmp_path / "rungs", settings=settings, stage="rung", stop_share=TRIAL_SHARE)
    chosen = run(job).metrics["learning_rate"]
    run(changed(job, stage="final", stop_share=1.0))
    alone = prepared_job(tmp_path / "alone", **settings)
    run(changed(alone, learning_rates=[chosen]))
    assert scored(alone) == scored(job)


def test_a_rung_keeps_the_checkpoints_of_the_best_rate_alone(tmp_path):
    job = run(job_with(tmp_path, stage="rung", stop_share=0.5))
    chosen = job.metrics["learning_rate"]
    assert {each.name for each in job.checkpoints.iterdir()} == {RECORD_FILE, f"rate-{chosen!r}"}
    assert not job.trained_model.exists() or not list(job.trained_model.iterdir())
    assert not job.metrics_file.with_name("predictions.npz").exists()


def test_a_rung_s_score_is_that_of_the_best_epoch_or_of_its_last_step(tmp_path):
    job = prepared_job(tmp_path, **SETTINGS)
    rung = run(changed(job, stage="rung", stop_share=0.7)).metrics
    (epoch,) = rung["history"]
    best = rung["metrics"]["validation"]
    assert rung["best_epoch"] in (1.0, 1.4)
    assert best["f1"] >= epoch["f1"]
    # Run once more, it has only to look.
    again = run(job).metrics
    assert again["metrics"] == rung["metrics"]
    assert again["train_tokens"] == rung["train_tokens"]


def test_a_training_that_has_stopped_early_in_a_rung_goes_on_no_further(tmp_path):
    # Of four epochs the first, the worst, is taken for the best.
    settings = SETTINGS | {"epochs": 4, "early_stopping_patience": 1}
    members = {"rates": [9e-3], "higher_is_better": False}
    job = job_with(tmp_path, settings=settings, stage="rung", stop_share=0.9, **members)
    rung = run(job).metrics
    final = run(changed(job, stage="final", stop_share=1.0)).metrics
    assert rung["steps_trained"] == final["steps_trained"] == 20
    assert rung["stopped_early"] is final["stopped_early"] is True
    assert final["best_epoch"] == 1.0


def test_a_rate_that_diverges_is_a_trial_with_its_reason(tmp_path):
    job = run(job_with(tmp_path, rates=[3e-3, 1e38]))
    good, diverged = trials(job)
    assert good["is_chosen"] and not diverged["is_chosen"]
    assert diverged["reason"] == "Training diverged: the validation loss was nan at step 5."
    assert diverged["validation"] == {}
    assert job.metrics["learning_rate"] == 3e-3


def test_a_job_fails_if_all_rates_diverge(tmp_path):
    job = job_with(tmp_path, rates=[1e37, 1e38])
    assert job.run().status == 1
    assert job.failure.startswith(
        "Training diverged at each of the learning rates 1e+37, 1e+38 (at 1e+37: the validation "
    )
    assert "Let tune.learning_rate list lower ones" in job.failure


def test_a_rate_that_diverges_after_its_trial_makes_way_for_another(tmp_path):
    # The first step, with which the warm-up begins, changes nothing: all are equal after it.
    job = job_with(tmp_path, rates=[3e-3, 1e37, 1e38])
    run(changed(job, trial_share=0.05))
    tried = trials(job)
    assert [each["is_chosen"] for each in tried] == [True, False, False]
    assert tried[1]["reason"].startswith("Training diverged: ")
    assert tried[1]["validation"] == tried[2]["validation"] == tried[0]["validation"]
    assert job.metrics["learning_rate"] == 3e-3


def test_a_broken_record_costs_only_a_second_look(uninterrupted, tmp_path):
    job = job_with(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        job.run(InterruptingLog(at="bakeoff chose"))
    (job.checkpoints / RECORD_FILE).write_text('[{"learning_rate": 1.0}]')
    shutil.rmtree(job.checkpoints / f"rate-{RATES[0]!r}", ignore_errors=True)
    run(job)
    assert scored(job) == scored(uninterrupted)


def test_memory_that_ran_out_in_one_trial_is_remembered_in_the_next(tmp_path):
    job = job_with(tmp_path, rates=RATES[:2], stage="rung", stop_share=TRIAL_SHARE)
    found = Progress(parts=4, notes=["Memory ran out at step 1."])
    before = TriedRate(RATES[0], 5, found, {"f1": -1.0, "loss": 9.0}, lowest_loss=9.0)
    job.checkpoints.mkdir()
    (job.checkpoints / RECORD_FILE).write_text(json.dumps([asdict(before)]))
    metrics = run(job).metrics
    assert metrics["learning_rate"] == RATES[1]
    assert metrics["gradient_accumulation_steps"] == 4
    assert metrics["micro_batch_size"] == 12
    assert metrics["notes"] == ["Memory ran out at step 1."]


@pytest.fixture(scope="module")
def config(tmp_path_factory):
    job = prepared_job(tmp_path_factory.mktemp("config"), method="majority")
    return replace(read_training_config(job.config_file), learning_rates=RATES)


def tried(*scores: tuple[float, float] | None) -> list[TriedRate]:
    """Rates with this F1 and loss; None: it has diverged."""
    return [
        TriedRate(rate, 5, Progress(), {"f1": each[0], "loss": each[1]}, lowest_loss=each[1])
        if each
        else TriedRate(rate, 5, Progress(), {}, "Training diverged.")
        for rate, each in zip(RATES, scores, strict=True)
    ]


@pytest.mark.parametrize(
    ("scores", "best"),
    [
        ([(0.5, 0.1), (0.6, 0.9), (0.4, 0.1)], 1),
        ([(0.5, 0.3), (0.5, 0.4), (0.5, 0.2)], 2),
        ([(0.5, 0.3), (0.5, 0.3), (0.5, 0.3)], 1),
        ([(0.5, 0.3), (0.4, 0.3), (0.5, 0.3)], 0),
        ([None, (0.1, 0.9), None], 1),
    ],
)
def test_at_the_end_equal_rates_are_told_apart_by_loss_then_by_their_place(config, scores, best):
    at_the_end = replace(config, trial_share=1.0)
    assert best_rate(tried(*scores), at_the_end).learning_rate == RATES[best]


@pytest.mark.parametrize(
    ("scores", "best"),
    [
        ([(0.5, 0.3), (0.6, 0.4), (0.4, 0.2)], 2),
        ([(0.5, 0.3), (0.6, 0.3), (0.7, 0.3)], 1),
        ([(0.5, 0.3), None, (0.5, 0.3)], 0),
    ],
)
def test_before_the_end_the_rate_with_the_lowest_loss_goes_on(config, scores, best):
    early = replace(config, trial_share=0.25)
    assert best_rate(tried(*scores), early).learning_rate == RATES[best]


def test_of_a_metric_that_is_an_error_the_lowest_is_the_best(config):
    by_loss = replace(config, main_metric="loss", higher_is_better=False)
    assert best_rate(tried((0.5, 0.3), (0.9, 0.4), (0.1, 0.2)), by_loss).learning_rate == RATES[2]


def test_without_a_rate_that_has_not_diverged_there_is_no_best(config):
    assert best_rate(tried(None, None, None), config) is None


def test_what_memory_and_numbers_need_holds_for_the_next_rate():
    found = Progress(rows=9, parts=4, notes=["Memory ran out."], peak_bytes=7, needs_fp32=True)
    expected = Progress(parts=4, notes=["Memory ran out."], peak_bytes=7, needs_fp32=True)
    assert found.for_another_rate() == expected
