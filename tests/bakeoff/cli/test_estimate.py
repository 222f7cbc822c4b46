"""`estimate` prints what a request would cost, and starts nothing."""

import csv
import gzip
import json

import pytest

from bakeoff import layout
from bakeoff.client.deployment import Deployment
from bakeoff.client.request_file import load_request
from bakeoff.client.row_counts import counted_rows
from bakeoff.client.uploads import upload_all, uris_of
from bakeoff.cost.past_runs import PastJob, PastRun
from bakeoff.errors import ServiceError
from tests.support.command_line import invoke
from tests.support.fake_cloud import BUCKET, STARTED, FakeCloud
from tests.support.run_samples import WALK_THROUGH

PRICES = {"ml.g5.xlarge": 1.5, "ml.m5.xlarge": 0.25, "ml.m5.2xlarge": 0.5}


@pytest.fixture
def cloud():
    cloud = FakeCloud()
    cloud.prices = dict(PRICES)
    return cloud


def write(folder, **changes):
    path = folder / "imdb.json"
    path.write_text(json.dumps(WALK_THROUGH | {"baselines": False} | changes))
    return path


def estimate(cloud, path):
    before = dict(cloud.objects)
    ended = invoke(["estimate", path], cloud)
    assert (cloud.objects, cloud.executions, cloud.uploads) == (before, [], [])
    return ended


def past_job(model, **changes):
    values = {
        "instance_type": "ml.g5.xlarge",
        "device": "NVIDIA A10G",
        "model": model,
        "method": "full",
        "num_parameters": 67_000_000,
        "tokens_per_row": 100.0,
        "epochs": 2,
        "work_seconds": 600.0,
        "fixed_seconds": 300.0,
        "billable_share": 1.0,
    }
    return PastJob(**values | changes)


def put_past_run(cloud, models=WALK_THROUGH["models"], run="0" * 16, **changes):
    values = {
        "run": run,
        "dataset": "stanfordnlp/imdb",
        "max_train_rows": None,
        "max_test_rows": None,
        "rows": {"train": 22500, "validation": 2500, "test": 10000},
        "jobs": [past_job(model) for model in models],
    }
    past = PastRun.model_validate(values | changes)
    cloud.objects[layout.past_run_key(run)] = past.to_json()


def test_jobs_prices_and_the_upper_bound_are_printed(cloud, tmp_path):
    ended = estimate(cloud, write(tmp_path, seeds=3, baselines=True))

    assert ended.status == 0
    assert "8 training jobs of up to 4 h each" in ended.out
    assert "6 on ml.g5.xlarge (1.5 USD per hour)" in ended.out
    assert "2 on ml.m5.xlarge (0.25 USD per hour)" in ended.out
    assert "Upper bound: 50.00 USD." in ended.out
    assert "Budget" not in ended.out


def test_without_past_runs_the_estimate_is_rough_and_says_what_it_assumes(cloud, tmp_path):
    ended = estimate(cloud, write(tmp_path))

    assert ended.status == 0
    assert "no past run used this data set" in ended.out
    assert "For 10,000 train and 2,000 test rows, for example" in ended.out
    assert "Expected, roughly, as no past run tells" in ended.out
    assert "of the 70 TFLOP/s of one A10G" in ended.out
    assert "All training jobs: about 12 min, 0.31 USD." in ended.out


def test_a_past_run_on_the_same_data_gives_rows_lengths_and_seconds(cloud, tmp_path):
    put_past_run(cloud)

    ended = estimate(cloud, write(tmp_path, seeds=2, tune={"learning_rate": 1}))

    assert "Rows as in the run 0000000000000000 on this data set." in ended.out
    assert "From 1 past job of the same model" in ended.out
    # Two models with two seeds each, of 900 seconds.
    assert "All training jobs: 1 h, 1.50 USD." in ended.out


def test_a_past_run_with_fewer_rows_than_requested_does_not_show_how_many_there_are(
    cloud, tmp_path
):
    put_past_run(cloud, max_train_rows=1000)
    assert "is not known" in estimate(cloud, write(tmp_path)).out
    assert "is not known" in estimate(cloud, write(tmp_path, max_train_rows=2000)).out
    assert "Rows as in the run" in estimate(cloud, write(tmp_path, max_train_rows=500)).out


def test_new_data_is_taken_to_be_as_much_as_the_request_allows(cloud, tmp_path):
    put_past_run(cloud)
    limits = {"max_train_rows": 1000, "max_test_rows": 500}

    unknown = estimate(cloud, write(tmp_path, dataset="new/data", **limits))
    bounded = estimate(
        cloud, write(tmp_path, dataset="new/data", hyperparameters={"max_length": 128}, **limits)
    )

    assert "Rows: the maximum that max_train_rows and max_test_rows allow." in unknown.out
    assert "Assumes 256 tokens in each text." in unknown.out
    assert "Assumes that each text has max_length, 128 tokens." in bounded.out
    assert "All training jobs" in bounded.out


