"""`results`: what earlier runs left."""

import json
from xml.etree import ElementTree

import pytest

from bakeoff.cli.formats import escaped_cell
from bakeoff.summary.document import Summary
from tests.support.command_line import invoke
from tests.support.fake_cloud import FakeCloud
from tests.support.run_samples import completed, failed, manifest_for, planned, resolved_with
from tests.support.summaries import predictions_of, result_files

PROBLEM = {"field": "text", "problem": 'There is no column "body".', "remedy": "Give text."}
ERROR = json.dumps({"problems": [PROBLEM], "error": None}).encode()
BROKEN = json.dumps({"problems": [PROBLEM], "error": {"error": "E", "cause": ""}}).encode()


@pytest.fixture
def cloud():
    return FakeCloud()


def files(outcome=completed):
    resolved = resolved_with()
    items = planned(resolved).items
    first, second = items
    results = [outcome(first, 0.9) if outcome is completed else outcome(first)]
    results.append(completed(second, 0.8))
    predictions = predictions_of(items)
    return result_files(resolved, manifest_for(resolved), items, results, predictions)


def put(cloud, contents, place="results/imdb"):
    for file, content in contents.items():
        cloud.objects[f"{place}/{file}"] = content


def results(cloud, folder, *arguments):
    return invoke(["results", "imdb", "--output", folder, *arguments], cloud)


def test_the_newest_results_are_brought_and_shown(cloud, tmp_path):
    put(cloud, files())
    cloud.objects["results/imdb/runs/0123/comparison.csv"] = b"another"

    ended = results(cloud, tmp_path)

    assert ended.status == 0
    for file, content in files().items():
        assert (tmp_path / "imdb" / file).read_bytes() == content
    assert ended.out.splitlines()[-7:] == [
        str(tmp_path / "imdb" / file)
        for file in (
            "comparison.csv",
            "jobs.csv",
            "learning_curve.csv",
            "metrics.csv",
            "slices.csv",
            "summary.json",
            "suspect_labels.csv",
        )
    ]


def test_the_conditions_are_printed_below_the_table(cloud, tmp_path):
    put(cloud, files())

    assert "10,000 test rows" in results(cloud, tmp_path).out


def test_the_data_card_is_brought_too(cloud, tmp_path):
    put(cloud, files())
    cloud.objects["results/imdb/data.json"] = b'{"rows": {}}'

    assert results(cloud, tmp_path).status == 0
    assert (tmp_path / "imdb" / "data.json").read_bytes() == b'{"rows": {}}'


def test_how_the_data_were_read_is_said_after_the_comparison(cloud, tmp_path):
    put(cloud, files())
    notes = [f"train: note {number}." for number in range(7)]
    cloud.objects["results/imdb/data.json"] = json.dumps({"notes": notes}).encode()

    out = results(cloud, tmp_path).out

    assert [line for line in out.splitlines() if line.startswith("Data: ")] == [
        *(f"Data: {note}" for note in notes[:5]),
        "Data: 2 more notes are in data.json.",
    ]


def test_files_of_an_earlier_run_do_not_stay_beside_those_of_a_newer_one(cloud, tmp_path):
    (tmp_path / "imdb").mkdir()
    for file in ("data.json", "report.html", "error.json", "notes.txt"):
        (tmp_path / "imdb" / file).write_text("of an earlier run, or the user's own")
    put(cloud, files())

    assert results(cloud, tmp_path).status == 0
    assert {path.name for path in (tmp_path / "imdb").iterdir()} == {*files(), "notes.txt"}


def test_a_failure_leaves_the_files_of_an_earlier_run(cloud, tmp_path):
    (tmp_path / "imdb").mkdir()
    (tmp_path / "imdb" / "comparison.csv").write_text("of an earlier run")
    put(cloud, {"error.json": ERROR})

    assert results(cloud, tmp_path).status == 2
    assert (tmp_path / "imdb" / "comparison.csv").exists()


