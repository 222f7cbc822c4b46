"""A learning curve from PlanWave through RecordResult to Compare: jobs, tables, verdict."""

import json

import pytest

from bakeoff import layout
from lambdas.compare import write_comparison
from lambdas.plan_wave import plan
from lambdas.record_result import record_result
from tests.lambdas.conftest import ARN, put_request, read_in
from tests.support.agreement import assert_files_agree, table
from tests.support.fake_experiments import FakeExperiments
from tests.support.fake_store import FakeStore, tar_gz
from tests.support.finished_job import FinishedJobs, metrics_json, npz, predictions
from tests.support.manifests import manifest_of

MODEL, TFIDF = "distilbert-base-uncased", "tfidf"
ACCURACIES = {(MODEL, 100): 0.93, (MODEL, 50): 0.91, (MODEL, 25): 0.88, (TFIDF, 100): 0.8,
              (TFIDF, 50): 0.79, (TFIDF, 25): 0.77, ("majority", 100): 0.5}  # fmt: skip


@pytest.fixture
def store(s3_event) -> FakeStore:
    """The bucket with a request for a learning curve in it."""
    bucket = FakeStore()
    request = {
        "dataset": "stanfordnlp/imdb",
        "models": [MODEL],
        "seeds": [1, 2],
        "learning_curve": True,
        "tune": {"learning_rate": 1},
        "keep": "all",
    }
    put_request(bucket, s3_event(), request)
    return bucket


class Run:
    def __init__(self, store, settings, jobs, run):
        self.store, self.settings, self.jobs, self.run = store, settings, jobs, run

    def plan(self, wave):
        return plan({"run": self.run, "wave": wave}, self.store, FakeExperiments(), self.settings)

    def items(self, wave):
        return json.loads(self.store.objects[layout.plan_key(self.run, wave)])

    def finish(self, wave, broken=(), with_predictions=True, **measured):
        """Completes the wave's jobs, but for the broken items; `measured` is in their metrics."""
        for item in self.items(wave):
            model = item["candidate"].rsplit("-", 1)[0]
            part = item["item"].rpartition("-p")[2]
            percent = int(part) if item["stage"] == "curve" else 100
            if item["item"] in broken:
                continue
            labels, logits = predictions(ACCURACIES[model, percent], item["seed"])
            document = metrics_json(labels, logits, learning_rate=2e-5, **measured)
            files = {"metrics.json": json.dumps(document).encode()}
            if with_predictions:
                files |= {"predictions.npz": npz(labels, logits), "predictions.parquet": b"rows"}
            job = f"{item['base_job_name']}-1"
            output = f"runs/{self.run}/output/{job}/output"
            self.store.objects[f"{output}/output.tar.gz"] = tar_gz(files)
            self.store.objects[f"{output}/model.tar.gz"] = b"weights"
            payload = {"item": item, "job_name": job, "attempt": 1, "error": None}
            record_result(payload, self.store, self.jobs)

    def compare(self, **more):
        payload = {"run": self.run, "name": "imdb", "bucket": "bakeoff-bucket"}
        write_comparison(payload | {"execution_arn": ARN} | more, self.store, self.jobs)
        prefix = "results/imdb/"
        return {
            key.removeprefix(prefix): content
            for key, content in self.store.objects.items()
            if key.startswith(prefix) and "/runs/" not in key
        }


@pytest.fixture
def race(store, code, settings, s3_event, recorded):
    run = read_in(store, code, settings, s3_event())["run"]
    resolved = json.loads(store.objects[layout.resolved_request_key(run)])
    store.objects[layout.manifest_key(run)] = json.dumps(manifest_of(resolved)).encode()
    return Run(store, settings, FinishedJobs(recorded("training_job_completed"), run), run)


@pytest.fixture
def trained(race):
    """The final has ended, and the learning curve is planned."""
    assert not race.plan(1)["is_last"]
    race.finish(1)
    answer = race.plan(2)
    assert (answer["stage"], answer["is_last"], answer["num_jobs"]) == ("curve", True, 4)
    return race


def test_the_two_that_learn_train_on_parts_with_checkpoints_of_their_own(trained):
    items = trained.items(2)

    assert [item["item"].rsplit("-", 3)[0] for item in items] == [MODEL, MODEL, TFIDF, TFIDF]
    configs = [
        json.loads(trained.store.objects[layout.config_key(trained.run, item["item"])])
        for item in items
    ]
    assert [each["num_train_rows"] for each in configs] == [5625, 11250] * 2
    assert {each["stage"] for each in configs} == {"curve"}
    assert {each["dataset"]["rows"]["train"] for each in configs} == {22500}
    of_final = {item["training_job"]["CheckpointConfig"]["S3Uri"] for item in trained.items(1)}
    own = [item["training_job"]["CheckpointConfig"]["S3Uri"] for item in items]
    assert len(set(own)) == 4
    assert not of_final.intersection(own)


