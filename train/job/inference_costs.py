"""Measures the inference cost of a trained model on this hardware: time per text, and memory."""

import itertools
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from job.job_metrics import InferenceMetrics
from job.measured_alone import measured_alone
from job.other_load import OtherLoad
from job.peak_memory import PeakMemory
from snapshot.text_samples import Texts, read_sample

Predict = Callable[[Sequence[Texts]], NDArray[Any]]
"""Maps the texts of rows to predictions, including tokenisation. On return the predictions are in
this process's memory, so that no GPU is still computing."""

BATCH_ROWS = 32


@dataclass(frozen=True)
class Amount:
    """How often to repeat a call: between a least and a most number, until a time has passed."""

    at_least: int
    at_most: int
    seconds: float


WARM_UP = Amount(at_least=2, at_most=10, seconds=0.5)
BATCH_WARM_UP = Amount(at_least=1, at_most=1, seconds=0.0)
BATCHES = Amount(at_least=3, at_most=12, seconds=1.0)
LEAST_CALLS = 100
_SECONDS_OF_CALLS = 10.0
# For all calls together; the job has a time limit, at which its result would be lost.
PATIENCE_SECONDS = 300.0


@dataclass(frozen=True)
class InferenceSpeed:
    """Fields as in metrics.json; at batch 1, single rows are processed one after another."""

    num_texts: int
    """Number of available rows."""
    latency_calls: int
    latency_p50_seconds: float
    latency_p95_seconds: float
    latency_p99_seconds: float
    rows_per_second_batch_1: float
    rows_per_second_batch_32: float


def inference_speed(
    predict: Predict, rows: Sequence[Texts], now: Callable[[], float] = time.perf_counter
) -> InferenceSpeed:
    """Measure with the rows in turn, after a warm-up; `now` returns seconds.

    Each row is used once, but there are at least LEAST_CALLS calls, and with a slow model no more.

    Raises TimeoutError if it is not done after PATIENCE_SECONDS.
    """
    watch = _Stopwatch(predict, now)
    calls = Amount(LEAST_CALLS, max(LEAST_CALLS, len(rows)), _SECONDS_OF_CALLS)
    watch.durations(_batches(rows, 1), WARM_UP)
    single = watch.durations(_batches(rows, 1), calls)
    watch.durations(_batches(rows, BATCH_ROWS), BATCH_WARM_UP)
    batches = watch.durations(_batches(rows, BATCH_ROWS), BATCHES)
    p50, p95, p99 = np.percentile(single, (50, 95, 99)).tolist()
    return InferenceSpeed(
        num_texts=len(rows),
        latency_calls=len(single),
        latency_p50_seconds=p50,
        latency_p95_seconds=p95,
        latency_p99_seconds=p99,
        rows_per_second_batch_1=len(single) / sum(single),
        rows_per_second_batch_32=BATCH_ROWS * len(batches) / sum(batches),
    )


def _batches(rows: Sequence[Texts], size: int) -> Iterator[list[Texts]]:
    """An endless sequence of full batches that cycles through the rows."""
    turn = itertools.cycle(rows)
    while True:
        yield list(itertools.islice(turn, size))


class _Stopwatch:
    """Measures calls, until all of them together have taken too long."""

    def __init__(self, predict: Predict, now: Callable[[], float]) -> None:
        self._predict = predict
        self._now = now
        self._total = 0.0

    def durations(self, batches: Iterator[list[Texts]], amount: Amount) -> list[float]:
        """Seconds of each call."""
        taken: list[float] = []
        while len(taken) < amount.at_least or (
            len(taken) < amount.at_most and sum(taken) < amount.seconds
        ):
            if self._total > PATIENCE_SECONDS:
                raise TimeoutError(f"it was not done after {self._total:.0f} seconds")
            taken.append(self._duration(next(batches)))
            self._total += taken[-1]
        return taken

    def _duration(self, batch: list[Texts]) -> float:
        started = self._now()
        self._predict(batch)
        return self._now() - started


@dataclass(frozen=True)
class InferenceCosts:
    """`measured` is the `inference` of metrics.json; None if it could not be measured, and then
    `notes` say why."""

    measured: InferenceMetrics | None
    notes: list[str]


def inference_costs(
    predict: Predict,
    sample: Path,
    memory: PeakMemory,
    *,
    device: str,
    tokens_per_text: float | None,
    environ: Mapping[str, str],
) -> InferenceCosts:
    """Measure with the rows in the folder `sample`, alone on the machine where `environ` says how.

    It raises nothing, because an error here must not cost the job its result.
    """
    try:
        rows = read_sample(sample)
        with measured_alone(environ):
            memory.restart()
            load = OtherLoad()
            speed = inference_speed(predict, rows)
            peak_bytes, others = memory.peak_bytes(), load.so_far()
    except Exception as error:
        reason = " ".join(f"{type(error).__name__}: {error}".split())[:300]
        return InferenceCosts(None, [f"Inference could not be measured: {reason}"])
    measured = InferenceMetrics(
        device=device,
        **asdict(speed),
        peak_bytes=peak_bytes,
        tokens_per_text=tokens_per_text,
        other_cpus=others.other if others else None,
    )
    return InferenceCosts(measured, [others.note] if others and others.note else [])
