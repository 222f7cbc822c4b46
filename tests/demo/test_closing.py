"""What the demo says at its end."""

import shlex

from typer.testing import CliRunner

from bakeoff.cli.app import app
from demo.__main__ import use_of_winner


def test_the_command_for_the_winner_is_one_that_there_is():
    python, module, program, *arguments = shlex.split(use_of_winner())

    assert (python, module, program) == ("python", "-m", "bakeoff")
    # Without results it ends with an error of its own, not of its arguments.
    ended = CliRunner().invoke(app, [arguments[0], "--help"])
    assert ended.exit_code == 0
    assert arguments[1:] == ["aws-services", "demo/build/data/test.csv", "--output", "answers.csv"]
