"""The Lambda bundles: archives of our own code and its wheels.

They are kept under the build folder, named by a hash of what goes in. The wheels' archive is made
before; to add our code to a copy of it takes a moment, so that a change of the code does, too.
"""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

from infra.wheels import BundleTarget, add_files, finished_file, update, wheels_archive

_LEFT_OUT = tuple(
    Path("bakeoff") / name for name in ("api", "card", "cli", "client", "export", "__main__.py")
)
_SUFFIXES = (".py", ".j2", ".css", ".js")


@dataclass(frozen=True)
class BundleContent:
    """What a bundle holds of our code, and the wheels that this needs."""

    requirements: str
    """The file, from the root."""
    left_out: tuple[Path, ...] = ()
    """Files and folders, from the root, besides those that no Lambda needs."""


# A function starts the slower the more it unpacks: Compare alone needs to count and draw, and
# SearchModels alone asks the hub.
_OF_COMPARE = tuple(
    Path(path)
    for path in (
        "bakeoff/report",
        "bakeoff/statistics",
        "bakeoff/comparison/add_statistics.py",
        "bakeoff/comparison/more_labels.py",
        "bakeoff/comparison/staged_race.py",
        "bakeoff/comparison/summarise.py",
        "bakeoff/comparison/suspect_labels.py",
        "bakeoff/comparison/verdict.py",
        "bakeoff/comparison/verdict_more_labels.py",
        "bakeoff/comparison/verdict_sentences.py",
        "lambdas/compare.py",
        "lambdas/kept_files.py",
        "lambdas/run_record.py",
    )
)
_OF_SEARCH = (Path("bakeoff/search/hub.py"), Path("lambdas/search_models.py"))
COMMON = BundleContent("lambdas/requirements.txt", _OF_COMPARE + _OF_SEARCH)
COMPARE = BundleContent("lambdas/compare-requirements.txt", _OF_SEARCH)
SEARCH = BundleContent("lambdas/search-requirements.txt", _OF_COMPARE)


def build_bundle(
    root: Path, build_folder: Path, target: BundleTarget, content: BundleContent = COMMON
) -> Path:
    """Return the zip archive of a bundle, making it if it is not there yet."""
    wheels = wheels_archive(
        build_folder, target, root / content.requirements, root / "constraints.txt"
    )
    sources = _sources(root, _LEFT_OUT + content.left_out)
    digest = hashlib.sha256(wheels.name.encode())
    for path in sources:
        update(digest, path.relative_to(root).as_posix(), path.read_bytes())
    archive = build_folder / f"lambda-{digest.hexdigest()[:16]}.zip"
    if not archive.exists():
        with finished_file(archive) as unfinished:
            shutil.copyfile(wheels, unfinished)
            add_files(unfinished, root, sources)
    return archive


def _sources(root: Path, left_out: tuple[Path, ...]) -> list[Path]:
    found = [
        path
        for folder in ("bakeoff", "lambdas")
        for path in (root / folder).rglob("*")
        if path.suffix in _SUFFIXES
    ]
    return sorted(path for path in found if not _is_in(path.relative_to(root), left_out))


def _is_in(path: Path, places: tuple[Path, ...]) -> bool:
    return any(path == place or place in path.parents for place in places)
