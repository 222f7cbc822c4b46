"""Errors of libraries in words for people."""

import json

import pytest

from storage.error_text import in_words


def raised(call):
    try:
        call()
    except Exception as error:
        return error
    raise AssertionError("nothing was raised")


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: None.get("a"), "a value is missing or of the wrong kind (AttributeError: "),
        (lambda: {}["hidden_size"], "a value is missing or of the wrong kind (KeyError: 'hidden"),
        (lambda: json.loads('{"a":' * 100_000), "it is nested too deeply"),
        (lambda: json.loads("{"), "it is not JSON (Expecting property name"),
        (lambda: int("x"), "invalid literal for int()"),
    ],
)
def test_an_error_for_programmers_is_put_into_words(call, words):
    assert in_words(raised(call)).startswith(words)
