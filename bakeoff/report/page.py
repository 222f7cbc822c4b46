"""Renders sections and pictures with the templates."""

from typing import Any

from markupsafe import Markup

from bakeoff.prepared.data_card import DataCard
from bakeoff.report.phrases import capitalised
from bakeoff.report.pictures import curves, ranking, tradeoffs
from bakeoff.report.pictures import decisions as decision_pictures
from bakeoff.report.pictures import fit as fit_pictures
from bakeoff.report.pictures import more_labels as label_pictures
from bakeoff.report.pictures import rates as rate_pictures
from bakeoff.report.pictures import slices as slice_pictures
from bakeoff.report.pictures import stages as stage_pictures
from bakeoff.report.race import Race, is_untested
from bakeoff.report.safe_text import cleaned
from bakeoff.report.sections import (
    data_card,
    decisions,
    fit,
    hardest,
    labels,
    metrics,
    more_labels,
    ownership,
    pairs,
    probabilities,
    provenance,
    rates,
    slices,
    stages,
    suspects,
    verdict,
)
from bakeoff.report.sections import ranking as ranking_section
from bakeoff.report.sections import use as use_section
from bakeoff.report.self_contained import page
from bakeoff.report.tradeoff import PRICES, Price, Tradeoff
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.document import Summary
from bakeoff.summary.slice_names import grouping_name
from bakeoff.wording import listed

PICTURES = ("ranking", *(price.key for price in PRICES))
"""What `picture` draws."""

_MAX_NAMED = 16
"""So many candidates have names in a picture of quality against a price."""


def render(summary: Summary, data_card: DataCard | None) -> str:
    """The report as one HTML file that opens from disk, without a network.

    `data_card` is None if the run left none that can be read. Everything from outside is escaped.
    Equal input gives equal text.
    """
    race = _race(summary)
    card = _cleaned(data_card) if data_card is not None else None
    return page("report.html.j2", race=race, **_sections(race, card))


def picture(summary: Summary, of: str = "ranking") -> str:
    """The text of an SVG file for a README, legible in light and dark mode.

    `of` is one of PICTURES: the ranking, or quality against a price with the Pareto front. Raises
    ValueError if it is none of these, or if there is nothing to draw.
    """
    race = _race(summary)
    name = race.summary.provenance.name
    if of not in PICTURES:
        raise ValueError(f"There is no picture of {of!r}, only of {listed(PICTURES)}.")
    if of != "ranking":
        return _tradeoff_picture(race, next(price for price in PRICES if price.key == of))
    if not race.ranked:
        raise ValueError("No candidate has a result, so there is no ranking to draw.")
    return ranking.ranking(race, ranking.WIDE, heading=name).standalone(f"Ranking of {name}")


def _tradeoff_picture(race: Race, price: Price) -> str:
    tradeoff = Tradeoff.of(race, price)
    name, metric = race.summary.provenance.name, race.metric_name
    if not tradeoff.candidates:
        raise ValueError(
            f"No candidate that learnt something has both a result and a {price.title}, so there "
            "is nothing to draw."
        )
    drawn = tradeoffs.named_tradeoff_picture(race, tradeoff, name)
    return drawn.standalone(f"{capitalised(metric)} against {price.title} of {name}")


def _race(summary: Summary) -> Race:
    return Race.of(Summary.model_validate(cleaned(summary.model_dump())))


def _cleaned(card: DataCard) -> DataCard:
    return DataCard.model_validate(cleaned(card.model_dump()))


def _sections(race: Race, card: DataCard | None) -> dict[str, Any]:
    return {
        "verdict": verdict.verdict_section(race),
        "ranking_pictures": _ranking_pictures(race),
        "ranking_table": ranking_section.ranking_table(race),
        "stages": stages.stages_section(race),
        "without_stages": stages.WITHOUT_STAGES,
        "stage_pictures": _stage_pictures(race),
        "marks": ranking_section.marks(race),
        "tradeoffs": _tradeoffs(race),
        "left_out": [one.name for one in race.ranked if one.knows_nothing],
        "untested": any(is_untested(one) for one in race.ranked),
        "ownership_tables": ownership.ownership_tables(race),
        "spending": ownership.spending_section(race),
        "more_labels": _more_labels(race),
        "points_table": more_labels.points_table(race),
        "rates_table": rates.rates_table(race),
        "rate_pictures": _rate_pictures(race),
        "curves": _curves(race),
        "fit_pictures": _fit_pictures(race),
        "residuals_table": fit.residuals_table(race),
        "matrices": labels.confusion_matrices(race),
        "scores": labels.scores_section(race),
        "probabilities_table": probabilities.probabilities_table(race),
        "target_table": decisions.target_table(race),
        "target_phrase": decisions.target_phrase(race),
        "coverage_table": decisions.coverage_table(race),
        "decision_pictures": _decision_pictures(race),
        "has_precision": race.summary.conditions.task == "binary",
        "slices_table": slices.slices_table(race),
        "slice_scores_table": slices.scores_table(race),
        "slices_beaten": slices.num_beaten(race),
        "slice_pictures": _slice_pictures(race),
        "pairs": pairs.pairs_section(race),
        "metrics_table": metrics.metrics_table(race),
        "validation_table": metrics.validation_table(race),
        "hardest": hardest.hardest_rows(race),
        "hardest_shown": hardest.num_shown(race),
        "suspects": suspects.suspects_section(race),
        "card": data_card.data_card_section(race, card),
        "use": use_section.use(race),
        "again": use_section.again(race),
        "failures": provenance.failures_table(race),
        "warnings": provenance.warnings(race),
        "facts": provenance.facts(race),
        "models_table": provenance.models_table(race),
        "recipes_table": provenance.recipes_table(race),
        "request_json": provenance.request_json(race),
    }


