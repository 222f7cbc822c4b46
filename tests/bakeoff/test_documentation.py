"""The documentation agrees with the code: generated parts are current, examples are real."""

import json
import re

import jsonschema
import pytest

from bakeoff.jobs.error_document import error_document
from bakeoff.request.schema import request_json_schema
from bakeoff.request.upload import RequestEvent
from bakeoff.summary.comparison_columns import COMPARISON_COLUMNS
from bakeoff.summary.jobs_columns import JOBS_COLUMNS
from bakeoff.summary.learning_curve_columns import LEARNING_CURVE_COLUMNS
from bakeoff.summary.metrics_columns import METRICS_COLUMNS
from bakeoff.summary.slices_columns import SLICES_COLUMNS
from bakeoff.summary.suspect_labels_columns import SUSPECT_LABELS_COLUMNS
from docs import generate
from tests.support.run_samples import WALK_THROUGH, parsed

EXAMPLES = sorted((generate.DOCS.parent / "examples").glob("*.json"))


def text_of(name):
    return (generate.DOCS / name).read_text(encoding="utf-8")


def json_examples(name):
    return re.findall(r"```json\n(.*?)```", text_of(name), re.DOTALL)


@pytest.mark.parametrize(
    "name", ["request.schema.json", "request.md", "results.md", "summary.schema.json"]
)
def test_generated_documentation_is_current(name):
    assert text_of(name) == generate.documents()[name], "run `python -m docs.generate`"


@pytest.mark.parametrize("example", json_examples("request.md"))
def test_every_example_request_is_valid(example):
    assert parsed(example.encode()).models
    jsonschema.validate(json.loads(example), request_json_schema())


@pytest.mark.parametrize("path", EXAMPLES, ids=[path.name for path in EXAMPLES])
def test_an_editor_finds_the_schema_of_every_example_and_nothing_wrong(path):
    example = json.loads(path.read_text(encoding="utf-8"))
    schema = (path.parent / example["$schema"]).resolve()
    assert schema == (generate.DOCS / "request.schema.json").resolve()
    jsonschema.validate(example, json.loads(schema.read_text(encoding="utf-8")))


def test_the_request_of_the_real_result_is_an_example():
    readme = (generate.DOCS.parent / "README.md").read_text(encoding="utf-8")
    before = readme.split("<!-- real-result -->")[0]
    shown = json.loads(re.findall(r"```json\n(.*?)```", before, re.DOTALL)[-1])
    names = re.findall(r"examples/([\w-]+\.json)", readme.split("<!-- end real-result -->")[1])
    example = json.loads((generate.DOCS.parent / "examples" / names[0]).read_text("utf-8"))
    assert {key: example[key] for key in example if key != "$schema"} == shown


def test_there_are_examples_of_the_short_form_the_long_form_and_s3():
    examples = [json.loads(example) for example in json_examples("request.md")]
    assert WALK_THROUGH in examples
    assert any(isinstance(example["dataset"].get("train"), str) for example in examples[1:])


def test_the_schema_refuses_what_an_editor_can_refuse():
    for change in ({"modles": []}, {"seeds": []}, {"models": []}, {"name": "a/b"}, {"text": 1}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(WALK_THROUGH | change, request_json_schema())


@pytest.mark.parametrize(
    "columns",
    [
        COMPARISON_COLUMNS,
        METRICS_COLUMNS,
        JOBS_COLUMNS,
        SLICES_COLUMNS,
        SUSPECT_LABELS_COLUMNS,
        LEARNING_CURVE_COLUMNS,
    ],
)
def test_columns_have_a_name_of_their_own_and_a_meaning(columns):
    assert columns[0].name == "schema_version"
    assert len({column.name for column in columns}) == len(columns)
    assert all(column.meaning for column in columns)


def test_the_example_of_error_json_has_the_members_of_a_real_one():
    (example,) = json_examples("results.md")
    event = RequestEvent("bucket", "requests/imdb.json", "1", "1")
    problems = [{"field": "f", "problem": "p", "remedy": "r"}]
    real = error_document(event, "arn", "imdb", problems, None)
    documented = json.loads(example)
    assert list(documented) == list(real)
    assert list(documented["problems"][0]) == list(real["problems"][0])


def test_objects_of_the_request_are_linked_to_the_sections_that_list_their_fields():
    headings = re.findall(r"^#+ (.+)$", text_of("request.md"), re.MULTILINE)
    anchors = {heading.lower().replace(" ", "-") for heading in headings}

    assert set(generate.SECTIONS.values()) <= anchors
    assert set(generate.SECTIONS) == request_json_schema()["$defs"].keys()


def test_two_forms_of_a_field_are_told_apart():
    (row,) = re.findall(r"^\| `models` \| (.+?) \|", text_of("request.md"), re.MULTILINE)

    assert row == (
        "list of 1 to 1,000: text or [object](#models); or [object](#models-that-a-search-finds)"
    )
