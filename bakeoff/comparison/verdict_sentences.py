"""The verdict in words, for readers who are not statisticians."""

from collections.abc import Sequence

from bakeoff.comparison.verdict_cautions import (
    corrected,
    doubts,
    on_drop_outs,
    on_edges,
    on_few_rows,
    on_forced_learning_rate,
    on_losses,
    on_search,
    on_truncated_texts,
    on_unusable_answers,
)
from bakeoff.comparison.verdict_slices import on_slices
from bakeoff.comparison.verdict_words import DROPPED_OUT, MAX_NAMED, named, number
from bakeoff.methods import has_chance
from bakeoff.metrics import spoken_name
from bakeoff.statistics import Analysis
from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.conditions import Conditions
from bakeoff.summary.verdict import OtherLeader, Verdict
from bakeoff.wording import counted, listed


def nothing_completed(candidates: Sequence[CandidateSummary]) -> str:
    if not candidates:
        return "There was no candidate to compare."
    num_dropped = sum(each.status in DROPPED_OUT for each in candidates)
    num_failed = len(candidates) - num_dropped
    if num_dropped:
        return (
            "No candidate has a result on test, so there is nothing to compare: "
            f"{num_failed} failed, and {num_dropped} dropped out before, by their scores on "
            "validation. The table gives the reasons."
        )
    which = "The only candidate" if len(candidates) == 1 else f"All {len(candidates)} candidates"
    return f"{which} failed, so there is nothing to compare. The table gives the reasons."


def sentences(
    candidates: Sequence[CandidateSummary],
    outcome: Verdict,
    better: Sequence[CandidateSummary],
    analysis: Analysis,
    conditions: Conditions,
) -> list[str]:
    """The headline first.

    Args:
        candidates: in the order of their ranks, those without a result last, one at least with one.
        outcome: the verdict that is to be put into words.
        better: candidates that are significantly better than the best, and rank below it.
    """
    ranked = [each for each in candidates if each.has_result]
    tied = [each for each in ranked if each.candidate in outcome.tied]
    unsettled = [each for each in ranked if each.candidate in outcome.unsettled]
    doubted = doubts(ranked, unsettled)
    return [
        _headline(ranked[0], analysis, conditions),
        *_on_equal_scores(ranked, conditions.main_metric),
        *corrected(ranked[0], outcome.corrected_score, conditions),
        *_on_comparison(ranked, tied, better, analysis, on_test=_on_test(candidates)),
        *doubted,
        *_on_ownership(outcome, tied, "those tied" if doubted else "these"),
        *_on_baselines(ranked, tied),
        *on_few_rows(ranked),
        *_on_better(better),
        *_on_other_leaders(ranked, outcome.other_leaders),
        *on_slices(ranked, analysis.slices),
        *on_forced_learning_rate(conditions),
        *on_edges(ranked, tied),
        *on_truncated_texts(ranked),
        *on_unusable_answers(ranked, conditions),
        *_on_size(ranked, analysis, conditions),
        *_on_seeds(ranked),
        *on_search(conditions),
        *on_drop_outs(candidates),
        *on_losses(candidates),
    ]


def _headline(best: CandidateSummary, analysis: Analysis, conditions: Conditions) -> str:
    metric = conditions.main_metric
    score = best.metrics.get(metric or "")
    if metric is None or score is None:
        return f"{best.name} ranks first."
    rows = conditions.rows.get("test")
    where = f" on {counted(rows, 'test row')}" if rows else ""
    found = f"{best.name} has the best {spoken_name(metric)}{where}: {number(score.mean)}"
    if score.interval is None:
        return f"{found}."
    low, high = number(score.interval.low), number(score.interval.high)
    return f"{found} [{low}, {high}], at {100 * analysis.confidence:g} % confidence."


def _on_equal_scores(ranked: Sequence[CandidateSummary], metric: str | None) -> list[str]:
    """Why it ranks before others with the same score, to the last digit, where losses are known."""
    best = ranked[0]
    score, loss = best.metrics.get(metric or ""), best.metrics.get("loss")
    if score is None or loss is None:
        return []
    equal = [
        each
        for each in ranked[1:]
        if each.status == best.status
        and each.metrics[metric or ""].mean == score.mean
        and "loss" in each.metrics
    ]
    if not equal:
        return []
    is_lowest = all(loss.mean < each.metrics["loss"].mean for each in equal)
    why = "for its lower loss" if is_lowest else "because it comes first in the request"
    verb = "has" if len(equal) == 1 else "have"
    return [f"{named(equal)} {verb} exactly the same score; {best.name} ranks first {why}."]


def _on_comparison(
    ranked: Sequence[CandidateSummary],
    tied: Sequence[CandidateSummary],
    better: Sequence[CandidateSummary],
    analysis: Analysis,
    on_test: str,
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
        _on_tied([each.name for each in tied[1:]], num_others, num_untested, on_test),
        *(untested if num_untested else []),
    ]


def _on_test(candidates: Sequence[CandidateSummary]) -> str:
    """Which of the others are meant, where some have dropped out without a score on test."""
    dropped = any(each.status in DROPPED_OUT for each in candidates)
    return " scored on test" if dropped else ""


