import tarfile

import pytest

from infra.training_code import FORBIDDEN_FILES, write_archive
from tests.infra.conftest import ROOT


def test_equal_files_give_equal_bytes_whenever_and_wherever_packed(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "train.py").write_text("print(1)\n")
    (tmp_path / "two" / "train.py").touch()
    first = write_archive(tmp_path / "one", tmp_path / "a")
    second = write_archive(tmp_path / "two", tmp_path / "b")
    assert first.name == second.name
    assert first.read_bytes() == second.read_bytes()


def test_other_code_gets_another_name(tmp_path):
    code = tmp_path / "train.py"
    code.write_text("print(1)\n")
    first = write_archive(tmp_path, tmp_path / "build")
    code.write_text("print(2)\n")
    assert write_archive(tmp_path, tmp_path / "build") != first
    assert first.exists()


def test_the_archive_holds_both_scripts_at_its_root_and_only_python(tmp_path):
    archive = write_archive(ROOT / "train", tmp_path)
    with tarfile.open(archive) as files:
        names = files.getnames()
    assert {"prepare.py", "train.py"} <= set(names)
    assert all(name.endswith(".py") for name in names)


@pytest.mark.parametrize("name", FORBIDDEN_FILES)
def test_files_that_the_toolkit_would_install_are_refused(tmp_path, name):
    (tmp_path / "train.py").write_text("")
    (tmp_path / name).write_text("")
    with pytest.raises(ValueError, match=name):
        write_archive(tmp_path, tmp_path / "out")


def test_no_code_at_all_is_refused(tmp_path):
    with pytest.raises(ValueError, match="no Python files"):
        write_archive(tmp_path, tmp_path)
