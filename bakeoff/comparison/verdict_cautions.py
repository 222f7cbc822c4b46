"""What a reader must know before the verdict is believed, in sentences."""

from collections.abc import Sequence

from bakeoff.comparison.verdict_words import DROPPED_OUT, named, number
from bakeoff.methods import is_fine_tuned
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.conditions import Conditions
from bakeoff.summary.learning_rates import chosen_at_the_edge
from bakeoff.summary.marks import MarkKind
from bakeoff.summary.verdict import CorrectedScore
from bakeoff.wording import counted, in_words, listed

# A smaller correction, in halves of the interval's width, is not worth a sentence.
_SMALL_CORRECTION = 0.1
# From this share of candidates on, learning rates at the edge are a fault of the grid.
_MANY_AT_THE_EDGE = 0.5
_FEWEST_AT_THE_EDGE = 3
# The share of truncated test texts from which on it is worth a sentence.
_MUCH_TRUNCATED = 0.1
# The share of answers that cannot be used from which on it is.
_MANY_UNUSABLE = 0.02


def corrected(
    best: CandidateSummary, found: CorrectedScore | None, conditions: Conditions
) -> list[str]:
    """The best score without the luck of the choice, where that makes a difference."""
    score = best.metrics.get(conditions.main_metric or "")
    if score is None or score.interval is None or found is None:
        return []
    loss = score.mean - found.score
    if conditions.main_metric_direction == "lower":
        loss = -loss
    if loss < _SMALL_CORRECTION * (score.interval.high - score.interval.low) / 2:
        return []
    within = ""
    if found.interval is not None:
        within = f" [{number(found.interval.low)}, {number(found.interval.high)}]"
    return [
        "Corrected for its having been chosen as the best of "
        f"{in_words(found.num_candidates)}: {number(found.score)}{within}."
    ]


def doubts(ranked: Sequence[CandidateSummary], unsettled: Sequence[CandidateSummary]) -> list[str]:
    """Whose places are not to be taken at face value, a sentence for each reason.

    Args:
        unsettled: the tied candidates that may only seem to be as good as the best.
    """
    found = [
        *_on_improving(_marked("still_improving", ranked)),
        *_on_nothing_learnt(_marked("learnt_nothing", ranked)),
        *_on_unsettled(unsettled),
    ]
    # The first one turns against the comparison, and the others go on.
    return [f"But {found[0]}", *found[1:]] if found else []


def _marked(kind: MarkKind, ranked: Sequence[CandidateSummary]) -> list[CandidateSummary]:
    return [each for each in ranked if each.is_marked(kind)]


def _on_improving(marked: Sequence[CandidateSummary]) -> list[str]:
    if not marked:
        return []
    was, it, its = ("was", "it", "its place") if len(marked) == 1 else _PLURAL
    return [
        f"{named(marked)} {was} still improving when {it} stopped: more epochs may change {its}."
    ]


def _on_nothing_learnt(marked: Sequence[CandidateSummary]) -> list[str]:
    if not marked:
        return []
    has, it, its = (
        ("has", "it", "its place") if len(marked) == 1 else ("have", "they", "their places")
    )
    remedy = f": more training or another learning rate may change {its}"
    is_trained = all(is_fine_tuned(each.method) for each in marked)
    return [
        f"{named(marked)} {has} not shown that {it} learnt anything, as one answer for all "
        f"rows scores as well on validation{remedy if is_trained else ''}."
    ]


_PLURAL = ("were", "they", "their places")


def _on_unsettled(unsettled: Sequence[CandidateSummary]) -> list[str]:
    if not unsettled:
        return []
    which = listed([each.name for each in unsettled])
    if len(unsettled) == 1:
        return [
            f"{which} scores worse with every seed, and its seeds vary too much for a "
            "significant difference: train it with more seeds before you choose it."
        ]
    return [
        f"{which} score worse with every seed, and their seeds vary too much for a "
        "significant difference: train them with more seeds before you choose one."
    ]


