"""While one job measures, the others stand still."""

import os
import subprocess
import sys

import psutil
import pytest

from local.host.guard import guarded
from local.sagemaker.measurements import Measurements, Place
from tests.support.deployed_service import wait_until

WORK = "import sys\nprint('started', flush=True)\nwhile True: sum(range(1000))"


@pytest.fixture
def measurements(tmp_path):
    return Measurements(tmp_path)


@pytest.fixture
def job(measurements):
    """A job that works, and its place among the others."""
    process = subprocess.Popen(
        guarded([sys.executable, "-c", WORK]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdout.readline() == b"started\n"
    place = Place(measurements)
    place.guard_pid = process.pid
    yield place
    process.stdin.close()
    process.wait(10)
    process.stdout.close()


def file_of(measurements):
    return next(iter(measurements.variables.values()))


def write(measurements, text):
    with open(file_of(measurements), "w") as file:
        file.write(text)


def statuses(place):
    return {each.status() for each in psutil.Process(place.guard_pid).children(recursive=True)}


def test_a_job_stands_still_while_another_measures_and_goes_on_then(measurements, job):
    write(measurements, str(os.getpid()))
    job.give_way()
    wait_until(lambda: statuses(job) == {psutil.STATUS_STOPPED}, "the job goes on")
    # The guard must see when the cloud ends.
    assert psutil.Process(job.guard_pid).status() != psutil.STATUS_STOPPED

    write(measurements, "")
    job.give_way()
    wait_until(lambda: psutil.STATUS_STOPPED not in statuses(job), "the job stands still")


def test_the_job_that_measures_goes_on(measurements, job):
    (worker,) = psutil.Process(job.guard_pid).children()
    write(measurements, str(worker.pid))

    job.give_way()

    assert psutil.STATUS_STOPPED not in statuses(job)


@pytest.mark.parametrize("left", ["", "999999999", "nonsense"])
def test_what_a_killed_job_has_left_stops_nobody(measurements, job, left):
    write(measurements, left)

    job.give_way()

    assert psutil.STATUS_STOPPED not in statuses(job)
