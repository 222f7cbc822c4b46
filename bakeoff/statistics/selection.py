"""The best candidate's score without the luck of having been chosen for it.

The highest of several scores is too high on average, because a candidate that was lucky is more
likely to have it. I. Tsamardinos, E. Greasidou and G. Borboudakis, "Bootstrapping the out-of-sample
predictions for efficient and accurate cross-validation", Machine Learning 2018,
doi:10.1007/s10994-018-5714-4, repeat the choice: in each resample the candidate with the best score
on the rows drawn is scored on the rows that were not drawn, which had no part in the choice. Seeds
are lucky, too, so the choice here also leaves out one seed of each candidate, drawn anew for each
resample, and it is the one with which the candidate chosen is scored.

The corrected score is the best candidate's own score plus the mean, over the resamples, of

    outside score of the one chosen in the resample  -  outside score of the best candidate

where outside means on the rows not drawn, with the seed left out. The mean of the last term is the
best candidate's own score but for the noise of the resampling, so this is the mean of the first
term with less noise. Where one candidate wins every resample, it is the observed score itself.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bakeoff.statistics.comparison_spec import ComparisonSpec
from bakeoff.statistics.intervals import interval
from bakeoff.statistics.resampled_scores import ResampledScores
from bakeoff.statistics.scores import draws_for, scores_of
from bakeoff.summary.verdict import CorrectedScore

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

# Seeds shall not be drawn by the numbers that draw rows.
_STREAM_OF_SEEDS = 1


class Selection:
    """Takes scored candidates batch by batch, the best ranked first, and keeps some kilobytes.

    Candidates that lost seeds rank below the others, so they take part only if the best did, too.
    """

    def __init__(self, best: ResampledScores, spec: ComparisonSpec) -> None:
        self._spec = spec
        self._takes_partial = best.predictions.is_partial
        self._score, self._variance = best.mean(spec.main_metric), best.variance(spec.main_metric)
        self._num_rows, self._num_candidates = best.num_rows, 0
        chance = np.random.default_rng((spec.seed, _STREAM_OF_SEEDS))
        self._seed_draws = chance.random(spec.resamples)
        everywhere = np.arange(spec.resamples)
        self._outside_of_best = self._outside([(best, everywhere)])
        # Of the candidate chosen so far in each resample; the score is negative if lower is better.
        self._highest_inside = np.full(spec.resamples, -np.inf)
        self._outside_of_chosen = self._outside_of_best

    def add(self, batch: Sequence[ResampledScores]) -> None:
        """The candidates, the best one included; all have the same test rows."""
        choice = [each for each in batch if self._takes_partial or not each.predictions.is_partial]
        if not choice:
            return
        self._num_candidates += len(choice)
        inside = np.stack([self._inside(each) for each in choice])
        winner, highest = inside.argmax(axis=0), inside.max(axis=0)
        is_chosen = highest > self._highest_inside
        chosen = [
            (choice[place], np.flatnonzero(is_chosen & (winner == place)))
            for place in np.unique(winner[is_chosen])
        ]
        if chosen:
            outside = self._outside(chosen)
            self._highest_inside = np.maximum(self._highest_inside, highest)
            self._outside_of_chosen = np.where(is_chosen, outside, self._outside_of_chosen)

    def corrected(self) -> CorrectedScore | None:
        """None for a single candidate, and where no resample leaves rows out."""
        lost = self._outside_of_chosen - self._outside_of_best
        if self._num_candidates < 2 or np.isnan(lost).all():
            return None
        metric, score = self._spec.main_metric, self._score + float(np.nanmean(lost))
        confidence = self._spec.confidence
        return CorrectedScore(
            score=score,
            interval=interval(metric, score, self._variance, self._num_rows, confidence),
            num_candidates=self._num_candidates,
        )

    def _seed_left_out(self, num_seeds: int) -> Indices:
        """(resamples,) the place of a seed."""
        return (self._seed_draws * num_seeds).astype(np.intp)

    def _inside(self, candidate: ResampledScores) -> Floats:
        """(resamples,) the score on the rows drawn, with all seeds but one; higher is better."""
        by_seed = candidate.resampled[self._spec.main_metric]
        num_seeds = len(by_seed)
        score = by_seed.mean(axis=0)
        if num_seeds > 1:
            left_out = self._seed_left_out(num_seeds)
            own = np.take_along_axis(by_seed, left_out[None], axis=0)[0]
            score = (num_seeds * score - own) / (num_seeds - 1)
        return score if self._spec.higher_is_better else -score

    def _outside(self, wanted: Sequence[tuple[ResampledScores, Indices]]) -> Floats:
        """(resamples,) each candidate's score in the resamples given for it, on the rows that are
        not drawn, with the seed left out; NaN elsewhere, and where all rows are drawn."""
        found, begin = np.full(self._spec.resamples, np.nan), 0
        scores = [scores_of(each.predictions.jobs, self._spec) for each, _ in wanted]
        for drawn in draws_for(self._num_rows, self._spec):
            end = begin + drawn.shape[1]
            has_rows = (drawn == 0).any(axis=0)
            for score, (each, resamples) in zip(scores, wanted, strict=True):
                own = resamples[(begin <= resamples) & (resamples < end)]
                own = own[has_rows[own - begin]]
                outside = (drawn[:, own - begin] == 0).astype(np.float32)
                if len(own):
                    by_seed = score(outside)[self._spec.main_metric]
                    seed = self._seed_left_out(len(each.predictions.jobs))[own]
                    found[own] = by_seed[seed, np.arange(len(own))]
            begin = end
        return found
