"""The local cloud beside a program, here a stand-in that ends too early."""

import socket
import sys

import pytest

from bakeoff.client.local_cloud import local_cloud
from bakeoff.errors import LocalCloudEndedError

DIES = """
import json, sys
print("Step 1 of 1: starting ...", file=sys.stderr, flush=True)
print(json.dumps({variables!r}), flush=True)
sys.exit("Error: The local cloud was killed by signal 9." + 20 * ("\\n" + 500 * "x"))
"""


def unused_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def dying_cloud(tmp_path, monkeypatch):
    """A checkout whose local cloud ends as soon as it has started."""
    variables = {
        "AWS_ENDPOINT_URL": f"http://localhost:{unused_port()}",
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_REGION": "us-east-1",
    }
    program = tmp_path / "local" / "__main__.py"
    program.parent.mkdir()
    program.write_text(DIES.format(variables=variables))
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    monkeypatch.setenv("BAKEOFF_CHECKOUT", str(tmp_path))


@pytest.mark.usefixtures("dying_cloud")
def test_what_a_cloud_does_while_it_starts_is_passed_on():
    said = []

    with pytest.raises(LocalCloudEndedError), local_cloud(said.append):
        pass

    assert said[0] == "Step 1 of 1: starting ..."


@pytest.mark.usefixtures("dying_cloud")
def test_a_cloud_that_has_ended_is_told_with_how_to_go_on():
    with (
        pytest.raises(LocalCloudEndedError, match="was killed by signal 9") as error,
        local_cloud(),
    ):
        pass

    assert "jobs that had finished are not trained again" in str(error.value)
