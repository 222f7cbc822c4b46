"""`import bakeoff`: what it offers, and what it must not import."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import bakeoff

HEAVY = ("boto3", "botocore", "datasets", "jinja2", "numpy", "pandas", "pyarrow", "rich", "torch")


def imported_after(statement):
    script = f"import sys\n{statement}\nprint(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing_heavy():
    assert imported_after("import bakeoff").isdisjoint(HEAVY)


def test_loading_from_a_folder_needs_neither_the_sdk_nor_pandas():
    imported = imported_after("import bakeoff\nbakeoff.load")

    assert imported.isdisjoint({"boto3", "pandas", "rich", "torch"})


@pytest.mark.parametrize("name", bakeoff.__all__)
def test_every_name_that_is_offered_is_there(name):
    assert getattr(bakeoff, name).__name__ == name


def test_the_package_exports_the_documented_names():
    assert {"load", "run", "submit", "compare_runs", "Comparison", "Request", "BakeoffError"} <= (
        set(bakeoff.__all__)
    )
    assert set(bakeoff.__all__) <= set(dir(bakeoff))


def test_another_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = bakeoff.nothing


def test_type_checkers_see_the_same_names_from_the_same_modules():
    tree = ast.parse(Path(bakeoff.__file__).read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))

    seen = {alias.asname: node.module for node in block.body for alias in node.names}

    assert seen == bakeoff._MODULES


@pytest.mark.parametrize(
    "name", [name for name in bakeoff.__all__ if name.endswith("Error") and name != "BakeoffError"]
)
def test_all_errors_have_one_base_class(name):
    assert issubclass(getattr(bakeoff, name), bakeoff.BakeoffError)
