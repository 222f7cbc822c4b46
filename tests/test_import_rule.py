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
    "examples",
    "infra",
    "lambdas",
    "local",
    "tests",
}
SDK = {"boto3", "botocore"}
LEARNING = {"accelerate", "datasets", "sklearn", "tokenizers", "torch", "transformers"}
# The model hub and its client.
HUB = {"httpx", "huggingface_hub"}
# The world outside: clock, chance, network, processes, environment.
WORLD = {"os", "random", "secrets", "socket", "subprocess", "time", "urllib"}
TERMINAL = {"rich", "typer"}
# The packages of bakeoff that talk to AWS and to people; no Lambda has them.
OUTSIDE = {"bakeoff.client", "bakeoff.api", "bakeoff.cli"}
# Offers what is above it, imported at its first use.
FRONT_DOOR = ROOT / "bakeoff" / "__init__.py"

# What a module may not import, by the longest beginning of its name that is listed here.
FORBIDDEN = {
    "app": OURS - {"infra"} | LEARNING,
    "bakeoff": OURS - {"bakeoff"} | OUTSIDE | {"aws_cdk"} | SDK | HUB | LEARNING | WORLD | TERMINAL,
    "bakeoff.__main__": OURS - {"bakeoff"} | {"aws_cdk"} | SDK | HUB | LEARNING,
    "bakeoff.api": OURS - {"bakeoff"}
    | {"bakeoff.cli", "aws_cdk"}
    | SDK
    | HUB
    | LEARNING
    | TERMINAL,
    "bakeoff.cli": OURS - {"bakeoff"} | {"aws_cdk"} | SDK | HUB | LEARNING,
    "bakeoff.client": OURS - {"bakeoff"} | {"bakeoff.cli", "aws_cdk"} | HUB | LEARNING | TERMINAL,
    "bakeoff.client.hub_push": OURS - {"bakeoff"}
    | {"bakeoff.cli", "aws_cdk"}
    | SDK
    | LEARNING
    | TERMINAL,
    "bakeoff.search.hub": OURS - {"bakeoff"}
    | OUTSIDE
    | {"aws_cdk"}
    | SDK
    | LEARNING
    | WORLD
    | TERMINAL,
    "bench": OURS - {"bench", "bakeoff", "lambdas"} - TRAINING_CODE | OUTSIDE | {"aws_cdk"} | SDK,
    "bench.orchestration.cloud": OURS - {"bench", "bakeoff", "lambdas"} - TRAINING_CODE
    | OUTSIDE
    | {"aws_cdk"},
    "bench.orchestration.stub_jobs": OURS | OUTSIDE | {"aws_cdk"},
    "demo": OURS - {"demo", "bakeoff"} | {"aws_cdk"},
    "docs": OURS - {"docs", "bakeoff"} | {"aws_cdk"} | SDK | LEARNING,
    "examples": OURS - {"bakeoff"} | OUTSIDE | {"aws_cdk"} | SDK | LEARNING,
    "infra": OURS - {"infra"} | SDK | LEARNING,
    "lambdas": OURS - {"bakeoff"} | OUTSIDE | {"aws_cdk"} | SDK | HUB | LEARNING | TERMINAL,
    "lambdas.aws": OURS - {"bakeoff"} | OUTSIDE | {"aws_cdk"} | LEARNING | TERMINAL,
    "local": OURS - {"local", "bakeoff"} | OUTSIDE | {"aws_cdk"} | LEARNING,
    "train.hosted.converse": OURS - TRAINING_CODE | {"aws_cdk"} | TERMINAL,
    "train": OURS - TRAINING_CODE | {"aws_cdk"} | SDK | TERMINAL,
    "train.storage.s3": OURS - TRAINING_CODE | {"aws_cdk"} | TERMINAL,
}
# The packages of bakeoff from the ground up: each may import those before it, and no other.
FLOORS = (
    ("",),
    ("request", "prepared"),
    ("search",),
    ("jobs",),
    ("race",),
    ("cost",),
    ("summary",),
    ("statistics",),
    ("comparison",),
    ("report",),
    ("card", "endpoint"),
    ("export",),
    ("client",),
    ("api",),
    ("cli",),
)
# What handlers share: the way to AWS, and the files of a run. They do not import each other.
ALLOWED = {
    "lambdas": {
        "lambdas.aws",
        "lambdas.job_record",
        "lambdas.kept_files",
        "lambdas.mlflow",
        "lambdas.publication",
        "lambdas.registered_model",
        "lambdas.results_index",
        "lambdas.run_record",
        "lambdas.tracking",
        "lambdas.wave_record",
    },
    "lambdas.aws": {"lambdas.aws"},
}


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
        if "__pycache__" not in path.parts and "build" not in path.parts and path != FRONT_DOOR
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


