"""The verdict: what a careful statistician would say of a comparison, in a few sentences."""

from collections.abc import Callable, Mapping, Sequence

from bakeoff.methods import has_chance
from bakeoff.metrics import spoken_name
from bakeoff.statistics import Analysis
from bakeoff.summary.display_names import candidate_names
from bakeoff.summary.document import CandidateSummary, Conditions, Verdict
from bakeoff.wording import counted, listed

Names = Mapping[str, str]

# More tied candidates than this are counted rather than named.
_MOST_NAMED = 4
# Times that differ by less may be those of one and the same model, measured again.
_NOISE = 0.2
# The share of texts that have to be cut before it is told.
_MUCH_CUT = 0.1


def verdict(
    candidates: Sequence[CandidateSummary],
    analysis: Analysis,
    conditions: Conditions,
    cut_shares: Mapping[str, float] | None = None,
) -> Verdict:
    """Of the candidates in the order of their ranks, failed ones last.

    `cut_shares` tells of candidates, as far as it is known, the share of test texts that are longer
    than their max_length, 0 to 1.
    """
    ranked = [each for each in candidates if each.status != "failed"]
    if not ranked:
        return Verdict(sentences=[_nothing_completed(candidates)], best=None)
    best, names = ranked[0], _names(candidates)
    better = [each for each in ranked if _is_better(each, analysis, conditions)]
    tied = [each for each in ranked if each.candidate in (best.candidate, *analysis.tied)]
    unsettled = [each for each in tied if _is_unsettled(each, best, analysis, conditions)]
    as_good = [each for each in tied if each not in unsettled]
    outcome = Verdict(
        sentences=[],
        best=best.candidate,
        tied=[each.candidate for each in tied],
        unsettled=[each.candidate for each in unsettled],
        cheapest=_least(as_good, lambda each: each.ownership.usd_per_million_predictions, _NOISE),
        fastest=_least(as_good, lambda each: each.ownership.latency_p50_seconds, _NOISE),
        smallest=_least(as_good, lambda each: each.ownership.model_bytes),
        has_tied_baseline=any(each.is_baseline for each in tied),
        is_test_too_small=analysis.rows_to_separate is not None,
        rows_to_separate=analysis.rows_to_separate,
    )
    sentences = [
        _headline(best, names, analysis, conditions),
        *_on_comparison(ranked, tied, better, names, analysis),
        *_on_better(better, names),
        *_on_unsettled(unsettled, names),
        *_on_ownership(outcome, names),
        *_on_baselines(ranked, tied, names),
        *_on_cut_texts(ranked, cut_shares or {}),
        *_on_size(ranked, analysis, conditions, names),
        *_on_seeds(ranked),
        *_on_losses(candidates),
    ]
    return outcome.model_copy(update={"sentences": sentences})


def _nothing_completed(candidates: Sequence[CandidateSummary]) -> str:
    if not candidates:
        return "There was no candidate to compare."
    which = "The only candidate" if len(candidates) == 1 else f"All {len(candidates)} candidates"
    return f"{which} failed, so there is nothing to compare: the reasons stand beside them."


def _headline(
    best: CandidateSummary, names: Names, analysis: Analysis, conditions: Conditions
) -> str:
    name, metric = names[best.candidate], conditions.main_metric
    score = best.metrics.get(metric or "")
    if metric is None or score is None:
        return f"{name} ranks first."
    rows = conditions.rows.get("test")
    where = f" on {counted(rows, 'test row')}" if rows else ""
    found = f"{name} has the best {spoken_name(metric)}{where}: {_number(score.mean)}"
    if score.interval is None:
        return f"{found}."
    low, high = _number(score.interval.low), _number(score.interval.high)
    return f"{found} [{low}, {high}], at {100 * analysis.confidence:g} % confidence."


def _on_comparison(
    ranked: Sequence[CandidateSummary],
    tied: Sequence[CandidateSummary],
    better: Sequence[CandidateSummary],
    names: Names,
    analysis: Analysis,
) -> list[str]:
    num_others = len(ranked) - 1 - len(better)
    if not num_others and better:
        return []
    if not num_others:
        return ["No other candidate has a result, so there is nothing to compare it with."]
    if not analysis.versus_best:
        return ["Its predictions could not be compared with the others', so its lead is untested."]
    num_untested = num_others + len(better) - len(analysis.versus_best)
    untested = [f"{counted(num_untested, 'candidate')} could not be compared with it."]
    return [
        _on_tied([names[each.candidate] for each in tied[1:]], num_others, num_untested),
        *(untested if num_untested else []),
    ]


