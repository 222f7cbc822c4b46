"""Why a data set of the hub could not be read, in words about the data set."""

import errno

import pytest

from source import hub_source
from source.data_problems import DataError
from source.hub_source import HubSource
from storage.fetch_progress import FetchProgress
from storage.hub import Hub


def problem_after(error, tmp_path, monkeypatch):
    def load(*arguments, **named):
        raise ValueError("An error occurred while generating the dataset") from error

    monkeypatch.setattr(hub_source, "load_dataset_builder", load)
    chosen, named = {"train": "train"}, frozenset()
    hub, progress = Hub(None), FetchProgress()
    source = HubSource("a/b", None, "0" * 40, chosen, named, hub, tmp_path, progress)
    with pytest.raises(DataError) as caught:
        source.read()
    (problem,) = caught.value.problems
    return problem.problem


@pytest.mark.parametrize("error", [TypeError, AttributeError, KeyError, RecursionError])
def test_an_error_of_the_library_s_code_is_not_the_reason(error, tmp_path, monkeypatch, capsys):
    problem = problem_after(error("'NoneType' object"), tmp_path, monkeypatch)
    assert "NoneType" not in problem
    assert "its structure is none that the datasets library knows" in problem
    assert "NoneType" in capsys.readouterr().err


def test_what_the_library_says_about_the_data_is_the_reason(tmp_path, monkeypatch):
    error = TypeError("Couldn't cast array of type string to int64")
    assert "Couldn't cast array of type string" in problem_after(error, tmp_path, monkeypatch)


def test_a_full_disk_is_no_fault_of_the_data_set(tmp_path, monkeypatch):
    problem = problem_after(OSError(errno.ENOSPC, "No space left"), tmp_path, monkeypatch)
    assert problem == "The disk of the job that prepares the data is full."
