"""Few rows, labels without rows and constant predictions break no comparison."""

from dataclasses import replace

import pytest

from bakeoff.metrics import METRICS_OF
from bakeoff.statistics import analyse, reduce_predictions
from tests.support.analysed import TRUTH, assert_sound
from tests.support.predicted import candidate, classified, comparison_spec, raw_predictions


@pytest.mark.parametrize("rows", [1, 2, 3])
@pytest.mark.parametrize("task", list(METRICS_OF))
@pytest.mark.parametrize("seeds", [1, 3])
def test_very_few_rows_break_nothing(task, rows, seeds):
    spec = comparison_spec(task)
    labels = raw_predictions(task, rows).labels
    racers = [
        candidate(
            name,
            *(
                reduce_predictions(
                    replace(raw_predictions(task, rows, number + seed), labels=labels),
                    spec,
                    seed,
                    0.4,
                )
                for seed in range(seeds)
            ),
        )
        for number, name in enumerate("abc")
    ]

    found = analyse(racers, spec)

    assert_sound(found)
    assert len(found.pairs) == 3
    assert any(f"{rows} test row" in note for note in found.notes)


def test_many_classes_most_without_a_row_break_nothing():
    spec = comparison_spec("multiclass", labels=[str(number) for number in range(200)])
    racers = [
        candidate(name, reduce_predictions(raw_predictions("multiclass", 90, seed, 200), spec, 0))
        for seed, name in enumerate("ab")
    ]
    racers[1] = replace(racers[1], jobs=[replace(racers[1].jobs[0], truth=racers[0].jobs[0].truth)])

    found = analyse(racers, spec)

    assert_sound(found)
    assert len(found.pairs) == 1


@pytest.mark.parametrize("main_metric", METRICS_OF["binary"])
def test_perfect_and_constant_predictions_break_nothing(main_metric):
    perfect = candidate("a", *(classified(TRUTH, TRUTH, seed, 1 - 1e-9) for seed in (1, 2, 3)))
    constant = candidate("b", classified(TRUTH, TRUTH * 0, 1, 0.5), method="majority")

    found = analyse(
        [perfect, constant, replace(perfect, candidate="c")], comparison_spec("binary", main_metric)
    )

    assert_sound(found)
    assert found.tied[0] == "a"
    assert "c" in found.tied
    if main_metric not in ("loss", "accuracy"):
        assert main_metric not in found.intervals["a"]
        assert any("end of its range" in note for note in found.notes)
