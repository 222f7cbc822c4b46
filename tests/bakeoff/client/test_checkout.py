import sys

import pytest

from bakeoff.client.checkout import VARIABLE, find_checkout
from bakeoff.errors import ServiceError


def checkout_in(folder):
    (folder / "local").mkdir(parents=True)
    (folder / "local" / "__main__.py").touch()
    return folder


def with_environment(folder):
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    return str(python)


def test_in_a_checkout_the_local_cloud_runs_on_this_interpreter(tmp_path):
    found = find_checkout({}, checkout_in(tmp_path))

    assert found.command("local", "down") == [sys.executable, "-m", "local", "down"]
    assert found.folder == tmp_path


def test_an_installed_copy_uses_the_checkout_that_the_environment_names(tmp_path):
    clone = checkout_in(tmp_path / "clone")
    python = with_environment(clone)

    found = find_checkout({VARIABLE: str(clone)}, tmp_path / "site-packages")

    assert (found.folder, found.python) == (clone, python)


@pytest.mark.parametrize(
    ("environment", "remedy"),
    [({}, "Clone the project"), ({VARIABLE: "/nowhere"}, "/nowhere, which is not a checkout")],
)
def test_without_a_checkout_the_error_says_how_to_get_one(tmp_path, environment, remedy):
    with pytest.raises(ServiceError, match=remedy):
        find_checkout(environment, tmp_path)


def test_a_checkout_that_is_not_set_up_is_an_error_with_the_remedy(tmp_path):
    clone = checkout_in(tmp_path / "clone")

    with pytest.raises(ServiceError, match="run `make setup` in"):
        find_checkout({VARIABLE: str(clone)}, tmp_path)
