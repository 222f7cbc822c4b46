"""A real MLflow server on loopback, in a process of its own: importing MLflow takes seconds."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_SERVE = """
from mlflow.server import app
from werkzeug.serving import make_server
server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.port, flush=True)
server.serve_forever()
"""


@contextmanager
def mlflow_server(folder: Path) -> Iterator[str]:
    """The server's address; it keeps its runs as files in `folder`."""
    settings = {
        "_MLFLOW_SERVER_FILE_STORE": (folder / "runs").as_uri(),
        "_MLFLOW_SERVER_ARTIFACT_ROOT": (folder / "artifacts").as_uri(),
        # A database would first go through years of migrations.
        "MLFLOW_ALLOW_FILE_STORE": "true",
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    with subprocess.Popen(
        [sys.executable, "-c", _SERVE],
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        try:
            port = process.stdout.readline().strip()
            assert port, "MLflow did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
