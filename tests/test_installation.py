"""The package as users install it, in an environment of its own."""

import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

import bakeoff

ROOT = Path(__file__).parent.parent
# Not part of the base installation, so nothing that it promises may import them.
EXTRAS = ("aws_cdk", "datasets", "ministack", "moto", "pandas", "pyarrow", "scipy", "torch")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of an environment with the package from a wheel, and our libraries."""
    folder = tmp_path_factory.mktemp("installed") / "venv"
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    packages = folder / "lib" / version / "site-packages"
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", *options, str(ROOT)]
    subprocess.run(pip, check=True)
    return folder / "bin"


def run(installed: Path, *command: str, folder: Path = ROOT) -> "subprocess.CompletedProcess[str]":
    program, *arguments = command
    return subprocess.run(
        [str(installed / program), *arguments], cwd=folder, capture_output=True, text=True
    )


def test_the_command_is_there_and_explains_itself(installed: Path, tmp_path: Path) -> None:
    done = run(installed, "bakeoff", "--help", folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert "validate" in done.stdout


def test_the_installed_version_is_the_packages(installed: Path, tmp_path: Path) -> None:
    script = "from importlib.metadata import version; print(version('bakeoff'))"

    assert run(installed, "bakeoff", "--version", folder=tmp_path).stdout == (
        f"bakeoff {bakeoff.__version__}\n"
    )
    assert run(installed, "python", "-c", script, folder=tmp_path).stdout.strip() == (
        bakeoff.__version__
    )


def test_a_request_is_validated(installed: Path) -> None:
    done = run(installed, "bakeoff", "validate", "examples/imdb.json")

    assert done.returncode == 0, done.stderr
    assert "is a valid request" in done.stdout


def test_the_wheel_holds_the_package_with_its_templates_and_nothing_else(installed: Path) -> None:
    packages = next(installed.parent.glob("lib/*/site-packages"))

    added = {path.name for path in packages.iterdir() if path.is_dir()}
    templates = list((packages / "bakeoff").rglob("*.j2"))

    assert added == {"bakeoff", f"bakeoff-{bakeoff.__version__}.dist-info"}
    assert len(templates) == len(list((ROOT / "bakeoff").rglob("*.j2")))
    assert (packages / f"bakeoff-{bakeoff.__version__}.dist-info/licenses/LICENSE").is_file()


def test_the_base_installation_needs_no_extra(installed: Path, tmp_path: Path) -> None:
    script = f"import sys\nsys.modules.update(dict.fromkeys({EXTRAS}))\n"
    script += "import bakeoff.cli.app, bakeoff.report\n"
    script += "print(all(hasattr(bakeoff, name) for name in bakeoff.__all__), bakeoff.__file__)"

    done = run(installed, "python", "-c", script, folder=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("True") and "site-packages" in done.stdout


def test_a_local_run_without_a_checkout_says_what_to_do(installed: Path, tmp_path: Path) -> None:
    request = ROOT / "examples" / "imdb.json"

    done = run(installed, "bakeoff", "run", str(request), "--local", folder=tmp_path)

    assert done.returncode == 1
    assert "Clone the project" in done.stderr and "BAKEOFF_CHECKOUT" in done.stderr
