"""Libraries are loaded without garbage collection, and are no garbage afterwards."""

import gc
import sys

import pytest

from job.loading import loading_libraries


def frozen_by(load) -> int:
    before = gc.get_freeze_count()
    with loading_libraries():
        assert not gc.isenabled()
        load()
    assert gc.isenabled()
    return gc.get_freeze_count() - before


def test_what_is_loaded_is_passed_over(tmp_path, monkeypatch):
    (tmp_path / "a_library.py").write_text("OBJECTS = [[] for _ in range(5000)]")
    monkeypatch.syspath_prepend(tmp_path)
    assert frozen_by(lambda: __import__("a_library")) >= 5000
    del sys.modules["a_library"]


def test_what_was_loaded_before_changes_nothing():
    # What was passed over may go meanwhile.
    assert frozen_by(lambda: __import__("json")) <= 0


def test_collection_goes_on_after_an_import_that_fails():
    with pytest.raises(ImportError), loading_libraries():
        __import__("no_such_library")
    assert gc.isenabled()