def test_a_sufficient_budget_is_reported(cloud, tmp_path):
    ended = estimate(cloud, write(tmp_path, budget_usd=24))

    assert ended.status == 0
    assert "Budget: 24.00 USD, which is enough." in ended.out


def test_a_budget_that_is_not_enough_ends_as_a_bad_request_does(cloud, tmp_path):
    ended = estimate(cloud, write(tmp_path, budget_usd=23.99))

    assert ended.status == 2
    assert "Upper bound: 24.00 USD." in ended.out
    assert "budget_usd" in ended.err and "raise budget_usd" in ended.err


def test_a_race_is_printed_stage_by_stage(cloud, tmp_path):
    put_past_run(cloud)
    search = {"language": "en", "max_parameters": "130M"}
    path = write(tmp_path, models={"search": search, "include": ["distilroberta-base"]})

    ended = estimate(cloud, path)

    assert ended.status == 0
    assert (
        "imdb would be at most 25 training jobs (3 for screening, 9 for rung 1, 8 for rung 2 "
        in ended.out
    )
    lines = [line.split() for line in ended.out.splitlines()]
    assert ["preparation", "1", "12.00", "USD"] in lines
    assert ["screening", "3", "18.00", "USD"] in lines
    assert "Each model is taken to be as likely to go on as any other." in ended.out
    (found,) = [line for line in ended.out.splitlines() if line.startswith("found by the search")]
    assert found.endswith("Assumes models of max_parameters, 130,000,000.")
    assert "All training jobs: " in ended.out


def test_what_the_budget_chose_is_printed(cloud, tmp_path):
    path = write(tmp_path, models={"search": {}}, budget_usd=100)

    ended = estimate(cloud, path)

    assert ended.status == 0
    assert "Budget: 100.00 USD, which is enough." in ended.out
    assert "The budget allows " in ended.out


def test_validate_says_what_stages_a_race_has(tmp_path):
    path = write(tmp_path, models={"search": {}})

    out = invoke(["validate", path]).out
    assert "The race takes at most 22 jobs: 3 for screening, 8 for rung 1, 6 for rung 2 and" in out
    assert "The race" not in invoke(["validate", write(tmp_path)]).out


def test_an_unavailable_price_is_reported_and_matters_only_with_a_budget(cloud, tmp_path):
    del cloud.prices["ml.g5.xlarge"]

    without = estimate(cloud, write(tmp_path))
    ended = estimate(cloud, write(tmp_path, budget_usd=1000))

    assert (without.status, ended.status) == (0, 2)
    assert "ml.g5.xlarge (no price known)" in without.out
    assert "Upper bound: not known" in without.out
    assert "Warning: no price for ml.g5.xlarge" in without.err


def test_models_in_folders_of_the_same_name_are_told_apart(cloud, tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder / "checkpoint-500").mkdir(parents=True)
        (tmp_path / folder / "checkpoint-500" / "config.json").write_text(folder)

    out = estimate(cloud, write(tmp_path, models=["./a/checkpoint-500", "./b/checkpoint-500"])).out

    assert "a/checkpoint-500 " in out and "b/checkpoint-500 " in out


def test_past_runs_that_cannot_be_listed_cost_the_estimate_alone(cloud, tmp_path, monkeypatch):
    def refuse(prefix, limit):
        raise ServiceError("AWS refused ListObjectsV2")

    monkeypatch.setattr(cloud, "newest_keys", refuse)
    ended = estimate(cloud, write(tmp_path))

    assert ended.status == 0
    assert "Warning: no past runs: AWS refused" in ended.err


def test_a_deployment_without_instance_outputs_is_reported(cloud, tmp_path):
    cloud.deployment = Deployment(BUCKET, "arn")

    ended = estimate(cloud, write(tmp_path))

    assert ended.status == 1
    assert "make deploy" in ended.err


def test_an_invalid_request_is_reported_before_any_call(tmp_path):
    assert invoke(["estimate", write(tmp_path, seeds=0)]).status == 2


def test_rows_of_files_are_counted_and_their_past_runs_known_by_content(cloud, tmp_path):
    (tmp_path / "train.csv").write_text('text,label\n"two\nlines",a\nb,c\n' + "d,e\n" * 98)
    (tmp_path / "test.csv").write_text("text,label\n" + "d,e\n" * 10)
    path = write(
        tmp_path,
        dataset={"train": "./train.csv", "test": "./test.csv"},
        hyperparameters={"epochs": 2, "learning_rate": 5e-5},
    )
    uri = upload_all(load_request(path), FakeCloud(), lambda text: None, STARTED)[
        ("dataset", "train")
    ]
    put_past_run(cloud, dataset=uri)

    ended = estimate(cloud, path)

    assert "Rows as counted in the files." in ended.out
    assert "From 1 past job of the same model" in ended.out
    # Each model 300 seconds whatever the rows, and 600 x (2 x (3 x 90 + 10) + 10) / 150,000.
    assert "All training jobs: 10 min 5 s" in ended.out


