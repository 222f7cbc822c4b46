"""How every command ends: with its own exit status, or with that of its error."""

from collections.abc import Callable
from typing import NoReturn

import typer

from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.comparison_table import print_problems
from bakeoff.cli.tables import print_paragraph
from bakeoff.errors import BakeoffError, RequestError


def end(context: typer.Context, command: Callable[[Surroundings], int]) -> NoReturn:
    """Ends the program with the exit status of the command or of its error."""
    try:
        status = int(command(context.obj))
    except RequestError as error:
        print_problems(context.obj.err, [problem.to_dict() for problem in error.problems])
        status = ExitStatus.BAD_REQUEST
    except BakeoffError as error:
        print_paragraph(context.obj.err, f"Error: {error}")
        status = ExitStatus.FAILED
    except BrokenPipeError:
        # Whoever reads the output has enough of it.
        raise
    except OSError as error:
        print_paragraph(context.obj.err, f"Error: {error}")
        status = ExitStatus.FAILED
    except KeyboardInterrupt:
        status = ExitStatus.INTERRUPTED
    raise typer.Exit(status)
