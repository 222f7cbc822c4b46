"""JSON that is no table of rows, and what is said about it."""

import json

import pytest

from source import json_arrays
from tests.support.read_files import columns_of, refusal_of

ROWS = [{"text": f"film {number}", "label": number % 2} for number in range(50)]


@pytest.mark.parametrize("indent", [None, 2])
def test_rows_within_an_object_are_refused_with_the_name_of_their_member(tmp_path, indent):
    content = json.dumps({"version": "1", "data": ROWS}, indent=indent)
    problem = refusal_of(tmp_path, "a.json", content)
    assert "a.json is one JSON object; the rows are in 'data'." in problem.problem
    assert "that list" in problem.remedy


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("by_row", [list, lambda values: dict(enumerate(values))])
def test_columns_in_place_of_rows_are_refused_with_what_pandas_is_to_do(tmp_path, by_row, indent):
    columns = {name: by_row([row[name] for row in ROWS]) for name in ("text", "label")}
    problem = refusal_of(tmp_path, "a.json", json.dumps(columns, indent=indent))
    assert "a.json is one JSON object whose members hold whole columns" in problem.problem
    assert 'orient="records", lines=True' in problem.remedy


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"text": "a"},\n{"text": "b"}\n', "there are commas between its objects"),
        ('{\n"text": "a"\n}\n', "it is one object"),
        ('{\n"text": "a"\n}\n{\n"text": "b"\n}\n', "its objects go on over several lines"),
        ('{"text": "a", "text": "b"}\n', "line 1: the member 'text' occurs twice"),
        ('{"text": "a", "label": ' + "1" * 5000 + "}", "number of more than 4,300 digits"),
        ('{"text": ' + "[" * 100_000, "nest too deeply"),
        ("[" * 100_000, "element 1: lists or objects in it nest too deeply"),
        ('[{"text": "a"}\n {"text": "b"}]', "line 2: the array has no , or ] here"),
        ('[{"text": "a"},\n {"text": b}]', "line 2: Expecting value"),
        ('[{"text": "a"}', "the array has no , or ] here"),
        ('[{"text": "a"}] []', "the array ends, but the file goes on"),
    ],
)
def test_what_is_wrong_with_json_is_said_with_its_place(tmp_path, content, message):
    assert message in refusal_of(tmp_path, "a.json", content).problem


@pytest.mark.parametrize("chunk", [1, 7, 1 << 16])
def test_an_array_is_read_element_by_element(tmp_path, monkeypatch, chunk):
    monkeypatch.setattr(json_arrays, "_CHUNK_CHARACTERS", chunk)
    columns = columns_of(tmp_path, "a.json", "\n " + json.dumps(ROWS, indent=1) + "\n")
    assert columns == {name: [row[name] for row in ROWS] for name in ("text", "label")}
    assert "has no rows" in refusal_of(tmp_path, "b.json", " [ ] ").problem
