"""The request with the candidates that a search found; or why it cannot go on."""

from bakeoff.errors import Problem
from bakeoff.methods import is_baseline
from bakeoff.names import candidate_key
from bakeoff.request.resolved import HASH_LENGTHS, Candidate, ResolvedRequest
from bakeoff.request.resolved_search import ResolvedSearch
from bakeoff.search.search_outcome import FoundModel, SearchOutcome
from bakeoff.search.unsuitable import Limits
from bakeoff.wording import counted

_MAX_KINDS = 6


def limits_of(resolved: ResolvedRequest, search: ResolvedSearch, *, own_code: bool) -> Limits:
    """What a model has to meet; `own_code`: whether the deployment allows models' own code."""
    named = (each for each in resolved.candidates if not is_baseline(each.method))
    return Limits(
        query=search.query,
        exclude=search.exclude,
        included=frozenset(each.model.lower() for each in named),
        allow_remote_code=own_code,
    )


def with_found(resolved: ResolvedRequest, outcome: SearchOutcome) -> ResolvedRequest:
    """The request as if it had named the models found, each at the commit that was listed.

    Where none was found, no stage prefers those that the request includes: there are no others.
    Unchanged if that has been done.
    """
    search = resolved.search
    if search is None or not resolved.searches:
        return resolved
    taken = {_hash_of(each.candidate) for each in resolved.candidates}
    found: list[Candidate] = []
    for model in outcome.found:
        found.append(_candidate(model, search, taken))
        taken.add(_hash_of(found[-1].candidate))
    named = [each for each in resolved.candidates if not is_baseline(each.method)]
    baselines = [each for each in resolved.candidates if is_baseline(each.method)]
    return resolved.model_copy(
        update={
            "candidates": [*named, *found, *baselines],
            "search": search.model_copy(update={"num_found": len(found)}),
            "included": resolved.included if found else [],
        }
    )


def nothing_found(outcome: SearchOutcome) -> Problem:
    """The problem of a search that found no model, with the reasons counted."""
    counts = outcome.num_dropped
    said = [f"{kind}: {number:,}" for kind, number in list(counts.items())[:_MAX_KINDS]]
    if len(counts) > _MAX_KINDS:
        said.append(f"other reasons: {sum(list(counts.values())[_MAX_KINDS:]):,}")
    why = f" None of {counted(outcome.num_listed, 'model')} can take part ({', '.join(said)})."
    listed = " The hub lists no model that matches." if outcome.num_listed == 0 else why
    exclude_less = "exclude fewer models, or " if "excluded" in counts else ""
    return Problem(
        "models.search",
        f"The search found no model.{listed}",
        f"Ask for less: {exclude_less}another language, task or licence, more parameters, or "
        "another text. `python -m bakeoff search REQUEST --all` shows each model with its reason.",
    )


def _candidate(model: FoundModel, search: ResolvedSearch, taken: set[str]) -> Candidate:
    method = search.query.method
    shown_method = method if method != "full" else ""
    keys = (
        # As for the newest commit: the run of a list that names the model has the same key.
        candidate_key(model.id, None, {}, length, method=shown_method)
        for length in HASH_LENGTHS
    )
    return Candidate(
        candidate=next(key for key in keys if _hash_of(key) not in taken),
        model=model.id,
        revision=model.revision,
        method=method,
        hyperparameters=search.hyperparameters,
    )


def _hash_of(candidate: str) -> str:
    return candidate.rpartition("-")[2]
