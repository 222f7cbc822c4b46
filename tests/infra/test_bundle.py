"""The Lambda bundles for AWS: right wheels, nothing missing, nothing too large."""

import ast
import fnmatch
import os
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra.bundle import COMMON, COMPARE, SEARCH, BundleContent, build_bundle
from infra.wheels import BundleTarget
from tests.infra.conftest import ROOT

# Lambda's limit for an unzipped package is 250 MB (https://docs.aws.amazon.com/lambda/latest/dg/
# gettingstarted-limits.html).
MAX_BYTES = 250 * 1024 * 1024

ELF_MACHINES = {"arm64": 183, "x86_64": 62}

OF_THE_RUNTIME = {"boto3", "botocore"}


class Bundle:
    """What is in the archive of a bundle; `path in bundle` holds for files and folders."""

    def __init__(self, archive: Path) -> None:
        self.archive = archive
        with ZipFile(archive) as opened:
            self._files = opened.infolist()
        self._paths = {entry.filename for entry in self._files}
        self._paths |= {
            parent.as_posix() for name in set(self._paths) for parent in Path(name).parents
        }

    @classmethod
    def of(cls, target: BundleTarget, content: BundleContent) -> "Bundle":
        return cls(build_bundle(ROOT, ROOT / "build", target, content))

    def __contains__(self, path: str) -> bool:
        return path in self._paths

    @property
    def unzipped_bytes(self) -> int:
        return sum(entry.file_size for entry in self._files)

    def names(self, pattern: str = "*") -> list[str]:
        """Files whose path fits; a `*` fits slashes, too."""
        names = [entry.filename for entry in self._files]
        return fnmatch.filter(names, pattern)

    def read(self, pattern: str = "*", num_bytes: int = -1) -> dict[str, bytes]:
        """The beginnings of files, or all of them."""
        found = {}
        with ZipFile(self.archive) as opened:
            for name in self.names(pattern):
                with opened.open(name) as file:
                    found[name] = file.read(num_bytes)
        return found


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
    return Bundle.of(target, content)


@cache
def imported(source: bytes) -> list[str]:
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


def test_compiled_files_are_for_the_runtime_and_architecture(bundle, target):
    modules = bundle.names("*.cpython-*.so")
    assert modules
    assert all(".cpython-313-" in name for name in modules)
    for name, header in bundle.read("*.so*", num_bytes=20).items():
        # The ELF header's e_machine.
        machine = int.from_bytes(header[18:20], "little")
        assert machine == ELF_MACHINES[target.architecture], name


def test_every_import_of_our_code_is_in_the_bundle_the_library_or_the_runtime(bundle):
    known = set(sys.stdlib_module_names) | OF_THE_RUNTIME
    sources = bundle.read("lambdas/*.py") | bundle.read("bakeoff/*.py")
    assert len(sources) > 10
    for name, source in sources.items():
        for module in imported(source):
            top = module.split(".")[0]
            assert top in known or top in bundle or f"{top}.py" in bundle, (name, module)
            if top in ("bakeoff", "lambdas"):
                path = module.replace(".", "/")
                assert path in bundle or f"{path}.py" in bundle, (name, module)


def test_the_command_line_and_what_only_it_needs_stay_out(bundle):
    for ours in ("api", "cli", "client", "__main__.py"):
        assert f"bakeoff/{ours}" not in bundle
    for heavy in ("torch", "transformers", "aws_cdk", "boto3", "rich", "typer"):
        assert heavy not in bundle


def test_the_unzipped_bundle_is_within_lambdas_limit(bundle):
    assert 0 < bundle.unzipped_bytes < MAX_BYTES


def test_the_host_bundle_differs_in_wheels_only(bundle, content):
    host = Bundle.of(BundleTarget("host", "x86_64"), content)
    for ours in ("bakeoff/*", "lambdas/*"):
        assert host.read(ours) == bundle.read(ours) != {}


def test_building_again_gives_the_same_archive(bundle, target, content):
    assert build_bundle(ROOT, ROOT / "build", target, content) == bundle.archive


@pytest.fixture
def small_root(tmp_path):
    """A checkout whose functions need one small wheel."""
    root = tmp_path / "root"
    (root / "lambdas").mkdir(parents=True)
    (root / "lambdas" / "own.py").write_text("VALUE = 1\n")
    (root / COMMON.requirements).write_text("markupsafe\n")
    shutil.copy(ROOT / "constraints.txt", root)
    return root


def test_uv_and_pip_install_the_same(small_root, tmp_path, monkeypatch):
    target = BundleTarget("aws", "arm64")
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "cache"))

    by_uv = Bundle(build_bundle(small_root, tmp_path / "by-uv", target))
    # uv has nothing in its cache then, and pip does not know these variables.
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "empty"))
    monkeypatch.setenv("UV_OFFLINE", "1")
    by_pip = Bundle(build_bundle(small_root, tmp_path / "by-pip", target))

    assert "markupsafe/__init__.py" in by_uv
    assert by_pip.read() == by_uv.read()


def test_a_change_of_what_is_included_gives_another_archive(small_root, tmp_path):
    content = BundleContent("lambdas/more.txt")
    (small_root / "lambdas" / "more.txt").write_text("-r requirements.txt\n")
    made = []
    for line in ("markupsafe\n", "# none\n"):
        (small_root / COMMON.requirements).write_text(line)
        made.append(build_bundle(small_root, tmp_path, BundleTarget("aws", "arm64"), content))

    assert made[0].name != made[1].name
    assert ["markupsafe" in Bundle(archive) for archive in made] == [True, False]


def test_equal_files_give_equal_archives_whenever_they_were_written(small_root, tmp_path):
    (small_root / COMMON.requirements).write_text("# none\n")
    target = BundleTarget("aws", "arm64")
    first = build_bundle(small_root, tmp_path / "first", target)
    os.utime(small_root / "lambdas" / "own.py", (0, 0))
    second = build_bundle(small_root, tmp_path / "second", target)

    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_only_compare_carries_the_statistics_and_the_report(target):
    common, compare = Bundle.of(target, COMMON), Bundle.of(target, COMPARE)
    for heavy in ("numpy", "scipy", "bakeoff/statistics", "bakeoff/report"):
        assert heavy not in common
        assert heavy in compare


def test_only_the_search_carries_the_hubs_client(target):
    of = {content: Bundle.of(target, content) for content in (COMMON, COMPARE, SEARCH)}
    for part in ("huggingface_hub", "httpx", "bakeoff/search/hub.py", "lambdas/search_models.py"):
        assert [content for content, bundle in of.items() if part in bundle] == [SEARCH]
    assert "scipy" not in of[SEARCH]


def test_everything_that_is_left_out_exists():
    for path in COMMON.left_out + COMPARE.left_out + SEARCH.left_out:
        assert (ROOT / path).exists(), path
