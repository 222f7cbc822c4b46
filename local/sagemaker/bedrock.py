"""Amazon Bedrock in the local cloud: an endpoint that its user names, or none.

The emulator would make answers up, and a comparison would count them.
"""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

ENDPOINT_VARIABLE = "BAKEOFF_LOCAL_BEDROCK"
"""The URL of an endpoint of the Converse API, which jobs ask in place of AWS's."""

_NONE = (
    "The local cloud has no language models and makes no answers up. Start it with "
    f"{ENDPOINT_VARIABLE} set to the URL of an endpoint of the Converse API, or run the comparison "
    "on AWS."
)
# So that the message comes through, and is not taken for AWS's.
_CODE, _STATUS = b"NoLanguageModels", 400
_CONVERSE = re.compile(r"/model/.+/converse(?:-stream)?")

App = Callable[[Any, Any, Any], Awaitable[None]]
"""As in ASGI."""


def without_models(app: App) -> App:
    """`app` with a refusal in place of what the emulator answers for models."""

    async def serve(scope: Any, receive: Any, send: Any) -> None:
        is_asked = scope["type"] == "http" and scope["method"] == "POST"
        if not (is_asked and _CONVERSE.fullmatch(scope["path"])):
            await app(scope, receive, send)
            return
        headers = [(b"content-type", b"application/json"), (b"x-amzn-errortype", _CODE)]
        body = json.dumps({"message": _NONE}).encode()
        await send({"type": "http.response.start", "status": _STATUS, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return serve


def endpoint_variables(environ: Mapping[str, str]) -> dict[str, str]:
    """The variables that lead a job to the user's endpoint; none without one."""
    url = environ.get(ENDPOINT_VARIABLE)
    return {"AWS_ENDPOINT_URL_BEDROCK_RUNTIME": url} if url else {}
