"""Whether an emulator answers."""

import http.client

READY_PATH = "/_ministack/ready"
_TIMEOUT_SECONDS = 2.0


def is_healthy(port: int) -> bool:
    """Whether an emulator on this port is ready for requests."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_TIMEOUT_SECONDS)
    try:
        connection.request("GET", READY_PATH)
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