def is_below(name: str, root: str) -> bool:
    """Whether the name is that of a module or package of the root folder."""
    path = ROOT / root / name.removeprefix(f"{root}.").split(".")[0]
    return name.startswith(f"{root}.") and (path.is_dir() or path.with_suffix(".py").exists())


def package_of(name: str, root: str) -> str:
    """The package directly under `root` that holds the module; empty for the root's own modules."""
    parts = name.removeprefix(f"{root}.").split(".")
    return parts[0] if (ROOT / root / parts[0]).is_dir() else ""


def package_imports(root: str) -> dict[str, set[str]]:
    """For each package under the root folder, the other packages that its modules import.

    The root's own modules are a package without a name, less the front door: `__init__` and
    `__main__` name what is above them, for those who come from outside.
    """
    found: dict[str, set[str]] = {}
    for path in sorted((ROOT / root).rglob("*.py")):
        module = module_name(path)
        if module in (root, f"{root}.__main__"):
            continue
        own = package_of(module, root)
        names = list(imported_by(path.read_text(encoding="utf-8"), module))
        if root == "train":
            # It is shipped alone, so its modules name each other without the folder.
            names = [f"{root}.{name}" for name in names]
        ours = [name for name in names if is_below(name, root)]
        found.setdefault(own, set()).update(package_of(name, root) for name in ours)
    return {package: imported - {package} for package, imported in found.items()}


def circles(imports: dict[str, set[str]]) -> list[str]:
    """Packages that import themselves by way of others."""

    def reached(package: str, seen: frozenset[str]) -> frozenset[str]:
        for other in imports.get(package, set()) - seen:
            seen = reached(other, seen | {other})
        return seen

    return [package for package in imports if package in reached(package, frozenset())]


def against_the_floors(imports: dict[str, set[str]]) -> list[str]:
    """Imports of a package by one that stands beside or below it."""
    floor_of = {package: floor for floor, row in enumerate(FLOORS) for package in row}
    return [
        f"{package} imports {other}"
        for package, imported in imports.items()
        for other in sorted(imported)
        if floor_of[other] >= floor_of[package]
    ]


def test_the_packages_of_bakeoff_import_one_way() -> None:
    imports = package_imports("bakeoff")

    assert set(imports) == {package for row in FLOORS for package in row}
    assert against_the_floors(imports) == []


def test_an_import_up_the_floors_is_found() -> None:
    assert against_the_floors({"jobs": {"request"}, "cost": {"jobs"}}) == []
    assert against_the_floors({"jobs": {"cost"}}) == ["jobs imports cost"]
    assert against_the_floors({"request": {"prepared"}}) == ["request imports prepared"]


@pytest.mark.parametrize("root", ["bakeoff", "infra", "lambdas", "local", "train"])
def test_no_packages_import_each_other_in_a_circle(root: str) -> None:
    assert circles(package_imports(root)) == []


def test_a_circle_of_packages_is_found() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == ["a", "b", "c"]
    assert circles({"a": {"b"}, "b": {"c"}, "c": set()}) == []


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("bakeoff.jobs.plan", "import boto3"),
        ("bakeoff.jobs.plan", "from botocore.config import Config"),
        ("bakeoff.jobs.plan", "from bakeoff.client.cloud import Cloud"),
        ("bakeoff.jobs.plan", "def f():\n    import torch"),
        ("bakeoff.jobs.plan", "import os"),
        ("bakeoff.search.selection", "from huggingface_hub import HfApi"),
        ("bakeoff.search.hub", "import time"),
        ("lambdas.search_models", "import httpx"),
        ("bakeoff.jobs.plan", "from ..cli import cloud"),
        ("bakeoff.client.runs", "from bakeoff.cli.app import main"),
        ("bakeoff.client.runs", "import rich"),
        ("bakeoff.cli.app", "import boto3"),
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
        ("train.storage.s3", "from bakeoff import names"),
        ("bench.comparison_speed", "from bakeoff.cli import app"),
        ("bakeoff.statistics.scores", "from scoring.scores import f1_score"),
        ("lambdas.compare", "from storage import hub"),
    ],
)
def test_an_import_against_the_arrows_is_found(module: str, source: str) -> None:
    assert len(broken_rules(source, module)) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("bakeoff.client.cloud", "import boto3"),
        ("bakeoff.jobs.plan", "from bakeoff import names"),
        ("bakeoff.search.hub", "from huggingface_hub import HfApi"),
        ("lambdas.compare", "from lambdas.aws.store import Store"),
        ("lambdas.compare", "from lambdas.run_record import read_run"),
        ("lambdas.aws.store", "import boto3"),
        ("train.storage.s3", "import boto3"),
        ("local.cloud", "import bakeoff.errors"),
        ("infra.stack", "import aws_cdk"),
        ("bench.comparison_speed", "from bakeoff.statistics import analyse"),
    ],
)
def test_an_import_along_the_arrows_is_none(module: str, source: str) -> None:
    assert broken_rules(source, module) == []
