"""`models` as an object: a pool of models from which a race chooses."""

import time

import jsonschema
import pytest

from bakeoff.request.schema import request_json_schema
from tests.support.refusals import problem_with, problems_of
from tests.support.run_samples import RUN, WALK_THROUGH, parsed, resolved_with

DATASET = {"dataset": "a/b"}


def pooled(**pool):
    return parsed(DATASET | {"models": pool})


def test_an_empty_search_asks_for_the_twenty_most_downloaded_models():
    request = pooled(search={})
    assert (request.pool.search.limit, request.pool.search.sort) == (20, "downloads")
    assert (request.pool.search.gated, request.pool.search.method) == (False, "full")
    assert (request.pool.finalists, request.named_models) == (3, [])


def test_included_models_are_as_in_a_list():
    include = ["m", {"id": "a/m", "method": "lora", "hyperparameters": {"lora_rank": 4}}]
    pool, listed = pooled(include=include), parsed(DATASET | {"models": include})
    assert pool.named_models == listed.named_models == listed.models
    assert (listed.pool, pool.pool.search) == (None, None)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("130M", 130_000_000),
        ("1.5b", 1_500_000_000),
        ("22.7 M", 22_700_000),
        ("500k", 500_000),
        ("12345", 12345),
        (7, 7),
    ],
)
def test_parameters_are_numbers_or_short_texts(given, number):
    document = DATASET | {"models": {"search": {"max_parameters": given}}}
    assert parsed(document).pool.search.max_parameters == number
    jsonschema.validate(document, request_json_schema())


@pytest.mark.parametrize(
    "models",
    [
        {"search": {}},
        {"include": ["m"]},
        {
            "search": {"licenses": ["mit"], "sort": "likes", "limit": 100, "method": "frozen"},
            "include": [{"id": "m"}],
            "exclude": ["owner/*", "a/b-*-c"],
            "finalists": 50,
        },
    ],
)
def test_the_schema_for_editors_takes_the_object(models):
    assert parsed(DATASET | {"models": models}).pool
    jsonschema.validate(DATASET | {"models": models}, request_json_schema())


@pytest.mark.parametrize(
    ("models", "field", "remedy"),
    [
        ({}, "models", 'Give "search", "include" or both'),
        ({"finalists": 2}, "models", 'Give "search", "include" or both'),
        ({"search": None}, "models", 'Give "search", "include" or both'),
        ({"id": "m"}, "models", "list"),
        ({"search": [], "include": ["m"]}, "models.search", "object"),
        ({"search": "bert"}, "models.search", "object"),
        ({"include": "m"}, "models.include", "list of 1 to 1000"),
        ({"include": []}, "models.include", "list of 1 to 1000"),
        ({"include": [{}]}, "models.include[0].id", "text"),
        ({"include": ["https://hf.co/a/b"]}, "models.include[0].id", '"a/b"'),
        ({"include": ["m", "m"]}, "models.include[1]", "different revisions"),
        ({"include": ["baseline/tfidf"]}, "models.include[0]", "baselines take part"),
        ({"include": ["m"], "exclude": ["o/*"]}, "models.exclude", "give search"),
        ({"include": ["m"], "limit": 3}, "models.limit", "models.search.limit"),
        ({"search": {}, "exclude": "o/*"}, "models.exclude", "list of 0 to 200"),
        ({"search": {}, "exclude": ["o/**/****"]}, "models.exclude[0]", "up to three"),
        ({"search": {}, "exclude": ["(a+)+$"]}, "models.exclude[0]", "pattern"),
        ({"search": {}, "exclude": ["a" * 97]}, "models.exclude[0]", "96 characters"),
        ({"search": {}, "include": ["M"], "exclude": ["m"]}, "models.exclude[0]", "one of them"),
        ({"search": {}, "finalists": 0}, "models.finalists", "from 1 to 50"),
        ({"search": {}, "finalists": "3"}, "models.finalists", "whole number"),
        ({"search": {"limit": 0}}, "models.search.limit", "from 1 to 200"),
        ({"search": {"limit": 201}}, "models.search.limit", "from 1 to 200"),
        ({"search": {"language": "English"}}, "models.search.language", "as the hub does"),
        ({"search": {"task": 3}}, "models.search.task", "text"),
        ({"search": {"licenses": "mit"}}, "models.search.licenses", "list of 1 to 50"),
        ({"search": {"licenses": ["MIT License"]}}, "models.search.licenses[0]", "lower case"),
        ({"search": {"license": ["mit"]}}, "models.search.license", "licenses"),
        ({"search": {"max_parameters": "small"}}, "models.search.max_parameters", "130M"),
        ({"search": {"max_parameters": True}}, "models.search.max_parameters", "130M"),
        ({"search": {"max_parameters": 0}}, "models.search.max_parameters", "from 1 to"),
        ({"search": {"max_parameters": "22.7"}}, "models.search.max_parameters", "130M"),
        ({"search": {"search": {}}}, "models.search.search", "known fields are language"),
        ({"search": True}, "models.search", "an object with any of language, task"),
        ({"search": {"gated": "no"}}, "models.search.gated", "true or false"),
        ({"search": {"sort": "size"}}, "models.search.sort", "downloads, likes"),
        ({"search": {"author": "a/b"}}, "models.search.author", "before the slash"),
        ({"search": {"text": "\x1b[31m"}}, "models.search.text", "names"),
        (
            {"search": {"method": "tfidf"}},
            "models.search.method",
            "full, frozen, lora, prompt, static, zeroshot",
        ),
        (
            {"search": {"min_parameters": "2M", "max_parameters": "1M"}},
            "models.search.min_parameters",
            "not above max_parameters",
        ),
        (
            {"search": {"limit": 100}, "include": [f"m{number}" for number in range(901)]},
            "models",
            "Include fewer",
        ),
    ],
)
def test_each_wrong_object_is_refused_with_its_field(models, field, remedy):
    problem = problem_with(models=models)
    assert problem.field == field
    assert remedy in problem.remedy


