import csv
import gzip
import html
import io
import json

import pytest

from bakeoff import layout, report
from bakeoff.cost.past_runs import PastRun
from bakeoff.errors import StorageError
from bakeoff.request.model_search import ModelSearch
from bakeoff.search.search_outcome import DroppedModel, SearchOutcome
from bakeoff.summary.comparison_columns import COMPARISON_COLUMNS
from bakeoff.summary.jobs_columns import JOBS_COLUMNS
from bakeoff.summary.metrics_columns import METRICS_COLUMNS
from lambdas.compare import write_comparison
from lambdas.plan_wave import plan
from lambdas.record_result import record_result
from tests.lambdas.conftest import ARN, read_in
from tests.support.agreement import FILES, assert_files_agree
from tests.support.fake_experiments import FakeExperiments
from tests.support.fake_store import tar_gz
from tests.support.finished_job import FinishedJobs, metrics_json, npz, predictions
from tests.support.manifests import manifest_of
from tests.support.sliced import grouping, row_slices


@pytest.fixture
def run(store, code, settings, s3_event):
    """The walk-through's run, planned."""
    run = read_in(store, code, settings, s3_event())["run"]
    resolved = json.loads(store.objects[layout.resolved_request_key(run)])
    manifest = json.dumps(manifest_of(resolved)).encode()
    store.objects[layout.manifest_key(run)] = manifest
    store.objects[layout.data_card_key(run)] = b'{"rows": {}}'
    plan({"run": run, "wave": 1}, store, FakeExperiments(), settings)
    return run


@pytest.fixture
def finish(store, run, recorded):
    """Completes the planned jobs whose model is given, with its accuracy on test."""

    def finish(accuracies, with_predictions=True):
        for item in json.loads(store.objects[layout.plan_key(run, 1)]):
            model = item["candidate"].rsplit("-", 1)[0]
            if model in accuracies:
                job = f"{item['base_job_name']}-1"
                labels, logits = predictions(accuracies[model], item["seed"] + len(model))
                files = {"metrics.json": json.dumps(metrics_json(labels, logits)).encode()}
                if with_predictions:
                    files["predictions.npz"] = npz(labels, logits)
                    files["predictions.parquet"] = f"rows of {job}".encode()
                model_key = f"runs/{run}/output/{job}/output/model.tar.gz"
                store.objects[model_key] = f"weights of {job}".encode()
                store.objects[f"runs/{run}/output/{job}/output/output.tar.gz"] = tar_gz(files)
                jobs = FinishedJobs(recorded("training_job_completed"), run)
                payload = {"item": item, "job_name": job, "attempt": 1, "error": None}
                record_result(payload, store, jobs)

    return finish


@pytest.fixture
def compare(store, run, recorded):
    payload = {"run": run, "name": "imdb", "bucket": "bakeoff-bucket", "execution_arn": ARN}
    jobs = FinishedJobs(recorded("training_job_completed"), run)
    return lambda **more: write_comparison(payload | more, store, jobs)


