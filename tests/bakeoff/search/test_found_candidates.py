"""The request with the models found, or the problem of a search that found none."""

from bakeoff.names import candidate_key
from bakeoff.search.found_candidates import limits_of, nothing_found, with_found
from bakeoff.search.search_outcome import DroppedModel, FoundModel, SearchOutcome
from tests.support.hub_models import commit_of
from tests.support.run_samples import resolved_with


def outcome_of(*ids, dropped=()):
    found = [
        FoundModel(
            id=each,
            revision=commit_of(each),
            num_parameters=None,
            license="mit",
            downloads=1,
            likes=0,
            model_type="bert",
            pipeline_tag=None,
            library=None,
        )
        for each in ids
    ]
    query = resolved_with(models={"search": {}}).search.query
    gone = [DroppedModel(id="a/m", kind=kind, reason="It is so.") for kind in dropped]
    number = len(found) + len(gone)
    return SearchOutcome(query=query, exclude=[], num_listed=number, found=found, dropped=gone)


def test_models_found_become_candidates_between_the_named_ones_and_the_baselines():
    models = {"search": {"method": "lora"}, "include": ["c/m"]}
    resolved = with_found(
        resolved_with(models=models, baselines=True, hyperparameters={"lora_rank": 3}),
        outcome_of("a/x", "b/y"),
    )
    assert [each.model for each in resolved.candidates][:3] == ["c/m", "a/x", "b/y"]
    assert [each.method for each in resolved.candidates][3:] == ["majority", "tfidf"]
    found = resolved.candidates[1]
    assert (found.revision, found.requested_as, found.method) == (commit_of("a/x"), "a/x", "lora")
    assert found.hyperparameters.lora_rank == 3
    assert found.candidate == candidate_key("a/x", None, {}, method="lora")
    assert resolved.included == [resolved.candidates[0].candidate]
    assert (resolved.searches, resolved.search.num_found) == (False, 2)
    assert resolved.possible_candidates == resolved.candidates


def test_a_model_found_has_the_key_that_it_has_in_a_list():
    (listed,) = resolved_with(models=["a/x"]).candidates
    (found,) = with_found(resolved_with(models={"search": {}}), outcome_of("a/x")).candidates
    assert found.candidate == listed.candidate


def test_adding_the_models_found_again_changes_nothing():
    outcome = outcome_of("a/x")
    once = with_found(resolved_with(models={"search": {}}), outcome)
    assert with_found(once, outcome) == once
    assert with_found(type(once).from_json(once.to_json()), outcome) == once


def test_what_the_request_includes_is_not_searched_for():
    models = {"search": {}, "include": ["A/Model"], "exclude": ["b/*"]}
    resolved = resolved_with(models=models, baselines=True)
    limits = limits_of(resolved, resolved.search, own_code=False)
    assert limits.included == {"a/model"}
    assert (limits.exclude, limits.allow_remote_code) == (["b/*"], False)


def test_a_search_that_found_nothing_says_how_often_each_reason_held():
    problem = nothing_found(outcome_of(dropped=["gated", "too large", "too large"]))
    assert problem.field == "models.search"
    assert "None of 3 models can take part (too large: 2, gated: 1)." in problem.problem
    assert "python -m bakeoff search" in problem.remedy


def test_a_search_whose_models_are_all_excluded_is_told_to_exclude_fewer():
    remedies = [nothing_found(outcome_of(dropped=[kind])).remedy for kind in ("excluded", "gated")]
    assert ["exclude fewer models" in each for each in remedies] == [True, False]


def test_a_search_that_nothing_matches_says_so():
    assert "no model that matches" in nothing_found(outcome_of()).problem
