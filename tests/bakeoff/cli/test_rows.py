"""`validate` looks into files, `init` and `run` make requests of them."""

import json

import pytest

from bakeoff.client.first_look import look_into as look_in_a_program
from bakeoff.client.look_request import look_at_files, look_request
from tests.support.command_line import invoke
from tests.support.fake_cloud import FakeCloud
from tests.support.looking import look_into

HEADER = "id,customer_message,product_category\n"
ROWS = "".join(
    f"{n},I have a question about number {n},{kind}\n"
    for n, kind in enumerate(["billing", "account"] * 40)
)


@pytest.fixture
def rows(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "rows.csv"
    path.write_text(HEADER + ROWS)
    return path


def asked(*arguments, **surroundings):
    return invoke(arguments, **{"look_into": look_into} | surroundings)


def written(folder, **fields):
    path = folder / "imdb.json"
    path.write_text(json.dumps({"dataset": {"train": "rows.csv"}, "models": ["bert"]} | fields))
    return path


def test_three_mistakes_are_told_together_each_with_its_remedy(rows):
    path = written(
        rows.parent,
        dataset={"train": "rows.csv", "test": "nothing.csv"},
        text="customer_mesage",
        label="product_category",
        main_metric="F1",
    )

    ended = asked("validate", path)

    assert ended.status == 2
    lines = ended.err.splitlines()
    assert "nothing.csv does not exist" in ended.err
    assert "Did you mean f1?" in lines[lines.index('main_metric: "F1" is not a metric.') + 1]
    assert "Did you mean 'customer_message'?" in ended.err


def test_a_valid_request_is_told_with_its_rows(rows):
    path = written(rows.parent, text="customer_message", label="product_category")

    ended = asked("validate", path)

    assert ended.status == 0, ended.err
    assert "train has 80 rows" in ended.out
    assert "The task is binary." in ended.out and "'account' and 'billing'" in ended.out


def test_a_request_is_valid_although_nothing_can_look_and_that_is_said(rows):
    path = written(rows.parent, text="customer_message", label="product_category")

    ended = asked("validate", path, look_into=None)

    assert ended.status == 0 and "The rows were not looked into." in ended.err


def test_a_data_set_that_is_not_on_this_machine_is_not_looked_into(tmp_path):
    assert look_request({"dataset": "stanfordnlp/imdb", "models": ["a"]}, tmp_path) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"text": 5, "label": {"a": 1}, "task": ["x"], "positive_label": [], "slices": "x"},
        {"max_train_rows": "many", "test_fraction": 7, "validation_fraction": True},
        {"models": 3, "split_seed": -1, "drop_leaked": 0, "label_names": [None]},
        {"dataset": {"train": "rows.csv", "test": 3, "quotes": "no", "encoding": 8}},
    ],
)
def test_a_document_that_is_no_request_can_be_looked_into_all_the_same(rows, fields):
    ended = asked("validate", written(rows.parent, **fields))

    assert (ended.status == 2 and "is not allowed" in ended.err) or "Give" in ended.err


def test_bad_rows_are_told_before_anything_is_sent(rows):
    rows.write_text("text,label\na b c,x\nb c d,x\n")

    ended = asked("run", written(rows.parent))

    assert ended.status == 2 and "label" in ended.err


def test_a_request_is_written_with_guesses_that_are_said(rows):
    ended = asked("init", "rows.csv")

    document = json.loads((rows.parent / "rows.json").read_text())
    assert ended.status == 0, ended.err
    assert document["dataset"] == {"train": "rows.csv"}
    assert document["text"] == "customer_message" and document["label"] == "product_category"
    assert document["task"] == "binary" and len(document["models"]) == 2
    assert "a guess by what is in it" in ended.out
    assert asked("validate", "rows.json").status == 0


def test_a_request_written_elsewhere_finds_its_rows_and_models(rows):
    (rows.parent / "model").mkdir()
    (rows.parent / "model" / "config.json").write_text("{}")

    asked("init", "rows.csv", "--models", "./model", "--output", "requests/mine.json")

    document = json.loads((rows.parent / "requests" / "mine.json").read_text())
    assert document["dataset"] == {"train": "../rows.csv"}
    assert document["models"] == ["../model"]
    assert asked("validate", "requests/mine.json").status == 0