def table(content):
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_the_tables_rank_the_candidates_by_the_main_metric(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    answer = compare()
    rows = table(store.objects["results/imdb/comparison.csv"])
    assert [row["model"] for row in rows] == ["distilroberta-base", "distilbert-base-uncased"]
    assert [float(row["accuracy"]) for row in rows] == [0.9425, 0.925]
    assert list(rows[0]) == [column.name for column in COMPARISON_COLUMNS]
    jobs = table(store.objects["results/imdb/jobs.csv"])
    assert list(jobs[0]) == [column.name for column in JOBS_COLUMNS]
    assert len(jobs) == 2
    metrics = table(store.objects["results/imdb/metrics.csv"])
    assert list(metrics[0]) == [column.name for column in METRICS_COLUMNS]
    assert (answer["num_candidates"], answer["num_failed"]) == (2, 0)
    assert answer["best_candidate"] == rows[0]["candidate"]


def test_a_job_without_a_result_is_a_failed_row_and_not_lost(store, finish, compare):
    finish({"distilbert-base-uncased": 0.926})
    answer = compare()
    rows = table(store.objects["results/imdb/comparison.csv"])
    assert [row["status"] for row in rows] == ["completed", "failed"]
    assert rows[1]["reason"]
    assert answer["num_failed"] == 1


def test_a_run_of_failures_alone_still_has_its_tables_and_no_best(store, compare):
    answer = compare()
    assert answer["num_failed"] == 2
    assert answer["best_candidate"] is None
    assert len(table(store.objects["results/imdb/comparison.csv"])) == 2


def test_newest_and_archived_results_are_the_same_files(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    compare()
    for file in FILES:
        assert store.objects[f"results/imdb/{file}"]
        assert (
            store.objects[f"results/imdb/{file}"]
            == store.objects[f"results/imdb/runs/{run}/{file}"]
        )


def test_comparing_again_leaves_the_same_objects(store, finish, compare):
    finish({"distilbert-base-uncased": 0.926})
    answer = compare()
    before = dict(store.objects)
    assert compare() == answer
    assert store.objects == before


def kept_of(store, run):
    prefix = f"results/imdb/runs/{run}/"
    return {
        key.removeprefix(prefix): store.objects[key]
        for key in store.objects
        if key.startswith(prefix) and "/" in key.removeprefix(prefix)
    }


def test_the_best_model_and_all_predictions_stay_with_the_results(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    best = compare()["best_candidate"]

    summary = json.loads(store.objects["results/imdb/summary.json"])
    (model,) = summary["kept_models"]
    assert (model["candidate"], model["seed"]) == (best, 42)
    kept = kept_of(store, run)
    assert b"weights of" in kept.pop(model["file"])
    assert summary["predictions"] == "predictions.parquet"
    assert {file.split("/")[0] for file in kept} == {"predictions.parquet"}
    assert len(kept) == 2
    assert all(content.startswith(b"rows of") for content in kept.values())
    latest = [key for key in store.objects if "/runs/" not in key and "/models/" in key]
    assert latest == []


@pytest.mark.parametrize(("keep", "number"), [("none", 0), ("all", 2)])
def test_the_request_says_whose_models_are_kept(keep, number, store, run, finish, compare):
    key = layout.resolved_request_key(run)
    resolved = json.loads(store.objects[key])
    store.objects[key] = json.dumps(resolved | {"keep": keep}).encode()
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    compare()

    models = [file for file in kept_of(store, run) if file.startswith("models/")]
    assert len(models) == number
    assert len(json.loads(store.objects["results/imdb/summary.json"])["kept_models"]) == number


def test_a_model_that_has_expired_costs_only_itself_and_one_that_is_kept_stays(
    store, run, finish, compare
):
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    compare()
    before = kept_of(store, run)
    for key in [key for key in store.objects if key.endswith("model.tar.gz")]:
        del store.objects[key]

    compare()

    assert kept_of(store, run) == before
    assert json.loads(store.objects["results/imdb/summary.json"])["kept_models"]

    for key in [key for key in store.objects if "/models/" in key]:
        del store.objects[key]
    assert compare()["num_failed"] == 0
    assert json.loads(store.objects["results/imdb/summary.json"])["kept_models"] == []


def test_run_json_records_where_the_results_come_from(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    compare()
    about = json.loads(store.objects["results/imdb/run.json"])
    assert about["run"] == run
    assert about["execution_arn"] == ARN
    assert about["request_key"] == "requests/imdb.json"
    assert about["requested_at"] == "2026-11-12T00:00:00Z"
    assert about["experiment"].endswith(run)


def test_run_json_says_in_a_line_what_was_found_and_the_list_of_all_results_has_it(
    store, finish, compare
):
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    compare()
    found = json.loads(store.objects["results/imdb/run.json"])
    assert (found["winner"], found["main_metric"]) == ("distilroberta-base", "f1")
    assert 0.9 < found["score"] < 1
    page = store.objects["results/index.html"].decode()
    assert 'href="imdb/report.html"' in page and "distilroberta-base" in page


def test_a_run_without_an_experiment_names_none(store, run, compare):
    items = json.loads(store.objects[layout.plan_key(run, 1)])
    for item in items:
        del item["training_job"]["ExperimentConfig"]
    store.objects[layout.plan_key(run, 1)] = json.dumps(items).encode()
    compare()
    assert json.loads(store.objects["results/imdb/run.json"])["experiment"] is None
    assert assert_files_agree(newest(store)).provenance.experiment is None


def test_a_success_removes_the_error_of_an_earlier_run_but_not_from_its_archive(
    store, finish, compare
):
    store.objects["results/imdb/error.json"] = b"{}"
    store.objects["results/imdb/runs/0000000000000000/error.json"] = b"{}"
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    compare()
    assert "results/imdb/error.json" not in store.objects
    assert "results/imdb/runs/0000000000000000/error.json" in store.objects


def test_a_run_that_is_compared_after_it_failed_loses_its_error(store, run, finish, compare):
    error = json.dumps({"run": run, "requested_at": "2026-11-12T00:00:00Z"}).encode()
    for place in ("results/imdb", f"results/imdb/runs/{run}"):
        store.objects[f"{place}/error.json"] = error
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})
    compare()
    assert not [key for key in store.objects if key.endswith("/error.json")]


def test_the_data_card_is_published_as_preparation_left_it(store, compare):
    compare()
    assert store.objects["results/imdb/data.json"] == b'{"rows": {}}'


def test_a_run_without_a_data_card_is_compared_all_the_same(store, run, compare):
    del store.objects[layout.data_card_key(run)]
    assert compare()["num_candidates"] == 2
    assert "results/imdb/data.json" not in store.objects


@pytest.mark.parametrize("file", ["run.json", "error.json"])
def test_a_run_that_ends_after_a_newer_one_leaves_the_newest_results_alone(
    store, run, compare, file
):
    newer = {"run": "ffff", "requested_at": "2026-11-12T00:00:01Z"}
    store.objects[f"results/imdb/{file}"] = json.dumps(newer).encode()
    store.objects["results/imdb/comparison.csv"] = b"newer"
    before = {key: value for key, value in store.objects.items() if key.startswith("results/")}

    assert compare()["num_candidates"] == 2

    latest = {
        key: value
        for key, value in store.objects.items()
        if key.startswith("results/imdb/") and "/runs/" not in key
    }
    assert latest == before
    assert table(store.objects[f"results/imdb/runs/{run}/comparison.csv"])
    assert f"results/imdb/runs/{run}/run.json" in store.objects


def test_a_newer_run_takes_the_place_of_an_older_one(store, run, compare):
    older = {"run": "0000", "requested_at": "2026-11-11T23:59:59Z"}
    store.objects["results/imdb/run.json"] = json.dumps(older).encode()
    compare()
    assert json.loads(store.objects["results/imdb/run.json"])["run"] == run


def newest(store):
    return {file: store.objects[f"results/imdb/{file}"] for file in FILES}


def test_the_files_of_a_run_agree_with_one_another(store, finish, compare):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    summary = assert_files_agree(newest(store))
    best, other = summary.candidates
    assert (best.is_tied, other.is_tied) == (True, False)
    assert other.versus_best.p_value_adjusted < 0.001
    assert best.metrics["accuracy"].interval.low < 0.95 < best.metrics["accuracy"].interval.high


def test_candidates_without_a_significant_difference_are_tied(store, finish, compare):
    finish({"distilbert-base-uncased": 0.945, "distilroberta-base": 0.95})
    compare()
    summary = assert_files_agree(newest(store))
    assert summary.verdict.tied == [each.candidate for each in summary.candidates]


def test_failed_candidates_are_in_all_files(store, finish, compare):
    finish({"distilbert-base-uncased": 0.9})
    compare()
    summary = assert_files_agree(newest(store))
    assert [each.status for each in summary.candidates] == ["completed", "failed"]
    assert summary.candidates[1].reason in html.unescape(newest(store)["report.html"].decode())


def test_a_run_of_failures_alone_has_a_report_too(store, compare):
    compare()
    assert assert_files_agree(newest(store)).verdict.best is None


def test_jobs_without_predictions_are_ranked_without_intervals(store, finish, compare):
    models = {"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95}
    finish(models, with_predictions=False)
    compare()
    summary = assert_files_agree(newest(store))
    assert [each.metrics["f1"].interval for each in summary.candidates] == [None, None]
    assert [each.is_tied for each in summary.candidates][1] is None


def test_predictions_that_cannot_be_read_cost_their_intervals_alone(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    item = json.loads(store.objects[layout.plan_key(run, 1)])[0]["item"]
    store.objects[layout.predictions_key(run, item)] = b"no archive"
    assert compare()["num_failed"] == 0
    intervals = {
        each.model: each.metrics["f1"].interval is not None
        for each in assert_files_agree(newest(store)).candidates
    }
    assert intervals == {"distilbert-base-uncased": False, "distilroberta-base": True}


def test_the_hardest_rows_have_the_texts_that_preparation_left(store, finish, compare):
    lines = [json.dumps({"id": row, "texts": [f"text {row}"]}) for row in range(400)]
    store.objects["cache/datasets/ffff/test_texts.jsonl.gz"] = gzip.compress(
        "\n".join(lines).encode()
    )
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    rows = assert_files_agree(newest(store)).hardest_rows
    assert rows
    assert all(row.texts == [f"text {row.id}"] for row in rows)


@pytest.mark.parametrize("damaged", ["no gzip", "no row", "cut off"])
def test_without_readable_texts_only_the_texts_are_missing(store, finish, compare, damaged):
    contents = {
        "no gzip": b"no gzip",
        "no row": gzip.compress(b"[]"),
        "cut off": gzip.compress(b'{"id": 1}')[:-9],
    }
    store.objects["cache/datasets/ffff/test_texts.jsonl.gz"] = contents[damaged]
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    rows = assert_files_agree(newest(store)).hardest_rows
    assert rows
    assert not any(row.texts for row in rows)


def test_test_rows_are_sliced_as_preparation_left_them(store, finish, compare):
    slices = row_slices(range(400), grouping({"de": [True] * 150 + [False] * 250}))
    store.objects["cache/datasets/ffff/slices.json.gz"] = gzip.compress(slices.to_json())
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    (part,) = assert_files_agree(newest(store)).slices.groupings[0].slices
    assert (part.name, part.rows, len(part.scores)) == ("de", 150, 2)
    assert b"de" in newest(store)["slices.csv"]


@pytest.mark.parametrize(
    "damaged",
    [b"no gzip", gzip.compress(b"[]"), gzip.compress(b"{}")[:-9]],
    # Archives hold the time, so their bytes would name the test otherwise at each collection.
    ids=["no gzip", "no slices", "cut off"],
)
def test_without_readable_slices_only_the_slices_are_missing(store, finish, compare, damaged):
    store.objects["cache/datasets/ffff/slices.json.gz"] = damaged
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    summary = assert_files_agree(newest(store))
    assert summary.slices is None
    assert summary.candidates[0].metrics["f1"].interval is not None


def test_prices_of_the_plan_make_costs(store, run, finish, compare):
    store.objects[layout.cost_plan_key(run)] = json.dumps(
        {
            "schema_version": 1,
            "prices_usd_per_hour": {"ml.g5.xlarge": 3.6},
            "priced_at": "2026-11-12T00:00:00Z",
            "num_jobs": 2,
            "max_runtime_seconds": 14400,
            "max_preparation_seconds": 14400,
            "upper_bound_usd": 40.0,
            "budget_usd": None,
        }
    ).encode()
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    summary = assert_files_agree(newest(store))
    # 301 billable seconds each, at a thousandth of a dollar.
    assert summary.candidates[0].ownership.cost_usd == pytest.approx(0.301)
    assert summary.spending.cost_usd == pytest.approx(0.602)
    assert summary.spending.plan.upper_bound_usd == 40.0


def test_if_the_report_fails_only_the_report_is_missing(
    store, finish, compare, caplog, monkeypatch
):
    monkeypatch.setattr(report, "render", lambda summary, card: 1 / 0)
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    assert compare()["num_candidates"] == 2
    assert store.objects["results/imdb/summary.json"]
    assert "results/imdb/report.html" not in store.objects
    assert "could not be rendered" in caplog.text


def test_files_of_an_earlier_run_do_not_stay_beside_the_newest_results(
    store, run, finish, compare, monkeypatch
):
    for place in ("results/imdb/", "results/imdb/runs/0000000000000000/"):
        store.objects[f"{place}report.html"] = store.objects[f"{place}data.json"] = b"earlier"
    del store.objects[layout.data_card_key(run)]
    monkeypatch.setattr(report, "render", lambda summary, card: 1 / 0)
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    assert "results/imdb/report.html" not in store.objects
    assert "results/imdb/data.json" not in store.objects
    assert store.objects["results/imdb/runs/0000000000000000/report.html"] == b"earlier"


def test_an_unreadable_data_card_leaves_only_its_section_empty(store, run, finish, compare):
    store.objects[layout.data_card_key(run)] = b"{"
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    assert compare()["num_candidates"] == 2
    assert_files_agree(newest(store))


def test_job_durations_are_kept_for_the_estimates_of_later_runs(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    past = PastRun.from_json(store.objects[layout.past_run_key(run)])
    assert {job.model for job in past.jobs} == {"distilbert-base-uncased", "distilroberta-base"}
    assert past.dataset == "stanfordnlp/imdb"


def test_a_run_without_completed_jobs_is_not_kept_for_estimates(store, run, compare):
    compare()
    assert layout.past_run_key(run) not in store.objects


def test_without_the_predictions_of_the_best_no_candidate_is_tied(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    best = next(
        item["item"]
        for item in json.loads(store.objects[layout.plan_key(run, 1)])
        if item["candidate"].startswith("distilroberta")
    )
    del store.objects[layout.predictions_key(run, best)]
    compare()
    summary = assert_files_agree(newest(store))
    assert [each.versus_best for each in summary.candidates] == [None, None]
    assert summary.verdict.tied == [summary.candidates[0].candidate]
    assert not any("tied" in each for each in summary.verdict.sentences)
    assert any("predictions" in each for each in summary.statistics.notes)


def test_if_the_statistics_fail_only_their_columns_are_empty(
    store, finish, compare, caplog, monkeypatch
):
    analyse = "bakeoff.comparison.add_statistics.analyse"
    monkeypatch.setattr(analyse, lambda candidates, spec, given: 1 / 0)
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    assert compare()["num_failed"] == 0
    summary = assert_files_agree(newest(store))
    assert [each.metrics["accuracy"].mean for each in summary.candidates] == [0.95, 0.85]
    assert "could not be computed" in caplog.text


def test_the_tables_are_kept_before_what_may_exhaust_the_memory(
    store, run, finish, compare, monkeypatch
):
    def killed(candidates, spec, given):
        raise SystemExit

    monkeypatch.setattr("bakeoff.comparison.add_statistics.analyse", killed)
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    with pytest.raises(SystemExit):
        compare()
    rows = table(store.objects[f"results/imdb/runs/{run}/comparison.csv"])
    assert [row["accuracy"] for row in rows] == ["0.95", "0.85"]
    assert "results/imdb/comparison.csv" not in store.objects

    # What the state machine does then.
    assert compare(statistics=False)["num_failed"] == 0
    assert_files_agree(newest(store))
    assert (
        newest(store)["comparison.csv"] == store.objects[f"results/imdb/runs/{run}/comparison.csv"]
    )


def test_a_job_that_left_its_output_but_no_record_is_recorded_from_it(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    whole = newest(store)
    for key in [*store.keys(f"runs/{run}/results/"), *store.keys(f"runs/{run}/predictions/")]:
        store.delete(key)

    assert compare()["num_failed"] == 0

    assert newest(store) == whole
    assert len(store.keys(f"runs/{run}/results/")) == 2


def test_of_several_attempts_the_last_one_with_an_output_is_recorded(store, run, finish, compare):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    for key in store.keys(f"runs/{run}/output/"):
        store.objects[key.replace("-1/output/", "-12/output/")] = store.objects[key]
        store.objects[key.replace("-1/output/", "-3/output/")] = b"cut off"
    for key in store.keys(f"runs/{run}/results/"):
        store.delete(key)

    compare()

    jobs = table(newest(store)["jobs.csv"])
    assert [row["attempts"] for row in jobs] == ["12", "12"]
    assert all(row["job_name"].endswith("-12") for row in jobs)


def test_an_s3_error_ends_the_comparison_rather_than_leave_out_a_candidates_statistics(
    store, finish, compare, monkeypatch
):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    read = store.get

    def get(key, **more):
        if key.endswith(".npz"):
            raise StorageError("S3 refused GetObject: SlowDown")
        return read(key, **more)

    monkeypatch.setattr(store, "get", get)
    with pytest.raises(StorageError):
        compare()

    monkeypatch.undo()
    compare()
    intervals = [
        each.metrics["f1"].interval for each in assert_files_agree(newest(store)).candidates
    ]
    assert None not in intervals


def test_averages_do_not_replace_statistics_that_are_there(store, finish, compare):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    before = dict(store.objects)

    # As the state machine does after any error, even one that came when all was written.
    answer = compare(statistics=False)

    assert answer["num_candidates"] == 2
    assert store.objects == before


def test_a_comparison_that_fails_halfway_is_completed_from_what_is_archived(
    store, finish, compare, monkeypatch
):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    put = store.put

    def refused(key, content, content_type="application/json"):
        if key == "results/imdb/report.html":
            raise StorageError("S3 refused PutObject: AccessDenied")
        put(key, content, content_type)

    monkeypatch.setattr(store, "put", refused)
    with pytest.raises(StorageError):
        compare()
    monkeypatch.undo()

    compare(statistics=False)

    assert assert_files_agree(newest(store)).statistics.resamples > 0


def test_predictions_that_are_gone_do_not_take_away_the_statistics_that_they_gave(
    store, run, finish, compare
):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    before = newest(store)
    for key in store.keys(f"runs/{run}/predictions/"):
        store.delete(key)

    compare()

    assert newest(store) == before


def test_the_report_says_what_a_search_found_and_dropped(store, run, finish, compare):
    outcome = SearchOutcome(
        query=ModelSearch(), exclude=[], num_listed=9, found=[],
        dropped=[DroppedModel(id="a/b", kind="licence", reason="Its licence is unknown.")],
    )  # fmt: skip
    store.objects[layout.search_key(run)] = outcome.to_json()
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})

    compare()

    race = json.loads(store.objects["results/imdb/summary.json"])["race"]
    assert race["search"] == {"listed": 9, "found": 0, "dropped": {"licence": 1}}
    assert b"It left out 1: 1 licence." in store.objects["results/imdb/report.html"]


def test_a_search_that_cannot_be_read_costs_only_its_counts(store, run, finish, compare):
    store.objects[layout.search_key(run)] = b"{"
    finish({"distilbert-base-uncased": 0.926, "distilroberta-base": 0.943})

    assert compare()["num_failed"] == 0
