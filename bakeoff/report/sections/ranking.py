"""The ranking as a table."""

from bakeoff.report import numbers
from bakeoff.report.phrases import capitalised
from bakeoff.report.race import Race, is_tied
from bakeoff.report.sections.names import candidate_cell, rank_cell
from bakeoff.report.tables import Cell, Column, Table, number, text, without_empty_columns
from bakeoff.summary.candidate import CandidateSummary

_MAX_SEED_COLUMNS = 10


def ranking_table(race: Race) -> Table:
    """Every candidate by rank, failed ones last; those that dropped out have another table."""
    confidence = numbers.percent(race.summary.statistics.confidence)
    metric = capitalised(race.metric_name)
    seeds = _seeds(race)
    columns = [
        Column("Rank"),
        Column("Candidate", is_number=False),
        Column("Method", is_number=False),
        Column(metric, "On test, mean over the completed seeds"),
        Column(f"{confidence} interval", "Of the mean; sorts by its lower end"),
        Column("Std", "Sample standard deviation over the seeds"),
        *(Column(f"Seed\N{NO-BREAK SPACE}{seed}", f"{metric} of this seed") for seed in seeds),
        Column("p against best", "Adjusted by Holm's method over all candidates"),
        Column("Tied", "Not significantly different from the best", is_number=False),
        Column("Status", is_number=False),
    ]
    failed = [one for one in race.unranked if one.status not in ("screened", "stopped")]
    rows = [_row(race, one, seeds) for one in [*race.ranked, *failed]]
    return without_empty_columns(Table("All candidates", columns, rows, header_index=1), first=5)


def _seeds(race: Race) -> list[int]:
    seeds = sorted({seed for one in race.ranked for seed in race.quality(one).by_seed})
    return seeds if 1 < len(seeds) <= _MAX_SEED_COLUMNS else []


def _row(race: Race, candidate: CandidateSummary, seeds: list[int]) -> list[Cell]:
    quality = candidate.metrics.get(race.metric)
    interval = quality.interval if quality else None
    versus = candidate.versus_best
    return [
        rank_cell(candidate),
        candidate_cell(race, candidate),
        text(candidate.method),
        number(quality.mean if quality else None, numbers.metric),
        Cell(numbers.interval(interval), interval.low if interval else None),
        number(quality.std if quality else None, numbers.metric),
        *(number(quality.by_seed.get(seed) if quality else None, numbers.metric) for seed in seeds),
        number(versus.p_value_adjusted if versus else None, numbers.p_value),
        text(_tied(candidate)),
        text(_status(candidate)),
    ]


def _tied(candidate: CandidateSummary) -> str:
    if candidate.rank == 1:
        return "best"
    if candidate.is_tied is None:
        return "not tested" if candidate.rank else ""
    return "yes" if is_tied(candidate) else "no"


def _status(candidate: CandidateSummary) -> str:
    done, planned = len(candidate.seeds_completed), len(candidate.seeds)
    return (
        f"partial, {done} of {planned} seeds" if candidate.status == "partial" else candidate.status
    )


def marks(race: Race) -> list[tuple[str, list[str]]]:
    """The names of the candidates whose scores are not to be taken at face value, and why not."""
    return [
        (one.name, [mark.sentence for mark in one.marks])
        for one in race.summary.candidates
        if one.marks
    ]