def test_a_request_that_exists_is_not_overwritten(rows):
    (rows.parent / "rows.json").write_text("mine")

    ended = asked("init", "rows.csv")

    assert ended.status == 1 and "exists" in ended.err
    assert (rows.parent / "rows.json").read_text() == "mine"


def test_columns_that_content_does_not_tell_are_asked_for(rows):
    rows.write_text("a,b\n1,2\n3,4\n")

    ended = asked("init", "rows.csv")

    assert ended.status == 2 and "The columns are: 'a', 'b'." in ended.err
    assert not (rows.parent / "rows.json").exists()


def test_rows_run_without_a_request(rows):
    cloud = FakeCloud()
    cloud.moments = [lambda: (_ for _ in ()).throw(KeyboardInterrupt)]

    asked("run", "rows.csv", "--models", "bert-a", "bert-b", cloud=cloud)

    (sent,) = [value for key, value in cloud.objects.items() if key == "requests/rows.json"]
    document = json.loads(sent)
    assert document["models"] == ["bert-a", "bert-b"]
    assert document["text"] == "customer_message" and document["label"] == "product_category"
    assert document["dataset"]["train"].startswith("s3://")


def test_rows_without_models_are_answered_with_what_to_do(rows):
    ended = asked("run", "rows.csv")

    assert ended.status == 1 and "--models" in ended.err and "bakeoff init rows.csv" in ended.err


def test_the_look_is_taken_by_the_training_code_in_a_program_of_its_own(rows):
    found = look_in_a_program(look_at_files({"train": rows}), True)

    assert found.text == ["customer_message"] and found.labels == ["account", "billing"]


def test_guesses_of_encoding_and_delimiter_are_written_into_the_request(rows):
    tags = ["billing|login", "billing", "login", ""]
    lines = [f"{n};Das ist ärgerlich, die Nummer {n};{tags[n % 4]}\n" for n in range(80)]
    rows.write_bytes(f"id;Kommentar;Tags\n{''.join(lines)}".encode("latin-1"))

    ended = asked("init", "rows.csv", "--label", "Tags")

    assert ended.status == 0, ended.err
    document = json.loads((rows.parent / "rows.json").read_text())
    assert document["dataset"] == {"train": "rows.csv", "encoding": "cp1252"}
    assert (document["label_delimiter"], document["task"]) == ("|", "multilabel")
    assert asked("validate", "rows.json").status == 0


def test_rows_without_a_label_are_told_beside_the_request_which_a_run_would_refuse(rows):
    rows.write_text(HEADER + ROWS + "98,I have a question without an answer,\n")

    ended = asked("init", "rows.csv")

    said = " ".join(ended.err.split())
    assert ended.status == 2
    assert "Wrote rows.json, but a run would refuse its rows as they are:" in said
    assert "1 row of train has no label; the first, counted from 0: 80." in said
    assert "Label these rows, or leave them out." in said
    assert json.loads((rows.parent / "rows.json").read_text())["label"] == "product_category"
    assert "1 row of train has no label" in asked("validate", "rows.json").err
    rows.write_text(HEADER + ROWS)
    assert asked("validate", "rows.json").status == 0


def test_encoding_and_delimiter_are_taken_from_the_options(rows):
    tags = ["billing&login", "billing", "login", ""]
    lines = [f"{n},Привет, номер {n};{tags[n % 4]}\n".replace(",", ";", 1) for n in range(80)]
    rows.write_bytes(f"id;Kommentar;Tags\n{''.join(lines)}".encode("cp1251"))
    options = ("--label", "Tags", "--encoding", "cp1251", "--label-delimiter", "&")

    ended = asked("init", "rows.csv", *options)

    assert ended.status == 0, ended.err
    document = json.loads((rows.parent / "rows.json").read_text())
    assert document["dataset"] == {"train": "rows.csv", "encoding": "cp1251"}
    assert (document["label_delimiter"], document["task"]) == ("&", "multilabel")
    assert asked("validate", "rows.json").status == 0


def test_an_encoding_that_there_is_not_is_refused(rows):
    ended = asked("init", "rows.csv", "--encoding", "utf-9")

    assert ended.status == 2 and "dataset.encoding" in ended.err and "cp1252" in ended.err
    assert not (rows.parent / "rows.json").exists()


def test_what_a_request_has_fields_for_is_not_given_beside_it(rows):
    request = written(rows.parent, text="customer_message", label="product_category")

    ended = asked("run", request, "--encoding", "cp1252")

    assert ended.status == 1 and "--encoding" in ended.err
