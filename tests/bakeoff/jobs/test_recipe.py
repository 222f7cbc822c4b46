"""What a recipe leaves to "auto" follows from the rows and the model."""

import pytest

from bakeoff.jobs.recipe import MAX_EPOCHS, MIN_EPOCHS, MIN_STEPS, recipe_of
from bakeoff.prepared.manifest import Rows
from tests.support.run_samples import resolved_with


def recipe(train_rows, encoder_parameters=None, tokens_per_row=None, models=("m",), **given):
    (candidate,) = resolved_with(models=list(models), hyperparameters=given).candidates
    rows = Rows(train=train_rows, validation=100, test=100)
    return recipe_of(candidate, rows, encoder_parameters, tokens_per_row)


@pytest.mark.parametrize("train_rows", [1_000, 2_000, 5_000, 9_000, 16_000, 20_000, 1_000_000])
def test_a_training_takes_a_minimum_of_steps_in_as_few_epochs_as_it_can(train_rows):
    found = recipe(train_rows)

    steps = found.steps(train_rows)
    assert steps >= MIN_STEPS or found.epochs == MAX_EPOCHS
    one_less = steps - found.steps_per_epoch(train_rows)
    assert one_less < MIN_STEPS or found.epochs == MIN_EPOCHS


def test_a_hundred_rows_are_not_trained_for_two_hundred_epochs():
    assert recipe(100).epochs == MAX_EPOCHS


def test_many_rows_are_trained_in_larger_batches():
    assert recipe(19_999).train_batch_size == 16
    assert (recipe(20_000).train_batch_size, recipe(20_000).epochs) == (32, MIN_EPOCHS)


def test_given_epochs_count_where_the_batch_size_is_chosen():
    few, many = recipe(5_000, epochs=2), recipe(5_000, epochs=8)

    assert (few.epochs, few.train_batch_size) == (2, 16)
    assert (many.epochs, many.train_batch_size) == (8, 32)


def test_a_given_batch_size_counts_where_the_epochs_are_chosen():
    assert recipe(2_000, train_batch_size=8).epochs == 5
    assert recipe(2_000, train_batch_size=1).epochs == MIN_EPOCHS


def test_chosen_epochs_may_end_early_and_given_ones_do_not():
    assert recipe(2_000).early_stopping_patience == 2
    assert recipe(2_000, early_stopping_patience=None).early_stopping_patience is None
    assert recipe(2_000, epochs=3).early_stopping_patience is None
    assert recipe(2_000, epochs=3, early_stopping_patience=1).early_stopping_patience == 1
    assert recipe(2_000, epochs=3, early_stopping_patience="auto").early_stopping_patience is None


def test_a_request_that_gives_numbers_gets_exactly_these():
    given = {
        "epochs": 2,
        "train_batch_size": 32,
        "learning_rate": 5e-5,
        "warmup_steps": 500,
        "early_stopping_patience": None,
    }

    assert recipe(50, 10_000_000, **given).model_dump().items() >= given.items()


def test_batches_of_tokens_hold_as_many_rows_as_fit_on_average():
    assert recipe(8_000, train_batch_tokens=4096).epochs == 5
    assert recipe(8_000, train_batch_tokens=4096, tokens_per_row=512).epochs == MIN_EPOCHS
    # Texts are no longer than max_length.
    assert recipe(8_000, train_batch_tokens=4096, max_length=64).epochs == 10
    # A row longer than the batch is a batch by itself.
    assert recipe(800, train_batch_tokens=64, tokens_per_row=300).steps_per_epoch(800, 300) == 800


def test_the_rate_is_the_given_one_or_the_usual_one_for_the_models_size():
    adapters = [{"id": "m", "method": "lora"}]

    assert recipe(2_000, 10_000_000).learning_rate == 1.5e-4
    assert recipe(2_000, 10_000_000, models=adapters).learning_rate == 1.5e-3
    assert recipe(2_000, 10_000_000, learning_rate=1e-6).learning_rate == 1e-6
