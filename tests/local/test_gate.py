"""Who may use a local cloud: programs that know its secret, and no page in a browser."""

import base64
import http.client
import io
import shutil
import stat
import threading
import zipfile
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from local.cloud import REGION, LocalCloud, state_file

CHROMIUM = shutil.which("chromium")
ROLE = "arn:aws:iam::123456789012:role/lambda"


def stranger(cloud: LocalCloud, service: str) -> Any:
    """A client of another program, which knows the account but not the secret."""
    return boto3.client(
        service,
        endpoint_url=cloud.endpoint,
        region_name=REGION,
        aws_access_key_id=cloud.environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key="local",
    )


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("s3", "list_buckets"),
        ("lambda", "list_functions"),
        ("cloudformation", "list_stacks"),
        ("stepfunctions", "list_state_machines"),
        ("sagemaker", "list_training_jobs"),
    ],
)
def test_a_program_without_the_secret_is_refused(
    emulator: LocalCloud, service: str, operation: str
) -> None:
    with pytest.raises(ClientError) as refusal:
        getattr(stranger(emulator, service), operation)()

    assert refusal.value.response["Error"]["Code"] == "SignatureDoesNotMatch"


def status(cloud: LocalCloud, headers: dict[str, str], path: str = "/") -> int:
    """The answer to a GET with exactly these headers."""
    connection = http.client.HTTPConnection("127.0.0.1", cloud.port or 0, timeout=10)
    connection.putrequest("GET", path, skip_host=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse().status
    connection.close()
    return answer


def signed(cloud: LocalCloud, host: str = "") -> dict[str, str]:
    """The headers of a signed listing of buckets."""
    environment = cloud.environment
    key, secret = environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"]
    request = AWSRequest("GET", f"{cloud.endpoint}/", {"Host": host or f"localhost:{cloud.port}"})
    SigV4Auth(Credentials(key, secret), "s3", REGION).add_auth(request)
    return dict(request.headers.items())


def test_a_signature_opens_the_gate_and_nothing_else_does(emulator: LocalCloud) -> None:
    host = {"Host": f"localhost:{emulator.port}"}
    assert status(emulator, signed(emulator)) == 200

    assert status(emulator, host) == 403
    assert status(emulator, host, "/_ministack/health") == 403
    assert status(emulator, host, "/_ministack/config") == 403


@pytest.mark.parametrize("origin", ["http://example.com", "http://localhost:8000", "null"])
def test_a_page_is_refused_even_with_a_signature(emulator: LocalCloud, origin: str) -> None:
    assert status(emulator, {**signed(emulator), "Origin": origin}) == 403


@pytest.mark.parametrize("host", ["example.com:{port}", "localhost.example.com:{port}", "x:80"])
def test_a_foreign_host_name_is_refused_even_with_a_signature(
    emulator: LocalCloud, host: str
) -> None:
    headers = signed(emulator, host.format(port=emulator.port))

    assert status(emulator, headers) == 403


def test_every_cloud_has_its_own_secret_in_a_file_for_its_user_alone(
    emulator: LocalCloud, tmp_path: Path
) -> None:
    running = emulator.announce()

    mode = stat.S_IMODE(state_file(emulator.state_dir).stat().st_mode)
    assert mode == 0o600
    assert running.secret not in (LocalCloud(tmp_path, port=1).environment.values())


class _Page(BaseHTTPRequestHandler):
    """An empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Elsewhere</title>")

    def log_message(self, *_: Any) -> None:
        """Log nothing."""


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The address of a web page of another origin."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_address[1]}/"
        server.shutdown()


ATTACK = """
async ([endpoint, path, body, mode]) => {
    const key = "AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/lambda/aws4_request," +
        "SignedHeaders=host,Signature=0";
    // Without CORS a page may not choose these headers, but may still send the body.
    const headers = mode == "cors"
        ? {"Content-Type": "application/json", "Authorization": key}
        : {"Content-Type": "text/plain"};
    try {
        const answer = await fetch(endpoint + path, {method: "POST", mode, headers, body});
        return `${answer.type} ${answer.status}`;
    } catch (error) {
        return "failed";
    }
}
"""


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_web_page_can_neither_create_nor_read_anything(
    emulator: LocalCloud, aws: Callable[[str], Any], elsewhere: str, tmp_path: Path
) -> None:
    playwright = pytest.importorskip("playwright.sync_api")
    trace = tmp_path / "trace"
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(elsewhere)
        answers = [
            page.evaluate(ATTACK, [emulator.endpoint, path, body, mode])
            for mode in ("cors", "no-cors")
            for path, body in (
                ("/2015-03-31/functions", _function_that_writes(trace)),
                ("/2015-03-31/functions/planted/invocations", "{}"),
            )
        ]
        browser.close()

    # An opaque answer tells a page nothing, not even its status.
    assert answers == ["failed", "failed", "opaque 0", "opaque 0"]
    assert aws("lambda").list_functions()["Functions"] == []
    assert not trace.exists()


def _function_that_writes(path: Path) -> str:
    """A CreateFunction request whose function writes a file on this machine."""
    bundle = io.BytesIO()
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.writestr("planted.py", f"def handler(*_): open({str(path)!r}, 'w').close()\n")
    code = base64.b64encode(bundle.getvalue()).decode()
    return (
        '{"FunctionName": "planted", "Runtime": "python3.13", "Handler": "planted.handler", '
        f'"Role": "{ROLE}", "Code": {{"ZipFile": "{code}"}}}}'
    )