def test_each_task_is_shown_by_its_own_metrics_with_the_method_and_what_to_know(cloud, tmp_path):
    resolved = resolved_with(models=["m"], baselines=True)
    dataset = {"task": "regression", "labels": [], "leaked_rows_dropped": 123}
    manifest = manifest_for(resolved, **dataset)
    model = manifest.models[0].model_copy(update={"warnings": ["No fast tokeniser."]})
    manifest = manifest.model_copy(update={"models": [model]})
    items = planned(resolved, **dataset).items
    scores = {"loss": 0.25, "pearson": 0.9, "spearman": 0.8, "rmse": 0.5, "mae": 0.4}
    metrics = {"metrics": {"test": scores, "validation": scores}}
    outcomes = [completed(item, 0.0, metrics=metrics) for item in items]
    put(cloud, result_files(resolved, manifest, items, outcomes))

    out = results(cloud, tmp_path).out

    table = [line.split() for line in out.splitlines()]
    (start,) = [place for place, line in enumerate(table) if line[:1] == ["rank"]]
    header, *lines = table[start : start + 4]
    assert header[:6] == ["rank", "name", "method", "rmse", "mae", "pearson"]
    assert [line[1:4] for line in lines] == [
        ["m", "full", "0.5000"],
        ["baseline/majority", "majority", "0.5000"],
        ["baseline/tfidf", "tfidf", "0.5000"],
    ]
    assert "lower rmse is better" in out
    assert "123 training rows that are in test as well were left out" in out
    assert "m: No fast tokeniser." in out.splitlines()
    assert "F1" not in out


VERSION_1 = files()["summary.json"].replace(b'"schema_version":4', b'"schema_version":1', 1)


@pytest.mark.parametrize("content", [None, b"{}", b"no JSON", VERSION_1])
def test_a_summary_that_cannot_be_read_is_reported_with_a_remedy(cloud, tmp_path, content):
    put(cloud, files())
    if content is None:
        del cloud.objects["results/imdb/summary.json"]
    else:
        cloud.objects["results/imdb/summary.json"] = content

    ended = results(cloud, tmp_path)

    assert (ended.status, ended.out) == (1, "")
    assert "summary.json" in ended.err
    assert "validation error" not in ended.err


def test_one_model_with_two_methods_has_two_names(cloud, tmp_path):
    resolved = resolved_with(models=["m", {"id": "m", "method": "lora"}])
    items = planned(resolved).items
    outcomes = [completed(items[0], 0.8), failed(items[1])]
    put(cloud, result_files(resolved, manifest_for(resolved), items, outcomes))

    out = results(cloud, tmp_path).out

    assert "m (lora) failed: The GPU's memory ran out." in out


def test_a_failed_candidate_makes_the_status_3(cloud, tmp_path):
    put(cloud, files(failed))

    assert results(cloud, tmp_path).status == 3


def test_an_earlier_run_can_be_asked_for(cloud, tmp_path):
    cloud.objects["results/imdb/error.json"] = ERROR
    put(cloud, files(), "results/imdb/runs/0123")

    assert results(cloud, tmp_path, "--run", "0123").status == 0


def test_a_newest_run_that_failed_is_reported_with_a_remedy(cloud, tmp_path):
    put(cloud, files())
    cloud.objects["results/imdb/error.json"] = ERROR

    ended = results(cloud, tmp_path)

    assert ended.status == 2
    assert ended.err.splitlines() == [
        "The newest run failed; comparison.csv is of an earlier one.",
        'text: There is no column "body".',
        "    Give text.",
    ]


def test_a_run_that_broke_makes_the_status_1(cloud, tmp_path):
    cloud.objects["results/imdb/error.json"] = BROKEN

    assert results(cloud, tmp_path).status == 1


def test_results_that_are_not_there_are_answered_with_those_that_are(cloud, tmp_path):
    cloud.objects["results/other/comparison.csv"] = b""

    ended = results(cloud, tmp_path)

    assert (ended.status, ended.out) == (1, "")
    assert ended.err == "Error: There are no results called imdb. Those there are: other.\n"


def test_a_run_that_does_not_exist_is_reported(cloud, tmp_path):
    assert results(cloud, tmp_path, "--run", "0123").status == 1


@pytest.fixture
def whole(cloud):
    """The cloud with all files of a run."""
    put(cloud, files())
    cloud.objects["results/imdb/report.html"] = b"<!doctype html>"
    return cloud


def test_the_verdict_comes_first(whole, tmp_path):
    sentences = Summary.from_json(files()["summary.json"]).verdict.sentences
    ended = results(whole, tmp_path)
    assert ended.status == 0
    assert ended.out.splitlines()[: len(sentences)] == sentences
    assert len(sentences) > 1