def test_where_files_would_be_put_is_where_they_are_put(cloud, tmp_path):
    (tmp_path / "rows").mkdir()
    (tmp_path / "rows/a.csv").write_text("text,label\na,b\n")
    (tmp_path / "one.csv").write_text("text,label\na,b\n")
    file = load_request(write(tmp_path, dataset={"train": "./rows", "test": "./one.csv"}))

    expected = uris_of(file, BUCKET)

    assert cloud.uploads == []
    assert upload_all(file, cloud, lambda text: None, cloud.now) == expected


def rows_in(tmp_path, name, content):
    target = tmp_path / name
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(content)
    return counted_rows(load_request(write(tmp_path, dataset=f"./{name}")))["train"]


@pytest.mark.parametrize(
    ("name", "content", "count"),
    [
        ("a.csv", b"text,label\r\nx,y\r\n\r\nz,y\r\n", 2),
        ("a.csv", b"", 0),
        ("a.tsv", b"text\tlabel\nx\ty\n", 1),
        ("a.jsonl", b'{"a": 1}\n\n{"a": 2}', 2),
        ("a.json", b'[{"a": 1}, {"a": 2}]', 2),
        ("a.json", b'{"a": 1}', None),
        # The time in its header would give the test another name in each process.
        ("a.csv.gz", gzip.compress(b"text,label\nx,y\n", mtime=0), 1),
        ("a.csv.gz", b"not packed", None),
        ("a.csv.zst", b"?", None),
        ("a.csv", b"\xff\xfe", None),
        ("a.parquet", b"no parquet", None),
    ],
)
def test_rows_are_counted_where_they_can_be(tmp_path, name, content, count):
    assert rows_in(tmp_path, name, content) == count


def test_rows_with_fields_that_the_csv_module_refuses_are_not_counted(tmp_path):
    # Code that reads long fields raises the limit of the whole process.
    previous = csv.field_size_limit(131_072)
    try:
        assert rows_in(tmp_path, "a.csv", b"text,label\n" + b"x" * 200_000 + b",y\n") is None
    finally:
        csv.field_size_limit(previous)


def test_the_rows_of_a_folder_are_those_of_its_files(tmp_path):
    rows_in(tmp_path, "rows/a.csv", b"text,label\nx,y\n")
    rows_in(tmp_path, "rows/b.jsonl", b"{}\n{}\n")
    file = load_request(write(tmp_path, dataset={"train": "./rows"}))
    assert counted_rows(file) == {"train": 3}


def test_rows_of_parquet_are_counted_without_reading_them(tmp_path):
    pyarrow = pytest.importorskip("pyarrow")
    from pyarrow import parquet

    parquet.write_table(pyarrow.table({"text": ["a"] * 7}), tmp_path / "a.parquet")
    file = load_request(write(tmp_path, dataset="./a.parquet"))
    assert counted_rows(file) == {"train": 7}


NO_GPU = {
    "ml.g5.xlarge for spot training job usage": 0.0,
    "ml.g5.xlarge for training job usage": 0.0,
}


def test_an_estimate_says_that_the_quotas_are_enough(cloud, tmp_path):
    assert "Quotas: enough for the run." in estimate(cloud, write(tmp_path)).out


def test_an_estimate_names_the_quota_that_lets_no_job_start(cloud, tmp_path):
    cloud.lowered_quotas = NO_GPU

    ended = estimate(cloud, write(tmp_path))

    assert ended.status == 0
    assert '"ml.g5.xlarge for training job usage" are 0, so no such job can start' in ended.err
    assert "ask for 2 or more" in ended.err


def test_an_estimate_without_the_right_to_see_quotas_says_so(cloud, tmp_path):
    cloud.lowered_quotas = None

    ended = estimate(cloud, write(tmp_path))

    assert ended.status == 0
    assert "the quotas are not known: AWS refused ListServiceQuotas" in ended.err


def test_a_request_is_checked_against_quotas_only_if_asked(cloud, tmp_path):
    cloud.lowered_quotas = NO_GPU
    path = write(tmp_path)

    assert invoke(["validate", path], None).status == 0
    checked = invoke(["validate", "--quotas", path], cloud)

    assert checked.status == 1
    assert "are 0, so no such job can start" in checked.err


def test_quotas_that_are_low_make_jobs_take_turns_and_the_request_valid(cloud, tmp_path):
    cloud.lowered_quotas = {"ml.g5.xlarge for spot training job usage": 1.0}

    checked = invoke(["validate", "--quotas", write(tmp_path)], cloud)

    assert checked.status == 0
    assert "is 1, so 2 jobs that could run at once take turns" in checked.err