def _ranking_pictures(race: Race) -> list[Markup]:
    """For wide and for narrow screens; empty if no candidate has a result."""
    if not race.ranked:
        return []
    return [ranking.ranking(race, width).inline() for width in (ranking.WIDE, ranking.NARROW)]


def _stage_pictures(race: Race) -> list[Markup]:
    """For wide and for narrow screens; empty if no stage has ended."""
    staged = race.summary.race
    if staged is None or not staged.stages:
        return []
    return [
        stage_pictures.stages_picture(race, staged, width).inline()
        for width in (stage_pictures.WIDE, stage_pictures.NARROW)
    ]


def _rate_pictures(race: Race) -> list[tuple[CandidateSummary, Markup]]:
    """Of the best candidates that tried several learning rates."""
    drawn = rates.tuned(race)[: rates.MAX_PICTURES]
    scales = rate_pictures.scales(drawn, race.metric_ends)
    return [(one, rate_pictures.rates_picture(race, one, scales).inline()) for one in drawn]


def _more_labels(race: Race) -> list[tuple[more_labels.DrawnCurve, Markup]]:
    """Of each candidate with a learning curve."""
    drawn = more_labels.drawn_curves(race)
    if not drawn:
        return []
    scales = label_pictures.scales([one.curve for one in drawn], race.metric_ends)
    return [(one, label_pictures.more_labels_picture(race, one, scales).inline()) for one in drawn]


def _tradeoffs(race: Race) -> list[tuple[Tradeoff, list[Markup]]]:
    """Of the prices that at least one candidate has, for wide and for narrow screens; one picture
    for both where there are too many candidates to name them all."""
    made = [Tradeoff.of(race, price) for price in PRICES]
    return [
        (
            one,
            [
                *(
                    [tradeoffs.named_tradeoff_picture(race, one).inline()]
                    if len(one.candidates) <= _MAX_NAMED
                    else []
                ),
                tradeoffs.tradeoff_picture(race, one).inline(),
            ],
        )
        for one in made
        if one.candidates
    ]


def _decision_pictures(race: Race) -> list[tuple[CandidateSummary, Markup]]:
    """Of the best candidates of a classification."""
    drawn = [(one, one.decisions) for one in decisions.decided(race) if one.decisions]
    drawn = drawn[: decisions.MAX_PICTURES]
    accuracies = decision_pictures.accuracy_range([each for _, each in drawn])
    return [
        (one, decision_pictures.decisions_picture(one, each, drawn[0][1], accuracies).inline())
        for one, each in drawn
    ]


def _fit_pictures(race: Race) -> list[tuple[CandidateSummary, Markup]]:
    """Of the best candidates of a regression."""
    drawn = [(one, one.fit) for one in fit.fitted(race)[: fit.MAX_PICTURES] if one.fit]
    scales = fit_pictures.scales([each for _, each in drawn])
    return [(one, fit_pictures.fit_picture(one, each, scales).inline()) for one, each in drawn]


def _slice_pictures(race: Race) -> list[tuple[str, Markup]]:
    """Of each grouping, with its name."""
    return [
        (grouping_name(each), slice_pictures.slices_picture(race, each).inline())
        for each in slices.groupings(race)
    ]


def _curves(race: Race) -> dict[str, Any]:
    has = {one.candidate: any(curve.epochs for curve in one.learning_curves) for one in race.ranked}
    drawn = [one for one in race.ranked if has[one.candidate]][: labels.MAX_CANDIDATES]
    scales = curves.scales(drawn, race.metric_ends) if drawn else None
    return {
        "pictures": [
            (one, curves.curves_picture(race, one, scales).inline()) for one in drawn if scales
        ],
        "without": [one.name for one in race.ranked if not has[one.candidate]],
    }
