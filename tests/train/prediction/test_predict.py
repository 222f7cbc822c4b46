"""The script in a saved model's folder, as a user runs it."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from predict import main
from prediction.conversation import converse
from prediction.given_rows import parts_of
from prediction.saved_folder import FolderError, load_saved_model
from source.raw_rows import RawRows
from tests.support.saved_answers import assert_job_answers_as_scored, texts_of
from tests.support.tiny_job import TinyJob, prepared_job

LABELS = ("bad", "good", "mixed")


@pytest.fixture(scope="module")
def words(tmp_path_factory) -> TinyJob:
    """Several labels to a text, by n-grams."""
    job = prepared_job(
        tmp_path_factory.mktemp("job"), method="tfidf", labels=LABELS, task="multilabel"
    )
    assert job.run().status == 0, job.failure
    return job


@pytest.fixture(scope="module")
def encoder(tmp_path_factory) -> TinyJob:
    job = prepared_job(tmp_path_factory.mktemp("job"), epochs=1, labels=LABELS)
    assert job.run().status == 0, job.failure
    return job


def predict(job: TinyJob, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    """By the code in the folder alone: this project is not among the modules that can be found."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [sys.executable, str(job.trained_model / "code" / "predict.py"), *map(str, arguments)],
        capture_output=True,
        text=True,
        env=environment,
        cwd=job.base,
    )


def scored(job: TinyJob) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = pq.read_table(
        job.metrics_file.with_name("predictions.parquet")
    ).to_pylist()
    return rows


def test_the_folder_alone_answers_the_test_rows_as_they_were_scored(encoder, tmp_path):
    texts = [row[0] for row in texts_of(encoder.dataset / "test.parquet")]
    pq.write_table(pa.table({"text": texts}), tmp_path / "rows.parquet")

    done = predict(encoder, tmp_path / "rows.parquet", "--output", tmp_path / "answers.parquet")

    assert done.returncode == 0, done.stderr
    assert done.stdout == ""
    assert "Loading weights" not in done.stderr
    answers = pq.read_table(tmp_path / "answers.parquet").to_pylist()
    expected = scored(encoder)
    assert [row["given"] for row in answers] == [row["given"] for row in expected]
    for label in LABELS:
        name = f"probability_{label}"
        found = [row[name] for row in answers]
        # The same batches on the same hardware, so not one bit is another.
        assert pa.array(found, pa.float32()).to_pylist() == [row[name] for row in expected]


def test_a_plain_pipeline_gives_the_same_labels(encoder):
    from transformers import pipeline

    texts = [row[0] for row in texts_of(encoder.dataset / "test.parquet")]
    texts.append(" ".join(["a superb film"] * 50))
    found = pipeline(
        "text-classification", model=str(encoder.trained_model), truncation=True, device="cpu"
    )(texts)

    given = load_saved_model(encoder.trained_model).answers([[text] for text in texts]).given
    assert [each["label"] for each in found] == given


def test_lists_of_labels_and_what_is_kept_arrive_in_every_format(words, tmp_path):
    lines = [
        {"text": "superb and dreadful", "id": "=1+1", "note": {"a": 1}},
        {"text": "the film", "id": "-7", "note": None},
    ]
    rows = tmp_path / "rows.jsonl"
    rows.write_text("\n".join(map(json.dumps, lines)))
    keep = ("--keep", "id", "--keep", "note")
    for suffix in ("csv", "jsonl", "parquet"):
        done = predict(words, rows, "--output", tmp_path / f"a.{suffix}", *keep)
        assert done.returncode == 0, done.stderr

    found = pq.read_table(tmp_path / "a.parquet").to_pylist()
    assert found[0]["given"] == ["bad", "good"]
    assert [row["id"] for row in found] == ["=1+1", "-7"]
    from_json = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [row["given"] for row in from_json] == [row["given"] for row in found]
    with (tmp_path / "a.csv").open(newline="") as file:
        from_csv = list(csv.DictReader(file))
    assert [json.loads(row["given"]) for row in from_csv] == [row["given"] for row in found]
    # A spreadsheet would run the first as a formula; the second is a number.
    assert [row["id"] for row in from_csv] == ["'=1+1", "-7"]


