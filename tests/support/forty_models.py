"""The made-up summary of a race of forty models: screening, two rungs, three finalists."""

from random import Random

from bakeoff.race.stage_outcome import Entrant
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary
from bakeoff.summary.learning_rates import LearningRateTrial
from bakeoff.summary.marks import Mark
from bakeoff.summary.ownership import Ownership
from bakeoff.summary.staged_race import (
    RaceStage,
    RankAgreement,
    Saving,
    SearchCounts,
    StagedRace,
)
from tests.support import summary_parts as parts
from tests.support import summary_samples as samples

_FINAL, _SECOND, _FIRST, _ALL = 3, 7, 14, 40
_ORGANISATIONS = ("sentence-transformers", "google-bert", "answerdotai", "BAAI", "FacebookAI")


def forty_models() -> Summary:
    """Ranks are the models' numbers; screening and rungs see them with noise."""
    random = Random(4)
    finalists = [_finalist(number) for number in range(_FINAL)]
    baselines = [
        parts.candidate("tfidf-1", "baseline/tfidf", 4, 0.78, method="tfidf", seeds=(1,)),
        parts.candidate("majority-1", "baseline/majority", 5, 0.33, method="majority", seeds=(1,)),
    ]
    dropped = [_dropped(number, random) for number in range(_FINAL, _ALL)]
    stages = [
        _stage("screening", 1, _ALL, _FIRST, random, 4.0),
        _stage("rung", 2, _FIRST, _SECOND, random, 1.5, share=0.25),
        _stage("rung", 3, _SECOND, _FINAL, random, 0.5, share=0.5),
        _final([*finalists, *baselines]),
    ]
    candidates = [*finalists, *baselines, *dropped]
    base = samples.binary()
    verdict = base.verdict.model_copy(
        update={
            "best": _key(0), "tied": [_key(0), _key(1)], "cheapest": None, "fastest": None,
            "smallest": None,
        }
    )  # fmt: skip
    return base.model_copy(
        update={
            "verdict": verdict,
            "candidates": candidates,
            "pairs": parts.pairs_of(candidates[:5]),
            "hardest_rows": [],
            "suspect_labels": None,
            "more_labels": None,
            "race": StagedRace(
                stages=stages,
                search=SearchCounts(listed=200, found=_ALL, dropped={"licence": 61, "family": 99}),
                screening_with_rung=RankAgreement(kendalls_tau=0.58, num_candidates=_FIRST),
                screening_with_final=RankAgreement(kendalls_tau=-0.33, num_candidates=_FINAL),
                saving=Saving(
                    billable_seconds=18_200, exhaustive_billable_seconds=98_000,
                    train_tokens=310_000_000, exhaustive_train_tokens=1_900_000_000,
                ),
            ),
        }
    )  # fmt: skip


def _key(number: int) -> str:
    return f"model-{number:02d}-abcdef"


def _model(number: int) -> str:
    return f"{_ORGANISATIONS[number % 5]}/encoder-{'multilingual-' * (number % 3)}v{number}"


def _finalist(number: int) -> CandidateSummary:
    found = parts.candidate(
        _key(number), _model(number), number + 1, 0.86 - 0.01 * number, is_tied=number < 2,
        best=0.86, epochs=12,
    )  # fmt: skip
    scores = (0.71, 0.84 - 0.01 * number, None if number == 1 else 0.80)
    trials = [
        LearningRateTrial(
            learning_rate=5e-5 * 3**place, validation_score=score, steps=250, is_chosen=place == 1
        )
        for place, score in enumerate(scores)
    ]
    rung = found.jobs[0].model_copy(
        update={"learning_rate_trials": trials, "stage": "rung", "wave": 2, "test": {}}
    )
    marks = [Mark(kind="still_improving", sentence="It was still improving when it stopped.")]
    return found.model_copy(
        update={
            "rung_jobs": [rung], "stage": "final", "screening_rank": 3 * number + 1,
            "learning_rate_gain": 0.0, "marks": marks if number == 2 else [],
        }
    )  # fmt: skip


def _dropped(number: int, random: Random) -> CandidateSummary:
    is_screened = number >= _FIRST
    found = parts.failed(_key(number), _model(number), "It came too late for a place.")
    return found.model_copy(
        update={
            "status": "screened" if is_screened else "stopped",
            "stage": "screening" if is_screened else "rung",
            "seeds": [],
            "jobs": [],
            "screening_rank": number + 1,
            "stage_validation": None if is_screened else 0.8 - 0.01 * number,
            "ownership": Ownership(billable_seconds=40 + number, cost_usd=0.01 * number),
        }
    )


def _stage(
    stage: str, wave: int, entered: int, kept: int, random: Random, noise: float, share=None
) -> RaceStage:
    """The models with the lowest numbers go on, whatever their noisy scores."""
    order = sorted(range(entered), key=lambda number: number + random.gauss(0, noise))
    entrants = [
        Entrant(
            candidate=_key(number),
            score=None
            if number == entered - 1
            else place + 1
            if stage == "screening"
            else 0.85 - 0.01 * place,
            is_kept=number < kept,
        )
        for place, number in enumerate(order)
    ]
    return RaceStage(
        stage=stage, wave=wave, share=share, places=kept,
        entrants=sorted(entrants, key=lambda one: one.score is None),
        billable_seconds=3000 * wave, cost_usd=1.2 * wave, train_tokens=wave * 70_000_000,
    )  # fmt: skip


def _final(candidates: list[CandidateSummary]) -> RaceStage:
    entrants = [
        Entrant(candidate=one.candidate, score=one.metrics["f1"].mean, is_kept=True)
        for one in candidates
    ]
    return RaceStage(
        stage="final", wave=4, share=1.0, entrants=entrants, billable_seconds=9200, cost_usd=3.6
    )
