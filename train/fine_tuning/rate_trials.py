"""Tries several learning rates for a share of the steps, and goes on with the best.

Each rate has a folder of its own among the checkpoints, and a record says what came of those that
were tried. The record is only a saving: a checkpoint that is lost is trained again, to the same
weights, so an interruption between any two files leads to the same end.
"""

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from fine_tuning.micro_batches import free_memory
from fine_tuning.progress import Progress
from fine_tuning.rate_training import BestSoFar, RateTraining, TrainingInputs
from job.job_failure import DivergedError, NoRateError
from job.job_metrics import LearningRateTrial
from job.log_lines import trial_line
from job.training_config import TrainingConfig
from job.training_task import task_of

RECORD_FILE = "rate_trials.json"


@dataclass(frozen=True)
class TriedRate:
    """What came of one learning rate."""

    learning_rate: float
    steps: int
    progress: Progress
    scores: dict[str, float] = field(default_factory=dict)
    """On validation, by metric; empty if it diverged before they were taken."""
    reason: str | None = None
    """Why it is out, as a sentence; None if it can be gone on with."""
    lowest_loss: float | None = None
    """On validation, of all evaluations so far; None if it diverged before the first."""


def best_rate(tried: Sequence[TriedRate], config: TrainingConfig) -> TriedRate | None:
    """The rate to go on with; None if all are out.

    Before the end it is the one with the lowest loss. A high rate is behind in accuracy until the
    schedule lets it fall, while its loss is ahead already (docs/performance.md). At the end it is
    the one with the best main metric. Of equals it is that with the lower loss, then that nearest
    the middle of the rates, then the lowest.
    """
    rates, sign = config.learning_rates, 1.0 if config.higher_is_better else -1.0
    middle = (len(rates) - 1) // 2

    def merit(each: TriedRate) -> tuple[float, ...]:
        distance = abs(rates.index(each.learning_rate) - middle)
        if config.trial_share < 1 and each.lowest_loss is not None:
            return -each.lowest_loss, -distance
        return sign * each.scores[config.main_metric], -each.scores["loss"], -distance

    return max((each for each in tried if each.reason is None), key=merit, default=None)


class RateTrials:
    """The trials of a job, of which `checkpoints` may hold some already."""

    def __init__(self, inputs: TrainingInputs, checkpoints: Path) -> None:
        self._inputs = inputs
        self._config = inputs.config
        self._checkpoints = checkpoints
        self._tried = _read(checkpoints / RECORD_FILE)

    @property
    def tried(self) -> list[TriedRate]:
        """In the order of the rates."""
        rates = self._config.learning_rates
        return [self._tried[rate] for rate in rates if rate in self._tried]

    def train_best(self) -> tuple[RateTraining, BestSoFar]:
        """Try every rate, and train on with the best until the job stops. A rate that diverges
        after its trial makes way for the next. Raises NoRateError if all have diverged."""
        left = [rate for rate in self._config.learning_rates if rate not in self._tried]
        for rate in left:
            self._remove_losers()
            self._try(rate)
            self._inputs.clock.end("train")
            free_memory()
        while (best := best_rate(self.tried, self._config)) is not None:
            self._remove_losers()
            print(f"bakeoff chose learning_rate={best.learning_rate}", flush=True)
            training = self._training(best.learning_rate, self._config.stop_share)
            try:
                # The log of its trial would lack them.
                return training, training.run(repeats_lines=bool(left))
            except DivergedError as error:
                self._note(_diverged(training, error, best.scores))
            del training
            free_memory()
        raise NoRateError({each.learning_rate: each.reason or "" for each in self.tried})

    def others(self, chosen: RateTraining) -> list[Progress]:
        """What was spent at the other rates."""
        return [each.progress for each in self.tried if each.learning_rate != chosen.learning_rate]

    def as_trials(self, chosen: RateTraining) -> list[LearningRateTrial]:
        """For metrics.json."""
        return [
            LearningRateTrial(
                each.learning_rate,
                each.scores,
                each.steps,
                each.learning_rate == chosen.learning_rate,
                each.reason,
            )
            for each in self.tried
        ]

    def _try(self, rate: float) -> None:
        share = min(self._config.trial_share, self._config.stop_share)
        training = self._training(rate, share, is_trial=True)
        try:
            best = training.run()
        except DivergedError as error:
            self._note(_diverged(training, error, {}))
            return
        scores = {name: best.scores[name] for name in task_of(self._config).metrics}
        print(trial_line(rate, best.epoch, scores), flush=True)
        steps = training.trainer.state.global_step
        self._note(TriedRate(rate, steps, training.spent(), scores, lowest_loss=best.lowest_loss))

    def _training(self, rate: float, share: float, *, is_trial: bool = False) -> RateTraining:
        known = [each.progress for each in self.tried]
        before = known[-1].for_another_rate() if known else None
        folder = self._folder(rate)
        return RateTraining(self._inputs, rate, folder, share, before=before, is_trial=is_trial)

    def _folder(self, rate: float) -> Path:
        return self._checkpoints / f"rate-{rate!r}"

    def _note(self, tried: TriedRate) -> None:
        self._tried[tried.learning_rate] = tried
        self._checkpoints.mkdir(parents=True, exist_ok=True)
        unfinished = self._checkpoints / f"{RECORD_FILE}.new"
        content = [{**asdict(each), "progress": each.progress.as_json()} for each in self.tried]
        unfinished.write_text(json.dumps(content, indent=1), encoding="utf-8")
        os.replace(unfinished, self._checkpoints / RECORD_FILE)

    def _remove_losers(self) -> None:
        """Checkpoints are large, and each of theirs can be made again."""
        best = best_rate(self.tried, self._config)
        for each in self.tried:
            if each is not best:
                shutil.rmtree(self._folder(each.learning_rate), ignore_errors=True)


def _diverged(training: RateTraining, error: DivergedError, scores: dict[str, float]) -> TriedRate:
    return TriedRate(
        training.learning_rate,
        training.trainer.state.global_step,
        training.spent(),
        scores,
        f"Training diverged: {error}.",
    )


def _read(record: Path) -> dict[float, TriedRate]:
    """By rate; empty if there is no record, or only a part of one."""
    try:
        content = json.loads(record.read_text(encoding="utf-8"))
        found = [
            TriedRate(**{**each, "progress": Progress(**each["progress"])}) for each in content
        ]
    except (OSError, ValueError, TypeError, KeyError):
        return {}
    return {each.learning_rate: each for each in found}
