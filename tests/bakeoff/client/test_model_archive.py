"""Unpacking a model's archive, whose content is not trusted."""

import io
import tarfile

import pytest

from bakeoff.client import model_archive
from bakeoff.client.model_archive import unpack
from bakeoff.errors import BrokenArchiveError


def archive(path, members):
    with tarfile.open(path, "w:gz") as tar:
        for member, content in members:
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def file(name, content=b"x"):
    return tarfile.TarInfo(name), content


def special(name, kind, target=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member, b""


def test_files_arrive_in_the_folder_and_replace_what_was_there(tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "old.txt").write_text("old")
    made = archive(tmp_path / "a.tar.gz", [file("./config.json", b"{}"), file("code/a.py")])

    unpack(made, folder)

    assert sorted(path.name for path in folder.rglob("*")) == ["a.py", "code", "config.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar.gz", "model"]


@pytest.mark.parametrize(
    "member",
    [
        file("../outside.txt"),
        file("/tmp/outside.txt"),
        file("a/../../outside.txt"),
        special("link", tarfile.SYMTYPE, "/etc/passwd"),
        special("hard", tarfile.LNKTYPE, "../outside"),
        special("device", tarfile.CHRTYPE),
        special("pipe", tarfile.FIFOTYPE),
    ],
    ids=lambda member: member[0].name,
)
def test_nothing_but_files_below_the_folder_is_unpacked(member, tmp_path):
    made = archive(tmp_path / "a.tar.gz", [file("config.json"), member])

    with pytest.raises(BrokenArchiveError, match="not a file below its folder"):
        unpack(made, tmp_path / "deep" / "model")

    assert not (tmp_path / "deep" / "model").exists()
    assert list(tmp_path.rglob("outside*")) == []


def test_an_archive_that_unpacks_to_far_more_than_its_size_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(model_archive, "FREE_EXPANSION_BYTES", 1000)
    made = archive(tmp_path / "a.tar.gz", [file("zeros.bin", bytes(10_000_000))])

    with pytest.raises(BrokenArchiveError, match="not plausible"):
        unpack(made, tmp_path / "model")


def test_an_archive_of_very_many_files_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(model_archive, "MAX_FILES", 3)
    made = archive(tmp_path / "a.tar.gz", [file(f"{number}.txt") for number in range(4)])

    with pytest.raises(BrokenArchiveError, match="3 files"):
        unpack(made, tmp_path / "model")


@pytest.mark.parametrize("content", [b"", b"no archive", None])
def test_a_broken_archive_leaves_what_was_there(content, tmp_path):
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "old.txt").write_text("old")
    made = archive(tmp_path / "a.tar.gz", [file("a.bin", bytes(range(256)) * 400)])
    made.write_bytes(made.read_bytes()[:300] if content is None else content)

    with pytest.raises(BrokenArchiveError, match="cannot be unpacked"):
        unpack(made, folder)

    assert (folder / "old.txt").read_text() == "old"