def _on_tied(others: Sequence[str], num_others: int, num_untested: int, on_test: str) -> str:
    if not others:
        whose = "candidate that was compared with it" if num_untested else "other candidate"
        return f"Every {whose}{'' if num_untested else on_test} is significantly worse."
    if len(others) == num_others > 1:
        return f"All other candidates{on_test} are statistically tied with it."
    if len(others) > MAX_NAMED:
        return f"{len(others)} of the other {num_others} candidates are statistically tied with it."
    are = "is" if len(others) == 1 else "are"
    return f"{listed(others)} {are} statistically tied with it."


def _on_better(better: Sequence[CandidateSummary]) -> list[str]:
    if not better:
        return []
    which = listed([each.name for each in better])
    are, rank, them = ("is", "ranks", "it") if len(better) == 1 else ("are", "rank", "them")
    return [
        f"{which} {are} significantly better with the seeds that have a result, and {rank} lower "
        f"only because other seeds were lost: run {them} again before you choose."
    ]


def _on_other_leaders(
    ranked: Sequence[CandidateSummary], leaders: Sequence[OtherLeader]
) -> list[str]:
    if not leaders:
        return []
    names = {each.candidate: each.name for each in ranked}
    by_metric = [
        f"by {spoken_name(each.metric)} {names[each.candidate]} is significantly better, "
        f"{number(each.score)} against {number(each.score_of_best)}"
        for each in leaders
    ]
    return [f"Another metric would put another candidate first: {'; '.join(by_metric)}."]


def _on_ownership(outcome: Verdict, tied: Sequence[CandidateSummary], all_tied: str) -> list[str]:
    """Which of the tied ones to take, as their scores do not decide it.

    Args:
        all_tied: what they are called, after the sentence before.
    """
    names = {each.candidate: each.name for each in tied}
    found = {"cheapest": outcome.cheapest, "fastest": outcome.fastest, "smallest": outcome.smallest}
    virtues: dict[str, list[str]] = {}
    for virtue, candidate in found.items():
        if candidate is not None:
            virtues.setdefault(names[candidate], []).append(virtue)
    as_good = [
        each for each in tied if each.candidate not in outcome.unsettled and not each.knows_nothing
    ]
    num_as_good = len(as_good)
    if num_as_good < 2 or not virtues:
        return []
    (name, own), *others = virtues.items()
    rest = [f", {other} the {listed(theirs)}" for other, theirs in others]
    which = all_tied if num_as_good == len(tied) else f"the other {num_as_good}"
    return [f"Of {which}, {name} is the {listed(own)}{''.join(rest)}."]


def _on_baselines(
    ranked: Sequence[CandidateSummary], tied: Sequence[CandidateSummary]
) -> list[str]:
    if all(each.is_baseline for each in ranked):
        return []
    majority = next((each.name for each in tied if each.method == "majority"), None)
    if majority is not None and ranked[0].method == "majority":
        return [
            f"{majority} gives one answer whatever the text, and no candidate ranks above it: this "
            "comparison does not show that one has learnt to answer."
        ]
    if majority is not None:
        return [
            f"{majority}, which gives one answer whatever the text, is as good: this comparison "
            "does not show that a candidate has learnt to answer."
        ]
    baselines = [each.name for each in tied if each.is_baseline]
    if not baselines:
        return []
    if ranked[0].is_baseline:
        return ["The best is a baseline: you may not need a transformer."]
    what = "a baseline, is" if len(baselines) == 1 else "baselines, are"
    return [f"{listed(baselines)}, {what} among them: you may not need a transformer."]


def _on_size(
    ranked: Sequence[CandidateSummary], analysis: Analysis, conditions: Conditions
) -> list[str]:
    if not analysis.is_test_too_small or len(ranked) < 2:
        return []
    first, second = ranked[:2]
    pair = f"{first.name} and {second.name}"
    versus = analysis.versus_best.get(second.candidate)
    if versus is None or versus.difference == 0:
        return [f"{pair} score the same."]
    rows, available = analysis.rows_to_separate, conditions.rows.get("test")
    if rows is not None:
        instead = f" instead of {available:,}" if available else ""
        return [
            f"The test set is too small to separate {pair}: if their difference is as large as it "
            f"seems, it takes about {_rounded(rows)} test rows{instead}."
        ]
    if analysis.needs_more_seeds:
        return [
            f"The difference between {pair} may be chance in training: it takes more seeds, not "
            "more test rows, to separate them."
        ]
    return [f"{pair} are so close that no test set of a usual size would separate them."]


def _on_seeds(ranked: Sequence[CandidateSummary]) -> list[str]:
    with_chance = [each for each in ranked if has_chance(each.method)]
    if not with_chance or any(len(each.seeds_completed) > 1 for each in with_chance):
        return []
    return [
        "Models were trained with one seed, so the intervals leave out chance in training: another "
        "seed may give another order."
    ]


def _rounded(rows: int) -> str:
    """Two significant digits: the number of rows is an estimate."""
    return f"{int(float(f'{rows:.1e}')):,}"
