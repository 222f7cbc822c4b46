"""The example notebook, executed in the local cloud of the tests."""

from pathlib import Path

import nbformat
import pytest

from docs.notebook import NOTEBOOK, ROOT, SOURCE, executed, notebook
from local.cloud import LocalCloud


def test_the_stored_notebook_has_the_cells_of_its_source_and_outputs() -> None:
    stored = nbformat.read(NOTEBOOK, as_version=4)
    made = notebook(SOURCE.read_text(encoding="utf-8"))

    nbformat.validate(stored)
    assert [(cell.cell_type, cell.source) for cell in stored.cells] == [
        (cell.cell_type, cell.source) for cell in made.cells
    ]
    assert all(cell.outputs for cell in stored.cells[2:] if cell.cell_type == "code")


def test_the_notebook_runs_and_shows_the_comparison(
    cloud: LocalCloud, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloud.announce()
    # Then `local=True` finds the cloud of the tests instead of starting another.
    monkeypatch.setenv("BAKEOFF_LOCAL_DIR", str(cloud.state_dir))
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))

    done = executed(notebook(SOURCE.read_text(encoding="utf-8")), tmp_path)

    shown = [
        output.data for cell in done.cells for output in cell.get("outputs", []) if "data" in output
    ]
    assert any("image/svg+xml" in data for data in shown)
    assert any("data:image/svg+xml;base64," in data.get("text/html", "") for data in shown)
    assert (tmp_path / "results" / "reviews" / "comparison.csv").is_file()
