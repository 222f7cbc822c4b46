"""A loaded comparison: tables, verdict, picture, and how it shows itself."""

import json
import re
import sys
from xml.etree import ElementTree

import pytest

import bakeoff
from bakeoff.api.comparison import Comparison
from bakeoff.api.frames import to_frame
from bakeoff.summary.tables import tables
from tests.support import summary_samples
from tests.support.bucket import BUCKET, bucket  # noqa: F401 - a fixture
from tests.support.run_samples import completed, failed, manifest_for, planned, resolved_with
from tests.support.summaries import predictions_of, result_files

PROBLEM = {"field": "text", "problem": 'There is no column "body".', "remedy": "Give text."}


def files(outcome=completed):
    resolved = resolved_with()
    items = planned(resolved).items
    first, second = items
    results = [outcome(first, 0.9) if outcome is completed else outcome(first)]
    results.append(completed(second, 0.8))
    made = result_files(resolved, manifest_for(resolved), items, results, predictions_of(items))
    return {**made, "data.json": b'{"splits": {}}'}


@pytest.fixture
def folder(tmp_path):
    for name, content in files().items():
        (tmp_path / name).write_bytes(content)
    return tmp_path


def test_a_folder_is_a_comparison(folder):
    loaded = bakeoff.load(folder)

    assert loaded.name == "imdb"
    assert loaded.verdict.best == loaded.candidates[0].candidate
    assert [one.rank for one in loaded.candidates] == [1, 2]
    assert loaded.data_card == {"splits": {}}


def test_the_frame_has_the_tables_columns_and_types(folder):
    frame = bakeoff.load(str(folder)).frame()

    assert list(frame["rank"]) == [1, 2]
    assert frame["f1"].dtype == float
    assert frame["rank"].dtype == "Int64"
    assert frame["tied"].dtype == "boolean"
    assert frame.loc[0, "f1"] == pytest.approx(0.9)


def test_suspect_labels_are_a_frame_with_a_row_for_each(folder):
    summary = summary_samples.binary()
    (folder / "suspect_labels.csv").write_text(tables(summary)["suspect_labels.csv"])

    frame = bakeoff.load(folder).suspect_labels()

    assert list(frame["row"]) == [3, 44, 85, 126]
    assert frame.loc[0, "likely_label"] == "pos"


def test_a_learning_curve_is_a_frame_with_a_row_for_each_point(folder):
    summary = summary_samples.binary()
    (folder / "learning_curve.csv").write_text(tables(summary)["learning_curve.csv"])

    frame = bakeoff.load(folder).learning_curve()

    assert list(frame["train_percent"]) == [25, 50, 100, 200] * 2
    assert list(frame["is_forecast"]) == [False, False, False, True] * 2
    assert frame.loc[3, "gain"] > 0


def test_jobs_are_a_frame_with_a_row_for_each_job(folder):
    assert len(bakeoff.load(folder).jobs()) == 2


def test_only_an_empty_cell_is_missing():
    types = {"name": "text", "rows": "integer", "tied": "boolean", "score": "number"}
    table = b"name,rows,tied,score\r\nNA,3,true,0.1\r\nnull,,,\r\n1,4,false,0.30000000000000004\r\n"

    frame = to_frame(table, types)

    assert list(frame["name"]) == ["NA", "null", "1"]
    assert list(frame["rows"].isna()) == [False, True, False]
    assert list(frame["tied"].isna()) == [False, True, False]
    assert frame.loc[2, "score"] == 0.30000000000000004


def test_without_pandas_a_frame_says_what_to_install(folder, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)

    with pytest.raises(bakeoff.MissingPackageError, match="pip install pandas pyarrow"):
        bakeoff.load(folder).frame()


def test_a_folder_under_an_s3_uri_is_a_comparison(bucket):  # noqa: F811
    for name, content in files().items():
        bucket.put_object(Bucket=BUCKET, Key=f"results/imdb/{name}", Body=content)
    bucket.put_object(Bucket=BUCKET, Key="results/imdb/runs/0/summary.json", Body=b"another")

    loaded = bakeoff.load(f"s3://{BUCKET}/results/imdb")

    assert loaded.name == "imdb"
    assert loaded.source == f"s3://{BUCKET}/results/imdb"


@pytest.mark.parametrize("uri", ["s3://", "s3://films", "s3://films/"])
def test_a_uri_without_a_prefix_is_refused(uri):
    with pytest.raises(bakeoff.ResultsError, match="write s3://BUCKET/results/NAME/"):
        bakeoff.load(uri)


def test_an_empty_prefix_is_an_error(bucket):  # noqa: F811
    with pytest.raises(bakeoff.ResultsError, match="holds no results"):
        bakeoff.load(f"s3://{BUCKET}/results/nothing/")


def test_a_bucket_that_is_not_there_is_a_service_error(bucket):  # noqa: F811
    with pytest.raises(bakeoff.ServiceError, match="NoSuchBucket"):
        bakeoff.load("s3://no-such-bucket-anywhere/results/x/")