def _on_tied(others: Sequence[str], num_others: int, num_untested: int) -> str:
    if not others:
        whose = "candidate that was compared with it" if num_untested else "other candidate"
        return f"Every {whose} is significantly worse."
    if len(others) == num_others > 1:
        return "None of the other candidates can be told from it."
    if len(others) > _MOST_NAMED:
        return f"{len(others)} of the other {num_others} candidates cannot be told from it."
    return f"{listed(others)} cannot be told from it."


def _is_better(candidate: CandidateSummary, analysis: Analysis, conditions: Conditions) -> bool:
    """Significantly; only a candidate that lost seeds ranks below one that it beats."""
    versus = analysis.versus_best.get(candidate.candidate)
    if versus is None or versus.p_value_adjusted > 1 - analysis.confidence:
        return False
    return (versus.difference < 0) == (conditions.main_metric_direction == "lower")


def _on_better(better: Sequence[CandidateSummary], names: Names) -> list[str]:
    if not better:
        return []
    which = listed([names[each.candidate] for each in better])
    return [
        f"{which} scored significantly better with the seeds that have a result, and "
        f"{_ranks(better)} lower only because others were lost: run it again before you choose."
    ]


def _ranks(candidates: Sequence[CandidateSummary]) -> str:
    return "ranks" if len(candidates) == 1 else "rank"


def _on_cut_texts(ranked: Sequence[CandidateSummary], cut_shares: Mapping[str, float]) -> list[str]:
    """Baselines read whole texts: a race in which models do not is no fair one."""
    cut = [cut_shares[each.candidate] for each in ranked if each.candidate in cut_shares]
    if not cut or max(cut) < _MUCH_CUT or not any(each.is_baseline for each in ranked):
        return []
    return [
        f"Up to {100 * max(cut):.0f} % of the test texts are longer than max_length: models read "
        "their beginnings, baselines all of them, and a longer max_length may change the order."
    ]


def _is_unsettled(
    candidate: CandidateSummary,
    best: CandidateSummary,
    analysis: Analysis,
    conditions: Conditions,
) -> bool:
    """Whether all that was seen speaks against it, and only the spread of its seeds for it.

    With few seeds that differ much, hardly any difference is significant. But where each seed
    scores worse than each of the best's, and the rows that they get right differ significantly
    (McNemar's test, which knows nothing of seeds), nobody would take the candidate for as good.
    """
    versus = analysis.versus_best.get(candidate.candidate)
    own, others = (_seed_scores(each, conditions) for each in (candidate, best))
    if versus is None or versus.mcnemar_p_value is None or len(own) < 2 or not others:
        return False
    if versus.mcnemar_p_value > 1 - analysis.confidence or not _is_less_right(candidate, best):
        return False
    if conditions.main_metric_direction == "lower":
        return min(own) > max(others)
    return max(own) < min(others)


def _is_less_right(candidate: CandidateSummary, best: CandidateSummary) -> bool:
    """Whether it gets fewer rows right, which is what McNemar's test is about."""
    for name in ("accuracy", "subset_accuracy"):
        own, other = candidate.metrics.get(name), best.metrics.get(name)
        if own is not None and other is not None:
            return own.mean < other.mean
    return False


def _seed_scores(candidate: CandidateSummary, conditions: Conditions) -> list[float]:
    score = candidate.metrics.get(conditions.main_metric or "")
    return [value for value in score.by_seed.values() if value is not None] if score else []


def _on_unsettled(unsettled: Sequence[CandidateSummary], names: Names) -> list[str]:
    if not unsettled:
        return []
    which = listed([names[each.candidate] for each in unsettled])
    if len(unsettled) == 1:
        return [
            f"But every seed of {which} scores worse, and they differ too much to be sure: it "
            "takes more seeds to place it, and as it is it cannot be recommended."
        ]
    return [
        f"But every seed of {which} scores worse, and they differ too much to be sure: it takes "
        "more seeds to place them, and as they are they cannot be recommended."
    ]


