"""Jobs that share a machine measure one after another, and say what else ran."""

import threading
from pathlib import Path

import pytest

from job.measured_alone import LOCK_VARIABLE, measured_alone
from job.other_load import Load, OtherLoad, busy_seconds


def no_sleep(seconds):
    pass


@pytest.fixture
def environ(tmp_path):
    path = tmp_path / "lock"
    path.touch()
    return {LOCK_VARIABLE: str(path)}


def test_without_a_lock_nothing_is_waited_for():
    with measured_alone({}, sleep=pytest.fail):
        pass


def test_the_file_names_the_process_that_measures_and_no_other(environ, tmp_path):
    with measured_alone(environ, no_sleep):
        assert (tmp_path / "lock").read_text().isdecimal()
    assert (tmp_path / "lock").read_text() == ""


def test_two_do_not_measure_at_once(environ):
    is_measuring, may_end, order = threading.Event(), threading.Event(), []

    def first():
        with measured_alone(environ, no_sleep):
            is_measuring.set()
            may_end.wait(10)
            order.append("first")

    def second():
        with measured_alone(environ, no_sleep):
            order.append("second")

    threads = [threading.Thread(target=first), threading.Thread(target=second)]
    threads[0].start()
    assert is_measuring.wait(10)
    threads[1].start()
    may_end.set()
    for thread in threads:
        thread.join(10)

    assert order == ["first", "second"]


def test_the_lock_is_given_back_after_an_error(environ, tmp_path):
    with pytest.raises(TimeoutError), measured_alone(environ, no_sleep):
        raise TimeoutError

    assert (tmp_path / "lock").read_text() == ""


def loads(busy, own, seconds):
    """What is told after so many seconds, with what all programs and this one have worked."""
    values = {name: iter((0.0, value)) for name, value in (("b", busy), ("o", own), ("n", seconds))}
    return OtherLoad(*(lambda name=name: next(values[name]) for name in "bon")).so_far()


def test_the_load_of_others_is_what_is_left_of_all():
    found = loads(busy=15.0, own=9.0, seconds=10.0)

    assert (found.own, found.other) == (pytest.approx(0.9), pytest.approx(0.6))


def test_nothing_is_told_after_too_short_a_time():
    assert loads(busy=0.09, own=0.05, seconds=0.06) is None


def test_nothing_is_told_where_the_machine_tells_nothing():
    assert OtherLoad(busy=lambda: None).so_far() is None


@pytest.mark.parametrize(
    ("own", "other", "num_cpus", "is_told"),
    [(1.0, 0.9, 2, True), (1.0, 0.2, 2, False), (1.0, 3.0, 16, False), (1.9, 0.1, 2, False)],
)
def test_a_note_tells_only_of_others_that_left_too_little(own, other, num_cpus, is_told):
    note = Load(own, other, num_cpus).note

    assert (note is not None) == is_told
    assert note is None or f"{other:.1f} of {num_cpus} processors" in note


def test_the_busy_time_of_this_machine_grows():
    statistics = Path("/proc/stat")
    first = busy_seconds(statistics)

    assert first is None or (sum(range(3_000_000)) > 0 and busy_seconds(statistics) >= first)
