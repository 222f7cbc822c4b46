"""Of many candidates some are described, and all are compared with the best."""

import weakref

import numpy as np
import pytest

from bakeoff.statistics import analyse, scored_candidates
from tests.support.analysed import TRUTH, assert_sound, racer
from tests.support.predicted import candidate, comparison_spec


def crowd(number, tied_place=None):
    """Candidates that rank in this order, each trained once; one may do as well as the best."""
    shares = np.linspace(0.95, 0.3, number)
    for place, share in enumerate(shares):
        is_as_good = place == tied_place
        yield racer(f"c{place}", 0.95 if is_as_good else share, seeds=(1,), truth=TRUTH[:200])


def test_in_a_large_race_all_are_compared_with_the_best_and_fifty_with_each_other():
    found = analyse(crowd(60, tied_place=57), comparison_spec(resamples=30))

    assert len(found.versus_best) == 59
    assert len(found.pairs) == 50 * 49 // 2
    paired = {name for pair in found.pairs for name in (pair.first, pair.second)}
    assert "c57" in found.tied
    assert paired == {*(f"c{place}" for place in range(49)), "c57"}
    assert_sound(found)


def test_the_pairs_that_are_not_listed_count_in_the_adjustment_of_those_that_are():
    found = analyse(crowd(60), comparison_spec(resamples=30))

    smallest = min(found.pairs, key=lambda each: each.p_value)
    assert smallest.p_value_adjusted == pytest.approx(60 * 59 // 2 * smallest.p_value)


def test_the_best_fifty_are_described_row_by_row_and_label_by_label():
    found = analyse(crowd(60), comparison_spec(resamples=30))

    best = [f"c{place}" for place in range(50)]
    assert list(found.confusions) == list(found.label_scores) == best
    assert [each.candidate for each in found.hardest_rows[0].predictions] == best
    alone = analyse(list(crowd(60))[50:], comparison_spec(resamples=30))
    assert found.hardest_rows[0].wrong_share != alone.hardest_rows[0].wrong_share


def test_predictions_are_dropped_once_they_are_scored(monkeypatch):
    monkeypatch.setattr(scored_candidates, "_BATCH_ROWS", 1000)
    most_alive, seen = 0, []

    def one_after_another():
        nonlocal most_alive
        for each in crowd(100):
            seen.append(weakref.ref(each.jobs[0].loss))
            yield each
            del each
            most_alive = max(most_alive, sum(ref() is not None for ref in seen[50:]))

    analyse(one_after_another(), comparison_spec(resamples=2))

    # Five candidates of 200 rows each fill a batch.
    assert 0 < most_alive <= 6


def test_notes_on_many_candidates_name_ten_of_them():
    several = racer("a", 0.9, seeds=(1, 2))
    once = [racer(f"once-{place}", 0.8, seeds=(1,)) for place in range(12)]
    unread = [candidate(f"lost-{place}", num_unread=1) for place in range(12)]

    notes = analyse([several, *once, *unread], comparison_spec(resamples=2)).notes

    (luck,) = [note for note in notes if note.startswith("Only one seed")]
    assert "once-9 and 2 more" in luck
    assert sum("lost-" in note for note in notes) == 10
    assert notes[-1] == "The same is true of some or all jobs of 2 other candidates."