def test_a_smaller_part_gets_as_many_steps_as_a_data_set_of_its_size(trained):
    quarter, half, *_ = (
        json.loads(trained.store.objects[layout.config_key(trained.run, item["item"])])
        for item in trained.items(2)
    )
    (whole, *_) = trained.items(1)
    of_all = json.loads(trained.store.objects[layout.config_key(trained.run, whole["item"])])

    epochs = [each["hyperparameters"]["epochs"] for each in (quarter, half, of_all)]
    assert epochs[0] > epochs[2]
    assert epochs == sorted(epochs, reverse=True)


def test_scores_forecast_and_verdict_are_in_all_files(trained):
    trained.finish(2)

    files = trained.compare()

    summary = assert_files_agree(files)
    first, second = summary.more_labels.candidates
    assert [point.score for point in first.points[:2]] == pytest.approx([0.88, 0.91], abs=0.01)
    assert [point.num_seeds for point in first.points] == [1, 1, 2]
    assert first.forecast.train_rows == 45_000
    assert second.candidate.startswith(TFIDF)
    assert any(f"to {MODEL}" in sentence for sentence in summary.verdict.sentences)
    rows = table(files["learning_curve.csv"])
    assert [row["train_percent"] for row in rows] == ["25", "50", "100", "200"] * 2
    assert float(rows[3]["gain"]) == first.forecast.gain
    assert "Would more labels help?" in files["report.html"].decode()


def test_the_trainings_on_parts_are_no_candidates_and_leave_nothing_but_their_scores(trained):
    trained.finish(2)
    # `keep` is all: what there is would be kept.
    before = trained.compare()

    assert [row["status"] for row in table(before["comparison.csv"])] == ["completed"] * 3
    jobs = table(before["jobs.csv"])
    assert {row["stage"] for row in jobs} == {"final"}
    assert len(jobs) == 4
    kept = [key for key in trained.store.objects if f"/runs/{trained.run}/" in key]
    assert not [key for key in kept if "-p25" in key or "-p50" in key]
    assert any("predictions.parquet/" in key for key in kept)
    summary = assert_files_agree(before)
    assert summary.spending.billable_seconds == 301 * 8
    assert sum(each.ownership.billable_seconds for each in summary.candidates) == 301 * 4


def test_a_training_that_fails_costs_its_candidate_the_forecast_alone(trained):
    lost = trained.items(2)[0]["item"]
    trained.finish(2, broken=[lost])

    summary = assert_files_agree(trained.compare())

    first, second = summary.more_labels.candidates
    assert first.forecast is None
    assert first.reason.startswith("The training on 25 % of the rows failed. The job left no")
    assert (first.points[0].score, first.points[2].score is None) == (None, False)
    assert second.forecast is not None
    assert {each.status for each in summary.candidates} == {"completed"}
    assert any("is not known: The training on 25 %" in each for each in summary.verdict.sentences)


def test_of_what_has_learnt_nothing_there_is_no_forecast(race):
    race.plan(1)
    race.finish(1, majority_p_value=0.4)
    race.plan(2)
    race.finish(2)

    summary = assert_files_agree(race.compare())

    for curve in summary.more_labels.candidates:
        assert curve.forecast is None
        assert "has not shown that it learnt anything" in curve.reason


def test_without_predictions_the_scores_stay(trained):
    trained.finish(2, with_predictions=False)

    summary = assert_files_agree(trained.compare())

    first = summary.more_labels.candidates[0]
    assert (first.forecast, first.points[0].interval) == (None, None)
    assert first.points[0].score == pytest.approx(0.88, abs=0.01)
    assert "could not be read" in first.reason


def test_averages_alone_have_the_points(trained):
    trained.finish(2)

    summary = assert_files_agree(trained.compare(statistics=False))

    first = summary.more_labels.candidates[0]
    assert first.points[1].score == pytest.approx(0.91, abs=0.01)
    assert first.reason == "Forecasts were not computed."


def test_where_the_curve_was_never_planned_the_report_says_so(race):
    race.plan(1)
    race.finish(1)

    summary = assert_files_agree(race.compare())

    assert summary.more_labels.candidates == []
    assert "ended before the learning curve was planned" in summary.more_labels.reason
    assert summary.verdict.sentences[-1].startswith("There is no learning curve: The run ended")
