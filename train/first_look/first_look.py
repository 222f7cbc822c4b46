"""What a data set of files holds, and what a run would refuse in it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from documents.first_look import FirstLook, SplitLook
from documents.manifest import ProblemEntry
from documents.preparation_request import PreparationRequest, RequestedDataset, Splits
from first_look.column_guesses import guess_columns, guess_delimiter
from first_look.encoding_guess import guess_encoding
from first_look.first_part import MAX_BYTES, FirstPart, first_part
from labelling.label_values import LabelValues
from labelling.labels import encode_labels
from snapshot.dataset_snapshot import take_snapshot
from snapshot.text_and_label import Columns, find_columns, slice_problems
from source.data_problems import DataError, FileError, Problem
from source.file_source import FileSource
from source.raw_rows import RawRows
from source.source_splits import SPLITS, Source, leading
from storage.error_text import one_line
from storage.fetch_progress import FetchProgress

MAX_LABELS = 20


def first_look(request: PreparationRequest, scratch: Path, *, may_guess: bool) -> FirstLook:
    """Reads the files that the request names, whole where they are small.

    With `may_guess`, columns without a usual name are found by their content, and so are an
    encoding other than UTF-8 and what separates several labels.
    """
    look = FirstLook()
    assert request.dataset.files is not None
    places = request.dataset.files.given
    parts = _parts(places, scratch, look)
    if may_guess and request.dataset.encoding is None:
        request = _with_encoding(request, parts, look)
    rows = _rows(request.dataset, parts, scratch, look)
    if not rows or leading(places) not in rows:
        return look
    try:
        columns = _columns(rows, request, look, may_guess=may_guess)
    except DataError as error:
        _add(look, error)
        return look
    if may_guess and request.label_delimiter is None and request.task is None:
        request = _with_delimiter(request, rows, columns, look)
    if all(part.is_whole for part in parts.values()) and len(rows) == len(parts):
        _check_whole(Source("", None, rows, frozenset(rows)), request, columns, look)
    else:
        _check_some(rows, request, columns, look)
    return look


def _parts(places: Mapping[str, str], scratch: Path, look: FirstLook) -> dict[str, FirstPart]:
    parts = {}
    for split, place in places.items():
        try:
            part = first_part(Path(place), scratch / split)
        except FileError as error:
            problem = f"{place} cannot be read: {error}"
            look.problems.append(ProblemEntry(f"dataset.{split}", problem, error.remedy))
            continue
        except (OSError, ValueError) as error:
            problem = f"{place} cannot be read: {one_line(error)}"
            look.problems.append(ProblemEntry(f"dataset.{split}", problem, "Mend the file."))
            continue
        if part is None:
            look.notes.append(f"{place} is too large to be looked into here.")
        else:
            parts[split] = part
            if not part.is_whole:
                look.notes.append(
                    f"Of {place} the first {MAX_BYTES // 1_000_000} MB were read at most."
                )
    return parts


def _with_encoding(
    request: PreparationRequest, parts: Mapping[str, FirstPart], look: FirstLook
) -> PreparationRequest:
    guess = guess_encoding(part.path for part in parts.values())
    if guess is None:
        return request
    look.encoding, note = guess
    look.notes.append(note)
    return replace(request, dataset=replace(request.dataset, encoding=look.encoding))


def _with_delimiter(
    request: PreparationRequest, rows: Mapping[str, RawRows], columns: Columns, look: FirstLook
) -> PreparationRequest:
    look.label_delimiter = guess_delimiter(rows[leading(rows)], columns.labels)
    if look.label_delimiter is None:
        return request
    look.notes.append(
        f"Labels are taken to be several with {look.label_delimiter!r} between them, a guess."
    )
    return replace(request, label_delimiter=look.label_delimiter)


def _rows(
    dataset: RequestedDataset, parts: Mapping[str, FirstPart], scratch: Path, look: FirstLook
) -> dict[str, RawRows]:
    """The splits that can be read."""
    assert dataset.files is not None
    places = dataset.files.given
    rows: dict[str, RawRows] = {}
    for split, part in parts.items():
        alone = Splits(**{each: None for each in SPLITS} | {split: str(part.path)})
        try:
            source = FileSource.of(dataset, alone, scratch / "cache", FetchProgress()).read()
        except DataError as error:
            _add(look, error, str(part.path), places[split])
            continue
        rows |= source.splits
        read = source.splits[split]
        look.splits[split] = SplitLook(len(read), part.is_whole, read.column_names)
        look.notes += read.notes
    return rows


def _columns(
    rows: Mapping[str, RawRows], request: PreparationRequest, look: FirstLook, *, may_guess: bool
) -> Columns:
    if may_guess:
        columns, look.guessed = guess_columns(rows, request.text, request.label)
    else:
        columns = find_columns(rows, request.text, request.label, request.slices)
    look.text, look.label = columns.texts, columns.labels
    return columns


def _check_whole(
    source: Source, request: PreparationRequest, columns: Columns, look: FirstLook
) -> None:
    """As the preparation of a run does."""
    named = replace(request, text=columns.texts, label=columns.labels)
    try:
        snapshot = take_snapshot(source, named)
    except DataError as error:
        _add(look, error)
        return
    look.task, look.task_reason = snapshot.labels.task, snapshot.labels.task_reason
    look.labels, look.num_labels = snapshot.labels.names[:MAX_LABELS], len(snapshot.labels.names)
    known = Counter(look.notes)
    look.notes += [note for note in snapshot.notes if note not in known]


def _check_some(
    rows: Mapping[str, RawRows], request: PreparationRequest, columns: Columns, look: FirstLook
) -> None:
    """What the first rows can tell: their labels may be few of those that there are, so only what
    they are is reported, and no problem with them."""
    look.problems += [_entry(each) for each in slice_problems(rows, request.slices, columns)]
    first = leading(rows)
    try:
        labels, _ = encode_labels(
            {first: LabelValues.read(rows[first], columns.labels)},
            task=request.task,
            delimiter=request.label_delimiter,
            label_names=request.label_names,
            positive=request.positive_label,
        )
    except DataError:
        return
    look.task, look.task_reason = labels.task, labels.task_reason
    look.labels, look.num_labels = labels.names[:MAX_LABELS], len(labels.names)


def _add(look: FirstLook, error: DataError, part: str = "", place: str = "") -> None:
    for each in error.problems:
        problem = each.problem.replace(part, place) if part else each.problem
        look.problems.append(ProblemEntry(each.field, problem, each.remedy))


def _entry(problem: Problem) -> ProblemEntry:
    return ProblemEntry(problem.field, problem.problem, problem.remedy)
