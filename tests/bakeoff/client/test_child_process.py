"""Programs that are started are ended, whether they listen or not."""

import subprocess
import sys

from bakeoff.client.child_process import end_by_closing_input


def started(program):
    return subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


def test_a_program_that_reads_to_the_end_ends_by_itself():
    process = started("import sys; sys.stdin.read()")

    end_by_closing_input(process, patience_seconds=60)

    assert process.returncode == 0


def test_a_program_that_does_not_listen_is_killed():
    process = started("import threading; print(flush=True); threading.Event().wait()")
    process.stdout.readline()

    end_by_closing_input(process, patience_seconds=0)

    assert process.returncode < 0


def test_ending_a_program_twice_is_no_error():
    process = started("pass")

    end_by_closing_input(process, patience_seconds=60)
    end_by_closing_input(process, patience_seconds=60)

    assert process.returncode == 0
