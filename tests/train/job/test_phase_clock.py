"""Phases and the time they take, on the clock and on processors."""

from job.phase_clock import PhaseClock


def test_a_phase_that_comes_again_is_added_to():
    seconds, cpu_seconds = iter([0.0, 2.0, 5.0, 6.0, 10.0]), iter([0.0, 1.0, 7.0, 7.5, 9.0])
    clock = PhaseClock(lambda: next(seconds), lambda: next(cpu_seconds))
    for phase in ("load", "train", "load", "train"):
        clock.end(phase)
    assert clock.seconds() == {"load": 3.0, "train": 7.0, "total": 10.0}
    assert clock.cpu_seconds("train") == 7.5
