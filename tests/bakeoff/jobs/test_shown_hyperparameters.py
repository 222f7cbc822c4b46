"""What a job's description in SageMaker, and so MLflow, says of its training."""

from bakeoff.jobs.job_config import TrainingPart, job_config
from bakeoff.jobs.training_job import training_job
from tests.support.run_samples import manifest_for, resolved_with, settings_with


def shown(part=None, **changes):
    resolved = resolved_with(models=["m"], **changes)
    manifest = manifest_for(resolved)
    (candidate,), dataset = resolved.candidates, manifest.dataset
    model = manifest.model(candidate.candidate)
    config = job_config(resolved, candidate, model, dataset, 42, part)
    job = training_job(resolved, settings_with(), config, dataset, model)
    return job["HyperParameters"]


def test_what_the_request_leaves_open_is_shown_as_it_applies():
    found = shown()

    assert (found["epochs"], found["train_batch_size"]) == ("2", "32")
    assert (found["learning_rate"], found["early_stopping_patience"]) == ("5e-05", "2")


def test_a_job_that_tries_learning_rates_shows_them_all():
    part = TrainingPart(learning_rates=(1.7e-5, 5e-5, 1.5e-4))

    assert shown(part)["learning_rate"] == "1.7e-05, 5e-05, 0.00015"


def test_a_job_that_goes_on_with_the_chosen_rate_shows_that_one():
    assert shown(TrainingPart(learning_rates=(1.5e-4,)))["learning_rate"] == "0.00015"
