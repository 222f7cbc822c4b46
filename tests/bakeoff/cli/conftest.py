from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands look at the results of the folder that they run in, where a user may have some."""
    monkeypatch.chdir(tmp_path)
