import csv
import html
import io
import json

import pytest

from bakeoff import layout, report
from bakeoff.cost.past_runs import PastRun
from bakeoff.request.model_search import ModelSearch
from bakeoff.search.search_outcome import DroppedModel, SearchOutcome
from bakeoff.summary.comparison_columns import COMPARISON_COLUMNS
from bakeoff.summary.jobs_columns import JOBS_COLUMNS
from bakeoff.summary.metrics_columns import METRICS_COLUMNS
from tests.lambdas.conftest import ARN, newest
from tests.support.agreement import FILES, assert_files_agree


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


def test_the_files_of_a_run_agree_with_one_another(store, finish, compare):
    finish({"distilbert-base-uncased": 0.85, "distilroberta-base": 0.95})
    compare()
    summary = assert_files_agree(newest(store))
    best, other = summary.candidates
    assert (best.is_tied, other.is_tied) == (True, False)
    assert other.versus_best.p_value_adjusted < 0.001
    assert best.metrics["accuracy"].interval.low < 0.95 < best.metrics["accuracy"].interval.high


def test_failed_candidates_are_in_all_files(store, finish, compare):
    finish({"distilbert-base-uncased": 0.9})
    compare()
    summary = assert_files_agree(newest(store))
    assert [each.status for each in summary.candidates] == ["completed", "failed"]
    assert summary.candidates[1].reason in html.unescape(newest(store)["report.html"].decode())


def test_a_run_of_failures_alone_has_a_report_too(store, compare):
    compare()
    assert assert_files_agree(newest(store)).verdict.best is None


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
