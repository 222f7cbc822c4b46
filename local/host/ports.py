"""Finds a free port, and the program that listens on one."""

import socket

import psutil


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def who_listens(port: int) -> str:
    """` by NAME (process ID)` for a message; empty if the program is unknown."""
    try:
        for connection in psutil.net_connections(kind="tcp"):
            is_listener = connection.status == psutil.CONN_LISTEN
            if is_listener and connection.laddr.port == port and connection.pid is not None:
                program = " ".join(psutil.Process(connection.pid).cmdline()[:4])
                return f" by {program} (process {connection.pid})"
    except psutil.Error:
        return ""
    return ""
