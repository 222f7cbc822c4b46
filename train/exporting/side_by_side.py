"""Two models answer the same rows in turns, so that what else runs slows both equally."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from documents.export_measurement import ModelSpeed
from prediction.saved_folder import OnRows, Rows, SavedModel
from training_data.row_order import longest_first

Now = Callable[[], float]

MOST_SINGLE_ROWS = 200
_MOST_SECONDS = 60.0
_LEAST_SINGLE_ROWS = 20
_WARM_UP_ROWS = 3


@dataclass
class _Answering:
    """One of the models, and what its answers took so far."""

    model: SavedModel
    now: Now
    parts: list[NDArray[Any]] = field(default_factory=list)
    batch_seconds: list[float] = field(default_factory=list)
    row_seconds: list[float] = field(default_factory=list)

    def answer(self, rows: Rows, taken: list[float] | None = None) -> NDArray[Any]:
        started = self.now()
        outputs = self.model.outputs(rows, lambda number: None)
        if taken is not None:
            taken.append(self.now() - started)
        return outputs

    def speed(self, num_rows: int, num_bytes: int) -> ModelSpeed:
        p50, p95 = np.percentile(self.row_seconds, (50, 95)).tolist()
        return ModelSpeed(
            num_bytes=num_bytes,
            rows_per_second=num_rows / sum(self.batch_seconds),
            latency_p50_seconds=p50,
            latency_p95_seconds=p95,
        )


@dataclass(frozen=True)
class SideBySide:
    """Of both models, the original first."""

    logits: tuple[NDArray[Any], NDArray[Any]]
    """In the shape that Task says."""
    speeds: tuple[ModelSpeed, ModelSpeed]
    latency_rows: int
    """Rows that were answered one by one."""


def side_by_side(
    models: tuple[SavedModel, SavedModel],
    rows: Rows,
    batch_rows: int,
    num_bytes: tuple[int, int],
    on_rows: OnRows = lambda number: None,
    now: Now = time.perf_counter,
) -> SideBySide:
    """Answer all rows in batches of similar length, and some of them one by one.

    Args:
        rows: at least one.
        batch_rows: of a batch.
        num_bytes: the size of each model's files.
        on_rows: is told how many more rows both have answered.
        now: a clock in seconds.
    """
    both = tuple(_Answering(model, now) for model in models)
    order = longest_first(np.array([sum(map(len, row)) for row in rows]))
    batches = [order[start : start + batch_rows] for start in range(0, len(order), batch_rows)]
    for each in both:
        each.answer([rows[place] for place in batches[0]])
    for turn, batch in enumerate(batches):
        some = [rows[place] for place in batch]
        for each in _in_turn(both, turn):
            each.parts.append(each.answer(some, each.batch_seconds))
        on_rows(len(some))
    latency_rows = _one_by_one(both, _some(rows), now)
    original, exported = both
    return SideBySide(
        (_in_order(original, order), _in_order(exported, order)),
        (original.speed(len(rows), num_bytes[0]), exported.speed(len(rows), num_bytes[1])),
        latency_rows,
    )


def _one_by_one(both: Sequence[_Answering], rows: Rows, now: Now) -> int:
    """How many rows were answered before the time was up."""
    for row in rows[:_WARM_UP_ROWS]:
        for each in both:
            each.answer([row])
    started = now()
    for turn, row in enumerate(rows):
        if turn >= _LEAST_SINGLE_ROWS and now() - started > _MOST_SECONDS:
            return turn
        for each in _in_turn(both, turn):
            each.answer([row], each.row_seconds)
    return len(rows)


def _in_turn(both: Sequence[_Answering], turn: int) -> Sequence[_Answering]:
    """Each goes first every other time."""
    return both if turn % 2 == 0 else both[::-1]


def _some(rows: Rows) -> Rows:
    """Evenly spread over all rows."""
    places = np.unique(np.linspace(0, len(rows) - 1, min(len(rows), MOST_SINGLE_ROWS)).astype(int))
    return [rows[place] for place in places]


def _in_order(each: _Answering, order: NDArray[np.int64]) -> NDArray[Any]:
    found = np.concatenate(each.parts)
    in_order = np.empty_like(found)
    in_order[order] = found
    return each.model.task.logits_from(in_order)
