"""How often intervals contain the truth, and how often a model is found different from its copy.

    python -m bench.comparison_coverage [--races N] [--resamples N] [--processes N] [--only KIND]

`simulated_races` simulates the races, so the truth is known. Bakeoff's method is compared with
simpler ones on the same races: the plain bootstrap over rows and seeds, by its percentiles or with
the normal distribution, and a variance that counts the interaction of rows and seeds twice.
docs/statistics.md has the results.
"""

import argparse
import json
import multiprocessing
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table
from scipy.special import ndtri

from bakeoff.statistics import CandidatePredictions, ComparisonSpec, analyse
from bakeoff.statistics.contender import Contender
from bakeoff.statistics.pairwise import compare
from bakeoff.statistics.resampled_scores import ResampledScores, resample
from bakeoff.statistics.selection import Selection
from bakeoff.statistics.variance import rows_variance
from bakeoff.summary.verdict import CorrectedScore
from bench.simulated_races import Classifier, Regressor, candidates_of

Model = Classifier | Regressor

CONFIDENCE = 0.95
ROWS = (200, 1000)
SEEDS = (1, 3, 5)
LUCK = 0.3
INTERVALS: dict[str, tuple[Callable[[float], Model], str]] = {
    "accuracy 0.85": (lambda luck: Classifier(luck=luck), "accuracy"),
    "accuracy 0.98": (lambda luck: Classifier(0.97, 0.02, luck=luck), "accuracy"),
    "F1, 15 % positive": (lambda luck: Classifier(positive_share=0.15, luck=luck), "f1"),
    "RMSE": (lambda luck: Regressor(luck=luck / 6), "rmse"),
    "RMSE, heavy tails": (lambda luck: Regressor(luck=luck / 6, tail_degrees=5), "rmse"),
}
EQUALS = 5
TITLES = {
    "copies": "A model is found different from its copy (5 % at most)",
    "intervals": "Intervals contain the truth (95 %)",
    "equals": f"Some of {EQUALS} equals are not in the tied group",
    "chosen": "The best candidate's score is too high by, and its intervals contain the truth",
}
FIELDS: dict[str, tuple[Classifier, ...]] = {
    "5 equals": (Classifier(),) * 5,
    "20 equals": (Classifier(),) * 20,
    "5, a point apart": tuple(Classifier(0.75 - place / 100) for place in range(5)),
    "5, five points apart": tuple(Classifier(0.75 - place / 20) for place in range(5)),
}
"""The first one of each has an accuracy of 0.85."""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--races", type=int, default=2000, help="number of races of each kind")
    parser.add_argument("--resamples", type=int, default=500)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", choices=(*TITLES,), help="one kind of race")
    parser.add_argument("--json", type=Path, help="write all figures here")
    options = parser.parse_args(arguments)
    cost = (options.races, options.resamples)
    kinds: dict[str, tuple[Callable[..., dict[str, Any]], list[tuple[Any, ...]]]] = {
        "copies": (copies_found_different, [*product(ROWS, SEEDS, (0.0, LUCK))]),
        "intervals": (intervals_that_hold, [*product(INTERVALS, ROWS, SEEDS)]),
        "equals": (equals_left_out, [*product(ROWS, (3, 5))]),
        "chosen": (scores_of_the_chosen, [*product(FIELDS, ROWS, (1, 3))]),
    }
    figures: dict[str, Any] = {"races": options.races, "resamples": options.resamples}
    with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
        for kind, (count, lines) in kinds.items():
            if options.only in (None, kind):
                runs = [(*line, *cost) for line in lines]
                figures[kind] = pool.starmap(count, runs, chunksize=1)
    _show(figures)
    if options.json is not None:
        options.json.write_text(json.dumps(figures, indent=1), encoding="utf-8")


def copies_found_different(
    rows: int, seeds: int, luck: float, races: int, resamples: int
) -> dict[str, Any]:
    """The share of races in which two candidates of equal true accuracy are found different."""
    chance, model = np.random.default_rng(1), Classifier(luck=luck)
    found = {"bakeoff": 0, "plain bootstrap": 0, "counted twice": 0, "McNemar": 0}
    for race in range(races):
        spec = _spec("accuracy", race, resamples)
        pair = resample(model.candidates(chance, rows, seeds, 2), spec)
        compared = compare(*(Contender.of(each, spec) for each in pair), spec)
        scores = [each.resampled_mean("accuracy") for each in pair]
        of_rows = float(rows_variance(scores[0] - scores[1], rows))
        of_seeds = sum(_mean_square(each, "accuracy") for each in pair)
        plain = of_rows + of_seeds * (seeds - 1) / seeds
        limit = ndtri(0.5 + CONFIDENCE / 2)
        found["bakeoff"] += compared.p_value <= 1 - CONFIDENCE
        found["plain bootstrap"] += abs(compared.difference) > limit * np.sqrt(plain)
        found["counted twice"] += abs(compared.difference) > limit * np.sqrt(of_rows + of_seeds)
        found["McNemar"] += (compared.mcnemar_p_value or 0) <= 1 - CONFIDENCE
    shares = {name: count / races for name, count in found.items()}
    return {"rows": rows, "seeds": seeds, "luck": luck, **shares}


