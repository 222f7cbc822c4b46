"""The Lambda bundles for AWS: right wheels, nothing missing, nothing too large."""

import ast
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from infra.bundle import COMMON, COMPARE, SEARCH, BundleTarget, build_bundle
from tests.infra.conftest import ROOT

# Lambda's limit for an unzipped package is 250 MB (https://docs.aws.amazon.com/lambda/latest/dg/
# gettingstarted-limits.html).
MAX_BYTES = 250 * 1024 * 1024

ELF_MACHINES = {"arm64": 183, "x86_64": 62}

OF_THE_RUNTIME = {"boto3", "botocore"}


@pytest.fixture(scope="module", params=["arm64", "x86_64"])
def target(request):
    return BundleTarget("aws", request.param)


@pytest.fixture(
    scope="module", params=[COMMON, COMPARE, SEARCH], ids=["common", "compare", "search"]
)
def content(request):
    return request.param


@pytest.fixture(scope="module")
def bundle(target, content):
    return build_bundle(ROOT, ROOT / "build", target, content)


@cache
def imported(source: str) -> list[str]:
    """The modules that a source imports. Most sources are in every bundle."""
    return list(_imported(ast.parse(source)))


def _imported(tree: ast.Module) -> Iterator[str]:
    # What only a type checker imports need not be there.
    for node in [node for node in tree.body if ast.unparse(node).startswith("if TYPE_CHECKING")]:
        tree.body.remove(node)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_compiled_files_are_for_the_runtime_and_architecture(bundle, target):
    modules = list(bundle.rglob("*.cpython-*.so"))
    assert modules
    assert all(".cpython-313-" in path.name for path in modules)
    for path in bundle.rglob("*.so*"):
        # The ELF header's e_machine.
        machine = int.from_bytes(path.read_bytes()[18:20], "little")
        assert machine == ELF_MACHINES[target.architecture], path


def test_every_import_of_our_code_is_in_the_bundle_the_library_or_the_runtime(bundle):
    known = set(sys.stdlib_module_names) | OF_THE_RUNTIME
    sources = [*bundle.glob("lambdas/*.py"), *bundle.glob("bakeoff/**/*.py")]
    assert len(sources) > 10
    for source in sources:
        for module in imported(source.read_text()):
            top = module.split(".")[0]
            there = (bundle / top).is_dir() or (bundle / f"{top}.py").exists()
            assert top in known or there, (source, module)
            if top in ("bakeoff", "lambdas"):
                path = bundle.joinpath(*module.split("."))
                assert path.is_dir() or path.with_suffix(".py").exists(), (source, module)


def test_the_command_line_and_what_only_it_needs_stay_out(bundle):
    assert not any((bundle / "bakeoff" / name).exists() for name in ("api", "cli", "client"))
    assert not (bundle / "bakeoff" / "__main__.py").exists()
    for heavy in ("torch", "transformers", "aws_cdk", "boto3", "rich", "typer"):
        assert not (bundle / heavy).exists()


def test_the_unzipped_bundle_is_within_lambdas_limit(bundle):
    size_bytes = sum(path.stat().st_size for path in bundle.rglob("*") if path.is_file())
    assert size_bytes < MAX_BYTES


def test_the_host_bundle_differs_in_wheels_only(bundle, content):
    host = build_bundle(ROOT, ROOT / "build", BundleTarget("host", "x86_64"), content)
    for folder in ("bakeoff", "lambdas"):
        ours = {p.relative_to(host): p.read_bytes() for p in (host / folder).rglob("*.py")}
        aws = {p.relative_to(bundle): p.read_bytes() for p in (bundle / folder).rglob("*.py")}
        assert ours == aws


def test_building_again_gives_the_same_folder(bundle, target, content):
    assert build_bundle(ROOT, ROOT / "build", target, content) == bundle


def test_uv_and_pip_install_the_same(tmp_path, monkeypatch):
    root = tmp_path / "root"
    (root / "lambdas").mkdir(parents=True)
    (root / COMMON.requirements).write_text("markupsafe\n")
    shutil.copy(ROOT / "constraints.txt", root)
    target = BundleTarget("aws", "arm64")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))

    by_uv = build_bundle(root, tmp_path / "by-uv", target)
    # uv has nothing in its cache then, and pip does not know these variables.
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "empty"))
    monkeypatch.setenv("UV_OFFLINE", "1")
    by_pip = build_bundle(root, tmp_path / "by-pip", target)

    files = contents(by_uv)
    assert "markupsafe/__init__.py" in files
    assert contents(by_pip) == files


def test_only_compare_carries_the_statistics_and_the_report(target):
    common = build_bundle(ROOT, ROOT / "build", target, COMMON)
    compare = build_bundle(ROOT, ROOT / "build", target, COMPARE)
    for heavy in ("numpy", "scipy", "bakeoff/statistics", "bakeoff/report"):
        assert not (common / heavy).exists()
        assert (compare / heavy).exists()


def test_only_the_search_carries_the_hubs_client(target):
    of = {
        content: build_bundle(ROOT, ROOT / "build", target, content)
        for content in (COMMON, COMPARE, SEARCH)
    }
    for part in ("huggingface_hub", "httpx", "bakeoff/search/hub.py", "lambdas/search_models.py"):
        assert [content for content, folder in of.items() if (folder / part).exists()] == [SEARCH]
    assert not (of[SEARCH] / "scipy").exists()


def test_everything_that_is_left_out_exists():
    for path in COMMON.left_out + COMPARE.left_out + SEARCH.left_out:
        assert (ROOT / path).exists(), path
