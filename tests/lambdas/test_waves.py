"""PlanWave and RecordResult in turns, through all waves of a race."""

import json

import pytest

from bakeoff import layout
from bakeoff.race.stage_outcome import StageOutcome
from lambdas.plan_wave import plan
from lambdas.record_result import record_result
from lambdas.run_record import read_run
from tests.lambdas.conftest import ARN, put_request, read_in
from tests.support.fake_experiments import FakeExperiments
from tests.support.fake_store import tar_gz
from tests.support.finished_job import FinishedJobs
from tests.support.manifests import manifest_of

MODELS = [f"owner/model-{number}" for number in range(10)]


class Jobs(FinishedJobs, FakeExperiments):
    """Training jobs that have all completed, and Experiments."""

    def __init__(self, description, run):
        FinishedJobs.__init__(self, description, run)
        FakeExperiments.__init__(self)


class Run:
    """A race of ten models, the better the earlier they are in the request."""

    def __init__(self, store, settings, recorded, run):
        self.store, self.settings, self.run = store, settings, run
        self.sagemaker = Jobs(recorded("training_job_completed"), run)

    def plan(self, wave):
        return plan({"run": self.run, "wave": wave}, self.store, self.sagemaker, self.settings)

    def items(self, wave):
        return json.loads(self.store.objects[layout.plan_key(self.run, wave)])

    def config(self, item):
        return json.loads(self.store.objects[layout.config_key(self.run, item["item"])])

    def outcome(self, wave):
        return StageOutcome.from_json(self.store.objects[layout.outcome_key(self.run, wave)])

    def finish(self, wave, record=True, broken=()):
        """Ends the wave's jobs, but for those of the broken items."""
        for item in self.items(wave):
            if item["item"] in broken:
                continue
            job = f"{item['base_job_name']}-1"
            archive = tar_gz(self._output(item))
            self.store.objects[f"runs/{self.run}/output/{job}/output/output.tar.gz"] = archive
            if record:
                payload = {"item": item, "job_name": job, "attempt": 1, "error": None}
                record_result(payload, self.store, self.sagemaker)

    def _output(self, item):
        config = self.config(item)
        if item["stage"] == "screening":
            scores = [
                {"candidate": each["candidate"], "status": "scored", "metric": quality(each)}
                for each in config["models"]
            ]
            return {"screening.json": json.dumps({"scores": scores}).encode()}
        metrics = {"f1": quality(config), "loss": 0.5}
        splits = ("validation",) if item["stage"] == "rung" else ("validation", "test")
        document = {
            "metrics": dict.fromkeys(splits, metrics),
            "learning_rate": config["learning_rates"][-1],
        }
        return {"metrics.json": json.dumps(document).encode()}


def quality(config):
    """Of models by their number; baselines are worse."""
    number = config["candidate"].split("-")[1]
    return 1 - int(number) / 10 if number.isdigit() else 0.0


@pytest.fixture
def race(store, code, settings, s3_event, recorded):
    request = {
        "dataset": "stanfordnlp/imdb",
        "models": {"include": MODELS, "finalists": 2},
        "seeds": [1, 2],
    }
    put_request(store, s3_event(), request)
    run = read_in(store, code, settings, s3_event())["run"]
    resolved = json.loads(store.objects[layout.resolved_request_key(run)])
    manifest = json.dumps(manifest_of(resolved)).encode()
    store.objects[layout.manifest_key(run)] = manifest
    return Run(store, settings, recorded, run)


def numbers(items):
    return [item["candidate"].split("-")[1] for item in items]


def test_a_race_goes_through_screening_rung_and_final(race):
    answers = []
    while (answer := race.plan(len(answers) + 1))["status"] == "planned":
        answers.append(answer)
        race.finish(answer["wave"])

    assert [each["stage"] for each in answers] == ["screening", "rung", "final"]
    assert [each["num_jobs"] for each in answers] == [2, 4, 6]
    assert [each["is_last"] for each in answers] == [False, False, True]
    assert numbers(race.items(2)) == ["0", "1", "2", "3"]
    assert numbers(race.items(3))[:4] == ["0", "0", "1", "1"]


def test_the_outcome_of_a_wave_is_written_when_the_next_one_is_planned(race):
    race.plan(1)
    race.finish(1)
    assert layout.outcome_key(race.run, 1) not in race.store.objects
    race.plan(2)

    outcome = race.outcome(1)
    assert (outcome.stage, outcome.places) == ("screening", 4)
    assert [entrant.is_kept for entrant in outcome.entrants] == [True] * 4 + [False] * 6


def test_planning_a_wave_again_writes_the_same(race):
    race.plan(1)
    race.finish(1)
    race.plan(2)
    first = dict(race.store.objects)
    race.plan(2)

    assert race.store.objects == first


def test_jobs_that_left_an_output_but_no_record_count_for_the_next_wave(race):
    race.plan(1)
    race.finish(1, record=False)
    race.plan(2)

    assert numbers(race.items(2)) == ["0", "1", "2", "3"]


def test_a_screening_job_without_an_output_leaves_its_models_without_scores(race):
    race.plan(1)
    race.finish(1, broken=("screening-2",))
    race.plan(2)

    unscored = [entrant for entrant in race.outcome(1).entrants if entrant.score is None]
    assert len(unscored) == 5
    assert all("left no record" in entrant.reason for entrant in unscored)


def test_rungs_and_final_share_their_checkpoints_and_their_names_differ(race):
    for wave in (1, 2, 3):
        race.plan(wave)
        race.finish(wave)
    rung, final = race.items(2)[0], race.items(3)[0]

    places = {item["training_job"]["CheckpointConfig"]["S3Uri"] for item in (rung, final)}
    assert len(places) == 1
    assert rung["base_job_name"] != final["base_job_name"]
    assert race.config(rung)["stop_share"] < 1 == race.config(final)["stop_share"]
    assert race.config(rung)["learning_rates"] == race.config(final)["learning_rates"]


def test_only_candidates_that_are_trained_get_a_trial_and_each_gets_it_once(race):
    for wave in (1, 2, 3):
        race.plan(wave)
        race.finish(wave)

    assert len(race.sagemaker.trials) == len(set(race.sagemaker.trials)) == 6


def test_the_comparison_gets_the_outcomes_and_the_results_of_each_stage(race):
    for wave in (1, 2, 3):
        race.plan(wave)
        race.finish(wave)
    payload = {"run": race.run, "name": "imdb", "execution_arn": ARN}
    record = read_run(payload, race.store, race.sagemaker)

    assert [outcome.stage for outcome in record.outcomes] == ["screening", "rung"]
    assert [result.stage for result in record.stage_results] == ["screening"] * 2 + ["rung"] * 4
    assert len(record.stage_results[0].screening) == 5
    assert {result.stage for result in record.results} == {"final"}