@pytest.mark.parametrize(
    ("arguments", "words_said"),
    [
        (["rows.csv", "--text", "body"], "no column 'body'"),
        (["rows.csv", "--text", "txt"], "no column 'txt'. Did you mean 'text'? Name the texts'"),
        (["rows.csv", "--text", "text", "--text", "id"], "takes 1 text column"),
        (["rows.csv", "--keep", "nothing"], "no column 'nothing' to keep"),
        (["rows.csv", "--keep", "idd"], "Did you mean 'id'? Its columns are: 'id', 'text'"),
        (["rows.csv", "--keep", "given"], "one of that name"),
        (["rows.csv", "--output", "a.xlsx"], "must end in .csv, .jsonl or .parquet"),
        (["nowhere.csv"], "neither a file nor a folder"),
        (["broken.jsonl"], "line 2"),
        (["latin.csv"], "--encoding"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_no_file(
    arguments, words_said, words, tmp_path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    Path("rows.csv").write_text("id,text,given\n1,a superb film,x\n2,a dull film,y\n")
    Path("broken.jsonl").write_text('{"text": "a"}\n{"text": \n')
    Path("latin.csv").write_bytes("text\ncafé\ncafé\n".encode("cp1252"))
    before = {path.name for path in tmp_path.iterdir()}

    # It says what method has trained the model, which cannot be loaded.
    unloadable = tmp_path.parent / f"{tmp_path.name}-unloadable"
    unloadable.mkdir()
    facts = words.trained_model / "model.json"
    (unloadable / facts.name).write_bytes(facts.read_bytes())

    status = main([*arguments, "--model", str(unloadable)])

    assert status == 1
    assert words_said in capsys.readouterr().err
    assert {path.name for path in tmp_path.iterdir()} == before


def test_rows_that_are_no_texts_are_told_by_number(words, tmp_path, capsys):
    rows = tmp_path / "rows.jsonl"
    values = ["a superb film", 3, None, ["x"], "a dull film"]
    rows.write_text("\n".join(json.dumps({"text": value}) for value in values))
    output = tmp_path / "answers.jsonl"

    status = main([str(rows), "--output", str(output), "--model", str(words.trained_model)])

    assert status == 3
    assert "2 of 5 rows" in (said := capsys.readouterr().err)
    assert "row 2, 4" in said
    assert [json.loads(line)["row"] for line in output.read_text().splitlines()] == [1, 3, 5]


def test_the_columns_of_the_training_are_taken(words, tmp_path, monkeypatch):
    about = words.trained_model / "bakeoff.json"
    rows, output = tmp_path / "rows.csv", tmp_path / "answers.csv"
    rows.write_text("text,review\na dull film,a superb film\n")
    about.write_text(json.dumps({"text_columns": ["review"]}))
    try:
        assert main([str(rows), "--output", str(output), "--model", str(words.trained_model)]) == 0
    finally:
        about.unlink()

    assert '[""good""]' in output.read_text()


@pytest.mark.parametrize("content", [None, "{", '{"bakeoff": 1}', '{"id2label": {}}'])
def test_a_folder_without_a_model_says_so(content, tmp_path):
    if content is not None:
        (tmp_path / "config.json").write_text(content)

    with pytest.raises(FolderError, match="holds no model"):
        load_saved_model(tmp_path)


def test_another_program_can_ask_again_and_again(words):
    saved = load_saved_model(words.trained_model)
    questions = [{"rows": [["superb"], ["dull"]]}, {"rows": []}, {"rows": [["a", "b"]]}, {}]
    replies = io.StringIO()

    converse(saved, map(json.dumps, [*questions, {"rows": [[1]]}]), replies)

    about, first, none, *errors = map(json.loads, replies.getvalue().splitlines())
    assert about == {"task": "multilabel", "labels": list(LABELS), "is_pair": False}
    assert first["given"] == [["good"], ["bad"]]
    assert none == {"given": [], "probabilities": []}
    assert ["error" in each for each in errors] == [True, True, True]


def test_a_part_ends_with_enough_rows_or_characters(monkeypatch):
    monkeypatch.setattr("prediction.given_rows.MOST_ROWS", 3)
    monkeypatch.setattr("prediction.given_rows.MOST_CHARACTERS", 10)
    texts = ["a", "b", "c", "d" * 10, "e"]
    batch = pa.record_batch({"text": texts})
    rows = RawRows(["text"], len(texts), lambda columns: iter([batch]))

    found = [(part.first, len(part.texts)) for part in parts_of(rows, ["text"], [])]

    assert found == [(1, 3), (4, 1), (5, 1)]


def test_predictions_of_the_job_are_those_of_the_saved_model(words):
    assert_job_answers_as_scored(words)


def test_the_job_tells_row_label_and_answer(words):
    first = scored(words)[0]

    assert list(first) == ["id", "candidate", "seed", "label", "given"] + [
        f"probability_{label}" for label in LABELS
    ]
    assert isinstance(first["label"], list)
