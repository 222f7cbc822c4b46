"""The checkout that holds the local cloud, which an installed copy of the package lacks."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bakeoff.errors import ServiceError

VARIABLE = "BAKEOFF_CHECKOUT"
_OWN_ROOT = Path(__file__).resolve().parents[2]
_EMULATOR = "ministack"


@dataclass(frozen=True)
class Checkout:
    """A folder with the project's sources, and an interpreter that has the local cloud's needs."""

    folder: Path
    python: str

    def command(self, module: str, *arguments: str) -> list[str]:
        """The command line that runs one of the checkout's modules, in its folder."""
        return [self.python, "-m", module, *arguments]


def find_checkout(
    environment: Mapping[str, str] = os.environ, own_root: Path = _OWN_ROOT
) -> Checkout:
    """The checkout that BAKEOFF_CHECKOUT names, or else the one that this package lies in.

    Raises ServiceError, with a remedy, if there is none.
    """
    named = environment.get(VARIABLE)
    folder = Path(named).expanduser().resolve() if named else own_root
    if not (folder / "local" / "__main__.py").is_file():
        raise ServiceError(_not_a_checkout(folder, named))
    return Checkout(folder, _python(folder, is_own=folder == own_root))


def _not_a_checkout(folder: Path, named: str | None) -> str:
    if named:
        return f"{VARIABLE} is {folder}, which is not a checkout of Bakeoff: it has no local/."
    return (
        "The local cloud is not part of an installed package. Clone the project, run `make setup` "
        f"in the clone, and set {VARIABLE} to its folder."
    )


def _python(folder: Path, is_own: bool) -> str:
    if is_own and find_spec(_EMULATOR):
        return sys.executable
    python = folder / ".venv" / "bin" / "python"
    if not python.is_file():
        raise ServiceError(f"The local cloud is not set up: run `make setup` in {folder}.")
    return str(python)
