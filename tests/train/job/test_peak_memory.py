"""How much memory was in use at most."""

import sys

import numpy as np
import pytest

from job.peak_memory import GpuMemory, ProcessMemory, larger, peak_memory

MEGABYTES = 2**20


def in_use(megabytes: int) -> None:
    """For a moment."""
    np.ones(megabytes * MEGABYTES, np.uint8)


def proc_files(folder, *, can_reset: bool):
    (folder / "status").write_text("Name:\tpython\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\n")
    if can_reset:
        (folder / "clear_refs").touch()
    else:
        (folder / "clear_refs").mkdir()
    return folder


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can reset the peak")
def test_a_peak_counts_until_it_is_reset():
    memory = ProcessMemory()
    memory.restart()
    before = memory.peak_bytes()
    in_use(64)
    peak = memory.peak_bytes()
    assert peak - before > 60 * MEGABYTES
    memory.restart()
    assert memory.peak_bytes() < peak - 60 * MEGABYTES


def test_the_peak_is_read_from_linux(tmp_path):
    memory = ProcessMemory(proc_files(tmp_path, can_reset=True))
    assert memory.peak_bytes() == 2 * MEGABYTES
    memory.restart()
    assert (tmp_path / "clear_refs").read_text() == "5"
    assert memory.peak_bytes() == 2 * MEGABYTES


def test_a_peak_that_cannot_be_reset_is_not_reported_for_a_later_phase(tmp_path):
    memory = ProcessMemory(proc_files(tmp_path, can_reset=False))
    assert memory.peak_bytes() == 2 * MEGABYTES
    memory.restart()
    assert memory.peak_bytes() is None


def test_the_peak_since_the_start_is_not_reported_for_a_later_phase(tmp_path):
    memory = ProcessMemory(proc_files(tmp_path, can_reset=True))
    (tmp_path / "status").write_text("Name:\tpython\n")
    assert memory.peak_bytes() > MEGABYTES
    memory.restart()
    assert memory.peak_bytes() is None


def test_without_linux_the_peak_since_the_start_is_counted(tmp_path):
    in_use(64)
    assert ProcessMemory(tmp_path / "nothing").peak_bytes() > 64 * MEGABYTES


def test_the_gpu_counts_for_what_uses_it_if_there_is_one(monkeypatch):
    for has_gpu in (False, True):
        monkeypatch.setattr("torch.cuda.is_available", lambda has_gpu=has_gpu: has_gpu)
        assert isinstance(peak_memory(uses_gpu=True), GpuMemory) is has_gpu
        assert isinstance(peak_memory(uses_gpu=False), ProcessMemory)


def test_the_larger_of_two_peaks_is_the_one_that_is_known():
    assert [larger(*both) for both in ((1, 2), (3, None), (None, 4), (None, None))] == [
        2,
        3,
        4,
        None,
    ]
