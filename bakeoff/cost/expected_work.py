"""The expected work of a request's jobs, before its data is prepared."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bakeoff.cost.estimate import Workload, tokens_of_past
from bakeoff.cost.expected_curve import curve_part
from bakeoff.cost.expected_race import Part, expected_part, racers_of
from bakeoff.cost.past_runs import PastRun
from bakeoff.cost.tokens_read import Answering
from bakeoff.jobs.instances import instance_type_of
from bakeoff.jobs.recipe import recipe_of
from bakeoff.methods import is_baseline
from bakeoff.prepared.manifest import Rows
from bakeoff.request.resolved import Candidate, ResolvedRequest

FOUND = "found by the search"
"""Stands for the models that a search may find."""


def expected_rows(
    resolved: ResolvedRequest, counted: Mapping[str, int | None], past: Sequence[PastRun]
) -> tuple[Rows | None, str]:
    """The rows of each split, and a sentence that names the source of the numbers.

    Args:
        counted: rows of the local files by split; None if they could not be counted. Splits
            that the request does not give are missing.
        past: newest first.
    """
    given = _given(resolved, counted)
    if given is not None:
        return _capped(given, resolved), "Rows as counted in the files."
    for run in past:
        if run.dataset == resolved.dataset.id and _has_known_rows(run, resolved):
            return _capped(run.rows, resolved), f"Rows as in the run {run.run} on this data set."
    most_train, most_test = resolved.max_train_rows, resolved.max_test_rows
    if most_train is None or most_test is None:
        return None, "The number of rows is not known: no past run used this data set."
    rows = Rows(train=most_train, validation=_beside(most_train, resolved), test=most_test)
    return rows, "Rows: the maximum that max_train_rows and max_test_rows allow."


def expected_workloads(
    resolved: ResolvedRequest, rows: Rows | None, past: Sequence[PastRun]
) -> list[Workload]:
    """The workload of every candidate; text lengths and model sizes come from past runs."""
    racers = racers_of(resolved.possible_candidates)
    named = [
        _workload(resolved, candidate, _part(resolved, candidate, racers, rows), rows, past)
        for candidate in resolved.candidates
    ]
    return [*named, *_of_search(resolved, racers, rows, past)]


def _part(
    resolved: ResolvedRequest,
    candidate: Candidate,
    racers: Sequence[Candidate],
    rows: Rows | None,
) -> Part:
    return expected_part(resolved, candidate, racers).plus(curve_part(resolved, candidate, rows))


def _of_search(
    resolved: ResolvedRequest,
    racers: Sequence[Candidate],
    rows: Rows | None,
    past: Sequence[PastRun],
) -> list[Workload]:
    """The models that the search may yet find, as one workload."""
    found = resolved.possible_candidates[len(resolved.candidates) :]
    if not found or resolved.search is None:
        return []
    part = _part(resolved, found[0], racers, rows).times(len(found))
    one = _workload(resolved, found[0], part, rows, past)
    most_parameters = resolved.search.query.max_parameters
    note = f"Assumes models of max_parameters, {most_parameters:,}." if most_parameters else ""
    return [
        replace(
            one,
            candidate=FOUND,
            model=FOUND,
            num_parameters=most_parameters,
            note=" ".join(filter(None, (one.note, note))),
        )
    ]


def _given(resolved: ResolvedRequest, counted: Mapping[str, int | None]) -> Rows | None:
    """The rows of all splits, including those that are cut from train."""
    train, test, validation = (counted.get(name) for name in ("train", "test", "validation"))
    if None in counted.values() or not counted:
        return None
    if _has_no_training_rows(resolved):
        return None if test is None else Rows(train=0, validation=validation or 0, test=test)
    if train is None:
        return None
    if test is None:
        test = round(train * resolved.test_fraction)
        train -= test
    if validation is None:
        validation = round(train * resolved.validation_fraction)
        if resolved.max_train_rows is not None:
            validation = min(validation, _beside(resolved.max_train_rows, resolved))
        train -= validation
    return Rows(train=train, validation=validation, test=test)


def _has_no_training_rows(resolved: ResolvedRequest) -> bool:
    files = resolved.dataset.files
    return files is not None and files.train is None


def _beside(train: int, resolved: ResolvedRequest) -> int:
    """Rows of the validation split that was cut off to leave `train` rows."""
    share = resolved.validation_fraction
    return round(share * train / (1 - share))


def _has_known_rows(run: PastRun, resolved: ResolvedRequest) -> bool:
    """Whether the limits of this request are no looser than those of the run."""
    limits = (
        (run.max_train_rows, resolved.max_train_rows),
        (run.max_test_rows, resolved.max_test_rows),
    )
    return all(past is None or (own is not None and own <= past) for past, own in limits)


def _capped(rows: Rows, resolved: ResolvedRequest) -> Rows:
    train = min(rows.train, resolved.max_train_rows or rows.train)
    # A validation split that was cut from train keeps its share.
    is_cut = abs(rows.validation - _beside(rows.train, resolved)) <= 1
    return Rows(
        train=train,
        validation=_beside(train, resolved) if is_cut else rows.validation,
        test=min(rows.test, resolved.max_test_rows or rows.test),
    )


def _workload(
    resolved: ResolvedRequest,
    candidate: Candidate,
    part: Part,
    rows: Rows | None,
    past: Sequence[PastRun],
) -> Workload:
    tokens = tokens_of_past(past, resolved.dataset.id, candidate.model, candidate.method)
    max_length = candidate.hyperparameters.max_length
    answering, note = _answering(resolved, candidate, past)
    if not is_baseline(candidate.method) and max_length is not None:
        if tokens is None:
            of_texts = f"Assumes that each text has max_length, {max_length} tokens."
            note = " ".join(filter(None, (note, of_texts)))
        tokens = min(tokens or max_length, max_length)
    parameters = (
        job.num_parameters for run in past for job in run.jobs if job.model == candidate.model
    )
    return Workload(
        candidate=candidate.candidate,
        model=candidate.model,
        method=candidate.method,
        instance_type=instance_type_of(resolved, candidate),
        part=part,
        num_parameters=next((number for number in parameters if number), None),
        rows=rows,
        epochs=recipe_of(candidate, rows, None, tokens).epochs if rows else 0,
        tokens_per_row=tokens,
        answering=answering,
        note=note,
    )


def _answering(
    resolved: ResolvedRequest, candidate: Candidate, past: Sequence[PastRun]
) -> tuple[Answering, str]:
    """What can be known of it before the data is prepared, and what is assumed."""
    of_model = [
        job.entails
        for run in past
        for job in run.jobs
        if (job.model, job.method) == (candidate.model, "zeroshot")
    ]
    named = resolved.label_names or (resolved.label if len(resolved.label or []) > 1 else None)
    counted = [
        job.num_answers for run in past if run.dataset == resolved.dataset.id for job in run.jobs
    ]
    num_answers = len(named) if named else next(filter(None, counted), None)
    note = ""
    if candidate.method == "zeroshot" and not of_model:
        note = (
            "Assumes that it is not a model for natural language inference, which would read each "
            "text once for every label."
        )
    examples = candidate.hyperparameters.prompt_examples
    return Answering(num_answers, any(of_model), examples), note