def _on_ownership(outcome: Verdict, names: Names) -> list[str]:
    """Which of the tied ones to take, as what they score does not tell them apart."""
    found = {"cheapest": outcome.cheapest, "fastest": outcome.fastest, "smallest": outcome.smallest}
    virtues: dict[str, list[str]] = {}
    for virtue, candidate in found.items():
        if candidate is not None:
            virtues.setdefault(names[candidate], []).append(virtue)
    as_good = len(outcome.tied) - len(outcome.unsettled)
    if as_good < 2 or not virtues:
        return []
    (name, own), *others = virtues.items()
    rest = [f", {other} the {listed(theirs)}" for other, theirs in others]
    which = f"the other {as_good}" if outcome.unsettled else "these"
    return [f"Of {which}, {name} is the {listed(own)}{''.join(rest)}."]


def _on_baselines(
    ranked: Sequence[CandidateSummary], tied: Sequence[CandidateSummary], names: Names
) -> list[str]:
    baselines = [names[each.candidate] for each in tied if each.is_baseline]
    if not baselines or all(each.is_baseline for each in ranked):
        return []
    if ranked[0].is_baseline:
        return ["The best is a baseline: you may not need a transformer."]
    what = "a baseline, is" if len(baselines) == 1 else "baselines, are"
    return [f"{listed(baselines)}, {what} among them: you may not need a transformer."]


def _on_size(
    ranked: Sequence[CandidateSummary],
    analysis: Analysis,
    conditions: Conditions,
    names: Names,
) -> list[str]:
    if not analysis.is_test_too_small or len(ranked) < 2:
        return []
    second = ranked[1].candidate
    pair = f"{names[ranked[0].candidate]} and {names[second]}"
    versus = analysis.versus_best.get(second)
    if versus is None or versus.difference == 0:
        return [f"{pair} score the same."]
    rows, there = analysis.rows_to_separate, conditions.rows.get("test")
    if rows is not None:
        instead = f" instead of {there:,}" if there else ""
        return [
            f"The test set is too small to tell {pair} apart: if they differ as much as they seem "
            f"to, it takes about {_rounded(rows)} test rows{instead}."
        ]
    if analysis.needs_more_seeds:
        return [
            f"What {pair} differ by may be luck in training: it takes more seeds, not more test "
            "rows, to tell them apart."
        ]
    return [f"{pair} are so close that no test set of a usual size would tell them apart."]


def _on_seeds(ranked: Sequence[CandidateSummary]) -> list[str]:
    with_luck = [each for each in ranked if has_chance(each.method)]
    if not with_luck or any(len(each.seeds_completed) > 1 for each in with_luck):
        return []
    return [
        "Models were trained with one seed, so the intervals leave out luck in training: another "
        "seed may give another order."
    ]


def _on_losses(candidates: Sequence[CandidateSummary]) -> list[str]:
    failed = sum(each.status == "failed" for each in candidates)
    partial = sum(each.status == "partial" for each in candidates)
    sentences = []
    if failed:
        sentences.append(f"{counted(failed, 'candidate')} failed.")
    if partial:
        whose = "ranks" if partial == 1 else "rank"
        sentences.append(
            f"{counted(partial, 'candidate')} lost some seeds, and {whose} below those that did "
            "not."
        )
    return sentences


def _least(
    candidates: Sequence[CandidateSummary],
    cost: Callable[[CandidateSummary], float | None],
    noise: float = 0.0,
) -> str | None:
    """The one with the least of it, and of those within `noise` of that the better ranked one.

    None if it is not known of any, or all are that close: then it is no reason to choose.
    """
    known = [(value, each.candidate) for each in candidates if (value := cost(each)) is not None]
    if not known:
        return None
    limit = min(value for value, _ in known) * (1 + noise)
    close = [candidate for value, candidate in known if value <= limit]
    return None if len(close) == len(known) > 1 else close[0]


def _names(candidates: Sequence[CandidateSummary]) -> Names:
    named = candidate_names([(each.candidate, each.model, each.method) for each in candidates])
    return dict(zip((each.candidate for each in candidates), named, strict=True))


def _number(value: float) -> str:
    """Three decimals; of numbers beyond those of a share, enough digits to tell them apart."""
    size = abs(value)
    if size >= 1000:
        return f"{value:,.0f}"
    if size >= 10 or 0 < size < 0.001:
        return f"{value:.4g}"
    return f"{value:.3f}"


def _rounded(rows: int) -> str:
    """Two significant digits: more would claim to know more."""
    return f"{int(float(f'{rows:.1e}')):,}"
