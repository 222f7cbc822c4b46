"""Documents that are not requests, have unknown fields, or are hostile."""

import json

import pytest

from bakeoff.request.schema import MAX_PROBLEMS, MAX_REQUEST_BYTES
from tests.support.refusals import only_problem, problem_with, problems_of
from tests.support.run_samples import WALK_THROUGH


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"[]", "an array"),
        (b'"x"', "a text"),
        (b"17", "just 17"),
        (b"null", "null"),
        (b'{"dataset": "a/b",\n "models": [}', "line 2, column 13"),
        (b"{'dataset': 1}", "not JSON"),
        ('{"name": "ä"}'.encode("latin-1"), "not UTF-8: byte 11"),
        ('{"name": "x"}'.encode("utf-16"), "UTF-16"),
        (b'{"a": {"b": 1, "b": 2}}', 'names "b" more than once'),
        (b'{"learning_rate": NaN}', "NaN"),
        (b'{"learning_rate": -Infinity}', "-Infinity"),
        (b'{"epochs": ' + b"9" * 5000 + b"}", "too long"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 30_000 + b"1" + b"}" * 30_000, "nested too deeply"),
        (b'{"name": "' + b"x" * 5_000_000 + b'"}', f"larger than {MAX_REQUEST_BYTES} bytes"),
    ],
)
def test_a_request_that_is_not_a_json_object_is_one_problem_of_the_whole_request(content, said):
    problem = only_problem(content)
    assert problem.field == "request"
    assert said in problem.problem


@pytest.mark.parametrize("field", ["text", "models", "$schema", "other"])
def test_parseable_json_may_still_be_nested_too_deeply(field):
    deep = json.loads("[" * 900 + "]" * 900)
    assert problem_with(**{field: deep}).problem == "The request is nested too deeply."


def test_a_value_that_is_nested_a_little_is_a_problem_of_its_field():
    deep = json.loads("[" * 15 + "]" * 15)
    assert problem_with(name=deep).field == "name"
    assert problem_with(text=deep).field == "text[0]"


@pytest.mark.parametrize(
    "content",
    [
        b'{"dataset": "a/b", "models": ["m"], "\\ud800": 1}',
        b'{"dataset": {"id": "a/b", "\\udfff": 1}, "models": ["m"]}',
    ],
)
def test_a_name_with_half_a_surrogate_pair_is_refused(content):
    assert "half a character" in only_problem(content).problem


def test_missing_required_fields_are_reported():
    assert [problem.field for problem in problems_of({})] == ["dataset", "models"]


@pytest.mark.parametrize(
    ("document", "field", "remedy"),
    [
        ({"modles": []}, "modles", "Did you mean models?"),
        ({"MODELS": []}, "MODELS", "Did you mean models?"),
        ({"dataset": {"id": "a/b", "confg": "x"}}, "dataset.confg", "Did you mean config?"),
        ({"compute": {"volume": 1}}, "compute.volume", "Did you mean volume_gb?"),
        ({"epochs": 3}, "epochs", "Put it at hyperparameters.epochs."),
        ({"hyperparameters": {"seeds": [1]}}, "hyperparameters.seeds", "Put it at seeds."),
        ({"": 1}, '""', "The known fields are dataset, models,"),
        ({"dataset": {"id": "a/b", "": 1}}, 'dataset.""', "The known fields are id, config,"),
        ({"zzz": 1}, "zzz", "The known fields are dataset, models,"),
        (
            {"models": [{"id": "m", "hyperparameters": {"learnin_rate": 1}}]},
            "models[0].hyperparameters.learnin_rate",
            "Did you mean learning_rate?",
        ),
        ({"hyperparameters": {"lr": 1}}, "hyperparameters.lr", "Did you mean learning_rate?"),
        ({"tune": {"lr": 3}}, "tune.lr", "Did you mean learning_rate?"),
        (
            {"hyperparameters": {"patience": 1}},
            "hyperparameters.patience",
            "Did you mean early_stopping_patience?",
        ),
    ],
)
def test_an_unknown_field_is_refused_with_the_name_that_was_meant(document, field, remedy):
    problem = only_problem(WALK_THROUGH | document)
    assert problem.field == field
    assert remedy in problem.remedy


def test_all_problems_are_reported_together_in_the_order_of_the_request():
    problems = problems_of(
        {
            "seeds": [1, 1],
            "dataset": {"id": 5},
            "hyperparameters": {"epochs": 0, "warmup_steps": 1, "warmup_ratio": 1},
            "name": "a/b",
            "extra": 1,
        }
    )
    assert [problem.field for problem in problems] == [
        "seeds[1]",
        "dataset.id",
        "hyperparameters.epochs",
        "hyperparameters",
        "name",
        "extra",
        "models",
    ]


def test_hostile_values_and_names_are_shown_short_and_harmless():
    problems = problems_of(
        WALK_THROUGH | {"name": "\x1b[2J" + "x" * 100_000, "\u202e" + "y" * 100_000: 1}
    )
    assert len(problems) == 2
    # Escapes of the widest kind: they count as what is shown.
    problems += problems_of(WALK_THROUGH | {"name": "\U000e0001" * 300})
    assert all("\x1b" not in str(problem) for problem in problems)


def test_only_the_first_of_thousands_of_problems_are_reported():
    problems = problems_of({f"field{number}": 1 for number in range(15_000)})
    assert len(problems) == MAX_PROBLEMS
    assert len(json.dumps([problem.to_dict() for problem in problems])) < 60_000


def test_the_longest_problems_together_fit_the_cause_of_an_execution():
    widest = "\U000e0001" * 100
    problems = problems_of(WALK_THROUGH | {"models": [{"id": widest, "revision": widest}] * 40})
    assert len(problems) == MAX_PROBLEMS
    # Step Functions takes 32,768 characters; a field, a problem and a remedy make a line.
    assert len("\n".join(str(problem) for problem in problems)) < 32_768
