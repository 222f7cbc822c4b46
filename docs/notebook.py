"""Writes examples/first_comparison.ipynb from its source, executed: `python -m docs.notebook`.

The source is a Python script whose cells begin with `# %%`, those of text with `# %% [markdown]`.
"""

import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "examples" / "first_comparison.py"
NOTEBOOK = SOURCE.with_suffix(".ipynb")
_CELL_SECONDS = 900
_CELL = "# %%"
_TEXT = " [markdown]"


def notebook(source: str) -> nbformat.NotebookNode:
    """The notebook of the script, not executed; equal scripts give equal notebooks."""
    made = nbformat.v4.new_notebook()
    made.metadata["language_info"] = {"name": "python"}
    for number, text in enumerate(source.split(_CELL)[1:]):
        if text.startswith(_TEXT):
            cell = nbformat.v4.new_markdown_cell(_uncommented(text.removeprefix(_TEXT)))
        else:
            cell = nbformat.v4.new_code_cell(text.strip())
        cell["id"] = f"cell-{number}"
        made.cells.append(cell)
    return made


def executed(made: nbformat.NotebookNode, folder: Path) -> nbformat.NotebookNode:
    """The notebook with its outputs, executed in `folder`. Raises CellExecutionError."""
    resources = {"metadata": {"path": str(folder)}}
    client = NotebookClient(made, timeout=_CELL_SECONDS, kernel_name="python3", resources=resources)
    done = client.execute()
    for cell in done.cells:
        # When each cell ran differs from one execution to the next, and says nothing.
        cell.metadata.pop("execution", None)
    return done


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        done = executed(notebook(SOURCE.read_text(encoding="utf-8")), Path(folder))
    done.metadata.pop("kernelspec", None)
    done.metadata["language_info"] = {"name": "python"}
    nbformat.write(done, NOTEBOOK)


def _uncommented(text: str) -> str:
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.strip().split("\n"))


if __name__ == "__main__":
    main()
