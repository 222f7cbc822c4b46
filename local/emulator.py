"""The emulator's process (`python -m local.emulator`): ministack with our SageMaker and prices.

The program that starts it holds the other end of its standard input. If that closes before the word
`release` was sent, the emulator ends with all its jobs and Lambda workers.
"""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any

from local.pricing import TARGET_PREFIX, PriceList

RELEASE = b"release\n"

_Answer = tuple[int, dict[str, str], bytes]
_Handler = Callable[[str, str, dict[str, str], bytes, Any], Awaitable[_Answer]]


def main() -> None:
    """Serve until terminated."""
    arguments = _arguments()
    _configure(arguments.port, arguments.state_dir)
    threading.Thread(target=_follow_starter, daemon=True).start()
    from ministack import app

    _install(arguments.port, arguments.state_dir, arguments.kept_dir)
    sys.argv = ["ministack"]
    try:
        app.main()
    finally:
        end()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    parser.add_argument("--kept-dir", type=Path, required=True)
    return parser.parse_args()


def _configure(port: int, state_dir: Path) -> None:
    """ministack reads its settings from the environment, when it is imported."""
    temporary = state_dir / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    os.environ.update(
        GATEWAY_PORT=str(port),
        BIND_HOST="127.0.0.1",
        AUTH="true",
        LAMBDA_EXECUTOR="local",
        PERSIST_STATE="0",
        S3_DATA_DIR=str(temporary / "s3"),
        STATE_DIR=str(temporary / "state"),
        SFTP_ENABLED="0",
        IOT_MTLS_ENABLED="0",
        TMPDIR=str(temporary),
    )


def _install(port: int, state_dir: Path, kept_dir: Path) -> None:
    from ministack import app
    from ministack.core import router

    from local import child_history, rights, step_functions
    from local.gate import Gate, issued_secrets
    from local.host.memory import free_bytes
    from local.objects import on_disk
    from local.objects.content import ContentStore
    from local.sagemaker import bedrock
    from local.sagemaker.api import Api
    from local.sagemaker.clients import Clients, Credentials
    from local.sagemaker.experiments import Experiments
    from local.sagemaker.hosting.hosting import Hosting
    from local.sagemaker.kept_jobs import KeptJobs
    from local.sagemaker.memory_gate import MemoryGate
    from local.sagemaker.run_job import Surroundings
    from local.sagemaker.service import Jobs
    from local.sagemaker.settings import JobSettings

    settings = JobSettings.from_environment(os.environ, state_dir / "jobs")
    experiments = Experiments()
    contents = ContentStore(state_dir / "objects")
    on_disk.install(contents)
    rights.install()
    kept = KeptJobs(kept_dir)
    surroundings = Surroundings(
        Clients(f"http://localhost:{port}"),
        settings,
        contents,
        MemoryGate(free_bytes),
        kept,
        rights.Roles("sagemaker.amazonaws.com").assume,
        Credentials.of_account(os.environ),
    )
    jobs = Jobs(surroundings, experiments)
    app.SERVICE_HANDLERS["sagemaker"] = _handler(Api(jobs, experiments, Hosting(surroundings)))
    router.SERVICE_PATTERNS["sagemaker"] = {"target_prefixes": ["SageMaker."]}
    step_functions.install(jobs, kept.execution_succeeded)
    child_history.install()
    app.SERVICE_HANDLERS["pricing"] = _price_handler(PriceList.from_environment(os.environ))
    router.SERVICE_PATTERNS["pricing"] = {"target_prefixes": [TARGET_PREFIX]}
    app.app = Gate(
        bedrock.without_models(app.app), port, issued_secrets(os.environ["AWS_ACCESS_KEY_ID"])
    )


def _price_handler(price_list: PriceList) -> _Handler:
    async def handle(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> _Answer:
        operation = headers.get("x-amz-target", "").removeprefix(TARGET_PREFIX)
        status, answer = price_list.answer(operation, json.loads(body or b"{}"))
        content_type = {"Content-Type": "application/x-amz-json-1.1"}
        return status, content_type, json.dumps(answer).encode()

    return handle


def _handler(api: Any) -> _Handler:
    from ministack.core.concurrency import run_reentrant
    from ministack.core.responses import get_account_id, get_region

    from local import rights
    from local.sagemaker.clients import Scope
    from local.sagemaker.resources import invoked_endpoint

    async def handle(
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any
    ) -> _Answer:
        operation = headers.get("x-amz-target", "").partition(".")[2]
        scope = Scope(get_account_id(), get_region())
        endpoint = invoked_endpoint(path)
        if endpoint is not None:
            invoked: _Answer = await run_reentrant(api.invoke, endpoint, scope, headers, body)
            return invoked
        # In a separate thread, because handlers call S3, which this same process serves.
        check_passing = partial(
            rights.check_passing, headers.get("authorization", ""), scope.region
        )
        answer: _Answer = await run_reentrant(api.answer, operation, scope, body, check_passing)
        return answer

    return handle


def _follow_starter() -> None:
    received = b""
    while part := os.read(0, 64):
        received += part
    if not received.endswith(RELEASE):
        end()


def end() -> None:
    """End at once, with all Lambda workers; there is no state to save.

    Threads that wait for jobs would delay a normal exit. The jobs, in process groups of their own,
    end because the standard input of their guards closes.
    """
    if os.getpgid(0) == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(0)


if __name__ == "__main__":
    main()
