"""A process that crashes, panics or never ends, or takes too much, costs its own result alone."""

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from limits.free_memory import free_memory_bytes
from limits.limited_process import LimitedProcesses, ProcessFailedError
from model.model_files import ModelError
from tests.support.limited import processes

__all__ = ["processes"]

MIB = 2**20
SECONDS = 60.0


def sum_of(step, *numbers):
    step("adding numbers", SECONDS)
    return sum(numbers)


def refuse(step):
    raise ModelError("It has no tokeniser.")


def take_memory(step, num_bytes):
    step("reading its weights", SECONDS)
    return len(bytearray(num_bytes))


def take_memory_in_rust(step):
    step("reading its tokeniser", SECONDS)
    tokenizer = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Replace("a", "a" * 1000)] * 4)
    tokenizer.encode("a")


def never_end(step):
    step("its tokeniser read some texts", 0.2)
    splitter = pre_tokenizers.Split(Regex("(a|aa|a?)*b(?=c)"), "isolated")
    splitter.pre_tokenize_str("a" * 60)
    time.sleep(SECONDS)


def panic(step):
    step("its tokeniser read some texts", SECONDS)

    class PanicException(BaseException):
        """As that of a library in Rust."""

    raise PanicException("index out of bounds: the len is 3 but the index is 7")


def crash(step):
    step("reading its weights", SECONDS)
    os.abort()


def say_who(step):
    return os.getpid(), os.getpgrp()


def test_a_process_returns_its_function_s_result(processes):
    assert processes.run(sum_of, 1, 2, memory_bytes=64 * MIB) == 3


def test_a_process_is_another_one_in_a_group_of_its_own(processes):
    first, group = processes.run(say_who, memory_bytes=64 * MIB)
    second, _ = processes.run(say_who, memory_bytes=64 * MIB)
    assert first == group
    assert len({first, second, os.getpid()}) == 3


def test_the_function_s_own_errors_are_raised(processes):
    with pytest.raises(ModelError, match=r"^It has no tokeniser\.$"):
        processes.run(refuse, memory_bytes=64 * MIB)


@pytest.mark.parametrize(
    ("function", "arguments", "reason"),
    [
        (
            panic,
            (),
            r"A library gave up while its tokeniser read some texts \(PanicException: index out of",
        ),
        (crash, (), r"A library crashed \(SIGABRT\) while reading its weights"),
        (never_end, (), r"It was stopped while its tokeniser read some texts, which had not ended"),
        pytest.param(
            take_memory,
            (2000 * MIB,),
            r"It took more than the 0\.2 GiB of memory that it may use, while reading its weights",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux"),
        ),
        pytest.param(
            take_memory_in_rust,
            (),
            r"It took more than the 0\.2 GiB of memory that it may use, while reading its token",
            marks=pytest.mark.skipif(sys.platform != "linux", reason="limits of Linux"),
        ),
    ],
    ids=["panic", "crash", "endless", "memory", "memory in Rust"],
)
def test_a_process_that_ends_badly_is_told_in_words(processes, function, arguments, reason):
    with pytest.raises(ProcessFailedError, match=reason):
        processes.run(function, *arguments, memory_bytes=200 * MIB)


def test_a_process_gets_no_more_memory_than_there_is_and_others_wait_for_it():
    crowd = LimitedProcesses(100)
    with crowd._share_of(1000) as share:
        assert share == 100
        assert crowd._free_bytes == 0
    assert crowd._free_bytes == 100


STARTER = """
import os, sys, threading, time
from limits.limited_process import LimitedProcesses
import endless
threading.Thread(
    target=LimitedProcesses(2**30).run, args=(endless.write_pid, sys.argv[1]),
    kwargs={"memory_bytes": 2**26}, daemon=True,
).start()
sys.stdin.read()
"""
ENDLESS = """
import os, pathlib, time
def write_pid(step, path):
    pathlib.Path(path).write_text(str(os.getpid()))
    time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread does it, if it can run")
def test_a_process_is_killed_with_the_one_that_started_it(tmp_path):
    (tmp_path / "endless.py").write_text(ENDLESS)
    train = Path(__file__).parents[3] / "train"
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, str(tmp_path / "pid")],
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{train}"},
        stdin=subprocess.PIPE,
    )
    pid = _eventually(lambda: int((tmp_path / "pid").read_text()))
    os.kill(starter.pid, signal.SIGKILL)
    starter.wait()

    def is_gone():
        status = Path(f"/proc/{pid}/status")
        # Nobody may be left to collect it.
        return not status.exists() or re.search(r"State:\s+[ZX]", status.read_text()) or None

    assert _eventually(is_gone)


def _eventually(find):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            found = find()
        except (OSError, ValueError):
            found = None
        if found is not None:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not happen within a minute")


def test_free_memory_is_what_the_container_leaves(tmp_path):
    (tmp_path / "meminfo").write_text("MemTotal: 900 kB\nMemAvailable: 500 kB\n")
    cgroup = tmp_path / "cgroup"
    cgroup.mkdir()
    assert free_memory_bytes(tmp_path / "meminfo", cgroup) == 500 * 1024
    (cgroup / "memory.max").write_text("max\n")
    (cgroup / "memory.current").write_text("1000\n")
    assert free_memory_bytes(tmp_path / "meminfo", cgroup) == 500 * 1024
    (cgroup / "memory.max").write_text("5000\n")
    assert free_memory_bytes(tmp_path / "meminfo", cgroup) == 4000