def test_the_table_has_intervals_and_who_is_tied(whole, tmp_path):
    lines = [line.split() for line in results(whole, tmp_path).out.splitlines()]
    header = next(line for line in lines if line[:1] == ["rank"])
    assert header[3:6] == ["f1", "interval", "tied"]
    first = lines[lines.index(header) + 1]
    low, to, high = first[4:7]
    assert (float(low) < float(high), to, first[7]) == (True, "to", "yes")


def test_csv_prints_the_file_unchanged(whole, tmp_path):
    ended = results(whole, tmp_path, "--format", "csv")
    assert ended.status == 0
    assert ended.out.encode() == files()["comparison.csv"]
    assert ended.err == ""


def test_json_is_the_summary(whole, tmp_path):
    ended = results(whole, tmp_path, "--format", "json")
    assert json.loads(ended.out) == json.loads(files()["summary.json"])


def test_markdown_is_the_verdict_and_a_table(whole, tmp_path):
    lines = results(whole, tmp_path, "--format", "markdown").out.splitlines()
    assert lines[0].startswith("**")
    (header,) = [line for line in lines if line.startswith("| rank |")]
    table = lines[lines.index(header) :]
    assert len(table) == 4
    assert {line.count(" | ") for line in table} == {header.count(" | ")}


def test_a_models_name_is_not_interpreted_as_markdown():
    assert "<b>" not in escaped_cell("<b>|*x*`")
    assert "\\|" in escaped_cell("a|b")
    assert escaped_cell("&lt;") == "\\&lt;"


def test_formats_keep_the_status_of_a_run_with_failures(cloud, tmp_path):
    put(cloud, files(failed))
    assert results(cloud, tmp_path, "--format", "csv").status == 3


def test_the_report_is_opened_in_the_browser(whole, tmp_path):
    opened = []
    results_command = ["results", "imdb", "--output", tmp_path, "--open"]
    ended = invoke(results_command, whole, open_page=lambda uri: not opened.append(uri))
    assert ended.status == 0
    assert opened == [(tmp_path / "imdb" / "report.html").as_uri()]


def test_without_a_browser_the_path_of_the_report_is_printed(whole, tmp_path):
    results_command = ["results", "imdb", "--output", tmp_path, "--open"]
    ended = invoke(results_command, whole, open_page=lambda uri: False)
    assert ended.status == 0
    assert str(tmp_path / "imdb" / "report.html") in ended.err


def test_a_run_without_a_report_says_so_when_it_is_to_be_opened(cloud, tmp_path):
    put(cloud, files())
    ended = results(cloud, tmp_path, "--open")
    assert (ended.status, "report.html" in ended.err) == (1, True)


def test_the_ranking_is_drawn_into_a_file(whole, tmp_path):
    ended = results(whole, tmp_path, "--picture", tmp_path / "pictures" / "ranking.svg")
    assert ended.status == 0
    picture = (tmp_path / "pictures" / "ranking.svg").read_text()
    assert ElementTree.fromstring(picture).tag.endswith("svg")
    assert "distilbert-base-uncased" in picture


def test_quality_is_drawn_against_a_price_into_a_file(whole, tmp_path):
    ended = results(whole, tmp_path, "--picture", tmp_path / "sizes.svg", "--of", "size")
    assert ended.status == 0
    assert "against size on disk" in (tmp_path / "sizes.svg").read_text()


def test_what_a_picture_is_of_needs_a_file_for_it(whole, tmp_path):
    ended = results(whole, tmp_path, "--of", "size")
    assert (ended.status, "give --picture FILE" in ended.err) == (2, True)


def test_a_picture_of_failures_alone_is_an_error(cloud, tmp_path):
    resolved = resolved_with()
    items = planned(resolved).items
    put(
        cloud, result_files(resolved, manifest_for(resolved), items, [failed(one) for one in items])
    )

    ended = results(cloud, tmp_path, "--picture", tmp_path / "ranking.svg")

    assert (ended.status, ended.out) == (1, "")
    assert ended.err == "Error: No candidate has a result, so there is no ranking to draw.\n"


@pytest.mark.parametrize("option", ["--output", "--picture"])
def test_a_place_that_cannot_be_written_is_an_error(whole, tmp_path, option):
    (tmp_path / "file").touch()

    ended = results(whole, tmp_path, option, tmp_path / "file" / "below")

    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("Error: ") and str(tmp_path / "file") in ended.err