def test_all_problems_of_the_object_are_reported_together():
    models = {"search": {"limit": 0, "sort": "x"}, "include": [{"id": "m", "method": "x"}]}
    fields = [problem.field for problem in problems_of(DATASET | {"models": models})]
    assert sorted(fields) == [
        "models.include[0].method",
        "models.search.limit",
        "models.search.sort",
    ]


def test_fields_that_the_reader_adds_for_itself_are_unknown_in_a_request():
    assert problem_with(pool={"search": {}}).field == "pool"
    assert problem_with(models={"search": {}, "<pooled models>": 1}).field.startswith("models.")


def test_hostile_patterns_are_refused_at_once():
    started = time.process_time()
    hostile = ["*" * 10_000, "(a|a)*" * 1000, "[" * 5000, "\0", "a\nb"]
    problems = problems_of(DATASET | {"models": {"search": {}, "exclude": hostile}})
    assert len(problems) == len(hostile)
    assert time.process_time() - started < 5


def test_a_list_resolves_without_search_and_without_finalists():
    resolved = resolved_with()
    assert (resolved.search, resolved.finalists, resolved.included) == (None, None, [])
    assert not resolved.searches
    assert resolved.possible_candidates == resolved.candidates


def test_without_a_search_no_model_is_preferred_by_being_named():
    resolved = resolved_with(models={"include": ["m", "n"], "finalists": 1})
    assert (resolved.finalists, resolved.included) == (1, [])


def test_the_resolved_request_holds_the_search_and_stand_ins_for_what_it_may_find():
    resolved = resolved_with(
        models={"search": {"limit": 2, "method": "lora"}, "include": ["m"], "exclude": ["o/*"]},
        hyperparameters={"weight_decay": 0.5},
        baselines=True,
    )
    assert resolved.searches
    assert resolved.search.exclude == ["o/*"]
    assert resolved.search.hyperparameters.weight_decay == 0.5
    assert (resolved.finalists, resolved.included) == (3, [resolved.candidates[0].candidate])
    assert [each.model for each in resolved.possible_candidates] == [
        "m",
        "baseline/majority",
        "baseline/tfidf",
        "found-1",
        "found-2",
    ]
    assert resolved.possible_candidates[-1].method == "lora"
    assert type(resolved).from_json(resolved.to_json()) == resolved


def test_an_included_model_has_the_key_that_it_has_in_a_list():
    listed = resolved_with(models=["m", {"id": "a/m", "method": "lora"}]).candidates
    included = resolved_with(models={"include": ["m", {"id": "a/m", "method": "lora"}]}).candidates
    assert listed == included


def test_the_run_of_the_walk_through_is_unchanged():
    assert resolved_with().run == RUN
    assert [each.model for each in resolved_with().candidates] == WALK_THROUGH["models"]
