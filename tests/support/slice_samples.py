"""Slices of test rows as a comparison might leave them, made up and the same each time."""

from collections.abc import Sequence
from random import Random

from bakeoff.summary.candidate import CandidateSummary
from bakeoff.summary.interval import Interval
from bakeoff.summary.slices import Grouping, Slice, Slices, SliceScore

_LENGTHS = (("range", "4 to 70"), ("range", "71 to 115"), ("range", "116 to 158"),
            ("range", "159 to 267"))  # fmt: skip


def slices_of(
    candidates: Sequence[CandidateSummary],
    labels: Sequence[str],
    columns: dict[str, Sequence[str]],
    metric: str = "f1",
    label_metric: str = "accuracy",
) -> Slices:
    """By length, label and the columns, of which each has a last slice without a value.

    The second candidate beats the first on the first slice of each column.
    """
    by_label = "label" if labels else "target"
    of_labels = [("value", label) for label in labels[:10]] or [
        ("range", "0 to 1.2"), ("range", "1.2 to 5")
    ]  # fmt: skip
    groupings = [
        _grouping(candidates, "text_length", None, metric, _LENGTHS),
        _grouping(candidates, by_label, None, label_metric, of_labels),
        *(
            _grouping(
                candidates,
                "column",
                column,
                metric,
                [*(("value", value) for value in values), ("other", ""), ("missing", "")],
            )
            for column, values in columns.items()
        ),
    ]
    return Slices(fewest_rows=30, num_tests=40, groupings=groupings)


def _grouping(candidates, by, column, metric, names):
    slices = [
        _slice(candidates, kind, name, place, metric, is_column=by == "column")
        for place, (kind, name) in enumerate(names)
    ]
    return Grouping(by=by, column=column, metric=metric, slices=slices)


def _slice(candidates, kind, name, place, metric, *, is_column):
    random = Random(f"{kind}{name}{place}")
    rows = 12 if kind == "missing" else 300 // (place + 1)
    untested = "few_rows" if rows < 30 else None
    scores: list[SliceScore] = []
    for rank, one in enumerate(candidates):
        mean = one.metrics["rmse" if "rmse" in one.metrics else "f1"].mean
        score = mean * random.uniform(0.9, 1.1) if metric in ("rmse", "mae") else mean**0.9
        beats = is_column and place == 0 and rank == 1
        score = score * 1.1 if beats else score
        width = score / rows**0.5
        interval = Interval(low=score - width, high=score + width)
        if not scores or untested:
            tested = {}
        else:
            difference = score - (scores[0].score or 0)
            tested = {
                "difference": difference,
                "difference_interval": Interval(low=difference - 0.03, high=difference + 0.03),
                "p_value": 0.0001 if beats else 0.2,
                "p_value_adjusted": 0.004 if beats else 1.0,
                "beats_best": beats,
            }
        scores.append(SliceScore(candidate=one.candidate, score=score, interval=interval, **tested))
    return Slice(kind=kind, name=name, rows=rows, untested=untested, scores=scores)
