"""Requests that name models behind an API."""

import json

import pytest

from bakeoff.errors import RequestError
from bakeoff.request.resolved import resolve
from bakeoff.request.schema import parse_request
from tests.support.run_samples import RUN, settings_with

NOVA = "bedrock/amazon.nova-lite-v1:0"
ALLOWED = ("amazon.nova-lite-v1:0",)


def request_with(**changes):
    document = {"dataset": "stanfordnlp/imdb", "models": [NOVA], "max_test_rows": 100, **changes}
    return parse_request(json.dumps(document).encode(), file_name="imdb.json")


def problems_of(**changes):
    with pytest.raises(RequestError) as refusal:
        request_with(**changes)
    return {problem.field: problem for problem in refusal.value.problems}


@pytest.mark.parametrize("model", [NOVA, {"id": NOVA}, {"id": NOVA, "method": "prompt"}])
def test_such_a_model_is_asked(model):
    (found,) = request_with(models=[model]).named_models
    assert (found.id, found.method) == (NOVA, "prompt")


def test_it_is_asked_among_included_models_too():
    request = request_with(models={"include": [NOVA, "a/b"], "finalists": 1})
    assert [model.method for model in request.named_models] == ["prompt", "full"]


@pytest.mark.parametrize("method", ["full", "lora", "frozen", "static", "zeroshot"])
def test_it_cannot_be_trained_or_read(method):
    problem = problems_of(models=[{"id": NOVA, "method": method}])["models[0].method"]
    assert "neither trained nor read" in problem.problem
    assert "method prompt" in problem.remedy


def test_its_rows_must_be_bounded():
    assert "max_test_rows" in problems_of(max_test_rows=None)


def test_metrics_that_take_probabilities_cannot_rank():
    assert "main_metric" in problems_of(main_metric="loss")
    request_with(main_metric="loss", task="regression")


def test_an_id_that_bedrock_cannot_have_is_refused_with_an_example():
    (problem,) = problems_of(models=["bedrock/../x"]).values()
    assert "bedrock/amazon.nova-lite-v1:0" in problem.remedy


def test_it_has_no_revision():
    assert "models[0].revision" in problems_of(models=[{"id": NOVA, "revision": "main"}])


def test_a_deployment_that_does_not_allow_it_refuses_it_with_the_setting():
    with pytest.raises(RequestError) as refusal:
        resolve(request_with(models=["a/b", NOVA]), RUN, settings_with())
    (problem,) = refusal.value.problems
    assert problem.field == "models[1]"
    assert "bedrock_models" in problem.remedy


def test_a_deployment_that_allows_it_runs_it_without_a_gpu():
    resolved = resolve(request_with(), RUN, settings_with(bedrock_models=ALLOWED))
    hosted = resolved.candidates[0]
    assert hosted.is_hosted
    assert not hosted.uses_gpu
    assert resolved.seeds_of(hosted) == [42]
