"""The sentences on what more labels would add."""

from collections.abc import Sequence

from bakeoff.metrics import higher_is_better, spoken_name
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.label_amounts import amount, range_of
from bakeoff.summary.more_labels import CandidateCurve, LabelForecast, MoreLabels


def on_more_labels(found: MoreLabels, candidates: Sequence[CandidateSummary]) -> list[str]:
    """One for each candidate with a learning curve; why there is none otherwise."""
    if found.reason is not None:
        return [f"There is no learning curve: {found.reason}"]
    names = {each.candidate: each.name for each in candidates}
    return [_sentence(curve, names[curve.candidate], found.metric) for curve in found.candidates]


def _sentence(curve: CandidateCurve, name: str, metric: str) -> str:
    forecast = curve.forecast
    if forecast is None:
        return f"What more labels would add to {name} is not known: {curve.reason or ''}".strip()
    if forecast.effect == "hardly":
        return f"More labels would hardly help {name}: twice as many {_change(forecast, metric)}."
    verb = "would" if forecast.effect == "adds" else "may"
    return f"Twice the labels {_change(forecast, metric, verb)}{_whose(metric, name)}."


def _change(forecast: LabelForecast, metric: str, verb: str = "would") -> str:
    by = f"about {amount(forecast.gain, metric)} ({range_of(forecast.gain_interval, metric)})"
    if higher_is_better(metric):
        return f"{verb} add {by} of {spoken_name(metric)}"
    return f"{verb} lower the {spoken_name(metric)} by {by}"


def _whose(metric: str, name: str) -> str:
    return f" to {name}" if higher_is_better(metric) else f" for {name}"
