"""The requests in examples/ are what the service takes, and mean what they say."""

import json
from pathlib import Path

import pytest

from bakeoff.client.request_file import load_request
from bakeoff.request.hyperparameters import Hyperparameters

ROOT = Path(__file__).parent.parent
EXAMPLES = ROOT / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.json")), ids=lambda path: path.stem)
def test_every_example_is_a_valid_request(path: Path) -> None:
    assert load_request(path).name


def test_the_short_form_of_the_walk_through_names_data_and_models_only() -> None:
    assert json.loads((EXAMPLES / "imdb.json").read_text()) == {
        "dataset": "stanfordnlp/imdb",
        "models": ["distilbert-base-uncased", "distilroberta-base"],
    }


def test_the_defaults_are_the_walk_throughs() -> None:
    defaults = Hyperparameters()

    assert (defaults.epochs, defaults.train_batch_size, defaults.eval_batch_size) == (2, 32, 64)
    assert defaults.learning_rate == 5e-5


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
    requests = {path.stem: load_request(path).request for path in EXAMPLES.glob("*.json")}

    assert requests["pairs"].text == ["sentence1", "sentence2"]
    assert requests["multi-label"].task == "multilabel"
    assert requests["regression"].task == "regression"
    assert [model.method for model in requests["methods"].models] == ["full", "frozen", "lora"]
    assert requests["methods"].hyperparameters.early_stopping_patience == 2


def test_the_original_comparison_does_not_stop_early() -> None:
    assert Hyperparameters().early_stopping_patience is None
