"""Asks by the real boto3, of an endpoint that throttles, refuses and breaks off."""

import random
from itertools import pairwise

import boto3
import pytest
from botocore.config import Config

from hosted.answer_form import TOO_LONG_STOP
from hosted.converse import PATIENCE_SECONDS, Converse, HostedModelError
from hosted.questions import Turn
from tests.support.stand_in_bedrock import (
    THROTTLED,
    Refusal,
    StandInBedrock,
    form_answer,
    in_turn,
    last_text,
    text_answer,
)

SCHEMA = {"type": "object", "properties": {"label": {"type": "string", "enum": ["a", "b"]}}}
QUESTION = (Turn("user", "Say a or b.\n\nText: x"),)
MODEL = "us.amazon.nova-lite-v1:0"
LABELLED = form_answer({"label": "a"})


class Clock:
    """Time that passes by waiting alone."""

    def __init__(self):
        self.seconds = 0.0
        self.waits = []

    def now(self):
        return self.seconds

    def wait(self, seconds):
        self.waits.append(seconds)
        self.seconds += seconds


@pytest.fixture
def bedrock():
    with StandInBedrock(lambda request: LABELLED).running() as stand_in:
        yield stand_in


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def converse(bedrock, clock):
    client = boto3.client(
        "bedrock-runtime",
        endpoint_url=bedrock.url,
        region_name="us-east-1",
        aws_access_key_id="stand-in",
        aws_secret_access_key="stand-in",
        config=Config(retries={"total_max_attempts": 1}),
    )
    return Converse(client, MODEL, SCHEMA, clock.now, clock.wait, random.Random(0))


def test_a_question_gets_the_form_that_the_model_filled_in(bedrock, converse):
    reply = converse.ask(QUESTION)
    assert (reply.form, reply.input_tokens, reply.output_tokens) == ({"label": "a"}, 40, 5)
    (request,) = bedrock.requests
    assert request["modelId"] == MODEL
    assert last_text(request) == QUESTION[-1].text
    assert request["inferenceConfig"] == {"maxTokens": 512, "temperature": 0.0}
    assert request["toolConfig"]["toolChoice"] == {"tool": {"name": "answer"}}
    assert request["toolConfig"]["tools"][0]["toolSpec"]["inputSchema"] == {"json": SCHEMA}


@pytest.mark.parametrize(
    "passing",
    [
        THROTTLED,
        Refusal(503, "ServiceUnavailableException"),
        Refusal(500, "InternalServerException"),
        Refusal(424, "ModelErrorException"),
        Refusal(408, "ModelTimeoutException"),
    ],
)
def test_what_passes_is_asked_again(bedrock, converse, clock, passing):
    bedrock.behaviour = in_turn([passing, passing], lambda request: LABELLED)
    assert converse.ask(QUESTION).form == {"label": "a"}
    assert len(bedrock.requests) == 3
    assert len(clock.waits) == 2


def test_waits_grow_at_random_and_end_at_the_deadline(bedrock, converse, clock):
    bedrock.behaviour = lambda request: THROTTLED
    with pytest.raises(HostedModelError, match=r"Too many requests.*Service Quotas"):
        converse.ask(QUESTION)
    assert clock.seconds <= PATIENCE_SECONDS
    assert max(clock.waits) > 10 * clock.waits[0]
    assert any(later < earlier for earlier, later in pairwise(clock.waits))


def test_a_connection_that_breaks_is_tried_again(converse, clock):
    converse.client = boto3.client(
        "bedrock-runtime",
        endpoint_url="http://127.0.0.1:9",
        region_name="us-east-1",
        aws_access_key_id="stand-in",
        aws_secret_access_key="stand-in",
        config=Config(retries={"total_max_attempts": 1}),
    )
    with pytest.raises(HostedModelError, match="Could not connect"):
        converse.ask(QUESTION)
    assert len(clock.waits) > 5


def test_a_model_that_is_not_allowed_fails_at_once_with_a_remedy(bedrock, converse, clock):
    bedrock.behaviour = lambda request: Refusal(403, "AccessDeniedException", "not authorized")
    with pytest.raises(HostedModelError, match=r"not authorized.*bedrock_models"):
        converse.ask(QUESTION)
    assert len(bedrock.requests) == 1
    assert clock.waits == []


def test_an_unknown_model_fails_at_once_with_a_remedy(bedrock, converse):
    bedrock.behaviour = lambda request: Refusal(
        400, "ValidationException", "The provided model identifier is invalid."
    )
    with pytest.raises(HostedModelError, match="inference profile"):
        converse.ask(QUESTION)
    assert len(bedrock.requests) == 1


def test_a_question_that_is_too_long_is_an_answer_of_its_own(bedrock, converse):
    bedrock.behaviour = lambda request: Refusal(
        400, "ValidationException", "Input is too long for requested model."
    )
    assert converse.ask(QUESTION).stop_reason == TOO_LONG_STOP


def without(*parts):
    """A model that does not take these parts of a request."""

    def behaviour(request):
        tools = request.get("toolConfig", {})
        if "forced" in parts and "toolChoice" in tools:
            return Refusal(400, "ValidationException", "no toolConfig.toolChoice.tool here")
        if "tool" in parts and tools:
            return Refusal(400, "ValidationException", "This model doesn't support tool use.")
        if "temperature" in parts and "temperature" in request["inferenceConfig"]:
            return Refusal(400, "ValidationException", "`temperature` is deprecated here.")
        return LABELLED if tools else text_answer("a")

    return behaviour


@pytest.mark.parametrize(
    ("parts", "ways"),
    [
        (("forced",), (True, False, True)),
        (("tool",), (False, False, True)),
        (("temperature",), (True, True, False)),
        (("forced", "tool", "temperature"), (False, False, False)),
    ],
)
def test_what_a_model_does_not_take_is_left_out_from_then_on(bedrock, converse, parts, ways):
    bedrock.behaviour = without(*parts)
    converse.ask(QUESTION)
    found = converse.ways
    assert (found.has_tool, found.is_forced, found.has_temperature) == ways
    asked = len(bedrock.requests)
    converse.ask(QUESTION)
    assert len(bedrock.requests) == asked + 1
