"""What a test writes into the environment ends with it."""

import os

from tests.support.environment import kept_environment

_NAME = "BAKEOFF_TEST_OF_THE_ENVIRONMENT"


def test_a_new_variable_is_taken_away():
    with kept_environment():
        os.environ[_NAME] = "1"

    assert _NAME not in os.environ


def test_a_changed_and_a_removed_variable_have_their_values_again(monkeypatch):
    monkeypatch.setenv(_NAME, "before")
    monkeypatch.setenv(f"{_NAME}_2", "before")

    with kept_environment():
        os.environ[_NAME] = "after"
        del os.environ[f"{_NAME}_2"]

    assert (os.environ[_NAME], os.environ[f"{_NAME}_2"]) == ("before", "before")


def test_every_test_is_kept_from_the_environment_of_others(request):
    assert "_own_environment" in request.fixturenames
