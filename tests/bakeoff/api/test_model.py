"""`bakeoff.load(...).model()`: the kept model in a program."""

import sys

import boto3
import numpy as np
import pyarrow.parquet as pq
import pytest
from moto import mock_aws

import bakeoff
from bakeoff.client.kept_files import FilesUnderUri
from bakeoff.client.model_folder import fetch_model
from bakeoff.errors import ModelError, ResultsError
from tests.support.kept_run import NAME, bucket_of, kept_summary, packed
from tests.support.saved_answers import texts_of
from tests.support.tiny_job import prepared_job

REGION = "eu-central-1"


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    job = prepared_job(tmp_path_factory.mktemp("job"), method="tfidf")
    assert job.run().status == 0, job.failure
    return job


@pytest.fixture
def bucket(trained, tmp_path, monkeypatch):
    """A bucket with the results, seen from an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    summary = kept_summary().model_copy(update={"predictions": "predictions.parquet"})
    objects = bucket_of(summary, packed(trained.trained_model))
    table = trained.metrics_file.with_name("predictions.parquet").read_bytes()
    for job in ("a", "b"):
        run = summary.provenance.run
        objects[f"results/{NAME}/runs/{run}/predictions.parquet/{job}.parquet"] = table
    with mock_aws():
        s3 = boto3.client("s3", region_name=REGION)
        place = {"LocationConstraint": REGION}
        s3.create_bucket(Bucket="results-bucket", CreateBucketConfiguration=place)
        for key, content in objects.items():
            s3.put_object(Bucket="results-bucket", Key=key, Body=content)
        yield f"s3://results-bucket/results/{NAME}/"


def test_a_model_in_s3_is_fetched_and_answers_as_it_was_scored(bucket, trained, tmp_path):
    scored = pq.read_table(trained.metrics_file.with_name("predictions.parquet")).to_pydict()
    texts = [row[0] for row in texts_of(trained.dataset / "test.parquet")]

    with bakeoff.load(bucket).model() as model:
        assert model.predict(texts) == scored["given"]
        chances = model.predict_proba(texts)
        assert (model.labels, model.task) == (["bad", "good"], "binary")
        assert model.predict([]) == []
        assert model.predict_proba([]).shape == (0, 2)

    assert chances.shape == (len(texts), 2)
    assert np.allclose(chances[:, 1], scored["probability_good"], atol=1e-6)
    folder = tmp_path / "results" / NAME / "models" / kept_summary().verdict.best
    assert model.folder.resolve() == folder.resolve()
    # Unloaded, it is loaded again when it is asked.
    assert model.predict(["a superb film"]) == ["good"]
    model.close()


def test_the_results_of_one_run_lead_to_the_same_model(bucket):
    run = kept_summary().provenance.run

    with bakeoff.load(f"{bucket}runs/{run}/").model(folder="mine") as model:
        assert model.predict(["a superb film", "a dreadful film"]) == ["good", "bad"]


def test_all_predictions_are_a_data_frame(bucket, trained):
    frame = bakeoff.load(bucket).predictions()

    rows = pq.read_table(trained.metrics_file.with_name("predictions.parquet"))
    assert len(frame) == 2 * len(rows)
    assert list(frame.columns) == rows.column_names


def test_beside_a_folder_of_results_the_model_must_be_there(bucket, tmp_path):
    summary = kept_summary()
    results = tmp_path / "downloaded"
    results.mkdir()
    (results / "summary.json").write_bytes(summary.to_json())
    comparison = bakeoff.load(results)

    with pytest.raises(ResultsError, match=f"bakeoff model {NAME} --run"):
        comparison.model()
    with pytest.raises(ResultsError, match="has kept no predictions"):
        comparison.predictions()

    (kept,) = summary.kept_models
    place = results / "models" / kept.candidate
    fetch_model(FilesUnderUri.of(bucket, summary.provenance.run), summary, kept, place)
    with comparison.model() as model:
        assert model.predict(["a superb film"]) == ["good"]


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match="holds no model"):
        bakeoff.load_model(tmp_path)


def test_what_the_model_s_own_code_says_is_the_error(tmp_path):
    code = tmp_path / "code"
    code.mkdir()
    (code / "predict.py").write_text("import sys; print('Error: no torch', file=sys.stderr)")

    with pytest.raises(ModelError, match=r"^no torch$"):
        bakeoff.load_model(tmp_path).predict(["a"])


def test_rows_of_another_number_of_texts_are_an_error_and_the_model_stays(bucket):
    with bakeoff.load(bucket).model() as model:
        with pytest.raises(ModelError, match="a row has 2 texts, and this model takes 1"):
            model.predict([("one", "two")])
        with pytest.raises(TypeError, match="a list of texts"):
            model.predict("a superb film")
        assert model.predict(["a superb film"]) == ["good"]


def test_the_model_s_modules_stay_out_of_this_program(bucket):
    before = set(sys.modules)

    with bakeoff.load(bucket).model() as model:
        model.predict(["a superb film"])

    assert not {name for name in set(sys.modules) - before if name.startswith("linear")}


@pytest.mark.parametrize("key", ["../../elsewhere", "/tmp/elsewhere", "a/b"])
def test_a_key_that_is_a_path_leads_nowhere(key, bucket, tmp_path):
    summary = kept_summary()
    first = summary.candidates[0].model_copy(update={"candidate": key})
    kept = summary.kept_models[0].model_copy(update={"candidate": key})
    changed = summary.model_copy(
        update={"candidates": [first, *summary.candidates[1:]], "kept_models": [kept]}
    )
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "summary.json").write_bytes(changed.to_json())

    with pytest.raises(ResultsError, match="cannot be trusted"):
        bakeoff.load(tmp_path / "results").model()
