"""A content store in a folder, for benchmarks and tests that prepare data without S3."""

import hashlib
import shutil
from pathlib import Path


class FolderObjects:
    """Objects as the files of a folder."""

    prefix = ""

    def __init__(self, folder: Path | str) -> None:
        self._folder = Path(folder)

    def sizes(self, beginning: str) -> dict[str, int]:
        parent = (self._folder / beginning).parent
        names = {
            path.relative_to(self._folder).as_posix(): path.stat().st_size
            for path in parent.rglob("*")
            if path.is_file()
        }
        return {name: size for name, size in names.items() if name.startswith(beginning)}

    def read(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()

    def write(self, name: str, content: bytes) -> None:
        path = self._made(name)
        unfinished = path.with_name(f"{path.name}.{hashlib.sha256(content).hexdigest()[:16]}")
        unfinished.write_bytes(content)
        # In one step, as S3 does it.
        unfinished.replace(path)

    def upload(self, path: Path, name: str) -> None:
        shutil.copyfile(path, self._made(name))

    def download(self, name: str, path: Path) -> None:
        shutil.copyfile(self._folder / name, path)

    def _made(self, name: str) -> Path:
        path = self._folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
