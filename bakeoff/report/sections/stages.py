"""How many models became few: the stages of the race, who stopped where, and what that saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from bakeoff.report import numbers
from bakeoff.report.phrases import capitalised
from bakeoff.report.race import Race
from bakeoff.report.sections.names import candidate_cell
from bakeoff.report.tables import Cell, Column, Table, number, of_the_best, text
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.staged_race import RaceStage, RankAgreement, Saving, SearchCounts, StagedRace
from bakeoff.wording import counted, in_words

WITHOUT_STAGES = "How the race went"


@dataclass(frozen=True)
class StagesSection:
    title: str
    lead: str
    stages: Table | None
    dropped: Table | None
    finalists: Table | None
    notes: list[str]


def stages_section(race: Race) -> StagesSection | None:
    """None if no candidate dropped out in a stage, and none was searched for."""
    staged = race.summary.race
    if staged is None:
        return None
    return StagesSection(
        title=_title(race, staged),
        lead=_lead(staged),
        stages=_stages_table(staged) if staged.stages else None,
        dropped=_dropped_table(race, staged),
        finalists=_finalists_table(race, staged),
        notes=_notes(staged),
    )


def stage_name(stage: RaceStage) -> str:
    if stage.stage == "rung":
        return f"{numbers.percent(stage.share or 0)} of the steps"
    return capitalised(stage.stage)


def _title(race: Race, staged: StagedRace) -> str:
    models = [one for one in race.summary.candidates if not one.is_baseline]
    finalists = sum(bool(one.jobs) for one in models)
    if not staged.stages or finalists == len(models):
        return WITHOUT_STAGES
    many, few = (in_words(count) if count else "none" for count in (len(models), finalists))
    return f"How {many} became {few}"


def _lead(staged: StagedRace) -> str:
    if not staged.stages:
        return "No stage of the race has ended."
    return (
        "Only candidates that came to the final are scored on test. The others dropped out before, "
        "by their scores on validation rows or, in the screening, by how well their features "
        "predict without any training."
    )


def _stages_table(staged: StagedRace) -> Table:
    columns = [
        Column("Stage", is_number=False),
        Column("Entered"),
        Column("Places", "How many could go on by score alone"),
        Column("Went on", "More than the places where scores were as good, or a rule keeps one"),
        Column("Billed time"),
        Column("Cost"),
        Column("Tokens", "Processed in training, with padding"),
    ]
    rows = [
        [
            text(stage_name(stage)),
            number(len(stage.entrants), numbers.count),
            number(stage.places, numbers.count),
            number(sum(one.is_kept for one in stage.entrants), numbers.count)
            if stage.stage != "final"
            else Cell(numbers.ABSENT),
            number(stage.billable_seconds, numbers.duration),
            number(stage.cost_usd, numbers.usd),
            number(stage.train_tokens, numbers.quantity),
        ]
        for stage in staged.stages
    ]
    return Table("The stages", columns, rows, is_sortable=False, kind="small")


def _dropped_table(race: Race, staged: StagedRace) -> Table | None:
    """Who stopped where and why: the last to do so first, those that failed in a stage last."""
    entered = {one.candidate for stage in staged.stages for one in stage.entrants}
    dropped = [
        one
        for one in race.summary.candidates
        if not one.has_result and one.stage != "final" and one.candidate in entered
    ]
    columns = [
        Column("Candidate", is_number=False),
        Column("Stopped in", is_number=False),
        Column("Place", "Among all that entered that stage"),
        Column("Screening", "Place in the screening"),
        Column(f"Validation {race.metric_name}", "At the end of that stage"),
        Column("Billed time", "So far, with its share of screening jobs"),
        Column("Cost", "So far"),
        Column("Why", is_number=False),
    ]
    rows = [_dropped_row(race, staged, one) for one in dropped]
    return of_the_best(Table("Who stopped where", columns, rows)) if rows else None


def _dropped_row(race: Race, staged: StagedRace, one: CandidateSummary) -> list[Cell]:
    last = [
        stage
        for stage in staged.stages
        if any(entrant.candidate == one.candidate for entrant in stage.entrants)
    ][-1]
    place = [entrant.candidate for entrant in last.entrants].index(one.candidate) + 1
    return [
        candidate_cell(race, one),
        text(stage_name(last)),
        Cell(f"{place} of {len(last.entrants)}", place),
        number(one.screening_rank, numbers.count),
        number(one.stage_validation, numbers.metric),
        number(one.ownership.billable_seconds, numbers.duration),
        number(one.ownership.cost_usd, numbers.usd),
        text(one.reason, kind="prose"),
    ]


def _finalists_table(race: Race, staged: StagedRace) -> Table | None:
    """Their scores from stage to stage."""
    earlier = [stage for stage in staged.stages if stage.stage != "final"]
    finalists = [one for one in race.ranked if _entered_any(one, earlier)]
    if not finalists:
        return None
    columns = [
        Column("Rank"),
        Column("Candidate", is_number=False),
        *(Column(stage_name(stage), _meaning(race, stage)) for stage in earlier),
        Column("Test", f"{capitalised(race.metric_name)}, mean over the completed seeds"),
    ]
    rows = [
        [
            Cell(str(one.rank), one.rank, kind="rank"),
            candidate_cell(race, one),
            *(_stage_cell(stage, one) for stage in earlier),
            number(race.quality(one).mean, numbers.metric),
        ]
        for one in finalists
    ]
    return of_the_best(Table("The finalists from stage to stage", columns, rows, header_index=1))


def _entered_any(one: CandidateSummary, stages: Sequence[RaceStage]) -> bool:
    return any(one.candidate == entrant.candidate for s in stages for entrant in s.entrants)


def _meaning(race: Race, stage: RaceStage) -> str:
    if stage.stage == "screening":
        return "Mean of the ranks by its scores; 1 is the best"
    return f"{capitalised(race.metric_name)} on validation"


def _stage_cell(stage: RaceStage, one: CandidateSummary) -> Cell:
    score = next((each.score for each in stage.entrants if each.candidate == one.candidate), None)
    form = numbers.significant if stage.stage == "screening" else numbers.metric
    return number(score, form)


def _notes(staged: StagedRace) -> list[str]:
    return [
        *_on_search(staged.search),
        *_on_agreement(staged),
        *_on_saving(staged.saving),
    ]


def _on_search(search: SearchCounts | None) -> list[str]:
    if search is None:
        return []
    looked_at = counted(search.listed, "model")
    taken = f"{search.found:,}" if search.found else "none"
    sentence = f"The search looked at {looked_at} on the hub and took {taken}."
    if not search.dropped:
        return [sentence]
    reasons = ", ".join(f"{number:,} {reason}" for reason, number in search.dropped.items())
    return [f"{sentence} It left out {sum(search.dropped.values()):,}: {reasons}."]


def _on_agreement(staged: StagedRace) -> list[str]:
    found = [
        (staged.screening_with_rung, "that trained the first rung", "its scores"),
        (staged.screening_with_final, "finalists", "the scores on test"),
    ]
    return [
        f"Of the {agreement.num_candidates:,} {who}, the order of the screening agrees with that "
        f"of {what} with Kendall's tau {_tau(agreement)} (1: the same order, 0: no relation)."
        for agreement, who, what in found
        if agreement is not None
    ]


def _tau(agreement: RankAgreement) -> str:
    return f"{agreement.kendalls_tau:.2f}".replace("-", "\N{MINUS SIGN}")


def _on_saving(saving: Saving | None) -> list[str]:
    if saving is None:
        return []
    parts = [
        _compared(
            saving.billable_seconds, saving.exhaustive_billable_seconds, "time", numbers.duration
        ),
        _compared(saving.train_tokens, saving.exhaustive_train_tokens, "tokens", numbers.quantity),
    ]
    shown = " and ".join(part for part in parts if part)
    if not shown:
        return []
    return [
        f"The race took {shown} that it takes to train every model to the end with every "
        "learning rate and all seeds. That is an estimate from the shares of the steps; baselines "
        "are left out of both."
    ]


def _compared(taken: int | None, exhaustive: int | None, what: str, form: numbers.Format) -> str:
    if not taken or not exhaustive:
        return ""
    share = numbers.whole_share(taken / exhaustive)
    return f"{share} of the {what} ({form(taken)} instead of {form(exhaustive)})"
