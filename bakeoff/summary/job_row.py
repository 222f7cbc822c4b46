"""A row of jobs.csv, and the kinds of columns that many of it are."""

from collections.abc import Iterator
from dataclasses import dataclass

from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.columns import Cell, Column, ColumnType
from bakeoff.summary.document import Summary
from bakeoff.summary.job import JobSummary
from bakeoff.summary.ownership import Ownership


@dataclass(frozen=True)
class JobRow:
    summary: Summary
    candidate: CandidateSummary
    job: JobSummary

    @property
    def run(self) -> str:
        return self.summary.provenance.run


def jobs_rows(summary: Summary) -> Iterator[JobRow]:
    """In the order of the ranks; of a candidate first its rungs, then its jobs in the order of the
    request's seeds."""
    return (
        JobRow(summary, candidate, job)
        for candidate in summary.candidates
        for job in [*candidate.rung_jobs, *candidate.jobs]
    )


def hyperparameter(name: str, kind: ColumnType, unit: str, meaning: str) -> Column[JobRow]:
    """The column of a setting of the recipe; empty for methods without it."""
    return Column(name, kind, unit, meaning, lambda row: row.candidate.hyperparameters.get(name))


def owned(name: str, kind: ColumnType, unit: str, meaning: str) -> Column[JobRow]:
    """The column of a figure of the job's ownership."""

    def value(row: JobRow) -> Cell:
        found: Cell = getattr(row.job.ownership, name)
        return found

    assert name in Ownership.model_fields, name
    return Column(name, kind, unit, meaning, value)
