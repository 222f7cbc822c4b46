"""`search` shows what a request would find on the hub."""

import csv
import io
import json

import pytest

from bakeoff.search.hub import Hub, Patience
from storage.hub import Hub as HubOfPreparation
from tests.support.command_line import invoke
from tests.support.hub_models import model, two_hundred_models
from tests.support.stand_in_hub import Fault, StandInHub


@pytest.fixture(scope="module")
def stand_in():
    with StandInHub() as stand_in:
        for entry in two_hundred_models():
            stand_in.list_model(entry["id"], **entry)
        yield stand_in
    HubOfPreparation(None)


@pytest.fixture
def hub(stand_in):
    return Hub(stand_in.url, False, lambda seconds: None, Patience(pauses_seconds=()))


OPTIONS = ["search", "--language", "en", "--max-parameters", "150M", "--license", "mit"]


def test_a_request_and_the_same_options_find_the_same_models(hub, tmp_path):
    path = tmp_path / "request.json"
    search = {"language": "en", "max_parameters": "150M", "licenses": ["mit"], "limit": 7}
    path.write_text(json.dumps({"dataset": "a/b", "models": {"search": search}}))
    ended = invoke(["search", path], hub=hub)
    assert ended.status == 0
    assert ended.out == invoke([*OPTIONS, "--limit", 7], hub=hub).out
    assert "Found 7 models among the first" in ended.out
    assert "licence" in ended.out and "(--all lists each)" in ended.out


def test_every_line_fits_a_terminal_of_eighty_columns(hub):
    ended = invoke([*OPTIONS, "--all"], hub=hub, is_terminal=True, width=80)
    table = ended.out.partition("Found")[0]
    assert max(map(len, table.splitlines())) <= 80
    assert "66.0M" in table or "66M" in table
    assert "dropped" in table


def test_programs_get_the_outcome_as_json_or_the_models_as_csv(hub):
    outcome = json.loads(invoke([*OPTIONS, "--format", "json"], hub=hub).out)
    rows = list(csv.DictReader(io.StringIO(invoke([*OPTIONS, "--format", "csv"], hub=hub).out)))
    assert [row["id"] for row in rows] == [each["id"] for each in outcome["found"]]
    assert rows[0]["revision"] == outcome["found"][0]["revision"]
    everyone = invoke([*OPTIONS, "--format", "csv", "--all"], hub=hub).out
    kinds = [row["kind"] for row in csv.DictReader(io.StringIO(everyone))]
    assert kinds == [""] * len(rows) + [each["kind"] for each in outcome["dropped"]]


def test_a_search_that_finds_nothing_says_why_and_fails(hub):
    ended = invoke(["search", "--license", "gpl-3.0"], hub=hub)
    assert (ended.status, ended.out) == (2, "")
    assert "None of 200 models can take part (licence:" in ended.err


def test_a_request_that_includes_models_goes_on_where_the_search_finds_nothing(hub, tmp_path):
    path = tmp_path / "request.json"
    models = {"search": {"licenses": ["gpl-3.0"]}, "include": ["a/b", "c/d"]}
    path.write_text(json.dumps({"dataset": "a/b", "models": models}))

    ended = invoke(["search", path], hub=hub)

    assert ended.status == 0
    assert "A run goes on with the 2 models that the request includes." in ended.err


def test_each_wrong_option_is_named(hub):
    ended = invoke(["search", "--limit", 0, "--license", "MIT License", "--sort", "x"], hub=hub)
    assert ended.status == 2
    for option in ("--limit", "--license", "--sort"):
        assert f"{option}: " in ended.err


def test_a_request_without_a_search_is_refused(hub, tmp_path):
    path = tmp_path / "request.json"
    path.write_text('{"dataset": "a/b", "models": ["m"]}')
    assert "has no search" in invoke(["search", path], hub=hub).err
    assert "not both" in invoke(["search", path, "--language", "en"], hub=hub).err


def test_a_hub_that_is_down_is_an_error_in_words(hub, stand_in):
    stand_in.misbehave("/api/models", Fault(status=503))
    ended = invoke(["search"], hub=hub)
    assert ended.status == 1
    assert ended.err.startswith("Error: The model hub at")


def test_hostile_names_reach_neither_terminal_nor_spreadsheet():
    with StandInHub() as hostile:
        for name in ("=cmd()/x", "a/\x1b[31mred", "[bold]a/b"):
            hostile.list_model(name, **model(name, downloads=9))
        hostile.list_model("a/good", **model("a/good"))
        hub = Hub(hostile.url, False, lambda seconds: None)
        shown = invoke(["search", "--all"], hub=hub, is_terminal=True, width=80).out
        table = invoke(["search", "--all", "--format", "csv"], hub=hub).out
    assert "\x1b[31m" not in shown + table
    assert "[bold]a/b" in shown
    assert "'=cmd()/x" in table and "\n=cmd" not in table


def test_validating_a_request_with_a_search_needs_no_hub(tmp_path):
    path = tmp_path / "x.json"
    path.write_text(json.dumps({"dataset": "a/b", "models": {"search": {}, "include": ["m"]}}))
    ended = invoke(["validate", path])
    assert ended.status == 0
    assert "from 1 model and up to 20 models that it searches the hub for" in ended.out
