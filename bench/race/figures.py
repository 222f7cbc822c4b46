"""The figures of both ways to choose a model, for people and as JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from bakeoff.jobs.result import JobResult
from bakeoff.race.past_wave import PastWave
from bakeoff.statistics import CandidatePredictions, ComparisonSpec, analyse
from bakeoff.statistics.predictions import read_predictions
from bakeoff.statistics.reduction import reduce_predictions
from bench.race.both_ways import rate_folder
from bench.race.job_folder import JobFolder
from bench.race.judgement import Results, chosen_rates, cost_of, judge, ranked_on_test
from bench.race.prepared_race import PreparedRace


def figures_of(
    prepared: PreparedRace, folder: JobFolder, results: Results, past: Sequence[PastWave]
) -> dict[str, Any]:
    """Args: folder: of the exhaustive training, with its predictions."""
    spec = _spec(prepared)
    metric, is_higher = spec.main_metric, spec.higher_is_better
    rates = chosen_rates(results, metric, higher_is_better=is_higher)
    ranked = ranked_on_test(results, rates, metric, higher_is_better=is_higher)
    candidates = [
        _predictions(folder, results[each][rates[each]], rates[each], spec) for each, _ in ranked
    ]
    tied = analyse(candidates, spec).tied
    judgement = judge(
        past,
        results,
        tied,
        metric,
        prepared.encoder_parameters,
        higher_is_better=is_higher,
    )
    return {
        "metric": metric,
        "names": {each: prepared.name_of(each) for each in results},
        "exhaustive": {each: _by_rate(results[each], metric) for each, _ in ranked},
        "chosen_rates": rates,
        "waves": [_wave(prepared, each) for each in past],
        "judgement": {
            **asdict(judgement),
            "is_winner_tied": judgement.is_winner_tied,
            "cpu_share": judgement.cpu_share,
            "parameter_tokens_share": judgement.parameter_tokens_share,
        },
    }


def print_figures(name: str, figures: Mapping[str, Any]) -> None:
    console, names = Console(), figures["names"]
    table = Table(title=f"{name}: {figures['metric']} by learning rate, validation / test")
    rates = sorted({rate for by_rate in figures["exhaustive"].values() for rate in by_rate})
    table.add_column("model")
    for rate in rates:
        table.add_column(f"{rate:g}", justify="right")
    for candidate, by_rate in figures["exhaustive"].items():
        cells = [_cell(by_rate.get(rate), figures, candidate, rate) for rate in rates]
        table.add_row(names[candidate], *cells)
    console.print(table)
    for wave in figures["waves"]:
        left = ", ".join(names[each] for each in wave["entrants"])
        console.print(f"wave {wave['wave']}, {wave['stage']}: {left}")
    found = figures["judgement"]
    console.print(
        f"race: {names[found['winner']]} {found['score']:.4f}; exhaustive: "
        f"{names[found['best']]} {found['best_score']:.4f}, tied: "
        f"{', '.join(names[each] for each in found['tied'])}; regret {found['regret']:+.4f}; "
        f"CPU {found['cpu_share']:.1%} of {found['exhaustive']['cpu_seconds']:.0f} s, "
        f"parameters x tokens {found['parameter_tokens_share']:.1%}; tau {found['taus']}"
    )


def _cell(
    entry: Mapping[str, Any] | None, figures: Mapping[str, Any], candidate: str, rate: float
) -> str:
    if entry is None:
        return ""
    if entry["test"] is None:
        return "failed"
    mark = "*" if figures["chosen_rates"].get(candidate) == rate else ""
    return f"{entry['validation']:.3f} / {entry['test']:.3f}{mark}"


def _spec(prepared: PreparedRace) -> ComparisonSpec:
    dataset = prepared.dataset
    return ComparisonSpec(
        task=dataset.task,
        labels=tuple(dataset.labels),
        positive_label=dataset.positive_label,
        main_metric=prepared.resolved.main_metric_of(dataset.task),
    )


def _predictions(
    folder: JobFolder, result: JobResult, rate: float, spec: ComparisonSpec
) -> CandidatePredictions:
    file = folder.inner(rate_folder(rate)).predictions_file(result.item)
    threshold = result.metrics.threshold if result.metrics else None
    job = reduce_predictions(read_predictions(file.read_bytes()), spec, result.seed, threshold)
    return CandidatePredictions(result.candidate, "full", [job])


def _by_rate(results: Mapping[float, JobResult], metric: str) -> dict[float, dict[str, Any]]:
    return {
        rate: {
            "validation": result.scores("validation").get(metric),
            "test": result.scores("test").get(metric),
            "cpu_seconds": result.metrics.cpu_seconds if result.metrics else None,
            "reason": result.reason,
        }
        for rate, result in results.items()
    }


def _wave(prepared: PreparedRace, past: PastWave) -> dict[str, Any]:
    wave = past.wave
    return {
        "wave": wave.number,
        "stage": wave.stage,
        "share": wave.share,
        "entrants": [each.candidate for each in wave.trainings]
        or [each for shard in wave.shards for each in shard],
        "outcome": None if past.outcome is None else past.outcome.model_dump(mode="json"),
        "cost": asdict(cost_of(past.results, prepared.encoder_parameters)),
    }