def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(bakeoff.ResultsError, match="There is no folder"):
        bakeoff.load(tmp_path / "nothing")


def test_a_folder_without_a_summary_is_an_error(tmp_path):
    (tmp_path / "notes.txt").touch()

    with pytest.raises(bakeoff.ResultsError, match=r"no summary\.json"):
        bakeoff.load(tmp_path)


@pytest.mark.parametrize("version", [1, 99])
def test_a_summary_of_another_version_is_an_error_with_a_remedy(tmp_path, version):
    summary = json.loads(files()["summary.json"]) | {"schema_version": version}
    (tmp_path / "summary.json").write_text(json.dumps(summary))

    with pytest.raises(bakeoff.ResultsError, match="another version of Bakeoff") as caught:
        bakeoff.load(tmp_path)

    assert str(tmp_path) in str(caught.value)
    assert "validation error" not in str(caught.value)


@pytest.mark.parametrize("content", ["{}", "[]", "null", "{", '{"problems": [{"field": "x"}]}'])
def test_an_error_document_that_cannot_be_read_is_an_error(tmp_path, content):
    (tmp_path / "error.json").write_text(content)

    with pytest.raises(bakeoff.BakeoffError, match=r"error\.json"):
        bakeoff.load(tmp_path)


@pytest.mark.parametrize("content", ["[1]", "5", "{"])
def test_a_data_card_that_cannot_be_read_is_an_error(tmp_path, content):
    (tmp_path / "summary.json").write_bytes(files()["summary.json"])
    (tmp_path / "data.json").write_text(content)

    with pytest.raises(bakeoff.BakeoffError, match=r"data\.json"):
        _ = bakeoff.load(tmp_path).data_card


@pytest.mark.parametrize(
    ("error", "kind"),
    [(None, bakeoff.RequestError), ({"error": "E", "cause": ""}, bakeoff.RunFailedError)],
)
def test_a_failed_run_raises_its_problems(tmp_path, error, kind):
    document = {"problems": [PROBLEM], "error": error}
    (tmp_path / "error.json").write_text(json.dumps(document))

    with pytest.raises(kind) as caught:
        bakeoff.load(tmp_path)

    assert [problem.to_dict() for problem in caught.value.problems] == [PROBLEM]


def test_a_table_that_the_run_did_not_leave_is_an_error(tmp_path):
    (tmp_path / "summary.json").write_bytes(files()["summary.json"])

    with pytest.raises(bakeoff.ResultsError, match=r"no comparison\.csv"):
        bakeoff.load(tmp_path).frame()


def sample(summary):
    return Comparison({"summary.json": summary.to_json()}, "results/x")


def test_the_picture_is_an_svg_that_can_be_saved(tmp_path):
    picture = sample(summary_samples.binary()).picture()

    picture.save(tmp_path / "ranking.svg")

    assert ElementTree.parse(tmp_path / "ranking.svg").getroot().tag.endswith("svg")
    assert picture._repr_svg_() == picture.svg


def test_without_a_result_there_is_no_picture_but_a_table():
    failed_run = Comparison(
        {
            **files(),
            "summary.json": _all_failed(),
        },
        "results/x",
    )

    with pytest.raises(bakeoff.ResultsError, match="No candidate has a result"):
        failed_run.picture()
    assert "<img" not in failed_run._repr_html_()
    assert "failed" in repr(failed_run)


def _all_failed():
    resolved = resolved_with()
    items = planned(resolved).items
    results = [failed(item) for item in items]
    return result_files(resolved, manifest_for(resolved), items, results)["summary.json"]


def test_a_console_shows_the_verdict_and_the_ranking():
    shown = repr(sample(summary_samples.binary()))

    assert summary_samples.binary().verdict.sentences[0] in shown
    assert "0.803" in shown
    assert "results/x" in shown


def test_a_notebook_shows_verdict_picture_and_table():
    html = sample(summary_samples.binary())._repr_html_()

    assert "<strong>" in html
    assert 'src="data:image/svg+xml;base64,' in html
    assert "All candidates" in html


@pytest.mark.parametrize("text", summary_samples.HOSTILE)
def test_untrusted_text_is_escaped_in_a_notebook(text):
    summary = summary_samples.binary()
    verdict = summary.verdict.model_copy(update={"sentences": [text]})
    first = summary.candidates[0].model_copy(update={"model": text})
    candidates = [first, *summary.candidates[1:]]
    hostile = summary.model_copy(update={"verdict": verdict, "candidates": candidates})

    html = sample(hostile)._repr_html_()

    assert "<script" not in html
    assert "<img src=x" not in html
    assert "\x00" not in html and "\u202e" not in html
    assert "\u202e" not in repr(sample(hostile))


def test_the_html_has_no_colours_of_its_own_so_that_it_suits_light_and_dark_notebooks():
    html = sample(summary_samples.binary())._repr_html_()
    without_picture = re.sub(r'src="[^"]*"', "", html)

    assert "color" not in without_picture and "background" not in without_picture
