"""What an answer means: one of those that are allowed, or nothing."""

import numpy as np
import pytest

from hosted.answer_form import AnswerForm, Unusable
from hosted.reply import Reply
from prompting.answers import Answers
from scoring.task import Task

LABELS = ("very_good", "bad", "none at all")


def form_of(kind, labels=LABELS, train=(1.0, 5.0)):
    task = Task(kind, () if kind == "regression" else labels, None)
    return AnswerForm(task, Answers.of(task, np.array(train), {}))


def reply(form=None, text="", stop_reason="end_turn"):
    return Reply(stop_reason, form, text, 10, 2, 0.1)


ONE = form_of("multiclass")
SEVERAL = form_of("multilabel")
NUMBER = form_of("regression")


def test_the_form_lists_what_may_be_answered():
    assert ONE.schema()["properties"]["label"]["enum"] == ["very good", "bad", "none at all"]
    assert SEVERAL.schema()["properties"]["labels"]["items"]["enum"] == ONE.answers.texts
    assert NUMBER.schema()["properties"]["number"] == {
        "type": "number",
        "minimum": 1.0,
        "maximum": 5.0,
    }


@pytest.mark.parametrize(
    "given",
    [
        reply({"label": "bad"}),
        reply({"label": "Bad "}),
        reply(text="bad"),
        reply(text=" **Bad**.\n"),
        reply(text="Answer: bad"),
        reply(text='{"label": "bad"}'),
        reply(text='```json\n{"label": "bad"}\n```'),
    ],
)
def test_a_label_is_read_however_it_is_put(given):
    assert ONE.read(given) == 1


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (reply({"label": "good"}), "not_allowed"),
        (reply(text="The text is bad."), "not_allowed"),
        (reply(text="bad or very good"), "not_allowed"),
        (reply({"mood": "bad"}), "malformed"),
        (reply({"label": 1}), "malformed"),
        (reply(["bad"]), "malformed"),
        (reply(text=""), "malformed"),
        (reply(text="{" * 50_000), "not_allowed"),
        (reply(text="bad", stop_reason="content_filtered"), "refused"),
        (reply(text="bad", stop_reason="guardrail_intervened"), "refused"),
        (reply({"label": "bad"}, stop_reason="max_tokens"), "cut"),
        (reply(stop_reason="malformed_tool_use"), "malformed"),
        (reply(stop_reason="model_context_window_exceeded"), "too_long"),
    ],
)
def test_anything_else_is_unusable_and_not_guessed_at(given, kind):
    assert ONE.read(given) == Unusable(kind)


@pytest.mark.parametrize(
    ("given", "labels"),
    [
        (reply({"labels": ["bad", "very good"]}), {0, 1}),
        (reply({"labels": []}), set()),
        (reply({"labels": "bad"}), {1}),
        (reply(text="bad, very good"), {0, 1}),
        (reply(text="none"), set()),
        (reply(text="none at all"), {2}),
    ],
)
def test_several_labels_are_read(given, labels):
    assert SEVERAL.read(given) == frozenset(labels)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        (reply({"labels": ["bad", "sad"]}), "not_allowed"),
        (reply({"labels": [1]}), "malformed"),
        (reply({"labels": None}), "malformed"),
        (reply(text=""), "malformed"),
        (reply(text="bad, sad"), "not_allowed"),
    ],
)
def test_one_wrong_label_spoils_the_answer(given, kind):
    assert SEVERAL.read(given) == Unusable(kind)


def test_a_label_called_none_is_a_label():
    assert form_of("multilabel", ("none", "bad")).read(reply({"labels": ["none"]})) == {0}


def test_labels_that_are_spoken_alike_are_told_apart_by_their_spelling():
    alike = form_of("multiclass", ("A", "a"))
    assert alike.read(reply({"label": "a"})) == 1
    assert alike.read(reply({"label": " a"})) == Unusable("not_allowed")


@pytest.mark.parametrize(
    ("given", "number"),
    [
        (reply({"number": 2.5}), 2.5),
        (reply({"number": "3"}), 3.0),
        (reply(text="4"), 4.0),
        (reply({"number": 6}), Unusable("not_allowed")),
        (reply({"number": "nan"}), Unusable("not_allowed")),
        (reply(text="about 3"), Unusable("not_allowed")),
        (reply({"number": True}), Unusable("malformed")),
        (reply({"number": [3]}), Unusable("malformed")),
    ],
)
def test_a_number_counts_within_the_scale(given, number):
    assert NUMBER.read(given) == number
