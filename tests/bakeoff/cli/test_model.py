"""`model` and `predict`: the kept model in a user's hands, with a really trained one."""

import csv
import json

import pyarrow.parquet as pq
import pytest

from tests.support.command_line import invoke
from tests.support.fake_cloud import FakeCloud
from tests.support.kept_run import NAME, bucket_of, kept_summary, packed
from tests.support.saved_answers import texts_of
from tests.support.tiny_job import prepared_job


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A job of the n-grams baseline, which takes a second."""
    job = prepared_job(tmp_path_factory.mktemp("job"), method="tfidf")
    assert job.run().status == 0, job.failure
    return job


@pytest.fixture(scope="module")
def archive(trained):
    return packed(trained.trained_model)


@pytest.fixture
def cloud(archive, tmp_path, monkeypatch):
    """A bucket with the results, seen from an empty folder."""
    monkeypatch.chdir(tmp_path)
    cloud = FakeCloud()
    cloud.objects |= bucket_of(kept_summary(), archive)
    return cloud


def usual(tmp_path):
    return tmp_path / "results" / NAME / "models" / kept_summary().verdict.best


def rows_csv(path, texts, header="text"):
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["id", header], *([n, t] for n, t in enumerate(texts))])
    return path


def read(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_best_model_is_brought_with_its_card(cloud, tmp_path):
    ended = invoke(["model", NAME], cloud)

    assert ended.status == 0, ended.err
    folder = usual(tmp_path)
    assert str(folder.relative_to(tmp_path)) in ended.out
    assert {"README.md", "bakeoff.json", "code", "model.json", "requirements.txt"} <= {
        path.name for path in folder.iterdir()
    }
    assert "scikit-learn==" in (folder / "requirements.txt").read_text()
    about = json.loads((folder / "bakeoff.json").read_text())
    assert about["run"] == kept_summary().provenance.run


def test_it_can_be_brought_to_another_folder_and_in_the_local_cloud(cloud, tmp_path):
    ended = invoke(["model", NAME, "--local", "--output", tmp_path / "mine"], running=cloud)

    assert ended.status == 0, ended.err
    assert (tmp_path / "mine" / "model.json").is_file()


def test_where_the_cloud_of_the_run_has_ended_it_is_said_how_to_keep_one(cloud):
    ended = invoke(["model", "other", "--local"], running=cloud)

    assert ended.status == 1
    assert "before with `bakeoff local up --detach`" in " ".join(ended.err.split())


def test_a_model_that_is_there_is_not_fetched_again(cloud, tmp_path):
    summary = kept_summary()
    assert invoke(["model", NAME], cloud).status == 0
    (tmp_path / "results" / NAME / "summary.json").write_bytes(summary.to_json())

    assert invoke(["model", NAME], None).status == 0
    assert invoke(["model", NAME, "--output", tmp_path / "copy"], None).status == 0
    assert (tmp_path / "copy" / "README.md").is_file()


def test_the_model_of_a_newer_run_replaces_it(cloud, archive, tmp_path):
    assert invoke(["model", NAME], cloud).status == 0
    newer = kept_summary(run="a" * 16)
    cloud.objects |= bucket_of(newer, archive)

    assert invoke(["model", NAME], cloud).status == 0

    about = json.loads((usual(tmp_path) / "bakeoff.json").read_text())
    assert about["run"] == "a" * 16


def test_a_folder_with_something_else_is_left_alone(cloud, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")

    ended = invoke(["model", NAME, "--output", tmp_path / "mine"], cloud)

    assert ended.status == 1
    assert "holds something else" in ended.err
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["model", "other"], "no results called other. Those there are: rt-polarity."),
        (["model", NAME, "--run", "b" * 16], "no results called rt-polarity, run b"),
        (["model", NAME, "--candidate", "bert-huge"], "has no candidate"),
        (["model", NAME, "--candidate", "baseline/tfidff"], "Did you mean baseline/tfidf?"),
        (["model", NAME, "--candidate", "baseline/majority"], '"keep": "all"'),
    ],
)
def test_what_is_not_there_is_said_with_a_remedy(arguments, words, cloud):
    ended = invoke(arguments, cloud)

    assert ended.status == 1
    assert words in " ".join(ended.err.split())


def test_an_archive_that_would_write_elsewhere_is_refused(cloud, tmp_path):
    summary = kept_summary()
    cloud.objects |= bucket_of(summary, b"no archive")

    ended = invoke(["model", NAME], cloud)

    assert ended.status == 1
    assert "cannot be unpacked" in ended.err
    assert not usual(tmp_path).exists()


def test_the_answers_for_the_test_rows_are_those_of_the_run(cloud, trained, tmp_path):
    scored = pq.read_table(trained.metrics_file.with_name("predictions.parquet")).to_pylist()
    texts = [row[0] for row in texts_of(trained.dataset / "test.parquet")]
    rows = rows_csv(tmp_path / "rows.csv", texts)

    ended = invoke(["predict", NAME, rows, "--keep", "id"], cloud)

    assert ended.status == 0, ended.err
    answers = read(tmp_path / "predictions.csv")
    assert [row["given"] for row in answers] == [row["given"] for row in scored]
    assert [row["row"] for row in answers] == [str(n) for n in range(1, len(texts) + 1)]
    assert [row["id"] for row in answers] == [str(n) for n in range(len(texts))]
    for label in ("bad", "good"):
        name = f"probability_{label}"
        found = [float(row[name]) for row in answers]
        assert found == pytest.approx([row[name] for row in scored], abs=1e-6)


def test_a_folder_answers_without_any_cloud(cloud, tmp_path):
    assert invoke(["model", NAME, "--output", tmp_path / "mine"], cloud).status == 0
    rows = rows_csv(tmp_path / "rows.csv", ["a superb film", "a dreadful film"], header="review")
    answers = tmp_path / "deep" / "answers.jsonl"

    ended = invoke(["predict", "./mine", rows, "--text", "review", "--output", answers], None)

    assert ended.status == 0, ended.err
    given = [json.loads(line)["given"] for line in answers.read_text().splitlines()]
    assert given == ["good", "bad"]


def test_rows_that_are_no_texts_end_in_another_status(cloud, tmp_path):
    lines = [{"text": "a superb film"}, {"text": 7}, {"text": None}]
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, lines)))

    ended = invoke(["predict", NAME, tmp_path / "rows.jsonl"], cloud)

    assert ended.status == 3
    assert [row["row"] for row in read(tmp_path / "predictions.csv")] == ["1", "3"]


@pytest.mark.parametrize("place", ["no/model", "../x", "."])
def test_a_folder_without_a_model_is_refused(place, cloud, tmp_path):
    ended = invoke(["predict", place, rows_csv(tmp_path / "rows.csv", ["a"])], None)

    assert ended.status == 1
    assert "neither the name of results nor the folder of a model" in ended.err


def test_a_file_that_is_not_there_is_said_before_anything_is_fetched(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    ended = invoke(["predict", NAME, "nowhere.csv"], None)

    assert ended.status == 1
    assert "There is no file nowhere.csv" in ended.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([NAME, "--candidate", "baseline/tfidff"], "Did you mean baseline/tfidf? Its candidates"),
        (["rt-polarty"], "Did you mean rt-polarity? Those there are: rt-polarity."),
    ],
)
def test_a_wrong_name_is_told_by_the_results_of_this_machine_where_there_is_no_aws(
    arguments, words, cloud, tmp_path
):
    folder = tmp_path / "results" / NAME
    folder.mkdir(parents=True)
    (folder / "summary.json").write_bytes(kept_summary().to_json())

    ended = invoke(["model", *arguments], no_cloud="No AWS region is set.")

    assert ended.status == 1
    assert words in " ".join(ended.err.split())
