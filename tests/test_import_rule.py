"""Holds the arrows between the folders, as docs/architecture.md draws them."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
# Shipped alone, so its modules have names of their own beside the package's.
TRAINING_CODE = {"train"} | {
    path.stem
    for path in (ROOT / "train").iterdir()
    if path.suffix == ".py" or (path / "__init__.py").exists()
}
OURS = TRAINING_CODE | {
    "app",
    "bakeoff",
    "bench",
    "demo",
    "docs",
    "infra",
    "lambdas",
    "local",
    "tests",
}
SDK = {"boto3", "botocore"}
LEARNING = {"accelerate", "datasets", "sklearn", "tokenizers", "torch", "transformers"}
# The world outside: clock, chance, network, processes, environment.
WORLD = {"os", "random", "secrets", "socket", "subprocess", "time", "urllib"}
TERMINAL = {"rich", "typer"}

# What a module may not import, by the longest beginning of its name that is listed here.
FORBIDDEN = {
    "app": OURS - {"infra"} | LEARNING,
    "bakeoff": OURS - {"bakeoff"} | {"bakeoff.cli", "aws_cdk"} | SDK | LEARNING | WORLD | TERMINAL,
    "bakeoff.__main__": OURS - {"bakeoff"} | {"aws_cdk"} | LEARNING,
    "bakeoff.cli": OURS - {"bakeoff"} | {"aws_cdk"} | LEARNING,
    "bench": OURS - {"bench", "bakeoff"} - TRAINING_CODE | {"bakeoff.cli", "aws_cdk"} | SDK,
    "demo": OURS - {"demo", "bakeoff"} | {"aws_cdk"},
    "docs": OURS - {"docs", "bakeoff"} | {"aws_cdk"} | SDK | LEARNING,
    "infra": OURS - {"infra"} | SDK | LEARNING,
    "lambdas": OURS - {"bakeoff"} | {"bakeoff.cli", "aws_cdk"} | SDK | LEARNING | TERMINAL,
    "lambdas.aws": OURS - {"bakeoff"} | {"bakeoff.cli", "aws_cdk"} | LEARNING | TERMINAL,
    "local": OURS - {"local", "bakeoff"} | {"bakeoff.cli", "aws_cdk"} | LEARNING,
    "train": OURS - TRAINING_CODE | {"aws_cdk"} | SDK | TERMINAL,
    "train.s3": OURS - TRAINING_CODE | {"aws_cdk"} | TERMINAL,
}
# The handlers' one way to AWS; they do not know each other.
ALLOWED = {"lambdas": {"lambdas.aws"}}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_by(source: str, module: str) -> Iterator[str]:
    """Every module, or name in a module, that the source imports anywhere."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = module.split(".")[: -node.level] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{base}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func).rsplit(".", 1)[-1]
            named = node.args[0]
            if called in ("import_module", "__import__") and isinstance(named, ast.Constant):
                yield str(named.value)


def is_part_of(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def broken_rules(source: str, module: str) -> list[str]:
    rule = max((name for name in FORBIDDEN if is_part_of(module, name)), key=len)
    allowed = ALLOWED.get(rule, set())
    return [
        f"{module} imports {name}"
        for name in imported_by(source, module)
        if any(is_part_of(name, package) for package in FORBIDDEN[rule])
        and not any(is_part_of(name, package) for package in allowed)
    ]


def source_files() -> list[Path]:
    folders = sorted(name.split(".")[0] for name in FORBIDDEN)
    found = {path for folder in folders for path in (ROOT / folder).rglob("*.py")}
    return sorted(
        path
        for path in found | {ROOT / "app.py"}
        if "__pycache__" not in path.parts and "build" not in path.parts
    )


def test_no_import_goes_against_the_arrows() -> None:
    broken = [
        rule
        for path in source_files()
        for rule in broken_rules(path.read_text(encoding="utf-8"), module_name(path))
    ]

    assert broken == []


def test_every_folder_with_python_in_it_has_a_rule() -> None:
    folders = {
        path.parent.name
        for path in ROOT.glob("*/*.py")
        if not path.parent.name.startswith(".") and path.parent.name not in ("build", "tests")
    }

    assert folders <= {name.split(".")[0] for name in FORBIDDEN}


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("bakeoff.plan", "import boto3"),
        ("bakeoff.plan", "from botocore.config import Config"),
        ("bakeoff.plan", "from bakeoff.cli.cloud import Cloud"),
        ("bakeoff.plan", "def f():\n    import torch"),
        ("bakeoff.plan", "import os"),
        ("bakeoff.plan", "from .cli import cloud"),
        ("bakeoff.cli.app", "import local.cloud"),
        ("bakeoff.cli.app", "import importlib\nimportlib.import_module('local.cloud')"),
        ("lambdas.compare", "from lambdas import read_request"),
        ("lambdas.compare", "from lambdas.read_request import handler"),
        ("lambdas.compare", "import boto3"),
        ("infra.stack", "from lambdas import compare"),
        ("infra.stack", "import bakeoff.names"),
        ("local.cloud", "import infra.stack"),
        ("local.cloud", "from tests import stand_in_hub"),
        ("train.train", "import boto3"),
        ("train.s3", "from bakeoff import names"),
        ("bench.comparison_speed", "from bakeoff.cli import app"),
        ("bakeoff.statistics.scores", "from scoring.scores import f1_score"),
        ("lambdas.compare", "import hub"),
    ],
)
def test_an_import_against_the_arrows_is_found(module: str, source: str) -> None:
    assert len(broken_rules(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("bakeoff.cli.cloud", "import boto3"),
        ("bakeoff.plan", "from bakeoff import names"),
        ("lambdas.compare", "from lambdas.aws import Store"),
        ("lambdas.aws", "import boto3"),
        ("train.s3", "import boto3"),
        ("local.cloud", "import bakeoff.errors"),
        ("infra.stack", "import aws_cdk"),
        ("bench.comparison_speed", "from bakeoff.statistics import analyse"),
    ],
)
def test_an_import_along_the_arrows_is_none(module: str, source: str) -> None:
    assert broken_rules(source, module) == []
