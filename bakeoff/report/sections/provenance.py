"""Failures, warnings, and the origin of the results."""

import json

from bakeoff.layout import data_name
from bakeoff.report import numbers
from bakeoff.report.phrases import capitalised
from bakeoff.report.race import Race
from bakeoff.report.sections.names import candidate_cell, rank_cell
from bakeoff.report.sections.verdict import when
from bakeoff.report.tables import MAX_CANDIDATES, Cell, Column, Table, of_the_best, text
from bakeoff.summary.candidate import CandidateSummary

Facts = list[tuple[str, str]]


def failures_table(race: Race) -> Table | None:
    """Candidates that lost a job or all of them; None if there are none."""
    failed = [one for one in race.summary.candidates if one.has_losses]
    columns = [
        Column("Candidate", is_number=False),
        Column("Status", is_number=False),
        Column("Seeds completed"),
        Column("Reason", is_number=False),
    ]
    rows = [
        [
            candidate_cell(race, one),
            text(one.status),
            Cell(f"{len(one.seeds_completed)} of {len(one.seeds)}", len(one.seeds_completed)),
            text(one.reason or "No reason was recorded.", kind="prose"),
        ]
        for one in failed
    ]
    return Table("What failed", columns, rows) if rows else None


def warnings(race: Race) -> list[tuple[str, list[str]]]:
    return [(one.name, one.warnings) for one in race.summary.candidates if one.warnings]


def facts(race: Race) -> list[tuple[str, Facts]]:
    """Facts in groups: the data, the run, the statistics, the software."""
    conditions, provenance = race.summary.conditions, race.summary.provenance
    statistics = race.summary.statistics
    data: Facts = [
        ("Data set", _data_set(conditions.dataset)),
        ("Revision", conditions.dataset_revision or ""),
        ("Fingerprint", conditions.dataset_fingerprint or ""),
        ("Text", ", ".join(conditions.text_columns)),
        ("Labels", ", ".join(conditions.label_columns)),
        ("Positive label", conditions.positive_label or ""),
        ("Task", _task(race)),
    ]
    run: Facts = [
        ("Name", provenance.name),
        ("Run", provenance.run),
        ("Requested", when(provenance.requested_at)),
        ("Request", provenance.request_key or ""),
        ("Execution", provenance.execution_arn or ""),
        ("Experiment", provenance.experiment or ""),
    ]
    counted: Facts = [
        ("Confidence", numbers.percent(statistics.confidence)),
        ("Resamples", numbers.count(statistics.resamples)),
        ("Seed of the bootstrap", str(statistics.seed)),
    ]
    software: Facts = [
        *provenance.library_versions.items(),
        ("Trained on", "; ".join(provenance.devices)),
    ]
    groups = (("Data", data), ("Run", run), ("Statistics", counted), ("Software", software))
    return [(name, [fact for fact in group if fact[1]]) for name, group in groups]


def _task(race: Race) -> str:
    task = race.summary.conditions.task or ""
    return " – ".join(part for part in (task, race.summary.conditions.task_reason) if part)


def models_table(race: Race) -> Table:
    columns = [
        Column("Rank"),
        Column("Candidate", is_number=False),
        Column("Key", "Its name in the tables", is_number=False),
        Column("Model", is_number=False),
        Column("Revision", is_number=False),
        Column("Seeds", is_number=False),
    ]
    rows = [
        [
            rank_cell(one),
            candidate_cell(race, one),
            text(one.candidate, kind="code"),
            text(_model(one), kind="code"),
            text(one.model_revision, kind="code"),
            text(", ".join(map(str, one.seeds))),
        ]
        for one in [*race.ranked, *race.unranked]
    ]
    return of_the_best(Table("Models and revisions", columns, rows, header_index=1))


def _model(one: CandidateSummary) -> str:
    """What the request said, and where a local model was uploaded to."""
    is_same = one.requested_as == one.model
    return one.model if is_same else f"{one.requested_as} ({one.model})"


def _data_set(dataset: str) -> str:
    """As people know it, and where a local file was uploaded to."""
    name = data_name(dataset)
    return dataset if name == dataset else f"{name} ({dataset})"


def recipes_table(race: Race) -> Table | None:
    """Hyperparameters; None where no candidate has any."""
    candidates = [one for one in [*race.ranked, *race.unranked] if one.hyperparameters]
    names = list(dict.fromkeys(name for one in candidates for name in _used(one)))
    if not names:
        return None
    columns = [
        Column("Rank"),
        Column("Candidate", is_number=False),
        *(Column(capitalised(name.replace("_", " "))) for name in names),
    ]
    rows = [
        [rank_cell(one), candidate_cell(race, one), *(_recipe_cell(one, name) for name in names)]
        for one in candidates
    ]
    return of_the_best(Table("Hyperparameters", columns, rows, header_index=1))


def _used(candidate: CandidateSummary) -> list[str]:
    return [name for name, value in candidate.hyperparameters.items() if value is not None]


def _recipe_cell(candidate: CandidateSummary, name: str) -> Cell:
    value = candidate.hyperparameters.get(name)
    if value is None:
        return Cell(numbers.ABSENT)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return Cell(shown, float(value) if is_number else None)


def request_json(race: Race) -> str:
    """The request as JSON, with as many candidates as the tables have."""
    request = dict(race.summary.provenance.request)
    candidates = request.get("candidates")
    if isinstance(candidates, list) and len(candidates) > MAX_CANDIDATES:
        further = f"and {len(candidates) - MAX_CANDIDATES:,} more, which summary.json has"
        request["candidates"] = [*candidates[:MAX_CANDIDATES], further]
    return json.dumps(request, indent=2, ensure_ascii=False)
