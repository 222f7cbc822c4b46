import os
import signal
import subprocess
import sys
import textwrap

from bakeoff.client.foreground import run_in_foreground

# Tells when it is ready, and ends in its own time after the signal.
CHILD = textwrap.dedent(
    """
    import os, signal, sys
    # Not by print: the signal may come while it is still at its buffer.
    def say(text):
        os.write(1, (text + chr(10)).encode())
    def on_signal(number, frame):
        say("child saw " + signal.Signals(number).name)
        sys.exit(9)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, on_signal)
    say("ready")
    while True:
        signal.pause()
    """
)
PARENT = (
    "import sys; from bakeoff.client.foreground import run_in_foreground; "
    "status = run_in_foreground([sys.executable, '-c', sys.argv[1]]); print('parent saw', status)"
)


def start():
    process = subprocess.Popen(
        [sys.executable, "-c", PARENT, CHILD],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout.readline() == "ready\n"
    return process


def test_the_exit_status_of_the_command_is_passed_on():
    assert run_in_foreground([sys.executable, "-c", "raise SystemExit(3)"]) == 3


def test_a_command_that_a_signal_ends_has_the_shells_status():
    suicide = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"

    assert run_in_foreground([sys.executable, "-c", suicide]) == 128 + signal.SIGKILL


def test_ctrl_c_lets_the_command_end_in_its_own_way():
    process = start()

    os.killpg(process.pid, signal.SIGINT)

    assert process.communicate()[0] == "child saw SIGINT\nparent saw 9\n"


def test_a_request_to_terminate_is_passed_on():
    process = start()

    process.terminate()

    assert process.communicate()[0] == "child saw SIGTERM\nparent saw 9\n"
