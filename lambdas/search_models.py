"""SearchModels: searches the hub for the candidates that the request leaves open."""

import logging
import os
import time
from typing import Any

from bakeoff import layout
from bakeoff.request.resolved import ResolvedRequest
from bakeoff.request.resolved_search import ResolvedSearch
from bakeoff.search.found_candidates import limits_of, nothing_found, with_found
from bakeoff.search.hub import Hub
from bakeoff.search.search_outcome import SearchOutcome
from bakeoff.settings import ServiceSettings
from lambdas.aws.secret import read_secret
from lambdas.aws.store import Store

log = logging.getLogger("bakeoff")


def handler(payload: dict[str, Any], context: object) -> dict[str, Any]:
    settings = ServiceSettings.from_environment(os.environ)
    secret = settings.hub_token_secret_arn
    # False, not None: None would look for a token on the machine.
    token = read_secret(secret) if secret else False
    hub = Hub(settings.hub_endpoint, token, time.sleep)
    return search_models(payload, Store.connect(settings.bucket), settings, hub)


def search_models(
    payload: dict[str, Any], store: Store, settings: ServiceSettings, hub: Hub
) -> dict[str, Any]:
    """Returns what changes in the state machine's input; `status` is accepted or rejected.

    Args:
        payload: the `run`.

    Raises HubError if the hub does not answer.
    """
    run = payload["run"]
    resolved = ResolvedRequest.from_json(store.get(layout.resolved_request_key(run)))
    if resolved.search is None:
        return {"status": "accepted", "searches": False}
    outcome = _outcome(resolved, resolved.search, store, settings, hub)
    log.info("found %d models; dropped %s", len(outcome.found), outcome.num_dropped)
    found = with_found(resolved, outcome)
    if not found.has_models:
        return {"status": "rejected", "problems": [nothing_found(outcome).to_dict()]}
    store.put(layout.resolved_request_key(run), found.to_json())
    return {"status": "accepted", "searches": False}


def _outcome(
    resolved: ResolvedRequest,
    search: ResolvedSearch,
    store: Store,
    settings: ServiceSettings,
    hub: Hub,
) -> SearchOutcome:
    """What an earlier attempt has found, so that another one changes nothing; else a new search."""
    key = layout.search_key(resolved.run)
    earlier = store.find(key)
    if earlier is not None:
        return SearchOutcome.from_json(earlier)
    limits = limits_of(resolved, search, own_code=settings.allow_remote_code)
    outcome = hub.search(limits)
    store.put(key, outcome.to_json())
    return outcome
