"""What the jobs of a request have to do, as far as it is known before its data is prepared."""

from collections.abc import Mapping, Sequence

from bakeoff.cost.estimate import Workload, tokens_of_past
from bakeoff.cost.past_runs import PastRun
from bakeoff.jobs.instances import instance_type_of
from bakeoff.methods import is_baseline
from bakeoff.prepared.manifest import Rows
from bakeoff.request.resolved import Candidate, ResolvedRequest


def expected_rows(
    resolved: ResolvedRequest, counted: Mapping[str, int | None], past: Sequence[PastRun]
) -> tuple[Rows | None, str]:
    """The rows of each split, and a sentence on where the numbers come from.

    Args:
        counted: by split, of files on this machine; None where they could not be counted, and
            without the splits that the request does not give.
        past: newest first.
    """
    given = _given(resolved, counted)
    if given is not None:
        return _capped(given, resolved), "Rows as counted in the files."
    for run in past:
        if run.dataset == resolved.dataset.id and _is_told(run, resolved):
            return _capped(run.rows, resolved), f"Rows as in the run {run.run} on this data set."
    most_train, most_test = resolved.max_train_rows, resolved.max_test_rows
    if most_train is None or most_test is None:
        return None, "How many rows there are is not known: no past run was on this data set."
    rows = Rows(train=most_train, validation=_beside(most_train, resolved), test=most_test)
    return rows, "Rows as many as max_train_rows and max_test_rows allow."


def expected_workloads(
    resolved: ResolvedRequest, rows: Rows | None, past: Sequence[PastRun]
) -> list[Workload]:
    """Of every candidate; lengths and sizes are those of past runs."""
    return [_workload(resolved, candidate, rows, past) for candidate in resolved.candidates]


def _given(resolved: ResolvedRequest, counted: Mapping[str, int | None]) -> Rows | None:
    """The splits of files, with those that are cut from train."""
    train = counted.get("train")
    if train is None or None in counted.values():
        return None
    test, validation = counted.get("test"), counted.get("validation")
    if test is None:
        test = round(train * resolved.test_fraction)
        train -= test
    if validation is None:
        validation = round(train * resolved.validation_fraction)
        if resolved.max_train_rows is not None:
            validation = min(validation, _beside(resolved.max_train_rows, resolved))
        train -= validation
    return Rows(train=train, validation=validation, test=test)


def _beside(train: int, resolved: ResolvedRequest) -> int:
    """Rows of a validation split that was cut off and has left so many to train on."""
    share = resolved.validation_fraction
    return round(share * train / (1 - share))


def _is_told(run: PastRun, resolved: ResolvedRequest) -> bool:
    """Whether the run would have had as many rows under the limits of this request."""
    limits = (
        (run.max_train_rows, resolved.max_train_rows),
        (run.max_test_rows, resolved.max_test_rows),
    )
    return all(past is None or (own is not None and own <= past) for past, own in limits)


def _capped(rows: Rows, resolved: ResolvedRequest) -> Rows:
    train = min(rows.train, resolved.max_train_rows or rows.train)
    # One that was cut from train stays in proportion to it.
    is_cut = abs(rows.validation - _beside(rows.train, resolved)) <= 1
    return Rows(
        train=train,
        validation=_beside(train, resolved) if is_cut else rows.validation,
        test=min(rows.test, resolved.max_test_rows or rows.test),
    )


def _workload(
    resolved: ResolvedRequest, candidate: Candidate, rows: Rows | None, past: Sequence[PastRun]
) -> Workload:
    tokens = tokens_of_past(past, resolved.dataset.id, candidate.model, candidate.method)
    max_length, note = candidate.hyperparameters.max_length, ""
    if not is_baseline(candidate.method) and max_length is not None:
        if tokens is None:
            note = f"Its texts are taken to have max_length, {max_length} tokens, each."
        tokens = min(tokens or max_length, max_length)
    parameters = (
        job.num_parameters for run in past for job in run.jobs if job.model == candidate.model
    )
    return Workload(
        candidate=candidate.candidate,
        model=candidate.model,
        method=candidate.method,
        instance_type=instance_type_of(resolved, candidate.method),
        num_jobs=len(resolved.seeds_of(candidate)),
        num_parameters=next((number for number in parameters if number), None),
        rows=rows,
        epochs=candidate.hyperparameters.epochs,
        tokens_per_row=tokens,
        note=note,
    )
