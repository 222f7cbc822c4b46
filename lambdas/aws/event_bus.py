"""EventBridge, which tells of failed runs."""

import json
import logging
from collections.abc import Mapping
from typing import Any

import boto3

from bakeoff.errors import ServiceError
from lambdas.aws.connections import CONFIG
from lambdas.aws.sdk_errors import service_errors

log = logging.getLogger("bakeoff")


class EventBus:
    """The account's default event bus."""

    def __init__(self, client: Any) -> None:
        self._client = client

    @classmethod
    def connect(cls) -> "EventBus":
        return cls(boto3.client("events", config=CONFIG))

    def announce_failure(self, detail: Mapping[str, Any]) -> None:
        """Sends the event that the state machine sends where it still can.

        People may wait for it, but the failure is recorded: a refusal is only logged.
        """
        entry = {
            "Source": "bakeoff",
            "DetailType": "Comparison Failed",
            "Detail": json.dumps(detail),
        }
        try:
            with service_errors("PutEvents", "EventBridge"):
                self._client.put_events(Entries=[entry])
        except ServiceError as error:
            log.warning("the failure is recorded, but not announced: %s", error)