def on_few_rows(ranked: Sequence[CandidateSummary]) -> list[str]:
    """All have the same validation rows, so the first one's sentence says it."""
    marked = _marked("few_validation_rows", ranked)
    if not marked:
        return []
    sentence = next(mark.sentence for mark in marked[0].marks if mark.kind == "few_validation_rows")
    whose = "every candidate's" if len(marked) > 1 else f"{marked[0].name}'s"
    return [sentence.replace(" its ", f" {whose} ", 1)]


def on_forced_learning_rate(conditions: Conditions) -> list[str]:
    rate = conditions.forced_learning_rate
    if rate is None:
        return []
    return [
        f"The request gives all models the same learning rate, {rate:g}. The best rate differs "
        "widely between models, so another one may change the order: leave learning_rate out, and "
        "each model tries its own."
    ]


def on_edges(ranked: Sequence[CandidateSummary], tied: Sequence[CandidateSummary]) -> list[str]:
    """Where the best learning rate is the lowest or highest tried, of the tied ones or of many."""
    tuned = [each for each in ranked if each.learning_rate_trials]
    at_edge = [each for each in tuned if chosen_at_the_edge(each.learning_rate_trials)]
    are_many = len(at_edge) >= max(_FEWEST_AT_THE_EDGE, _MANY_AT_THE_EDGE * len(tuned))
    shown = at_edge if are_many else [each for each in at_edge if each in tied]
    if not shown:
        return []
    rate, it = ("rate is", "it") if len(shown) == 1 else ("rates are", "them")
    return [
        f"Of {named(shown)} the best learning {rate} the lowest or the highest tried: one beyond "
        f"{it} may be better. A larger tune.learning_rate tries more."
    ]


def on_truncated_texts(ranked: Sequence[CandidateSummary]) -> list[str]:
    """Baselines read whole texts, so a race in which models do not is unfair."""
    shares = [each.truncated_share for each in ranked if each.truncated_share is not None]
    if max(shares, default=0.0) < _MUCH_TRUNCATED or not any(each.is_baseline for each in ranked):
        return []
    return [
        f"Up to {100 * max(shares):.0f} % of the test texts are longer than max_length. Models "
        "read only their beginnings, baselines read them whole, so a longer max_length may "
        "change the order."
    ]


def on_unusable_answers(ranked: Sequence[CandidateSummary], conditions: Conditions) -> list[str]:
    """Of hosted models, where they are so many that the place may be due to them."""
    rows = conditions.rows.get("test") or 0
    return [
        f"{each.name} gave no usable answer to {counted(unusable, 'test row')} of {rows:,}: it "
        "refused, or answered with no label. These count as wrong, and label_descriptions or "
        "another instruction may change its place."
        for each in ranked
        if (unusable := each.ownership.unusable_answers or 0) > _MANY_UNUSABLE * rows
    ]


def on_search(conditions: Conditions) -> list[str]:
    """Where it has found nothing, so that the race is smaller than was meant."""
    if conditions.models_found != 0:
        return []
    return [
        "The search on the hub found no further model, so only those that the request names were "
        "compared."
    ]


def on_drop_outs(candidates: Sequence[CandidateSummary]) -> list[str]:
    dropped = sum(each.status in DROPPED_OUT for each in candidates)
    if not dropped:
        return []
    were = "was" if dropped == 1 else "were"
    return [
        f"{counted(dropped, 'candidate')} dropped out before, by their scores on validation, and "
        f"{were} not scored on test."
    ]


def on_losses(candidates: Sequence[CandidateSummary]) -> list[str]:
    failed = sum(each.status == "failed" for each in candidates)
    partial = sum(each.status == "partial" for each in candidates)
    found = []
    if failed:
        found.append(f"{counted(failed, 'candidate')} failed.")
    if partial:
        ranks = "ranks" if partial == 1 else "rank"
        is_below = any(each.status == "completed" for each in candidates)
        place = f", and {ranks} below the complete ones" if is_below else ""
        found.append(f"{counted(partial, 'candidate')} lost some seeds{place}.")
    return found
