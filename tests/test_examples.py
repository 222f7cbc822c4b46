"""The requests in examples/ are what the service takes, and mean what they say."""

import json
from pathlib import Path

import pytest

from bakeoff.client.request_file import load_request
from bakeoff.jobs.learning_rates import learning_rates_of
from bakeoff.jobs.recipe import recipe_of
from bakeoff.prepared.manifest import Rows
from bakeoff.request.resolved import resolve
from bakeoff.request.schema import parse_request
from tests.support.run_samples import RUN, planned, settings_with

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_example_is_a_valid_request(path: Path) -> None:
    # Files that an example names lie beside a reader's copy of it, and not here.
    assert parse_request(path.read_bytes(), file_name=path.name, allow_paths=True).name


def test_the_short_form_of_the_walk_through_names_data_and_models_only() -> None:
    assert json.loads((EXAMPLES / "imdb.json").read_text()) == {
        "$schema": "../docs/request.schema.json",
        "dataset": "stanfordnlp/imdb",
        "models": ["distilbert-base-uncased", "distilroberta-base"],
    }


def test_the_long_form_spells_out_what_the_walk_through_did() -> None:
    short = load_request(EXAMPLES / "imdb.json").request
    long = load_request(EXAMPLES / "imdb-walkthrough.json").request

    assert long.dataset.id == short.dataset.id
    assert [model.id for model in long.models] == [model.id for model in short.models]
    assert long.max_test_rows == 10_000
    assert (short.baselines, long.baselines) == (True, False)
    assert long.hyperparameters.warmup_steps == 500


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_the_documentation_describes_each_example(path: Path) -> None:
    assert f"| [{path.name}](../examples/{path.name}) |" in (ROOT / "docs/request.md").read_text()


def test_there_is_an_example_of_each_task_and_of_each_method() -> None:
    requests = {
        path.stem: parse_request(path.read_bytes(), file_name=path.name, allow_paths=True)
        for path in EXAMPLES.glob("*.json")
    }

    assert requests["pairs"].text == ["sentence1", "sentence2"]
    assert requests["multi-label"].task == "multilabel"
    assert requests["regression"].task == "regression"
    assert [model.method for model in requests["methods"].models] == ["full", "frozen", "lora"]
    assert requests["zero-shot"].named_models[0].method == "zeroshot"
    methods = {model.method for model in requests["every-method"].models}
    assert methods == {"full", "frozen", "lora", "prompt", "static", "zeroshot"}
    assert requests["search"].pool is not None


def test_the_walk_through_is_trained_with_its_own_numbers_and_nothing_is_tried() -> None:
    request = load_request(EXAMPLES / "imdb-walkthrough.json").request
    resolved = resolve(request, RUN, settings_with())

    items = planned(resolved).items
    shown = [item.training_job["HyperParameters"] for item in items]

    assert len(items) == 2
    for numbers in shown:
        assert (numbers["epochs"], numbers["train_batch_size"]) == ("2", "32")
        assert (numbers["learning_rate"], numbers["warmup_steps"]) == ("5e-05", "500")
        assert "early_stopping_patience" not in numbers
    for candidate in resolved.candidates:
        assert learning_rates_of(candidate, resolved.tune, 66_000_000) == [5e-5]


def test_what_the_walk_through_trained_by_is_also_what_its_short_form_comes_to() -> None:
    resolved = resolve(load_request(EXAMPLES / "imdb.json").request, RUN, settings_with())
    rows = Rows(train=22_500, validation=2_500, test=25_000)

    recipe = recipe_of(resolved.candidates[0], rows, encoder_parameters=42_500_000)

    assert (recipe.epochs, recipe.train_batch_size, recipe.learning_rate) == (2, 32, 5e-5)
