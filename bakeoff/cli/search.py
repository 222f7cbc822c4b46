"""`search`: the models that a request would find on the hub, before anything starts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.search_columns import SEARCH_COLUMNS, Listed
from bakeoff.cli.tables import Header, print_paragraph, print_plain, print_table
from bakeoff.client.request_file import load_request
from bakeoff.errors import Problem, RequestError
from bakeoff.request.model_pool import ModelPool
from bakeoff.request.schema import Request, parse_request
from bakeoff.search.found_candidates import nothing_found
from bakeoff.search.search_outcome import FoundModel, SearchOutcome
from bakeoff.search.unsuitable import Limits
from bakeoff.summary.csv_table import to_csv
from bakeoff.wording import counted

_FIELD = "models.search."
_OPTIONS = {"licenses": "--license"}
_REMEDY = "Give a request with one, or options such as --language en --max-parameters 150M."


class SearchFormat(StrEnum):
    """For people, or for programs."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"


@dataclass(frozen=True)
class SearchView:
    """How the models are to be seen."""

    chosen_format: SearchFormat = SearchFormat.TEXT
    shows_dropped: bool = False
    """Whether each model that was dropped is listed, too."""


def limits_of_request(path: Path, *, allow_remote_code: bool) -> Limits:
    """The search of a request file. Raises RequestError if it has none."""
    request = load_request(path).request
    if request.pool is None or request.pool.search is None:
        problem = "The request has no search: it names all of its models."
        raise RequestError([Problem("models", problem, _REMEDY)])
    return _limits(request, request.pool, allow_remote_code)


def limits_of_options(
    search: Mapping[str, Any], exclude: list[str], *, allow_remote_code: bool
) -> Limits:
    """The search that the options ask for. Raises RequestError with all that is wrong."""
    models = {"search": dict(search), "exclude": exclude}
    document = json.dumps({"dataset": "any/dataset", "models": models}).encode()
    try:
        request = parse_request(document, file_name="search.json")
    except RequestError as error:
        raise RequestError([_of_option(problem) for problem in error.problems]) from error
    assert request.pool is not None
    return _limits(request, request.pool, allow_remote_code)


def print_search(limits: Limits, view: SearchView, around: Surroundings) -> ExitStatus:
    """Asks the hub, and prints who is found and how many are dropped. Raises HubError."""
    outcome = around.connect_hub().search(limits)
    if view.chosen_format is SearchFormat.TEXT:
        _print_text(outcome, limits, view, around)
    else:
        around.out.file.write(_for_programs(outcome, view))
    has_models = outcome.found or limits.included
    return ExitStatus.OK if has_models else ExitStatus.BAD_REQUEST


def _limits(request: Request, pool: ModelPool, allow_remote_code: bool) -> Limits:
    assert pool.search is not None
    return Limits(
        query=pool.search,
        exclude=pool.exclude,
        included=frozenset(model.id.lower() for model in request.named_models),
        allow_remote_code=allow_remote_code,
    )


def _of_option(problem: Problem) -> Problem:
    name = problem.field.removeprefix(_FIELD).removeprefix("models.").partition("[")[0]
    option = _OPTIONS.get(name, "--" + name.replace("_", "-"))
    return Problem(option, problem.problem, problem.remedy)


def _for_programs(outcome: SearchOutcome, view: SearchView) -> str:
    if view.chosen_format is SearchFormat.JSON:
        return outcome.to_json().decode() + "\n"
    dropped = outcome.dropped if view.shows_dropped else []
    rows: list[Listed] = [*outcome.found, *dropped]
    return to_csv(SEARCH_COLUMNS, rows)


def _print_text(
    outcome: SearchOutcome, limits: Limits, view: SearchView, around: Surroundings
) -> None:
    if outcome.found:
        print_table(around.out, _FOUND_HEADERS, [_cells(model) for model in outcome.found])
    if view.shows_dropped and outcome.dropped:
        rows = [[model.id, model.kind, model.reason] for model in outcome.dropped]
        print_table(around.out, _DROPPED_HEADERS, rows)
    if not outcome.found:
        problem = nothing_found(outcome)
        print_plain(around.err, f"{problem.problem}\n{problem.remedy}")
        if limits.included:
            named = counted(len(limits.included), "model")
            print_plain(around.err, f"A run goes on with the {named} that the request includes.")
        return
    print_paragraph(
        around.out,
        f"Found {counted(len(outcome.found), 'model')} among the first {outcome.num_listed:,} "
        "that the hub lists.",
    )
    if outcome.dropped:
        counts = [f"{kind} {number:,}" for kind, number in outcome.num_dropped.items()]
        all_of_them = "" if view.shows_dropped else " (--all lists each)"
        print_paragraph(
            around.out, f"Dropped {len(outcome.dropped):,}{all_of_them}: {', '.join(counts)}."
        )


_FOUND_HEADERS = [
    Header("model"),
    Header("parameters", is_number=True),
    Header("licence", gives_way=1),
    Header("downloads", is_number=True, gives_way=2),
    Header("likes", is_number=True, gives_way=3),
]
_DROPPED_HEADERS = [
    Header("dropped"),
    Header("why"),
    Header("reason", gives_way=1, is_sentence=True),
]


def _cells(model: FoundModel) -> list[str]:
    return [
        model.id,
        shortened(model.num_parameters),
        model.license or "none",
        f"{model.downloads:,}",
        f"{model.likes:,}",
    ]


def shortened(number: int | None) -> str:
    """A number of parameters with three digits: 22.7M; a dash if it is not known."""
    if number is None:
        return "-"
    for scale, unit in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if number >= scale:
            return f"{number / scale:.3g}{unit}"
    return str(number)
