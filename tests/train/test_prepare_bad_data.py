"""Data that cannot be trained on ends in a manifest that says so, not in a crash."""

import moto
import pytest

from tests.support.preparing import resolved, reviews, run_prepare, write_csv, write_text

GOOD = reviews(40)
ONE_CLASS = [(text, "good") for text, _ in GOOD]
NO_LABEL, NO_TEXT = ("a film", ""), ("  ", "good")


def rejected(tmp_path, rows=GOOD, *, test=None, header=("text", "label"), **fields):
    """The fields of the problems, and the problems with their remedies."""
    train = write_csv(tmp_path / "train.csv", rows, header)
    test = None if test is None else write_csv(tmp_path / "test.csv", test, header)
    prepared = run_prepare(tmp_path / "run", resolved(train, test=test, **fields))
    return problems_in(prepared)


def problems_in(prepared):
    problems = prepared.problems
    assert prepared.manifest["dataset"] is None
    assert prepared.manifest["models"] == []
    assert all(problem.keys() == {"field", "problem", "remedy"} for problem in problems)
    assert all(all(problem.values()) for problem in problems)
    # Nothing is left that could be trained on.
    assert [path.name for path in prepared.output.iterdir()] == ["manifest.json"]
    fields = [problem["field"] for problem in problems]
    return fields, " ".join(problem["problem"] for problem in problems)


def test_a_data_set_that_does_not_exist(tmp_path):
    fields, problem = problems_in(run_prepare(tmp_path / "run", resolved(tmp_path / "no.csv")))
    assert (fields, problem) == (["dataset.train"], f"{tmp_path}/no.csv does not exist.")


def test_an_object_that_may_not_be_read(tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with moto.mock_aws():
        prepared = run_prepare(tmp_path / "run", resolved("s3://not-ours/train.csv"))
    assert problems_in(prepared) == (["dataset.train"], "s3://not-ours/train.csv does not exist.")


def test_columns_that_do_not_exist(tmp_path):
    fields, problem = rejected(tmp_path, text="body", label="mood")
    assert fields == ["text", "label"]
    assert problem == "There is no column 'body'. There is no column 'mood'."


def test_indistinguishable_columns(tmp_path):
    rows = [(text, text, label) for text, label in GOOD]
    fields, problem = rejected(tmp_path, rows, header=("sentence", "review", "label"))
    assert fields == ["text"]
    assert "'sentence', 'review'" in problem


@pytest.mark.parametrize(
    ("rows", "test", "field", "problem"),
    [
        pytest.param(ONE_CLASS, None, "label", "the same label, 'good'", id="one class"),
        pytest.param(
            [*GOOD, NO_LABEL],
            None,
            "label",
            "1 row of train has no label; the first, counted from 0: 40",
            id="a missing label",
        ),
        pytest.param(
            GOOD,
            [("a film", "so-so")],
            "label",
            "test split has labels that train lacks: 'so-so'",
            id="a class that train lacks",
        ),
        pytest.param(
            [*GOOD[:10], *[NO_TEXT] * 11],
            None,
            "text",
            "11 of 21 rows of train have an empty text.",
            id="mostly empty texts",
        ),
        pytest.param(
            GOOD, [NO_TEXT], "text", "1 of 1 rows of test have", id="nothing but empty test texts"
        ),
        pytest.param(
            [NO_TEXT, *GOOD, NO_LABEL],
            None,
            "label",
            "1 row of train has no label; the first, counted from 0: 41",
            id="a missing label behind an empty text",
        ),
        pytest.param([], None, "dataset.train", "The train split has no rows", id="no rows"),
        pytest.param(GOOD, [], "dataset.test", "The test split has no rows", id="no test rows"),
        pytest.param(GOOD[:2], None, "dataset.train", "too few", id="too few to cut from"),
    ],
)
def test_rows_that_cannot_be_trained_on(tmp_path, rows, test, field, problem):
    fields, said = rejected(tmp_path, rows, test=test)
    assert fields == [field]
    assert problem in said


def test_fewer_rows_asked_for_than_there_are_labels(tmp_path):
    fields, _ = rejected(tmp_path, reviews(60, ("bad", "good", "mixed")), max_train_rows=2)
    assert fields == ["max_train_rows"]


def test_a_positive_label_that_does_not_exist(tmp_path):
    assert rejected(tmp_path, positive_label="great")[0] == ["positive_label"]


@pytest.mark.parametrize("content", ["", "\n\n", "[]", "text;label", b"\xff\xfe", '{"text": 5}'])
@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet", "a.txt"])
def test_any_file_that_holds_no_rows(tmp_path, name, content):
    train = write_text(tmp_path / name, content)
    fields, _ = problems_in(run_prepare(tmp_path / "run", resolved(train)))
    assert set(fields) <= {"dataset.train", "text", "label"}
