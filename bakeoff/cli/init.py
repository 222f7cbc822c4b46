"""`init`: writes a request for files of rows, to be edited and run."""

import json
from pathlib import Path

from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.comparison_table import print_problems
from bakeoff.cli.found_rows import rows_in_words
from bakeoff.cli.rows_request import GivenRows, found_rows, problems_of, request_document
from bakeoff.cli.tables import print_paragraph, print_plain
from bakeoff.errors import BakeoffError, RequestError


def write_request(given: GivenRows, target: Path | None, around: Surroundings) -> ExitStatus:
    """Writes to `target`, by default to a file of this folder that is named after the rows.

    Rows that a run would refuse are told, and a request that needs them mended is written all the
    same. Raises BakeoffError if the file exists, and RequestError if the columns are not found.
    """
    path = target or Path(given.file_name)
    if path.exists():
        raise BakeoffError(f"{path} exists: give another file with --output, or remove it.")
    look = found_rows(given, around.look_into)
    problems = problems_of(look)
    if problems and not (look.text and look.label):
        raise RequestError(problems)
    document = request_document(given, look, path.parent)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for sentence in rows_in_words(look):
        print_paragraph(around.out, sentence)
    if not given.models:
        print_paragraph(around.out, "The models are two for English to begin with.")
    if problems:
        print_paragraph(around.err, f"Wrote {path}, but a run would refuse its rows as they are:")
        print_problems(around.err, [each.to_dict() for each in problems])
        print_paragraph(around.err, f"Mend them, then: bakeoff validate {path}")
        return ExitStatus.BAD_REQUEST
    print_plain(around.out, f"Wrote {path}: edit what is not as you want it. Then:")
    for command in (f"validate {path}", f"run {path} --local"):
        print_plain(around.out, f"    bakeoff {command}")
    return ExitStatus.OK
