"""The learning rates that candidates tried."""

from bakeoff.report import numbers
from bakeoff.report.race import Race
from bakeoff.report.sections.names import candidate_cell, rank_cell
from bakeoff.report.tables import Cell, Column, Table, number, of_the_best, text
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.learning_rates import LearningRateTrial, chosen_at_the_edge

MAX_PICTURES = 12


def tuned(race: Race) -> list[CandidateSummary]:
    """Those that tried several rates, the best first; those that dropped out last."""
    return [one for one in [*race.ranked, *race.unranked] if one.learning_rate_trials]


def rates_table(race: Race) -> Table | None:
    """None if nobody tried several rates."""
    candidates = tuned(race)
    columns = [
        Column("Rank"),
        Column("Candidate", is_number=False),
        Column("Rate used", "The best on validation"),
        Column("Gain", "In the main metric on validation, over the middle rate"),
        Column("Tried", f"Each rate with its {race.metric_name} on validation", is_number=False),
        Column("Edge", "A rate beyond those tried may be better", is_number=False),
    ]
    rows = [_row(race, one) for one in candidates]
    if not rows:
        return None
    return of_the_best(Table("Learning rates tried", columns, rows, header_index=1))


def rate(value: float) -> str:
    """A learning rate in two or three digits: 1.5e-4."""
    mantissa, _, exponent = f"{value:.2e}".partition("e")
    return f"{numbers.trimmed(mantissa)}e{int(exponent)}".replace("-", "\N{MINUS SIGN}")


def _row(race: Race, one: CandidateSummary) -> list[Cell]:
    trials = one.learning_rate_trials
    used = next((trial.learning_rate for trial in trials if trial.is_chosen), None)
    edge = chosen_at_the_edge(trials)
    return [
        rank_cell(one),
        candidate_cell(race, one),
        number(used, rate),
        number(one.learning_rate_gain, numbers.signed_metric),
        text(", ".join(_shown(trial) for trial in trials), kind="prose"),
        text(f"the {edge}" if edge else ""),
    ]


def _shown(trial: LearningRateTrial) -> str:
    score = trial.validation_score
    found = "diverged" if score is None else numbers.shown(score, numbers.metric)
    return f"{rate(trial.learning_rate)}: {found}"
