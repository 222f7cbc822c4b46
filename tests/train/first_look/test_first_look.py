"""What a look into files finds, whole or in part."""

import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bakeoff.client.look_request import look_at_files
from first_look import first_part
from tests.support.looking import look_into

QUESTIONS = [
    {"nr": f"id-{n}", "remark": f"The invoice number {n} is wrong for me", "kind": kind}
    for n, kind in enumerate(["billing", "account", "account", "other"] * 20)
]


def csv_of(rows):
    lines = [",".join(rows[0]), *(",".join(f'"{value}"' for value in row.values()) for row in rows)]
    return "\n".join(lines) + "\n"


def look(path, may_guess=True, **changes):
    return look_into(look_at_files({"train": path}) | changes, may_guess)


@pytest.fixture
def rows(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(csv_of(QUESTIONS))
    return path


@pytest.fixture
def small_parts(monkeypatch):
    monkeypatch.setattr(first_part, "MAX_BYTES", 1500)


def test_columns_without_usual_names_are_told_by_their_content(rows):
    found = look(rows)

    assert (found.text, found.label, found.guessed) == (["remark"], ["kind"], ["text", "label"])
    assert (found.task, found.labels) == ("multiclass", ["account", "billing", "other"])
    assert found.splits["train"].num_rows == 80 and found.splits["train"].is_whole
    assert found.problems == []


def test_columns_with_usual_names_are_no_guesses(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_text(
        "".join(
            json.dumps({"text": each["remark"], "label": each["kind"], "id": 1}) + "\n"
            for each in QUESTIONS
        )
    )

    found = look(path)

    assert (found.text, found.label, found.guessed) == (["text"], ["label"], [])


def test_nothing_is_guessed_unless_that_is_wanted(rows):
    found = look(rows, may_guess=False)

    assert [each.field for each in found.problems] == ["text", "label"]


def test_a_wrong_column_is_answered_with_the_nearest_one(rows):
    (problem,) = look(rows, may_guess=False, text=["remak"], label=["kind"]).problems

    assert problem.field == "text" and "Did you mean 'remark'?" in problem.remedy


def test_problems_of_whole_files_are_those_of_a_run(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text("text,label\na b c,x\nb c d,\n")

    problems = look(path).problems

    assert any(each.field == "label" and "no label" in each.problem for each in problems)


def test_what_is_wrong_with_the_encoding_is_told_with_the_files_own_name(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(csv_of(QUESTIONS).replace("wrong", "fälsch").encode("latin-1"))

    (problem,) = look(path, may_guess=False, text=["remark"], label=["kind"]).problems

    assert problem.field == "dataset.train" and str(path) in problem.problem


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("kind", ["csv", "csv.gz", "jsonl", "parquet"])
def test_of_large_files_the_first_rows_tell_columns_and_task(tmp_path, kind):
    path = tmp_path / f"rows.{kind}"
    content = csv_of(QUESTIONS).encode()
    if kind == "csv":
        path.write_bytes(content)
    elif kind == "csv.gz":
        path.write_bytes(gzip.compress(content))
    elif kind == "jsonl":
        path.write_text("".join(json.dumps(each) + "\n" for each in QUESTIONS))
    else:
        padding = [{**each, "filler": f"{n}" * 40} for n, each in enumerate(QUESTIONS)]
        pq.write_table(pa.Table.from_pylist(padding), path)

    found = look(path)

    assert found.problems == []
    assert (found.text, found.label) == (["remark"], ["kind"])
    assert not found.splits["train"].is_whole and 0 < found.splits["train"].num_rows <= 80
    assert found.task == "multiclass" and str(path) in found.notes[0]


@pytest.mark.usefixtures("small_parts")
def test_the_first_part_ends_with_a_whole_row_although_values_have_line_breaks(tmp_path):
    path = tmp_path / "rows.csv"
    rows = [{**each, "remark": each["remark"].replace(" ", "\n")} for each in QUESTIONS]
    path.write_text(csv_of(rows))

    found = look(path)

    assert found.problems == [] and found.splits["train"].num_rows > 10


@pytest.mark.usefixtures("small_parts")
def test_labels_of_a_part_are_no_problem(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_text(csv_of([{**each, "kind": "billing"} for each in QUESTIONS]))

    assert look(path, text=["remark"], label=["kind"]).problems == []


@pytest.mark.usefixtures("small_parts")
def test_a_large_array_of_json_is_left_to_the_run(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text(json.dumps(QUESTIONS))

    found = look(path)

    assert found.splits == {} and "too large" in found.notes[0]


@pytest.mark.parametrize(
    "names",
    [
        ("question_1", "question_2"),
        ("Text 1", "Text 2"),
        ("claim1", "claim2"),
        ("side A", "side B"),
    ],
)
def test_columns_that_differ_in_a_number_or_letter_are_a_pair(tmp_path, names):
    path = tmp_path / "rows.csv"
    first, second = names
    rows = [
        {first: each["remark"], second: "No invoice is wrong", "same": n % 2}
        for n, each in enumerate(QUESTIONS)
    ]
    path.write_text(csv_of(rows))

    found = look(path)

    assert (found.text, found.label) == ([first, second], ["same"])
    assert "text" in found.guessed


def test_a_file_of_windows_is_read_by_a_guess_that_is_said(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(csv_of(QUESTIONS).replace("wrong", "fälsch").encode("cp1252"))

    found = look(path)

    assert (found.encoding, found.problems) == ("cp1252", [])
    assert "a guess" in found.notes[0] and "is fälsch for me" in found.notes[0]
    assert found.task == "multiclass"


def test_no_encoding_is_guessed_for_another_alphabet(tmp_path):
    path = tmp_path / "rows.csv"
    path.write_bytes(csv_of(QUESTIONS).replace("The invoice", "Этот счёт за обед").encode("cp1251"))

    found = look(path)

    assert found.encoding is None
    assert [each.field for each in found.problems] == ["dataset.train"]


def test_no_encoding_is_guessed_where_other_rows_need_utf_8(tmp_path):
    german = csv_of(QUESTIONS).replace("wrong", "fälsch")
    paths = {"train": tmp_path / "train.csv", "test": tmp_path / "test.csv"}
    paths["train"].write_bytes(german.encode("cp1252"))
    paths["test"].write_bytes(german.encode())

    found = look_into(look_at_files(paths), True)

    assert found.encoding is None and len(found.problems) == 1


def test_several_labels_in_a_text_are_told_apart_by_a_guess_that_is_said(tmp_path):
    path = tmp_path / "rows.csv"
    tags = ["billing|login", "billing", "login|speed", "speed", "", "billing|speed"]
    path.write_text(csv_of([{**each, "kind": tags[n % 6]} for n, each in enumerate(QUESTIONS)]))

    found = look(path, label=["kind"])

    assert (found.label_delimiter, found.task, found.problems) == ("|", "multilabel", [])
    assert found.labels == ["billing", "login", "speed"]
    assert any("a guess" in note for note in found.notes)


def test_labels_that_seem_joined_are_noted_where_nothing_may_be_guessed(tmp_path):
    path = tmp_path / "rows.csv"
    tags = ["billing|login", "billing", "login", "login|speed", "speed"]
    path.write_text(csv_of([{**each, "kind": tags[n % 5]} for n, each in enumerate(QUESTIONS)]))

    found = look(path, may_guess=False, text=["remark"], label=["kind"])

    assert found.task == "multiclass"
    assert any('give "label_delimiter": "|"' in note for note in found.notes)
