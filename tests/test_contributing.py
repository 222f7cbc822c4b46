"""CONTRIBUTING.md names only what exists."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
PATHS = sorted(
    set(re.findall(r"`([\w.-]+(?:/[\w.-]*)+)`", TEXT)) | set(re.findall(r"\]\(([^)]+)\)", TEXT))
)
SUPPORT = re.findall(r"`(\w+\.py)` \(", TEXT)


@pytest.mark.parametrize("path", [*PATHS, *(f"tests/support/{name}" for name in SUPPORT)])
def test_every_path_exists(path):
    assert (ROOT / path).exists()


def test_every_module_that_it_runs_exists():
    modules = set(re.findall(r"-m ([\w.]+\.\w+)", TEXT))
    assert modules
    assert all((ROOT / f"{name.replace('.', '/')}.py").exists() for name in modules)


def test_every_make_target_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"(?:^|`)make ([a-z][a-z-]*)", TEXT, re.MULTILINE))
    assert targets
    assert all(f"\n{target}:" in makefile for target in targets)
