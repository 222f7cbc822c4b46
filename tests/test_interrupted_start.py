"""Ctrl-C while a program still imports its modules."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Stands in for a module that the program imports.
INTERRUPTS = "import os, signal; os.kill(os.getpid(), signal.SIGINT)"


@pytest.mark.parametrize(("program", "imported"), [("bakeoff", "typer"), ("local", "psutil")])
def test_ctrl_c_during_imports_ends_without_a_traceback(
    program: str, imported: str, tmp_path: Path
) -> None:
    (tmp_path / f"{imported}.py").write_text(INTERRUPTS)

    # As in a terminal: what a shell starts in the background inherits that Ctrl-C is ignored.
    process = subprocess.Popen(
        [sys.executable, "-c", _START, program],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    printed, _ = process.communicate(timeout=60)

    assert printed == b""
    assert process.returncode == -signal.SIGINT


_START = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
"""
