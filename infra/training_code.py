"""Packs the training code that SageMaker's containers run into one deterministic tarball."""

import gzip
import hashlib
import io
import tarfile
import tempfile
from pathlib import Path

from aws_cdk import aws_s3_assets as s3_assets
from constructs import Construct

# The in-container toolkit would try to install these, without network access.
FORBIDDEN_FILES = ("requirements.txt", "setup.py", "pyproject.toml")


class TrainingCode(Construct):
    """The tarball as a file asset; the service copies it into each run."""

    asset: s3_assets.Asset
    object_arn: str

    def __init__(
        self, scope: Construct, construct_id: str, *, source: Path, build_folder: Path
    ) -> None:
        super().__init__(scope, construct_id)
        archive = write_archive(source, build_folder)
        self.asset = s3_assets.Asset(self, "Archive", path=str(archive))
        self.object_arn = self.asset.bucket.arn_for_objects(self.asset.s3_object_key)


def write_archive(source: Path, folder: Path) -> Path:
    """Write the Python files of `source` to an archive in `folder`, named by a hash of its content;
    equal files give equal bytes.

    Raises:
        ValueError: there are no Python files, or there is a file that the toolkit would install.
    """
    files = sorted(path for path in source.rglob("*.py") if "__pycache__" not in path.parts)
    forbidden = [name for name in FORBIDDEN_FILES if (source / name).exists()]
    if not files or forbidden:
        raise ValueError(f"{source}: no Python files" if not files else f"unwanted: {forbidden}")
    content = io.BytesIO()
    # Times and owners are zeroed, so that the asset's key depends on the content only.
    with (
        gzip.GzipFile(fileobj=content, mode="wb", filename="", mtime=0) as compressed,
        tarfile.open(fileobj=compressed, mode="w", format=tarfile.PAX_FORMAT) as tar,
    ):
        for path in files:
            tar.addfile(*_member(path, path.relative_to(source).as_posix()))
    digest = hashlib.sha256(content.getvalue()).hexdigest()
    archive = folder / f"training-code-{digest[:16]}.tar.gz"
    folder.mkdir(parents=True, exist_ok=True)
    # Two deployments may write it at once; neither may read a partial file.
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as unfinished:
        unfinished.write(content.getvalue())
    Path(unfinished.name).rename(archive)
    return archive


def _member(path: Path, name: str) -> tuple[tarfile.TarInfo, io.BytesIO]:
    data = path.read_bytes()
    info = tarfile.TarInfo(name)
    info.size = len(data)
    info.mode = 0o644
    return info, io.BytesIO(data)
