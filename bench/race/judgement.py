"""Judges a race by the exhaustive training of the same models: what it cost, and what it missed."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from scipy.stats import kendalltau

from bakeoff.jobs.result import JobResult
from bakeoff.race.past_wave import PastWave
from bakeoff.race.stage_outcome import StageOutcome

Results = Mapping[str, Mapping[float, JobResult]]
"""By candidate and learning rate."""

_Key = TypeVar("_Key")

# A pass without gradients is one of the three products that a training step needs.
_FORWARD_SHARE = 1 / 3


@dataclass(frozen=True)
class Cost:
    """What training takes, without loading, evaluation on test and the like."""

    cpu_seconds: float = 0.0
    parameter_tokens: float = 0.0
    """Weights of the encoder times tokens that it was trained on, which no other load disturbs."""

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.cpu_seconds + other.cpu_seconds,
            self.parameter_tokens + other.parameter_tokens,
        )


def cost_of(results: Iterable[JobResult], encoder_parameters: Callable[[str], int]) -> Cost:
    """What these jobs took, screening jobs among them."""
    total = Cost()
    for result in results:
        metrics = result.metrics
        if metrics is not None:
            work = (metrics.train_tokens or 0) * encoder_parameters(result.candidate)
            total += Cost(metrics.cpu_seconds or 0.0, work)
        for score in result.screening:
            tokens = (score.train_tokens or 0) + _FORWARD_SHARE * (score.num_tokens or 0)
            total += Cost(score.cpu_seconds or 0.0, tokens * encoder_parameters(score.candidate))
    return total


def chosen_rates(results: Results, metric: str, *, higher_is_better: bool) -> dict[str, float]:
    """For each candidate with a score, the rate that is best on validation."""
    found = {}
    for candidate, by_rate in results.items():
        scores = {
            rate: result.scores("validation")[metric]
            for rate, result in by_rate.items()
            if metric in result.scores("validation")
        }
        if scores:
            found[candidate] = _best(scores, higher_is_better=higher_is_better)
    return found


def ranked_on_test(
    results: Results, rates: Mapping[str, float], metric: str, *, higher_is_better: bool
) -> list[tuple[str, float]]:
    """Candidates with the test scores of their chosen rates, the best first."""
    scores = {each: results[each][rate].scores("test")[metric] for each, rate in rates.items()}
    sign = -1 if higher_is_better else 1
    return sorted(scores.items(), key=lambda entry: sign * entry[1])


@dataclass(frozen=True)
class Judgement:
    """The race's choice beside what exhaustive training would have chosen."""

    winner: str
    score: float
    """Of the winner on test, as the race trained it."""
    best: str
    best_score: float
    """Of the exhaustive training's best candidate on test."""
    tied: Sequence[str]
    """The exhaustive training's best candidate, and those not significantly different."""
    regret: float
    """By how much the winner's score is worse than the best one; negative where it is better."""
    race: Cost
    exhaustive: Cost
    taus: Mapping[str, float] = field(default_factory=dict)
    """Kendall's tau between each stage's scores and the exhaustive training's on test."""

    @property
    def is_winner_tied(self) -> bool:
        return self.winner in self.tied

    @property
    def cpu_share(self) -> float:
        return self.race.cpu_seconds / self.exhaustive.cpu_seconds

    @property
    def parameter_tokens_share(self) -> float:
        return self.race.parameter_tokens / self.exhaustive.parameter_tokens


def judge(
    past: Sequence[PastWave],
    results: Results,
    tied: Sequence[str],
    metric: str,
    encoder_parameters: Callable[[str], int],
    *,
    higher_is_better: bool,
) -> Judgement:
    """Args: tied: the best of the exhaustive training and those not worse, the best first."""
    rates = chosen_rates(results, metric, higher_is_better=higher_is_better)
    truth = dict(ranked_on_test(results, rates, metric, higher_is_better=higher_is_better))
    finals = [each for wave in past if wave.wave.stage == "final" for each in wave.results]
    scores = {
        each.candidate: each.scores("test")[metric]
        for each in finals
        if metric in each.scores("test")
    }
    winner = _best(scores, higher_is_better=higher_is_better)
    best = next(iter(truth))
    gap = truth[best] - scores[winner]
    return Judgement(
        winner=winner,
        score=scores[winner],
        best=best,
        best_score=truth[best],
        tied=list(tied),
        regret=gap if higher_is_better else -gap,
        race=cost_of((each for wave in past for each in wave.results), encoder_parameters),
        exhaustive=cost_of(
            (each for by_rate in results.values() for each in by_rate.values()), encoder_parameters
        ),
        taus={
            f"{each.outcome.stage} {each.wave.number}": tau_of(
                each.outcome, truth, higher_is_better=higher_is_better
            )
            for each in past
            if each.outcome is not None
        },
    )


def tau_of(outcome: StageOutcome, truth: Mapping[str, float], *, higher_is_better: bool) -> float:
    """1 if the stage ordered its entrants as the scores in `truth` do, -1 if the other way round.

    After screening a low score is good, because it is a rank.
    """
    both = [
        (entrant.score, truth[entrant.candidate])
        for entrant in outcome.entrants
        if entrant.score is not None and entrant.candidate in truth
    ]
    tau = float(kendalltau(*zip(*both, strict=True)).statistic) if len(both) > 1 else float("nan")
    return -tau if outcome.stage == "screening" and higher_is_better else tau


def _best(scores: Mapping[_Key, float], *, higher_is_better: bool) -> _Key:
    return (max if higher_is_better else min)(scores, key=lambda key: scores[key])