def intervals_that_hold(
    name: str, rows: int, seeds: int, races: int, resamples: int
) -> dict[str, Any]:
    """The share of races in which the interval contains the true score; one seed has no luck."""
    build, metric = INTERVALS[name]
    model = build(LUCK if seeds > 1 else 0.0)
    chance, truth = np.random.default_rng(2), model.scores()[metric]
    found = {"bakeoff": 0, "percentiles": 0}
    width = 0.0
    for race in range(races):
        spec = _spec(metric, race, resamples)
        (each,) = resample(model.candidates(chance, rows, seeds, 1), spec)
        interval = each.intervals(spec).get(metric)
        if interval is not None:
            found["bakeoff"] += interval.low <= truth <= interval.high
            width += interval.high - interval.low
        low, high = _percentiles(each, metric, chance)
        found["percentiles"] += low <= truth <= high
    shares = {way: count / races for way, count in found.items()}
    return {"score": name, "rows": rows, "seeds": seeds, **shares, "width": width / races}


def equals_left_out(rows: int, seeds: int, races: int, resamples: int) -> dict[str, Any]:
    """How often some of five candidates of equal true accuracy are not in the tied group."""
    chance, model = np.random.default_rng(3), Classifier(luck=LUCK)
    given, any_of_them = 0, 0
    for race in range(races):
        ranked = sorted(model.candidates(chance, rows, seeds, EQUALS), key=_wrong_share)
        tied = analyse(ranked, _spec("accuracy", race, resamples)).tied
        given += "model-0" not in tied
        any_of_them += len(tied) < EQUALS
    return {"rows": rows, "seeds": seeds, "given": given / races, "any": any_of_them / races}


def scores_of_the_chosen(
    name: str, rows: int, seeds: int, races: int, resamples: int
) -> dict[str, Any]:
    """How much the best candidate's score is above its true one on average, as observed and as
    corrected, in points; and how often the intervals contain the truth. One seed has no luck."""
    luck = LUCK if seeds > 1 else 0.0
    models = [replace(model, luck=luck) for model in FIELDS[name]]
    chance, truths = np.random.default_rng(4), [model.scores()["accuracy"] for model in models]
    above = {"observed": 0.0, "corrected": 0.0}
    within = {"interval": 0, "corrected interval": 0}
    for race in range(races):
        spec = _spec("accuracy", race, resamples)
        scored = resample(candidates_of(models, chance, rows, seeds), spec)
        # Of equal scores the first, as in a ranking.
        place = int(np.argmax([each.mean("accuracy") for each in scored]))
        best, truth = scored.pop(place), truths[place]
        corrected = corrected_score([best, *scored], spec)
        for way, score, interval in (
            ("", best.mean("accuracy"), best.intervals(spec)["accuracy"]),
            ("corrected ", corrected.score, corrected.interval),
        ):
            above[way.strip() or "observed"] += 100 * (score - truth)
            within[f"{way}interval"] += interval.low <= truth <= interval.high
    means = {f"{way}, points": round(total / races, 2) for way, total in above.items()}
    shares = {way: count / races for way, count in within.items()}
    return {"candidates": name, "rows": rows, "seeds": seeds, **means, **shares}


def corrected_score(ranked: Sequence[ResampledScores], spec: ComparisonSpec) -> CorrectedScore:
    """Raises ValueError for a single candidate."""
    selection = Selection(ranked[0], spec)
    selection.add(ranked)
    corrected = selection.corrected()
    if corrected is None:
        raise ValueError("There is nothing to choose from.")
    return corrected


def _spec(metric: str, race: int, resamples: int) -> ComparisonSpec:
    is_regression = metric == "rmse"
    return ComparisonSpec(
        task="regression" if is_regression else "binary",
        labels=() if is_regression else ("no", "yes"),
        positive_label=None if is_regression else "yes",
        main_metric=metric,
        confidence=CONFIDENCE,
        resamples=resamples,
        seed=race,
    )


def _mean_square(each: ResampledScores, metric: str) -> float:
    """s^2 / S, or 0 for a single seed."""
    observed = each.observed[metric]
    return float(observed.var(ddof=1)) / len(observed) if len(observed) > 1 else 0.0


def _percentiles(
    each: ResampledScores, metric: str, chance: np.random.Generator
) -> tuple[float, float]:
    """The percentile interval of the bootstrap over rows and seeds."""
    seeds, resamples = each.resampled[metric].shape
    drawn = chance.multinomial(seeds, np.full(seeds, 1 / seeds), size=resamples).T / seeds
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile((each.resampled[metric] * drawn).sum(axis=0), (tail, 1 - tail))
    return float(low), float(high)


def _wrong_share(candidate: CandidatePredictions) -> float:
    return float(np.mean([job.predicted != job.truth for job in candidate.jobs]))


def _show(figures: dict[str, Any]) -> None:
    for part, title in TITLES.items():
        if part not in figures:
            continue
        table = Table(title=f"{title}, {figures['races']:,} races")
        for column in figures[part][0]:
            table.add_column(column, justify="right")
        for row in figures[part]:
            table.add_row(*(_cell(name, value) for name, value in row.items()))
        Console().print(table)


def _cell(name: str, value: object) -> str:
    if not isinstance(value, float) or name == "luck":
        return str(value)
    if name.endswith("points"):
        return f"{value:.2f}"
    return f"{value:.3f}" if name == "width" else f"{100 * value:.1f} %"


if __name__ == "__main__":
    main()
